package lint

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/read"
)

// alertsOn finds the alerts of the files that compare the expression that a panel draws.
type alertsOn struct {
	recorded map[string][]*Rule // by the name that they record
	byShape  map[string][]comparison
	found    map[*Query]onQuery // for several checks, and each step of a panel's thresholds
}

// onQuery are the alerts on a query.
type onQuery struct {
	alerts []comparison
	factor float64 // that the query's values are multiplied with
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
	a := &alertsOn{recorded: recordingsByName(f.Rules), byShape: map[string][]comparison{}, found: map[*Query]onQuery{}}
	for i := range f.Rules {
		rule := &f.Rules[i]
		if rule.Alert.Value == "" || rule.Parsed == nil {
			continue
		}
		for _, found := range a.compared(rule, rule.Parsed) {
			for _, level := range a.levels(found.subject) {
				found.subject, found.factor = level.expr, level.factor
				shape := shapeOf(found.subject)
				a.byShape[shape] = append(a.byShape[shape], found)
			}
		}
	}
	return a
}

// compared takes an alert of the form "expression > number" apart. Of two that are joined by and, the second is mostly a guard,
// such as enough traffic: it counts only where both have the same threshold, as the windows of a burn rate do.
func (a *alertsOn) compared(rule *Rule, expr parser.Expr) []comparison {
	binary, ok := bare(expr).(*parser.BinaryExpr)
	if !ok {
		return nil
	}
	if binary.Op == parser.LOR {
		return append(a.compared(rule, binary.LHS), a.compared(rule, binary.RHS)...)
	}
	if binary.Op == parser.LAND || binary.Op == parser.LUNLESS {
		both := a.compared(rule, binary.LHS)
		for _, second := range a.compared(rule, binary.RHS) {
			if binary.Op == parser.LAND && len(both) > 0 && both[0].threshold == second.threshold && both[0].above == second.above {
				both = append(both, second)
			}
		}
		return both
	}
	subject, bound, above := binary.LHS, binary.RHS, binary.Op == parser.GTR || binary.Op == parser.GTE
	if !above && binary.Op != parser.LSS && binary.Op != parser.LTE {
		return nil
	}
	if _, ok := number(subject); ok {
		subject, bound, above = bound, subject, !above
	}
	threshold, ok := number(bound)
	if !ok {
		return nil
	}
	return []comparison{{rule, subject, 1, above, threshold}}
}

// of are the alerts on a query. Variables of the dashboard choose series; what they choose by does not tell expressions apart.
// Alerts that read the same records are nearer to the panel than those that read the same as what is behind the records: two
// objectives of one indicator have thresholds of their own.
func (a *alertsOn) of(q *Query) (found []comparison, factor float64) {
	known, ok := a.found[q]
	if !ok {
		known.alerts, known.factor = a.search(q)
		a.found[q] = known
	}
	return known.alerts, known.factor
}

func (a *alertsOn) search(q *Query) (found []comparison, factor float64) {
	if q.Parsed == nil {
		return nil, 1
	}
	for _, level := range a.levels(q.Parsed) {
		chosen := variableLabels(level.expr)
		key := printed(level.expr, chosen)
		for _, c := range a.byShape[shapeOf(level.expr)] {
			if printed(c.subject, chosen) == key {
				found = append(found, c)
			}
		}
		if len(found) > 0 {
			return found, level.factor
		}
	}
	return nil, 1
}

// level is an expression without a number that it is multiplied with, divided or filtered by.
type level struct {
	expr   parser.Expr
	factor float64
}

// levels are an expression as it is written, and with the rule behind a recorded name in its place, as often as there is one.
func (a *alertsOn) levels(expr parser.Expr) []level {
	var all []level
	factor := 1.0
	for range 10 { // recording rules that record each other would go on
		var more float64
		expr, more = scaled(expr)
		factor *= more
		all = append(all, level{expr, factor})
		selector, ok := expr.(*parser.VectorSelector)
		if !ok {
			break
		}
		rule := a.recording(selector)
		if rule == nil {
			break
		}
		expr = rule.Parsed
	}
	return all
}

// scaled takes the numbers off an expression that it is multiplied with, or divided by, and those that it is filtered by: x >= 0 has
// no other values than x.
func scaled(expr parser.Expr) (rest parser.Expr, factor float64) {
	factor = 1
	for {
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
			case isRight && e.Op.IsComparisonOperator() && !e.ReturnBool:
				expr = e.LHS
			default:
				return expr, factor
			}
		default:
			return expr, factor
		}
	}
}

// recording is the one rule whose series a selector finds, all of them; nil where there is none or several.
func (a *alertsOn) recording(e *parser.VectorSelector) *Rule {
	if e.OriginalOffset != 0 || e.Timestamp != nil || e.StartOrEnd != 0 {
		return nil
	}
	var found *Rule
	for _, rule := range a.recorded[e.Name] {
		if !recordsAll(rule, e) {
			continue
		}
		if rule.Parsed == nil || found != nil && found.Expr.Value != rule.Expr.Value {
			return nil
		}
		found = rule
	}
	return found
}

// recordsAll reports whether a selector's matchers are met by the labels that the rule itself sets.
func recordsAll(rule *Rule, e *parser.VectorSelector) bool {
	return !slices.ContainsFunc(e.LabelMatchers, func(m *labels.Matcher) bool {
		if m.Name == model.MetricNameLabel || matchesAll(m) {
			return false
		}
		set := read.Find(rule.Labels, m.Name)
		if set.IsZero() {
			set = read.Find(rule.Group.Labels, m.Name)
		}
		return set.IsZero() || !m.Matches(set.Value)
	})
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

// number is the value of a number, or of a calculation with numbers such as 14.4 * (1 - 0.995).
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
	case *parser.BinaryExpr:
		left, ok := number(e.LHS)
		right, also := number(e.RHS)
		if !ok || !also {
			return 0, false
		}
		switch e.Op {
		case parser.ADD:
			return left + right, true
		case parser.SUB:
			return left - right, true
		case parser.MUL:
			return left * right, true
		case parser.DIV:
			return left / right, true
		}
	}
	return 0, false
}

// matchesAll reports whether a matcher keeps every series, as one on a variable does.
func matchesAll(m *labels.Matcher) bool {
	return m.Type == labels.MatchRegexp && (m.Value == ".*" || m.Value == ".+")
}

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
