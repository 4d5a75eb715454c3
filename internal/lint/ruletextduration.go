package lint

import (
	"math"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleTextDuration = &Check{
	Code: "rule/text-duration", Severity: diag.Warning,
	Summary: "an alert's text says another duration than its rule has",
	Why: "\"For 15 minutes\" in a text that fires after five sends people the wrong way: how long something has lasted is what they " +
		"judge it by. The duration is often changed in the rule alone.",
	Run: func(p *Pass) {
		seen := newLookbacks(p.Rules)
		for i := range p.Templates {
			t := &p.Templates[i]
			if t.IsLabel || t.Rule.Parsed == nil || t.failure != nil {
				continue
			}
			if found, _ := spanPhrases(prose(t.Text.Value)); len(found) == 1 {
				checkSpan(p, t, found[0], *seen.of(t.Rule))
			}
		}
	},
}

// checkSpan compares the one duration that a text tells with all that the rule has.
func checkSpan(p *Pass, t *Template, said spanPhrase, seen lookback) {
	lasting := time.Duration(duration(t.Rule.For))
	if said.span == lasting || said.span == time.Duration(duration(t.Rule.KeepFiringFor)) || isCompared(t.Rule, said.span) ||
		slices.ContainsFunc(seen.ranges, func(r time.Duration) bool {
			// "For 5m" of a rule that has a for of its own is no range.
			return r == said.span && (said.isPast || lasting == 0) || r+lasting == said.span
		}) {
		return
	}
	place := t.At(said.offset, said.length)
	wrote := t.Text.Value[said.offset : said.offset+said.length]
	switch {
	case said.isPast && len(seen.ranges) == 1 && !seen.unknown:
		p.Report(place, "write "+unit.FormatDuration(seen.ranges[0])+" in the text, or mend the range",
			"%s says %q, but the expression looks back %s", t.kind(), wrote, unit.FormatDuration(seen.ranges[0]))
	case !said.isPast && lasting > 0:
		p.Report(place, "write "+unit.FormatDuration(lasting)+" in the text, or mend for", "%s says %q, but the rule says for: %s",
			t.kind(), wrote, unit.FormatDuration(lasting))
	case !said.isPast && !seen.unknown:
		p.Report(place, "add for: "+unit.FormatDuration(said.span)+", or mend the text", "%s says %q, but the alert fires at once",
			t.kind(), wrote)
	}
}

// isCompared reports whether an expression compares a time with a duration. A time of unknown unit is in seconds or in
// milliseconds.
func isCompared(rule *Rule, span time.Duration) bool {
	condition, ok := rule.Analysis.OnlyCondition(rule.Parsed)
	if !ok {
		return false
	}
	if measured := condition.Measured.Unit; measured.Known() {
		seconds, isTime := measured.Unit.Convert(condition.Threshold, unit.Second)
		return isTime && math.Abs(seconds-span.Seconds()) < 1e-6
	}
	return condition.Threshold == span.Seconds() || condition.Threshold == 1000*span.Seconds()
}
