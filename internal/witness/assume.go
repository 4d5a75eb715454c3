package witness

import (
	"maps"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
)

// Assuming is the World with the metrics besides that an expression reads and nobody declares: counters where their growth is asked for,
// else gauges, with the labels that the expression names. A histogram's buckets cannot be guessed: those stay unknown.
func (w *World) Assuming(expr parser.Expr) *World {
	more := map[string]*ir.Metric{}
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok || selector.Name == "" {
			return nil
		}
		if known, _ := w.metric(selector.Name); known != nil {
			return nil
		}
		m := more[selector.Name]
		if m == nil {
			m = &ir.Metric{Name: selector.Name, Type: ir.Gauge}
			more[selector.Name] = m
		}
		var names []string
		for _, matcher := range selector.LabelMatchers {
			names = append(names, matcher.Name)
		}
		for _, above := range path {
			switch above := above.(type) {
			case *parser.Call:
				if slices.Contains([]string{"rate", "irate", "increase"}, above.Func.Name) {
					m.Type = ir.Counter
				}
			case *parser.AggregateExpr:
				if !above.Without {
					names = append(names, above.Grouping...)
				}
			}
		}
		for _, name := range names {
			if name != model.MetricNameLabel && name != model.BucketLabel && !slices.Contains(ir.TargetLabels, name) && m.Label(name) == nil {
				m.Labels = append(m.Labels, ir.Label{Name: name})
			}
		}
		return nil
	})
	if len(more) == 0 {
		return w
	}
	assuming := &World{program: w.program, pods: w.pods, metrics: maps.Clone(w.metrics)}
	maps.Copy(assuming.metrics, more)
	return assuming
}
