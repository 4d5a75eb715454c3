package lint

import (
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// selection is a selector of a rule or a panel.
type selection struct {
	*parser.VectorSelector
	at func(parser.Node) Place
}

// name is the name of the series; empty where several are selected.
func (s selection) name() string {
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

// eachSelection visits the selectors of all rules and panels.
func (f *Files) eachSelection(visit func(selection)) {
	inspect := func(expr parser.Expr, at func(parser.Node) Place) {
		if expr == nil {
			return
		}
		parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
			if selector, ok := node.(*parser.VectorSelector); ok {
				visit(selection{selector, at})
			}
			return nil
		})
	}
	for i := range f.Rules {
		inspect(f.Rules[i].Parsed, f.Rules[i].AtExpr)
	}
	for i := range f.Queries {
		inspect(f.Queries[i].Parsed, f.Queries[i].AtExpr)
	}
}
