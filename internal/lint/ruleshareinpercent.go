package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleShareInPercent = &Check{
	Code: "rule/share-in-percent", Severity: diag.Warning,
	Summary: "a share from 0 to 1 is compared with a percentage",
	Why: "What is in use divided by its limit is 0.9 where 90 % are used. Compared with 90 it is never above it, and an alert on it never " +
		"fires, or always where it asks for less.",
	Run: func(p *Pass) {
		for i := range p.Rules {
			rule := &p.Rules[i]
			if !isShareInPercent(rule) || isReported(rule, "promql/unit-mismatch", "promql/unreachable-comparison", "promql/constant-comparison") {
				continue
			}
			condition, _ := rule.Analysis.OnlyCondition(rule.Parsed)
			p.Report(rule.AtExpr(condition.Number), "write "+figure(condition.Threshold/100)+", or multiply the quotient by 100",
				"a quotient of equal units is a share: %s of it are %s", figure(condition.Threshold), unit.Ratio.Format(condition.Threshold))
		}
	},
}

const (
	leastPercent = 1.5 // shares above one and a half are rare, such as those of what is overcommitted
	mostPercent  = 100
	// surelyPercent is from where on a number is hardly a multiple: limits are not overcommitted so much.
	surelyPercent = 10
)

// boundWords are in the names of what bounds others.
var boundWords = []string{"max", "maximum", "limit", "limits", "quota", "capacity", "size", "total"}

// isShareInPercent reports whether an alert compares a share with a number that can only be meant in percent: the names say that a
// part is divided by what bounds it, or the texts print the value as a share.
func isShareInPercent(rule *Rule) bool {
	if rule.Alert.Value == "" || rule.Analysis == nil {
		return false
	}
	condition, ok := rule.Analysis.OnlyCondition(rule.Parsed)
	if !ok || condition.Threshold < leastPercent || condition.Threshold > mostPercent {
		return false
	}
	quotient := quotientIn(condition.Subject)
	if quotient == nil || !isEqualUnits(rule.Analysis, quotient) {
		return false
	}
	return condition.Threshold >= surelyPercent && isBound(quotient.RHS) || condition.Threshold >= certainlyNoRatio && printsShare(rule) ||
		saysPercent(rule, condition)
}

// quotientIn is the quotient whose values an expression has, perhaps aggregated; nil where it has others.
func quotientIn(expr parser.Expr) *parser.BinaryExpr {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return quotientIn(e.Expr)
	case *parser.AggregateExpr:
		if slices.Contains([]parser.ItemType{parser.AVG, parser.MIN, parser.MAX}, e.Op) {
			return quotientIn(e.Expr)
		}
	case *parser.BinaryExpr:
		if e.Op == parser.DIV {
			return e
		}
	}
	return nil
}

// isEqualUnits reports whether both sides are measured alike, or nobody knows of either.
func isEqualUnits(analysis *promql.Analysis, quotient *parser.BinaryExpr) bool {
	left, _ := analysis.Type(quotient.LHS)
	right, _ := analysis.Type(quotient.RHS)
	if left.Kind == promql.KindConstant || right.Kind == promql.KindConstant || left.Value == parser.ValueTypeScalar ||
		right.Value == parser.ValueTypeScalar {
		return false
	}
	if !left.Unit.Known() && !right.Unit.Known() {
		return left.Unit.Certainty == right.Unit.Certainty && !isScaled(quotient.LHS) && !isScaled(quotient.RHS)
	}
	return left.Unit.Known() && right.Unit.Known() && left.Unit.Unit == right.Unit.Unit
}

// isBound reports whether an expression reads nothing but gauges that are named for what bounds others. _total ends the names of
// counters, which bound nothing.
func isBound(expr parser.Expr) bool {
	bounds, others := 0, 0
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			words := strings.FieldsFunc(strings.TrimSuffix(selector.Name, "_total"), func(r rune) bool { return r == '_' || r == ':' })
			if slices.ContainsFunc(words, func(word string) bool { return slices.Contains(boundWords, word) }) {
				bounds++
			} else {
				others++
			}
		}
		return nil
	})
	return bounds > 0 && others == 0
}

// printsShare reports whether a text of an alert prints the value by humanizePercentage.
func printsShare(rule *Rule) bool {
	return slices.ContainsFunc(rule.Annotations, func(annotation read.Pair) bool {
		return strings.Contains(annotation.Value.Value, "humanizePercentage")
	})
}

// saysPercent reports whether a text of an alert says the very threshold in percent.
func saysPercent(rule *Rule, condition promql.Condition) bool {
	return slices.ContainsFunc(rule.Annotations, func(annotation read.Pair) bool {
		return slices.ContainsFunc(phrases(prose(annotation.Value.Value)), func(said phrase) bool {
			return said.hasUnit && said.unit == unit.Percent && said.number == condition.Threshold
		})
	})
}
