package lint

import (
	"github.com/belfry-dev/belfry/internal/diag"
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
				if duration(t.Rule.For) > 0 && !isConstant(t.Rule) {
					p.Report(place, help, "label %s holds the value: each new value waits %s anew before it fires", t.Name.Value, t.Rule.For.Value)
				} else {
					p.Warn(place, help, "label %s holds the value: each new value is another alert", t.Name.Value)
				}
			}
		}
	},
}

// isConstant reports whether the rule's value never changes.
func isConstant(rule *Rule) bool {
	if rule.Analysis == nil {
		return false
	}
	_, constant := rule.Analysis.Root.Range.Constant()
	return constant
}
