package check

import (
	"maps"
	"slices"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// World is what is told of the metrics that rules and dashboards of others read.
type World struct {
	Specs []*ir.Program
	// Exposed is what running programs said of their metrics, each for itself.
	Exposed    [][]promql.Metric
	Client     promql.Client // the library of all of them; empty where each spec says its own, and nobody knows for the others
	Added      []string      // labels that scraping adds besides the usual ones
	Recordings []promql.Recording
}

// OpenWorld is the table of metrics where others have written the rules: the catalogs' metrics, to which a cluster may have
// added labels of its own, those that running programs have described, and those of specs. Of metrics that several know, the
// specs are believed first, and then the programs.
func OpenWorld(world World) (*promql.Table, error) {
	entries, err := catalog.Load(catalog.Names()...)
	if err != nil {
		return nil, err
	}
	var known []promql.Metric
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		known = append(known, openMetric(entries[name]))
	}
	var seen, complete []string
	for _, program := range world.Exposed {
		for i := range program {
			program[i].Client = world.Client
			// Each data point of OpenTelemetry has attributes of its own: the series to come may have others.
			program[i].Closed = program[i].Closed && world.Client != promql.ClientOTel
		}
		known = append(known, program...)
		seen = append(seen, claimedBy(program)...)
	}
	var recordings []promql.Recording
	for _, p := range world.Specs {
		own := ownMetrics(p, world.Client)
		known = append(append(known, own...), figuresOfExporters(p)...)
		complete = append(complete, claimedBySpec(own)...)
		recordings = append(recordings, recorded(p)...)
	}
	var targets []string
	if len(world.Specs) > 0 {
		targets = slices.Concat(ir.TargetLabels, world.Added)
	}
	table := promql.NewTable(targets, known...) // the last one of a name counts
	table.Complete, table.Seen, table.Added = complete, seen, world.Added
	table.AddRecordings(append(recordedElsewhere(recordings, world.Recordings), world.Recordings...))
	return table, nil
}

// recordedElsewhere are the specs' recording rules of names that no rule of the files has.
func recordedElsewhere(specs, files []promql.Recording) []promql.Recording {
	names := map[string]bool{}
	for _, rule := range files {
		names[rule.Name] = true
	}
	return slices.DeleteFunc(specs, func(rule promql.Recording) bool { return names[rule.Name] })
}

// ownMetrics are the metrics of a spec under the names that the client library stores them by.
func ownMetrics(p *ir.Program, client promql.Client) []promql.Metric {
	var own []promql.Metric
	for _, m := range p.Metrics {
		if !m.Own() {
			continue
		}
		known := scraped(p, m, tableMetric(p, m))
		if client != "" && m.Instrumented() {
			known.Client = client
			known.Name = client.Exposed(known)
		}
		own = append(own, known)
	}
	return own
}

// scraped is a metric of the service with the labels by which its targets are known. Where there are several environments,
// those of the others are not at hand.
func scraped(p *ir.Program, declared *ir.Metric, m promql.Metric) promql.Metric {
	if p.Service == nil || p.Environment != "" {
		return m
	}
	job := p.Service.Scrape.Job
	if declared.Exporter != nil {
		job = declared.Exporter.Resource
	}
	return onTargets(p, m, job)
}

// figuresOfExporters are what the exporters of a spec expose about themselves, each of them all.
func figuresOfExporters(p *ir.Program) []promql.Metric {
	if p.Service == nil {
		return nil
	}
	var jobs []string
	for _, m := range p.Exported() {
		jobs = append(jobs, m.Exporter.Resource)
	}
	slices.Sort(jobs)
	var figures []promql.Metric
	for _, m := range p.Metrics {
		if m.Catalog != ir.ExporterCatalog {
			continue
		}
		known := tableMetric(p, m)
		known.Interval, known.Client = p.Service.Scrape.Interval, promql.ClientGo
		if p.Environment == "" {
			known = onTargets(p, known, jobs...)
		}
		figures = append(figures, known)
	}
	return figures
}

// onTargets is a metric with the labels of the targets that expose it.
func onTargets(p *ir.Program, m promql.Metric, jobs ...string) promql.Metric {
	for name, values := range map[string][]string{"job": jobs, "namespace": {p.Service.Namespace}} {
		if len(values) > 0 && !slices.Contains(values, "") {
			m.Labels = append(m.Labels, promql.Label{Name: name, Presence: promql.Must, Values: values})
		}
	}
	return m
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
