package lint

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleTextDuration = &Check{
	Code: "rule/text-duration", Severity: diag.Warning,
	Summary: "an alert's text says another duration than its rule has",
	Why: "\"For 15 minutes\" in a text that fires after five sends people the wrong way: how long something has lasted is what they " +
		"judge it by. The duration is often changed in the rule alone.",
	Run: func(p *Pass) {
		for i := range p.Templates {
			t := &p.Templates[i]
			if t.IsLabel || t.Rule.Parsed == nil || t.failure != nil {
				continue
			}
			if found, _ := spanPhrases(prose(t.Text.Value)); len(found) == 1 {
				checkSpan(p, t, found[0])
			}
		}
	},
}

// checkSpan compares the one duration that a text tells with all that the rule has.
func checkSpan(p *Pass, t *Template, said spanPhrase) {
	ranges, hidden := rangesOf(t.Rule)
	lasting := time.Duration(duration(t.Rule.For))
	if slices.Contains(ranges, said.span) || said.span == lasting || said.span == time.Duration(duration(t.Rule.KeepFiringFor)) {
		return
	}
	for _, one := range ranges {
		if one+lasting == said.span {
			return
		}
	}
	if condition, ok := t.Rule.Analysis.OnlyCondition(t.Rule.Parsed); ok && condition.Threshold == said.span.Seconds() {
		return // of a time that is compared
	}
	place := t.At(said.offset, said.length)
	wrote := t.Text.Value[said.offset : said.offset+said.length]
	switch {
	case said.isPast && len(ranges) == 1 && !hidden:
		p.Report(place, "write "+unit.FormatDuration(ranges[0])+" in the text, or mend the range", "%s says %q, but the expression looks back %s",
			t.kind(), wrote, unit.FormatDuration(ranges[0]))
	case !said.isPast && lasting > 0:
		p.Report(place, "write "+unit.FormatDuration(lasting)+" in the text, or mend for", "%s says %q, but the rule says for: %s",
			t.kind(), wrote, unit.FormatDuration(lasting))
	case !said.isPast && len(ranges) == 0 && !hidden:
		p.Report(place, "add for: "+unit.FormatDuration(said.span)+", or mend the text", "%s says %q, but the alert fires at once",
			t.kind(), wrote)
	}
}

// rangesOf are the different ranges and offsets of a rule's expression. hidden says that a recording rule may look back too.
func rangesOf(rule *Rule) (ranges []time.Duration, hidden bool) {
	add := func(d time.Duration) {
		if d > 0 && !slices.Contains(ranges, d) {
			ranges = append(ranges, d)
		}
	}
	parser.Inspect(rule.Parsed, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.MatrixSelector:
			add(n.Range)
		case *parser.SubqueryExpr:
			add(n.Range)
			add(n.OriginalOffset)
		case *parser.VectorSelector:
			add(n.OriginalOffset)
			hidden = hidden || strings.Contains(n.Name, ":")
		}
		return nil
	})
	return ranges, hidden
}
