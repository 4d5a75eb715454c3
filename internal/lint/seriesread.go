package lint

import (
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// seriesRead is a selector of a rule, a panel, an annotation or a variable.
type seriesRead struct {
	*parser.VectorSelector
	at func(parser.Node) Place
}

// name is the name of the series; empty where several are selected.
func (s seriesRead) name() string {
	if s.Name != "" {
		return s.Name
	}
	for _, m := range s.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return m.Value
		}
	}
	return ""
}

// eachSeriesRead visits the selectors of all expressions.
func (f *Files) eachSeriesRead(visit func(seriesRead)) {
	inspect := func(expr parser.Expr, at func(parser.Node) Place) {
		if expr == nil {
			return
		}
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			if selector, ok := node.(*parser.VectorSelector); ok {
				visit(seriesRead{selector, at})
			}
			return nil
		})
	}
	for i := range f.Rules {
		inspect(f.Rules[i].Parsed, f.Rules[i].AtExpr)
	}
	for _, queries := range [][]Query{f.Queries, f.others} {
		for i := range queries {
			inspect(queries[i].Parsed, queries[i].AtExpr)
		}
	}
}
