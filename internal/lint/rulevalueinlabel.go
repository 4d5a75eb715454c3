package lint

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
)

var ruleValueInLabel = &Check{
	Code: "rule/value-in-label", Severity: diag.Error, Warns: true,
	Summary: "a label of an alert holds the value, which changes with every evaluation",
	Why: "Labels are what an alert is known by: another value makes another alert. The one before resolves, the new one waits for " +
		"its own for, and with a value that moves at every evaluation it never fires. Without for, people are notified again and " +
		"again of one thing.",
	Run: func(p *Pass) {
		for i := range p.Templates {
			t := &p.Templates[i]
			if !t.IsLabel {
				continue
			}
			for _, printed := range t.printedValues() {
				place := t.At(printed.offset, printed.length)
				const help = "print the value in an annotation"
				waiting := slices.IndexFunc(t.alerts(), func(alert *Rule) bool { return duration(alert.For) > 0 && moves(alert) })
				if waiting < 0 {
					p.Warn(place, help, "label %s holds the value: each new value is another alert", t.Name.Value)
					continue
				}
				p.Report(place, help, "label %s holds the value: each new value waits %s anew before it fires", t.Name.Value,
					t.alerts()[waiting].For.Value)
			}
		}
	},
}

// moves reports whether the rule's value is another at nearly every evaluation: a rate, a growth or a quotient. A gauge may
// stay what it is for as long as the alert waits.
func moves(rule *Rule) bool {
	if rule.Analysis == nil {
		return false
	}
	if _, constant := rule.Analysis.Root.Range.Constant(); constant {
		return false
	}
	kind := rule.Analysis.Root.Kind
	return kind == promql.KindRate || kind == promql.KindDelta || isMoving(rule.Analysis, rule.Parsed)
}

// isMoving reports what has a quotient or the time of day in its value.
func isMoving(analysis *promql.Analysis, expr parser.Expr) bool {
	isNumber := func(part parser.Expr) bool {
		typed, ok := analysis.Type(part)
		return !ok || typed.Value == parser.ValueTypeScalar && typed.Kind == promql.KindConstant
	}
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return isMoving(analysis, e.Expr)
	case *parser.AggregateExpr:
		return slices.Contains([]parser.ItemType{parser.SUM, parser.AVG, parser.MIN, parser.MAX}, e.Op) && isMoving(analysis, e.Expr)
	case *parser.Call:
		return e.Func.Name == "time" || e.Func.Name == "histogram_quantile"
	case *parser.BinaryExpr:
		switch {
		case e.Op == parser.LAND || e.Op == parser.LUNLESS || e.Op.IsComparisonOperator() && !isNumber(e.LHS):
			return isMoving(analysis, e.LHS)
		case e.Op.IsComparisonOperator():
			return isMoving(analysis, e.RHS)
		case e.Op == parser.DIV:
			return !isNumber(e.RHS)
		}
		return isMoving(analysis, e.LHS) || isMoving(analysis, e.RHS)
	}
	return false
}
