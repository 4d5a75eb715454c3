package promql

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

var (
	// patternSign is what has a meaning in regular expressions and is rare in the values of labels.
	patternSign = regexp.MustCompile(`\.[*+]|\||\.\.|\[.+\]|^\^|\$$`)
	// certainPattern is hardly anything but a regular expression: 5.., GET|POST, prod-.*. Handlers and paths may have such names.
	certainPattern = regexp.MustCompile(`^[^/]*\.[*+]|^\d\.\.$|^\w[\w-]*(?:\|\w[\w-]*)+$`)
)

// checkMatcherValues reports values of matchers that are hardly those of the label: patterns that = takes as they are, and
// typing errors of a value that was seen.
func (w *walk) checkMatcherValues(e *parser.VectorSelector, set LabelSet) {
	for _, m := range e.LabelMatchers {
		l := set.Get(m.Name)
		if !tells(m) || l.Presence == Never || l.Values != nil || !Names(m, l.Pattern) || w.isForeign(set, m.Name) {
			continue // what is known for certain is reported as such
		}
		if help := patternHelp(m, l); help != "" {
			w.report(diag.Warning, codeLabelValue, e, m.String()+" compares "+m.Name+" with the text "+m.Value, help)
			continue
		}
		for _, value := range namedBy(m) {
			if meant := misspeltValue(value, l.Seen); meant != "" {
				w.report(diag.Warning, codeLabelValue, e, "label "+m.Name+" of "+excerptName(e)+" was not seen with the value "+value,
					"did you mean "+strconv.Quote(meant)+"?", "values that were seen are "+list(l.Seen))
			}
		}
	}
}

// patternHelp says how a regular expression is compared, where a matcher takes one as a plain text by mistake; else it is empty.
func patternHelp(m *labels.Matcher, l Label) string {
	operator := map[labels.MatchType]string{labels.MatchEqual: "=", labels.MatchNotEqual: "!="}[m.Type]
	known := slices.Concat(l.Values, l.Seen)
	if operator == "" || !patternSign.MatchString(m.Value) || slices.Contains(known, m.Value) {
		return ""
	}
	pattern, err := regexp.Compile("^(?:" + m.Value + ")$")
	if err != nil || !certainPattern.MatchString(m.Value) && !slices.ContainsFunc(known, pattern.MatchString) {
		return ""
	}
	return operator + " takes no regular expression: write " + m.Name + map[string]string{"=": "=~", "!=": "!~"}[operator] + strconv.Quote(m.Value)
}

// shortestValue is how many letters a value needs for a slip of a finger.
const shortestValue = 4

// misspeltValue is the value among those that were seen that another is a typing error of; empty where there is none.
func misspeltValue(value string, seen []string) string {
	if slices.Contains(seen, value) {
		return ""
	}
	for _, known := range seen {
		if strings.EqualFold(value, known) || max(len(value), len(known)) >= shortestValue && isSlip(value, known) {
			return known
		}
	}
	return ""
}
