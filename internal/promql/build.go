package promql

import (
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Match makes one label matcher. A regular expression must have been parsed before: one that does not compile is a bug of
// the caller and panics.
func Match(matchType labels.MatchType, name, value string) *labels.Matcher {
	if matchType == labels.MatchRegexp || matchType == labels.MatchNotRegexp {
		return matchRegexp(matchType, name, value)
	}
	return labels.MustNewMatcher(matchType, name, value)
}

// Equal makes the matcher name="value".
func Equal(name, value string) *labels.Matcher { return Match(labels.MatchEqual, name, value) }

// Select makes a selector of a metric. The matchers are sorted by label, so that equal selectors print equally.
func Select(metric string, matchers ...*labels.Matcher) *parser.VectorSelector {
	all := make([]*labels.Matcher, 0, 1+len(matchers))
	all = append(append(all, Equal(model.MetricNameLabel, metric)), matchers...)
	slices.SortStableFunc(all[1:], func(a, b *labels.Matcher) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return &parser.VectorSelector{Name: metric, LabelMatchers: all}
}

// Over makes selector[window].
func Over(selector *parser.VectorSelector, window time.Duration) *parser.MatrixSelector {
	return &parser.MatrixSelector{VectorSelector: selector, Range: window}
}

// Subquery makes expr[window:step].
func Subquery(expr parser.Expr, window, step time.Duration) *parser.SubqueryExpr {
	return &parser.SubqueryExpr{Expr: subject(expr), Range: window, Step: step}
}

// Call calls a function of PromQL. An unknown function is a bug of the caller and panics.
func Call(function string, arguments ...parser.Expr) parser.Expr {
	f, ok := parser.Functions[function]
	if !ok {
		panic("promql: no function " + function)
	}
	return &parser.Call{Func: f, Args: arguments}
}

// Aggregate makes op by (labels) (expr); without labels it aggregates everything into one.
func Aggregate(op parser.ItemType, expr parser.Expr, by ...string) parser.Expr {
	return &parser.AggregateExpr{Op: op, Expr: expr, Grouping: by}
}

// Sum makes sum by (labels) (expr).
func Sum(expr parser.Expr, by ...string) parser.Expr { return Aggregate(parser.SUM, expr, by...) }

// Binary makes left op right between expressions that have the same labels, or of which one is a number. Operands that
// bind weaker than op stand in parentheses.
func Binary(op parser.ItemType, left, right parser.Expr) parser.Expr {
	e := &parser.BinaryExpr{Op: op, LHS: operand(left, precedence(op)), RHS: operand(right, precedence(op)+1)}
	if isVector(left) && isVector(right) {
		e.VectorMatching = &parser.VectorMatching{Card: parser.CardOneToOne}
		if op.IsSetOperator() {
			e.VectorMatching.Card = parser.CardManyToMany
		}
	}
	return e
}

// precedence is how tightly a binary operator binds; all but ^, which is not built here, bind to the left
// (https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence).
func precedence(op parser.ItemType) int {
	switch op {
	case parser.LOR:
		return 1
	case parser.LAND, parser.LUNLESS:
		return 2
	case parser.ADD, parser.SUB:
		return 4
	case parser.MUL, parser.DIV, parser.MOD, parser.ATAN2:
		return 5
	default:
		return 3 // comparisons
	}
}

// operand puts an operand that binds weaker than level into parentheses.
func operand(expr parser.Expr, level int) parser.Expr {
	switch e := expr.(type) {
	case *parser.BinaryExpr:
		if precedence(e.Op) < level {
			return &parser.ParenExpr{Expr: expr}
		}
	case *parser.UnaryExpr:
		return &parser.ParenExpr{Expr: expr}
	}
	return expr
}

// subject puts an expression that a subquery cannot follow into parentheses.
func subject(expr parser.Expr) parser.Expr {
	const tightest = 7
	return operand(expr, tightest)
}

// Number makes a number.
func Number(value float64) parser.Expr { return &parser.NumberLiteral{Val: value} }

// String makes a string.
func String(value string) parser.Expr { return &parser.StringLiteral{Val: value} }

// Scale multiplies by a factor. A factor of one changes nothing, and one below one divides where that prints shorter.
func Scale(expr parser.Expr, factor float64) parser.Expr {
	if factor == 1 {
		return expr
	}
	if inverse := 1 / factor; factor < 1 && inverse == float64(int64(inverse)) {
		return Binary(parser.DIV, expr, Number(inverse))
	}
	return Binary(parser.MUL, expr, Number(factor))
}

func isVector(expr parser.Expr) bool { return expr.Type() == parser.ValueTypeVector }
