package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// badThings are words in the names of metrics that count what nobody wants more of; burn is that of an error budget.
var badThings = []string{"error", "errors", "failure", "failures", "failed", "timeouts", "dropped", "rejected", "oom", "burn", "ALERTS"}

// goodThings are words in the names of metrics that tell what is left of something, whatever else the name has: error_budget_remaining.
var goodThings = []string{"remaining"}

// worsensWith is 1 where more of a metric is worse, -1 where it is better, and 0 where its name does not tell.
func worsensWith(metric string) int {
	words := strings.FieldsFunc(metric, func(c rune) bool { return c == '_' || c == ':' })
	has := func(all []string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(all, word) })
	}
	switch {
	case has(goodThings):
		return -1
	case slices.Contains(words, "budget"):
		return 0 // an error_budget is no error
	case has(badThings):
		return 1
	}
	return 0
}

// checkBadThings reports colours that get better as what is bad grows: the alerts would say so, if there were one.
func checkBadThings(p *Pass, panel Panel, steps []step, direction int, q *Query) {
	top, base := steps[len(steps)-1], steps[0]
	metric, sign := growsWith(q.Parsed)
	good, bad := colourOf(top.Color.Value), colourOf(base.Color.Value)
	if direction > 0 {
		good, bad = bad, good
	}
	if direction*worsensWith(metric)*sign >= 0 || good != colourGreen || bad < colourOrange {
		return
	}
	turns := "grows"
	if sign < 0 {
		turns = "falls"
	}
	p.Warn(panel.At(top.Color.At()).Noting("the query is %s", excerpt(q.Target.Expr.Value)), "turn the colours round",
		"the colours go from %s to %s as %s %s", base.Color.Value, top.Color.Value, metric, turns)
}

// growsWith is the metric with which the value of an expression grows for certain, with 1, or falls, with -1; empty and 0 where there
// is none.
func growsWith(expr parser.Expr) (metric string, sign int) {
	switch e := bare(expr).(type) {
	case *parser.VectorSelector:
		return e.Name, 1
	case *parser.MatrixSelector:
		return growsWith(e.VectorSelector)
	case *parser.AggregateExpr:
		switch e.Op {
		case parser.SUM, parser.AVG, parser.MAX, parser.MIN:
			return growsWith(e.Expr)
		case parser.COUNT:
			return countGrowsWith(e.Expr)
		}
	case *parser.Call:
		if slices.Contains([]string{"rate", "irate", "increase"}, e.Func.Name) {
			return growsWith(e.Args[0])
		}
	case *parser.BinaryExpr:
		return resultGrowsWith(e)
	}
	return "", 0
}

// resultGrowsWith is growsWith of an operator's result.
func resultGrowsWith(e *parser.BinaryExpr) (metric string, sign int) {
	left, isLeft := number(e.LHS)
	right, isRight := number(e.RHS)
	switch {
	case e.Op == parser.LOR, isRight && e.Op.IsComparisonOperator() && !e.ReturnBool: // what replaces nothing, and what is left of a filter
		return growsWith(e.LHS)
	case e.Op == parser.DIV && !isLeft, isRight && right > 0 && e.Op == parser.MUL, isRight && (e.Op == parser.ADD || e.Op == parser.SUB):
		return growsWith(e.LHS)
	case isLeft && left > 0 && e.Op == parser.MUL, isLeft && e.Op == parser.ADD:
		return growsWith(e.RHS)
	case isLeft && e.Op == parser.SUB:
		metric, sign = growsWith(e.RHS)
		return metric, -sign
	}
	return "", 0
}

// countGrowsWith is the metric with which more series are counted: those above a number, or those of ALERTS, which are there only while
// an alert is.
func countGrowsWith(counted parser.Expr) (metric string, sign int) {
	filter, ok := bare(counted).(*parser.BinaryExpr)
	if !ok {
		if metric, sign = growsWith(counted); metric == "ALERTS" {
			return metric, sign
		}
		return "", 0
	}
	if _, isNumber := number(filter.RHS); !isNumber || filter.ReturnBool {
		return "", 0
	}
	metric, sign = growsWith(filter.LHS)
	switch filter.Op {
	case parser.GTR, parser.GTE:
		return metric, sign
	case parser.LSS, parser.LTE:
		return metric, -sign
	}
	return "", 0
}
