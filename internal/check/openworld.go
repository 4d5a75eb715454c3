package check

import (
	"maps"
	"slices"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// OpenWorld is what is known of metrics where others have written the rules: the catalogs' metrics, to which a cluster may
// have added labels of its own, those that a running program has described, and, where a spec is given, the service's.
// Of metrics that several know, the spec is believed first, and then the program.
func OpenWorld(p *ir.Program, described []promql.Metric, recordings []promql.Recording) (*promql.Table, error) {
	entries, err := catalog.Load(catalog.Names()...)
	if err != nil {
		return nil, err
	}
	better := map[string]bool{}
	for _, m := range described {
		better[m.Name] = true
	}
	var known []promql.Metric
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if !better[name] {
			known = append(known, openMetric(entries[name]))
		}
	}
	if p != nil {
		described = slices.DeleteFunc(slices.Clone(described), func(m promql.Metric) bool {
			return slices.ContainsFunc(p.Metrics, func(own *ir.Metric) bool { return own.Own() && own.Name == m.Name })
		})
	}
	known = append(known, described...)
	if p == nil {
		table := promql.NewTable(nil, known...)
		table.AddRecordings(recordings)
		return table, nil
	}
	var own []string
	for _, m := range p.Metrics {
		if m.Own() {
			known = append(known, scraped(p, tableMetric(p, m)))
			own = append(own, m.Name)
		}
	}
	table := promql.NewTable(ir.TargetLabels, known...)
	if prefix := sharedPrefix(own); prefix != "" {
		table.Complete = []string{prefix}
	}
	if p.Service != nil {
		table.Client = p.Service.Client
	}
	table.AddRecordings(append(recordedElsewhere(p, recordings), recordings...))
	return table, nil
}

// scraped is a metric of the service with the labels by which its targets are known. Where there are several environments,
// those of the others are not at hand.
func scraped(p *ir.Program, m promql.Metric) promql.Metric {
	if p.Service == nil || p.Environment != "" {
		return m
	}
	for name, value := range map[string]string{"job": p.Service.Scrape.Job, "namespace": p.Service.Namespace} {
		if value != "" {
			m.Labels = append(m.Labels, promql.Label{Name: name, Presence: promql.Must, Values: []string{value}})
		}
	}
	return m
}

// recordedElsewhere are the spec's recording rules of names that no rule of the files has.
func recordedElsewhere(p *ir.Program, recordings []promql.Recording) []promql.Recording {
	return slices.DeleteFunc(recorded(p), func(own promql.Recording) bool {
		return slices.ContainsFunc(recordings, func(other promql.Recording) bool { return other.Name == own.Name })
	})
}

// recorded are the recording rules that the spec compiles to.
func recorded(p *ir.Program) []promql.Recording {
	var all []promql.Recording
	for _, group := range p.Groups {
		for _, rule := range group.Rules {
			if rule.Record == "" {
				continue
			}
			expr, err := promql.Parse(rule.Expr)
			if err != nil {
				expr = nil // lowering has parsed or built it; without it nothing is known of the series
			}
			all = append(all, promql.Recording{Name: rule.Record, Expr: expr, Labels: rule.Labels})
		}
	}
	return all
}

// openMetric is a catalog's metric with whatever labels a cluster adds. Units that hang on a label are not known at large.
func openMetric(entry catalog.Entry) promql.Metric {
	known := promql.Metric{
		Name: entry.Name, Type: metricTypes[ir.MetricType(entry.Type)], Classic: entry.Type == string(ir.Histogram),
		Timestamp: entry.Timestamp, MoreLabels: entry.MoreLabels, Buckets: entry.Buckets,
		Derived: entry.Name == "ALERTS" || entry.Name == "ALERTS_FOR_STATE",
	}
	if u, err := unit.Parse(entry.Unit); err == nil && len(entry.UnitWhen) == 0 {
		known.Unit = promql.In(u)
	}
	for _, c := range entry.UnitWhen {
		if u, err := unit.Parse(c.Unit); err == nil {
			known.UnitWhen = append(known.UnitWhen, promql.UnitCase{Label: c.Label, Value: c.Value, Unit: u})
		}
	}
	for _, label := range entry.Labels {
		values := slices.Clone(label.Values)
		slices.Sort(values)
		known.Labels = append(known.Labels, promql.Label{Name: label.Name, Presence: promql.May, Values: values})
	}
	return known
}
