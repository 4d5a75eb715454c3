package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// contradictsName reports whether a query whose unit does not follow from its calculation is named a ratio, and shown as anything that
// no ratio is. Prometheus' conventions name what lies from 0 to 1 so (prometheus.io/docs/practices/naming and /rules).
func contradictsName(q *Query, claimed unit.Unit) bool {
	known := q.Analysis.Root.Unit
	if known.Clashes(promql.In(claimed)) || known.Known() && known.Unit == claimed || !isNamedShare(q.Parsed) {
		return false
	}
	return claimed == unit.Percent || claimed.IsTime() || claimed.IsData()
}

// isWholeNumber reports whether a query counts series: no share of anything.
func isWholeNumber(expr parser.Expr) bool {
	switch e := bare(expr).(type) {
	case *parser.AggregateExpr:
		return e.Op == parser.COUNT || e.Op == parser.COUNT_VALUES
	case *parser.BinaryExpr:
		_, isLeft := number(e.LHS)
		_, isRight := number(e.RHS)
		switch {
		case e.Op == parser.LOR:
			return isWholeNumber(e.LHS)
		case e.Op == parser.SUB || e.Op == parser.ADD:
			return (isLeft || isWholeNumber(e.LHS)) && (isRight || isWholeNumber(e.RHS)) && !(isLeft && isRight)
		case isRight && e.Op.IsComparisonOperator() && !e.ReturnBool:
			return isWholeNumber(e.LHS)
		}
	}
	return false
}

// isBurnRate reports whether a query gives series that are named burn rates: so many times as fast as a budget allows.
func isBurnRate(expr parser.Expr) bool {
	metric, sign := growsWith(expr)
	return sign > 0 && strings.Contains(metric, "burn_rate")
}

// isNamedShare reports whether a query gives the values of series named as ratios, or what is missing from 1.
func isNamedShare(expr parser.Expr) bool {
	switch e := bare(expr).(type) {
	case *parser.VectorSelector:
		return strings.HasSuffix(e.Name, "ratio") || slices.ContainsFunc(strings.Split(e.Name, ":"), func(part string) bool {
			return part == "ratio" || strings.HasSuffix(part, "_ratio") || strings.HasPrefix(part, "ratio_")
		})
	case *parser.AggregateExpr:
		return slices.Contains([]parser.ItemType{parser.MIN, parser.MAX, parser.AVG}, e.Op) && isNamedShare(e.Expr)
	case *parser.BinaryExpr:
		left, isLeft := number(e.LHS)
		_, isRight := number(e.RHS)
		switch {
		case isRight && e.Op.IsComparisonOperator() && !e.ReturnBool, e.Op == parser.MUL && isInfo(e.RHS):
			return isNamedShare(e.LHS)
		case isLeft && left == 1 && e.Op == parser.SUB:
			return isNamedShare(e.RHS)
		case e.Op == parser.MUL:
			return isNamedShare(e.LHS) && isNamedShare(e.RHS)
		}
	}
	return false
}

// isInfo reports whether an expression is an info metric, by its name: the product with it has more labels and the same value.
func isInfo(expr parser.Expr) bool {
	selector, ok := bare(expr).(*parser.VectorSelector)
	return ok && (strings.HasSuffix(selector.Name, "_info") || strings.HasSuffix(selector.Name, ":info"))
}
