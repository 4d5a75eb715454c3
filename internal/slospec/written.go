package slospec

import (
	"fmt"
	"slices"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// specUnit is a unit that a spec can write, as schema/types.cue says.
var specUnit = regexp.MustCompile(`^[A-Za-z%][A-Za-z0-9_%]*(/[A-Za-z0-9_]+)?$`)

// unknownUnit stands in for the unit of a figure.
const unknownUnit = "units"

// typeWritten gives signals whose PromQL is written out the unit that it has. A query that a spec would refuse stays as a
// comment.
func (i *importer) typeWritten(p *pack) {
	table := p.table()
	for n := range p.slos {
		o, s := &p.slos[n].objective, p.slos[n].signal
		if s.form.total != "" {
			i.typeEvents(table, o, s.form)
		}
		if s.form.expr == nil || s.refused != "" {
			continue
		}
		analysis := table.Analyze(s.form.expr, promql.UseAny)
		for _, finding := range analysis.Findings {
			if finding.Severity == diag.Error && s.refused == "" {
				s.refused = finding.Message
			}
		}
		measured := analysis.Root.Unit
		if s.form.unit == "" {
			s.form.unit = unknownUnit
		}
		if declared, err := unit.Parse(s.form.unit); err == nil && measured.Clashes(promql.In(declared)) {
			if s.form.unit = measured.String(); !specUnit.MatchString(s.form.unit) && s.refused == "" {
				s.refused = fmt.Sprintf("it is measured in %s, and a spec has no such unit", s.form.unit)
			}
		}
		if s.refused != "" {
			i.say(codeLeftOut, o.at, &s.notes, "mend the query, and make a signal of it", "the query of %s is left out: %s", o.name, s.refused)
		}
	}
}

// typeEvents leaves out an objective whose queries a spec would refuse.
func (i *importer) typeEvents(table *promql.Table, o *objective, f form) {
	var measured []promql.Measure
	for _, expr := range f.sides {
		analysis := table.Analyze(expr, promql.UseAny)
		for _, finding := range analysis.Findings {
			if finding.Severity == diag.Error {
				i.withoutObjective(o, "mend the query", o.at, finding.Message)
			}
		}
		measured = append(measured, analysis.Root.Unit)
	}
	if measured[0].Clashes(measured[1]) {
		i.withoutObjective(o, "count the same events on both sides", o.at,
			fmt.Sprintf("a part is measured in %s, and the total in %s", measured[0], measured[1]))
	}
}

// tableTypes are the types as expressions are typed with.
var tableTypes = map[ir.MetricType]promql.MetricType{
	ir.Counter: promql.CounterMetric, ir.Gauge: promql.GaugeMetric, ir.Histogram: promql.HistogramMetric,
}

// table is what the spec will say of its metrics.
func (p *pack) table() *promql.Table {
	var known []promql.Metric
	for name, m := range p.metrics {
		one := promql.Metric{
			Name: name, Type: tableTypes[m.kind], Classic: m.kind == ir.Histogram, Unit: promql.In(unit.None), Closed: true,
			Buckets: slices.Sorted(slices.Values(m.bounds)), Own: true,
		}
		if declared, err := unit.Parse(m.unit); m.unit != "" && err == nil {
			one.Unit = promql.In(declared)
		}
		for _, label := range m.labels {
			one.Labels = append(one.Labels, promql.Label{Name: label, Presence: promql.Must})
		}
		known = append(known, one)
	}
	return promql.NewTable(ir.TargetLabels, known...)
}
