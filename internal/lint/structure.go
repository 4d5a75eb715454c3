package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// structure prints expressions so that those that mean the same print the same: without the parentheses that the tree knows
// anyway, with matchers and groupings in order. Matchers that it does not keep are left out.
type structure struct {
	keep func(*labels.Matcher) bool
}

func (s structure) of(expr parser.Expr) string {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return s.of(e.Expr)
	case *parser.UnaryExpr:
		return e.Op.String() + s.of(e.Expr)
	case *parser.BinaryExpr:
		return "(" + s.of(e.LHS) + " " + e.ShortString() + " " + s.of(e.RHS) + ")"
	case *parser.AggregateExpr:
		sorted := *e
		sorted.Grouping = slices.Sorted(slices.Values(e.Grouping))
		return sorted.ShortString() + "(" + s.list(e.Param, e.Expr) + ")"
	case *parser.Call:
		return e.Func.Name + "(" + s.list(e.Args...) + ")"
	case *parser.SubqueryExpr:
		return s.of(e.Expr) + e.ShortString()
	case *parser.MatrixSelector:
		ranged := *e
		if selector, ok := e.VectorSelector.(*parser.VectorSelector); ok {
			ranged.VectorSelector = s.selector(selector)
		}
		return ranged.String()
	case *parser.VectorSelector:
		return s.selector(e).String()
	}
	return expr.String()
}

func (s structure) list(all ...parser.Expr) string {
	var parts []string
	for _, one := range all {
		if one != nil {
			parts = append(parts, s.of(one))
		}
	}
	return strings.Join(parts, ", ")
}

func (s structure) selector(e *parser.VectorSelector) *parser.VectorSelector {
	kept := *e
	kept.LabelMatchers = nil
	for _, m := range e.LabelMatchers {
		if m.Name == model.MetricNameLabel || s.keep(m) {
			kept.LabelMatchers = append(kept.LabelMatchers, m)
		}
	}
	slices.SortFunc(kept.LabelMatchers, func(a, b *labels.Matcher) int { return strings.Compare(a.String(), b.String()) })
	return &kept
}
