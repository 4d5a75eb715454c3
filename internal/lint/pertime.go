package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

var (
	// countedPer is what a text says that a number of things is per: " requests per minute".
	countedPer = regexp.MustCompile(`^ (\pL+(?: \pL+)?)(?: ?/ ?| per | an? )(` + perTimeWords + `)(?:$|[^\pL\pN_])`)
	// counted is what a text says that there are so many of.
	counted = regexp.MustCompile(`^ (\pL+)(?:$|[^\pL\pN_/])`)
	// saysRate are texts that tell a rate by other words.
	saysRate = regexp.MustCompile(`(?i)\brates?\b|per |/s|\b[rq]ps\b|each second|every second`)
)

// perNames are what something is per, for people.
var perNames = map[string]string{"s": "second", "min": "minute", "h": "hour", "d": "day", "month": "month"}

// checkPerTime reports what is per second and printed as something else.
func checkPerTime(p *Pass, t *Template, printed printedValue) bool {
	per, ok := perTime(t.Rule)
	if !ok {
		return false
	}
	_, behind := printed.around()
	place := t.At(printed.offset, printed.length).Noting("the value is per %s", perNames[per])
	if found := countedPer.FindStringSubmatch(behind); found != nil {
		written := unit.None.Per(spokenUnit(found[2]))
		if unit.None.Per(spokenUnit(per)) == written {
			return false
		}
		p.Report(place, "multiply in the expression, or write per "+perNames[per], "%s says %s per %s, and the value is per %s",
			t.kind(), found[1], found[2], perNames[per])
		return true
	}
	found := counted.FindStringSubmatch(behind)
	if found == nil || saysRate.MatchString(t.Text.Value) || !counts(t.Rule, found[1]) {
		return false
	}
	p.Warn(place, "write "+found[1]+"/"+per+", or take increase() in the expression",
		"%s prints %s per %s as a number of %s", t.kind(), found[1], perNames[per], found[1])
	return true
}

// perTime is what the rule's value is so many per, such as s; false where it is not known to be per anything.
func perTime(rule *Rule) (string, bool) {
	measured := rule.Analysis.Root.Unit
	if !measured.Known() {
		return "s", rule.Analysis.Root.Kind == promql.KindRate && !isScaled(rule.Parsed)
	}
	if !measured.Unit.IsPerTime() {
		return "", false
	}
	fitting := ""
	for _, word := range []string{"s", "min", "h", "d", "month"} {
		if measured.Clashes(promql.In(unit.None.Per(spokenUnit(word)))) {
			continue
		}
		if fitting != "" {
			return "", false // a factor may have made it per anything
		}
		fitting = word
	}
	return fitting, fitting != ""
}

// isScaled reports whether an expression multiplies or divides anything.
func isScaled(expr parser.Expr) bool {
	scaled := false
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if e, ok := node.(*parser.BinaryExpr); ok && !e.Op.IsComparisonOperator() && !e.Op.IsSetOperator() {
			scaled = true
		}
		return nil
	})
	return scaled
}

// counts reports whether a word names what the rule's value counts: by its unit, or by the name of a metric that it reads.
func counts(rule *Rule, noun string) bool {
	if noun == rule.Analysis.Root.Unit.Unit.Noun() {
		return true
	}
	found := false
	parser.Inspect(rule.Parsed, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			found = found || slices.Contains(strings.Split(selector.Name, "_"), noun)
		}
		return nil
	})
	return found
}
