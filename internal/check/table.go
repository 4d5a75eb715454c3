package check

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// metricTable is what the program knows of metrics, for typing PromQL. Beginnings of names that all of the service's
// metrics share are the service's: a name there that is not declared is a mistake.
func metricTable(p *ir.Program) *promql.Table {
	var known []promql.Metric
	var own []string
	for _, m := range p.Metrics {
		known = append(known, tableMetric(p, m))
		if m.Own() {
			own = append(own, m.Name)
		}
	}
	table := promql.NewTable(ir.TargetLabels, known...)
	if prefix := sharedPrefix(own); prefix != "" {
		table.Complete = []string{prefix}
	}
	table.AddRecordings(recorded(p))
	return table
}

// metricTypes translates the types of the spec.
var metricTypes = map[ir.MetricType]promql.MetricType{
	ir.Counter: promql.CounterMetric, ir.Gauge: promql.GaugeMetric, ir.Histogram: promql.HistogramMetric, ir.Info: promql.InfoMetric,
}

func tableMetric(p *ir.Program, m *ir.Metric) promql.Metric {
	known := promql.Metric{
		Name: m.Name, Type: metricTypes[m.Type], Classic: m.Classic, Native: m.Native, Unit: promql.In(m.Unit),
		Timestamp: m.Timestamp, Resets: m.Resets, Closed: true, MoreLabels: m.MoreLabels, Buckets: m.Buckets, Own: m.Own(),
	}
	known.Derived = m.Name == "ALERTS" || m.Name == "ALERTS_FOR_STATE"
	if len(m.UnitWhen) > 0 {
		known.Unit = promql.Measure{}
	}
	for _, c := range m.UnitWhen {
		known.UnitWhen = append(known.UnitWhen, promql.UnitCase{Label: c.Label, Value: c.Value, Unit: c.Unit})
	}
	for _, label := range m.Labels {
		presence := promql.May
		if m.Own() {
			presence = promql.Must // client libraries give every series all labels
		}
		values := slices.Clone(label.Values)
		slices.Sort(values)
		known.Labels = append(known.Labels, promql.Label{Name: m.Stored(label.Name), Presence: presence, Values: values, Pattern: label.Possible()})
	}
	if m.Exporter != nil && p.Service != nil {
		known.Interval, known.Client = p.Service.Scrape.Interval, promql.ClientGo
		return known
	}
	if m.Own() {
		if p.Service != nil { // metrics of a platform's folder belong to the services below
			known.Interval = p.Service.Scrape.Interval
			known.Client = promql.Client(p.Service.Client)
		}
		return known
	}
	for _, name := range catalog.TargetLabels(m.Catalog) {
		if m.Label(name) == nil && !slices.Contains(ir.TargetLabels, name) {
			known.Labels = append(known.Labels, promql.Label{Name: name, Presence: promql.May})
		}
	}
	return known
}

// sharedPrefix is the longest beginning, up to an underscore, that two or more names share; empty where there is none.
func sharedPrefix(names []string) string {
	if len(names) < 2 {
		return ""
	}
	prefix := names[0]
	for _, name := range names[1:] {
		for !strings.HasPrefix(name, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return prefix[:strings.LastIndexByte(prefix, '_')+1]
}
