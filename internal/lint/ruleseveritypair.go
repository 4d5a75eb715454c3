package lint

import (
	"strings"
	"time"
	"unicode"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleSeverityPair = &Check{
	Code: "rule/severity-pair", Severity: diag.Warning,
	Summary: "two alerts on one expression do not escalate: the milder one is the stricter, or both have one severity",
	Why: "A warning should come before the critical alert. Where its threshold is further out, or the same, the warning never " +
		"arrives on its own: the critical alert fires first and mutes it. Most often the two figures were swapped. Of two alerts " +
		"of one severity, the one that is further out only repeats what the other has said.",
	Run: func(p *Pass) {
		for _, alerts := range alertsByFile(p.Rules) {
			for _, same := range alike(alerts) {
				if len(same) > mostAlike {
					continue // a template filled in for many: not thresholds of one figure
				}
				for i := range same {
					for j := range same[:i] {
						checkPair(p, same[j], same[i])
					}
				}
			}
		}
	},
}

// bounded is an alert on a comparison with a number.
type bounded struct {
	*Rule
	condition promql.Condition
}

// alike groups alerts whose expressions differ in the number alone.
func alike(alerts []*Rule) [][]bounded {
	var groups [][]bounded
	at := map[string]int{}
	for _, alert := range alerts {
		if alert.Analysis == nil {
			continue
		}
		condition, ok := alert.Analysis.OnlyCondition(alert.Parsed)
		if !ok || !condition.Above() && !condition.Below() {
			continue
		}
		number := condition.Number.PositionRange()
		key := squeezed(alert.Expr.Value[:number.Start]) + "#" + squeezed(alert.Expr.Value[number.End:])
		if _, known := at[key]; !known {
			at[key] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[key]] = append(groups[at[key]], bounded{alert, condition})
	}
	return groups
}

// squeezed is a text without blanks and line breaks, to compare expressions as they are written.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// checkPair looks at two alerts that say how urgent they are.
func checkPair(p *Pass, a, b bounded) {
	first, known := ir.SeverityRank(severity(a.Rule))
	second, alsoKnown := ir.SeverityRank(severity(b.Rule))
	if !known || !alsoKnown {
		return
	}
	if first == second {
		checkEquals(p, a, b)
		return
	}
	urgent, mild := a, b
	if second < first {
		urgent, mild = b, a
	}
	place := mild.AtExpr(mild.condition.Number).Noting("%s is in line %d", urgent.Alert.Value, urgent.Pos.Line)
	switch mild.bound().EscalatesTo(urgent.bound(), urgent.condition.Above()) {
	case ir.Together:
		p.Report(place, "let the "+severity(mild.Rule)+" alert fire earlier", "alerts %s and %s fire at the same value, %s",
			mild.said(), urgent.said(), threshold(urgent.condition))
	case ir.Reversed:
		p.Report(place, "swap the two thresholds", "%s fires %s %s, only after %s %s %s", mild.said(), direction(mild.condition),
			threshold(mild.condition), urgent.said(), direction(urgent.condition), threshold(urgent.condition))
	}
}

// checkEquals looks at two alerts of one severity: the stricter one says nothing new where it does not fire for something else.
// Those that fire at the same value are rule/duplicate's.
func checkEquals(p *Pass, a, b bounded) {
	if a.condition.Threshold == b.condition.Threshold {
		return
	}
	strict, mild := a, b
	if mild.bound().EscalatesTo(strict.bound(), strict.condition.Above()) == ir.Reversed {
		strict, mild = mild, strict
	}
	if strict.bound().For < mild.bound().For {
		return // sooner where it is worse
	}
	p.Report(strict.AtExpr(strict.condition.Number).Noting("%s is in line %d", mild.Alert.Value, mild.Pos.Line),
		"give the one at "+threshold(strict.condition)+" a higher severity, or remove it",
		"%s fires only when %s does already", strict.said(), mild.said())
}

func (b bounded) bound() ir.Bound {
	return ir.Bound{Value: b.condition.Threshold, For: time.Duration(duration(b.For))}
}

// said names an alert with its severity: two of one name differ by that.
func (b bounded) said() string { return b.Alert.Value + " (" + severity(b.Rule) + ")" }

func severity(rule *Rule) string {
	if own := read.Find(rule.Labels, "severity"); !own.IsZero() {
		return own.Value
	}
	return read.Find(rule.Group.Labels, "severity").Value
}
