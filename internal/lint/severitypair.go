package lint

import (
	"github.com/prometheus/prometheus/promql/parser"
)

// severityPair are two alerts on one query that differ in threshold and urgency.
type severityPair struct{ urgent, mild *Alert }

// mostAlike is how many alerts on one query are compared with each other.
const mostAlike = 50

// severityPairs finds alerts that compare the same expression in the same direction with constants, at different urgencies.
func (f *Files) severityPairs() []severityPair {
	byQuery := map[string][]*Alert{}
	var order []string
	for _, alert := range f.Alerts {
		query, ok := comparedQuery(alert.Parsed)
		if !ok {
			continue
		}
		if byQuery[query] == nil {
			order = append(order, query)
		}
		byQuery[query] = append(byQuery[query], alert)
	}
	var pairs []severityPair
	for _, query := range order {
		if len(byQuery[query]) > mostAlike {
			continue // a template filled in for many: not thresholds of one figure
		}
		for _, urgent := range byQuery[query] {
			for _, mild := range byQuery[query] {
				if high, ok := urgent.urgency(); ok {
					if low, ok := mild.urgency(); ok && high > low && low > 0 {
						pairs = append(pairs, severityPair{urgent, mild})
					}
				}
			}
		}
	}
	return pairs
}

// comparedQuery is what an alert compares with a constant, and how; false where it does something else.
func comparedQuery(expr parser.Expr) (string, bool) {
	comparison, ok := withoutParens(expr).(*parser.BinaryExpr)
	if !ok || !comparison.Op.IsComparisonOperator() {
		return "", false
	}
	query, constant := comparison.LHS, comparison.RHS
	side := " left "
	if isConstant(query) {
		query, constant, side = constant, query, " right "
	}
	if !isConstant(constant) || isConstant(query) {
		return "", false
	}
	return withoutParens(query).String() + side + comparison.Op.String(), true
}

func withoutParens(expr parser.Expr) parser.Expr {
	for {
		paren, ok := expr.(*parser.ParenExpr)
		if !ok {
			return expr
		}
		expr = paren.Expr
	}
}

// isConstant reports an expression of numbers alone.
func isConstant(expr parser.Expr) bool {
	switch e := withoutParens(expr).(type) {
	case *parser.NumberLiteral:
		return true
	case *parser.UnaryExpr:
		return isConstant(e.Expr)
	case *parser.BinaryExpr:
		return isConstant(e.LHS) && isConstant(e.RHS)
	}
	return false
}
