package runbook

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
)

// regroup returns the expression with the label kept apart in every aggregation, and whether there was any. The given
// tree is shared with other generators and stays as it is: what changes is copied, selectors are shared.
func regroup(expr parser.Expr, label string) (parser.Expr, bool) {
	switch node := expr.(type) {
	case *parser.AggregateExpr:
		copied := *node
		copied.Expr, _ = regroup(node.Expr, label)
		if node.Without {
			copied.Grouping = slices.DeleteFunc(slices.Clone(node.Grouping), func(name string) bool { return name == label })
		} else {
			copied.Grouping = with(node.Grouping, label)
		}
		return &copied, true
	case *parser.BinaryExpr:
		copied := *node
		var left, right bool
		copied.LHS, left = regroup(node.LHS, label)
		copied.RHS, right = regroup(node.RHS, label)
		if matching := node.VectorMatching; matching != nil && matching.On {
			changed := *matching
			changed.MatchingLabels = with(matching.MatchingLabels, label)
			copied.VectorMatching = &changed
		}
		return &copied, left || right
	case *parser.Call:
		copied := *node
		copied.Args = slices.Clone(node.Args)
		found := false
		for i, argument := range node.Args {
			changed, ok := regroup(argument, label)
			copied.Args[i], found = changed, found || ok
		}
		return &copied, found
	case *parser.ParenExpr:
		copied := *node
		inner, found := regroup(node.Expr, label)
		copied.Expr = inner
		return &copied, found
	case *parser.UnaryExpr:
		copied := *node
		inner, found := regroup(node.Expr, label)
		copied.Expr = inner
		return &copied, found
	case *parser.SubqueryExpr:
		copied := *node
		inner, found := regroup(node.Expr, label)
		copied.Expr = inner
		return &copied, found
	default:
		return expr, false
	}
}

// with returns the names with one more, sorted.
func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	more := append(slices.Clone(names), name)
	slices.Sort(more)
	return more
}

// operands finds what a share or ratio divides: the outermost division of two vectors. Both are nil where there is none.
func operands(expr parser.Expr) (part, whole parser.Expr) {
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		division, ok := node.(*parser.BinaryExpr)
		if ok && part == nil && division.Op == parser.DIV && division.VectorMatching != nil {
			part, whole = unwrap(division.LHS), unwrap(division.RHS)
		}
		return nil
	})
	return part, whole
}

func unwrap(expr parser.Expr) parser.Expr {
	for {
		inner, ok := expr.(*parser.ParenExpr)
		if !ok {
			return expr
		}
		expr = inner.Expr
	}
}

// selectors lists the selectors of an expression.
func selectors(expr parser.Expr) []*parser.VectorSelector {
	var found []*parser.VectorSelector
	if expr == nil {
		return nil
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			found = append(found, selector)
		}
		return nil
	})
	return found
}

// selecting lists the labels by which the part is taken out of the whole.
func selecting(part, whole parser.Expr) map[string]bool {
	told := map[string]bool{}
	for _, selector := range selectors(part) {
		for _, matcher := range selector.LabelMatchers {
			told[matcher.Name] = true
		}
	}
	for _, selector := range selectors(whole) {
		for _, matcher := range selector.LabelMatchers {
			delete(told, matcher.Name)
		}
	}
	return told
}

// fixed reports whether every selector of the expression has one value of the label alone.
func fixed(expr parser.Expr, label string) bool {
	all := selectors(expr)
	for _, selector := range all {
		if !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name == label && m.Type == labels.MatchEqual
		}) {
			return false
		}
	}
	return len(all) > 0
}

// reads reports whether every metric of the expression has the label.
func reads(expr parser.Expr, label string, metrics []*ir.Metric) bool {
	all := selectors(expr)
	for _, selector := range all {
		if metric := metricOf(selector.Name, metrics); metric == nil || metric.Label(label) == nil {
			return false
		}
	}
	return len(all) > 0
}
