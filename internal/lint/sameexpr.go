package lint

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// alertsOn finds the alerts of the files that compare the expression that a panel draws.
type alertsOn struct {
	recorded map[string]parser.Expr // of names that one rule records, and that have no labels of their own
	byShape  map[string][]comparison
}

// comparison is an alert that compares an expression with a number.
type comparison struct {
	rule      *Rule
	subject   parser.Expr
	factor    float64 // that the expression was multiplied with
	above     bool    // it fires above the threshold
	threshold float64
}

// alertsOn is made when a panel asks, and shared from then on.
func (f *Files) alertsOn() *alertsOn {
	if f.alerts == nil {
		f.alerts = newAlertsOn(f)
	}
	return f.alerts
}

func newAlertsOn(f *Files) *alertsOn {
	a := &alertsOn{recorded: map[string]parser.Expr{}, byShape: map[string][]comparison{}}
	for i := range f.Rules {
		rule := &f.Rules[i]
		if name := rule.Record.Value; name != "" {
			if _, twice := a.recorded[name]; twice || len(rule.Labels) > 0 || len(rule.Group.Labels) > 0 {
				a.recorded[name] = nil
				continue
			}
			a.recorded[name] = rule.Parsed
		}
	}
	for i := range f.Rules {
		rule := &f.Rules[i]
		if rule.Alert.Value == "" || rule.Parsed == nil {
			continue
		}
		if found, ok := a.compared(rule); ok {
			shape := shapeOf(found.subject)
			a.byShape[shape] = append(a.byShape[shape], found)
		}
	}
	return a
}

// compared takes an alert of the form "expression > number" apart.
func (a *alertsOn) compared(rule *Rule) (comparison, bool) {
	binary, ok := bare(rule.Parsed).(*parser.BinaryExpr)
	if !ok {
		return comparison{}, false
	}
	subject, bound, above := binary.LHS, binary.RHS, binary.Op == parser.GTR || binary.Op == parser.GTE
	if !above && binary.Op != parser.LSS && binary.Op != parser.LTE {
		return comparison{}, false
	}
	if _, ok := number(subject); ok {
		subject, bound, above = bound, subject, !above
	}
	threshold, ok := number(bound)
	if !ok {
		return comparison{}, false
	}
	rest, factor := a.scaled(subject)
	return comparison{rule, rest, factor, above, threshold}, true
}

// of are the alerts on a query. Variables of the dashboard choose series; what they choose by does not tell expressions apart.
func (a *alertsOn) of(q *Query) (found []comparison, factor float64) {
	if q.Parsed == nil {
		return nil, 1
	}
	subject, factor := a.scaled(q.Parsed)
	chosen := variableLabels(subject)
	key := printed(subject, chosen)
	for _, c := range a.byShape[shapeOf(subject)] {
		if printed(c.subject, chosen) == key {
			found = append(found, c)
		}
	}
	return found, factor
}

// scaled is an expression without a number that it is multiplied with, or divided by, and with the rule behind a recorded name
// in its place.
func (a *alertsOn) scaled(expr parser.Expr) (rest parser.Expr, factor float64) {
	factor = 1
	for range 10 { // recording rules that record each other would go on
		expr = bare(expr)
		switch e := expr.(type) {
		case *parser.BinaryExpr:
			left, isLeft := number(e.LHS)
			right, isRight := number(e.RHS)
			switch {
			case e.Op == parser.MUL && isLeft && left != 0:
				expr, factor = e.RHS, factor*left
			case e.Op == parser.MUL && isRight && right != 0:
				expr, factor = e.LHS, factor*right
			case e.Op == parser.DIV && isRight && right != 0:
				expr, factor = e.LHS, factor/right
			default:
				return expr, factor
			}
		case *parser.VectorSelector:
			rule := a.recorded[e.Name]
			if rule == nil || len(e.LabelMatchers) > 1+len(variableLabels(e)) || e.OriginalOffset != 0 || e.Timestamp != nil {
				return expr, factor
			}
			expr = rule
		default:
			return expr, factor
		}
	}
	return expr, factor
}

// bare is an expression without the parentheses around it.
func bare(expr parser.Expr) parser.Expr {
	for {
		paren, ok := expr.(*parser.ParenExpr)
		if !ok {
			return expr
		}
		expr = paren.Expr
	}
}

// number is the value of a number, also of a negative one.
func number(expr parser.Expr) (float64, bool) {
	switch e := bare(expr).(type) {
	case *parser.NumberLiteral:
		return e.Val, true
	case *parser.UnaryExpr:
		value, ok := number(e.Expr)
		if e.Op == parser.SUB {
			value = -value
		}
		return value, ok
	}
	return 0, false
}

// matchesAll reports whether a matcher keeps every series, as one on a variable does.
func matchesAll(m *labels.Matcher) bool { return m.Type == labels.MatchRegexp && m.Value == ".*" }

// variableLabels are the labels by which an expression is filtered with variables.
func variableLabels(expr parser.Expr) []string {
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			for _, m := range selector.LabelMatchers {
				if matchesAll(m) {
					names = append(names, m.Name)
				}
			}
		}
		return nil
	})
	return names
}

// shapeOf is an expression without any matchers, to find those that may be the same.
func shapeOf(expr parser.Expr) string {
	return structure{func(*labels.Matcher) bool { return false }}.of(expr)
}

// printed is an expression without matchers on the given labels and without parentheses that change nothing.
func printed(expr parser.Expr, without []string) string {
	return structure{func(m *labels.Matcher) bool { return !slices.Contains(without, m.Name) }}.of(expr)
}
