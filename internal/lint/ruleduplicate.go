package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
)

var ruleDuplicate = &Check{
	Code: "rule/duplicate", Severity: diag.Error, Warns: true,
	Summary: "two rules of one file do the same, or write the same series",
	Why: "Two alerts on one expression with the same labels fire together, and people are notified twice of one thing. Two recording " +
		"rules that write one series get in each other's way: within a group Prometheus keeps the first value and drops the other with " +
		"a warning in its log (rules.Group.Eval), of two groups the values take turns.",
	Run: func(p *Pass) {
		alerts, records := map[ruleKey]*Rule{}, map[ruleKey]*Rule{}
		for i := range p.Rules {
			rule := &p.Rules[i]
			switch {
			case rule.Parsed == nil:
			case rule.Alert.Value != "":
				checkSameAlert(p, rule, alerts)
			default:
				checkSameSeries(p, rule, records)
			}
		}
	},
}

// ruleKey is what duplicates share. Files are told apart, and the resources in them: the same rules are often there twice,
// plain and as a resource.
type ruleKey struct {
	holder       diag.Pos
	does, labels string
}

// staticLabels are the labels that a rule sets, those of its group included, as a text to compare.
func staticLabels(rule *Rule) string {
	set := map[string]string{}
	for _, pair := range ruleLabels(rule) {
		set[pair.Name.Value] = pair.Value.Value
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(set)) {
		text.WriteString(name + "\x00" + set[name] + "\x00")
	}
	return text.String()
}

// checkSameAlert reports a second alert on the same expression, with the same labels and for.
func checkSameAlert(p *Pass, rule *Rule, seen map[ruleKey]*Rule) {
	key := ruleKey{rule.Group.Holder, squeezed(rule.Expr.Value) + "\x00" + rule.For.Value, staticLabels(rule)}
	first, known := seen[key]
	if !known {
		seen[key] = rule
		return
	}
	p.Warn(rule.At(rule.Alert.At()).Noting("%s is in line %d", first.Alert.Value, first.Pos.Line), "remove one of them",
		"this alert fires whenever %s does, with the same labels", first.Alert.Value)
}

// checkSameSeries reports a second rule that records the same expression, or that certainly records the same series.
func checkSameSeries(p *Pass, rule *Rule, seen map[ruleKey]*Rule) {
	key := ruleKey{rule.Group.Holder, rule.Record.Value, staticLabels(rule)}
	first, known := seen[key]
	if !known {
		seen[key] = rule
		return
	}
	place := rule.At(rule.Record.At()).Noting("the other is in line %d", first.Pos.Line)
	switch {
	case squeezed(first.Expr.Value) == squeezed(rule.Expr.Value):
		p.Warn(place, "remove one of them", "%s is recorded twice", rule.Record.Value)
	case !isSingle(first.Analysis.Root) || !isSingle(rule.Analysis.Root) || mayBeEmpty(first.Parsed) || mayBeEmpty(rule.Parsed):
	case maps.Equal(selectorsIn(first.Parsed), selectorsIn(rule.Parsed)):
		p.Report(place, "give one of them another name, or a label", "two rules record the one series %s", rule.Record.Value)
	default: // of two exporters, or of two releases of one, only one may be there
		p.Warn(place, "give one of them another name, or a label", "two rules record the one series %s", rule.Record.Value)
	}
}

// mayBeEmpty reports an expression that has a result only at times: two such may take turns.
func mayBeEmpty(expr parser.Expr) bool {
	sometimes := false
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.BinaryExpr:
			sometimes = sometimes || n.Op == parser.LAND || n.Op == parser.LUNLESS || n.Op.IsComparisonOperator() && !n.ReturnBool
		case *parser.Call:
			sometimes = sometimes || strings.HasPrefix(n.Func.Name, "absent")
		}
		return nil
	})
	return sometimes
}

// selectorsIn are the series that an expression reads.
func selectorsIn(expr parser.Expr) map[string]bool {
	all := map[string]bool{}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			all[selector.String()] = true
		}
		return nil
	})
	return all
}

// isSingle reports a result that has one series without labels at most.
func isSingle(result promql.Type) bool {
	return len(result.Branches) == 1 && result.Branches[0].Closed() && len(result.Branches[0].Names()) == 0
}
