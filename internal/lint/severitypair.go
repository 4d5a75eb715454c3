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
				first, known := urgent.urgency()
				second, alsoKnown := mild.urgency()
				if known && alsoKnown && first < second && !mild.informs() {
					pairs = append(pairs, severityPair{urgent, mild})
				}
			}
		}
	}
	return pairs
}

// comparedQuery is what an alert compares with a constant, and how; false where it does something else.
func comparedQuery(expr parser.Expr) (string, bool) {
	comparison, ok := bare(expr).(*parser.BinaryExpr)
	if !ok || !comparison.Op.IsComparisonOperator() {
		return "", false
	}
	_, left := number(comparison.LHS)
	_, right := number(comparison.RHS)
	switch {
	case left == right:
		return "", false
	case left:
		return comparison.Op.String() + " " + printed(comparison.RHS, nil), true
	default:
		return printed(comparison.LHS, nil) + " " + comparison.Op.String(), true
	}
}
