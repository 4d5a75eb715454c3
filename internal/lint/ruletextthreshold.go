package lint

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleTextThreshold = &Check{
	Code: "rule/text-threshold", Severity: diag.Warning,
	Summary: "an alert's text says another threshold than its expression has",
	Why: "Whoever reads the alert decides by its text. A threshold is often changed in the expression alone, and a text that was " +
		"copied from another alert keeps the other's.",
	Run: func(p *Pass) {
		for i := range p.Templates {
			t := &p.Templates[i]
			if t.IsLabel || t.Rule.Analysis == nil || t.failure != nil {
				continue
			}
			if isReported(t.Rule, "promql/unit-mismatch", "promql/unreachable-comparison", "promql/constant-comparison") {
				continue // the text may be what is right
			}
			if condition, ok := t.Rule.Analysis.OnlyCondition(t.Rule.Parsed); ok && condition.Threshold != 0 {
				checkText(p, t, condition)
			}
		}
	},
}

// checkText compares the one threshold that a text tells with that of the expression.
func checkText(p *Pass, t *Template, condition promql.Condition) {
	_, text := spanPhrases(prose(t.Text.Value))
	found := phrases(text)
	if len(found) != 1 || !condition.Above() && !condition.Below() {
		return
	}
	said := found[0]
	place := t.At(said.offset, said.length)
	wrote := t.Text.Value[said.offset : said.offset+said.length]
	switch same := tells(said, condition, t.Rule); {
	case same == differs && said.above == condition.Above():
		p.Report(place, "write "+threshold(condition)+" in the text, or mend the expression", "%s says %q, but the alert fires %s %s",
			t.kind(), wrote, direction(condition), threshold(condition))
	case same == agreesWith && said.above != condition.Above():
		p.Report(place, "turn the text or the comparison round", "%s says %q, but the alert fires %s %s",
			t.kind(), wrote, direction(condition), threshold(condition))
	}
}

// verdict is how a number in a text relates to a threshold.
type verdict uint8

const (
	unclear verdict = iota // in units that cannot be compared, or of which one is not known
	agreesWith
	differs
)

// nearPrefix is how far decimal and binary prefixes are apart, up to tera.
const nearPrefix = 0.1

// tells compares a phrase with a condition, in the unit of what is measured as far as that is known.
func tells(said phrase, condition promql.Condition, rule *Rule) verdict {
	measured := condition.Measured.Unit
	if per := countedPer.FindStringSubmatch(said.behind); per != nil || !said.hasUnit && perTimeBehind.MatchString(said.behind) {
		if own, ok := perTime(rule); !ok || per == nil || spokenUnit(per[2]) != spokenUnit(own) {
			return unclear
		}
	}
	candidates := []float64{1}
	switch {
	case measured.Known() && said.hasUnit:
		factor, ok := said.unit.Factor(measured.Unit)
		if !ok {
			return unclear
		}
		candidates = []float64{factor}
		if isBytes(measured.Unit) && math.Abs(condition.Threshold-said.number*factor) < nearPrefix*condition.Threshold {
			return agreesWith // people write MB for MiB
		}
	case measured.Known() && (measured.Unit.IsRatio() || measured.Unit == unit.None):
		candidates = append(candidates, 0.01, 100)
	case measured.Known() && !measured.Unit.IsCount() && !measured.Unit.IsMoney() && !measured.Unit.IsPerTime():
		return unclear // 10 of a time may be seconds or minutes
	case !measured.Known() && said.hasUnit && !said.unit.IsRatio():
		return unclear
	case !measured.Known():
		candidates = append(candidates, 0.01)
	}
	if slices.ContainsFunc(candidates, func(factor float64) bool { return said.near(condition, factor) }) {
		return agreesWith
	}
	return differs
}

// near reports whether a phrase tells a threshold, perhaps rounded; "at least 5" of whole things is "more than 4".
func (said phrase) near(condition promql.Condition, factor float64) bool {
	distance := math.Abs(condition.Threshold - said.number*factor)
	if distance <= said.precision*factor*(1-1e-9) && !isWhole(condition.Threshold/factor) || distance <= 1e-9*math.Abs(condition.Threshold) {
		return true
	}
	inclusive := condition.Op == parser.GTE || condition.Op == parser.LTE
	return inclusive != said.inclusive && distance == 1 && isWhole(condition.Threshold)
}

func isWhole(v float64) bool { return math.Abs(v-math.Round(v)) < 1e-9 }

func direction(condition promql.Condition) string {
	switch condition.Op {
	case parser.GTR:
		return "above"
	case parser.GTE:
		return "at or above"
	case parser.LSS:
		return "below"
	default:
		return "at or below"
	}
}

// threshold is the expression's threshold for people.
func threshold(condition promql.Condition) string {
	if condition.Measured.Unit.Known() {
		return condition.Measured.Unit.Unit.Format(condition.Threshold)
	}
	return unit.None.Format(condition.Threshold)
}
