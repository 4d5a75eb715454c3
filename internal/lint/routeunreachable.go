package lint

import (
	"slices"
	"strings"

	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
)

var alertmanagerRouteUnreachable = &Check{
	Code: "alertmanager/route-unreachable", Severity: diag.Error, Warns: true,
	Summary: "a route can never take an alert",
	Why: "Alertmanager asks the routes of one level in order and stops at the first that matches and does not continue. A route " +
		"behind one that takes all it could match gets nothing, nor does one whose matchers contradict each other or those of the " +
		"routes above. Its receiver waits in vain. A value that no alert of the files has is often a typing error; alerts of others " +
		"may have it, so that only likely ones are told.",
	Run: func(p *Pass) {
		for _, routing := range p.routings {
			routing.root.each(func(r *route) {
				if r.parent != nil && !contradicts(p, r) && !shadowed(p, r) {
					unmatched(p, r)
				}
			})
		}
	},
}

// contradicts reports a node whose matchers and those above can never all match. What is below it is not reported again.
func contradicts(p *Pass, r *route) bool {
	one, other := contradiction(r.path())
	if one == nil {
		return false
	}
	if above, _ := contradiction(r.parent.path()); above != nil {
		return true
	}
	if slices.Contains(r.matchers, one) && slices.Contains(r.matchers, other) {
		p.Report(r.atMatcher(one.Name), "give each value a route of its own, or match both with =~", "no alert has %s and %s at once", one, other)
		return true
	}
	if slices.Contains(r.matchers, other) && !slices.Contains(r.matchers, one) {
		one, other = other, one
	}
	p.Report(r.atMatcher(one.Name), "move the route out of the one above, or correct one of the two",
		"no alert matches %s here: the route above takes only %s", one, other)
	return true
}

// shadowed reports a node behind one that takes everything that it matches.
func shadowed(p *Pass, r *route) bool {
	for _, earlier := range r.parent.children {
		if earlier == r {
			return false
		}
		if earlier.Continue || !covers(earlier.matchers, r.matchers) {
			continue
		}
		report := p.Report
		if len(r.children) == 0 && len(earlier.children) == 0 && r.receiver == earlier.receiver {
			report = p.Warn // the alerts go where they should all the same
		}
		report(r.at(), "move it up, or let the earlier route say continue: true",
			"every alert that matches %s is taken by the route of line %d before, which takes %s", said(r.matchers), earlier.Pos.Line,
			said(earlier.matchers))
		return true
	}
	return false
}

// unmatched reports a matcher whose value no alert has, where a typing error is likely.
func unmatched(p *Pass, r *route) {
	for _, m := range r.matchers {
		if values, ok := finite(m); ok {
			for _, value := range values {
				if help, wrong := p.unlikely(m.Name, value); wrong {
					p.Warn(r.atMatcher(m.Name), help, "no alert of these files has %s=%q", m.Name, value)
				}
			}
		}
	}
}

// unlikely reports that no alert of the files has a value, although all values of the label are known, and that it is most likely
// a typing error: it is close to a value that an alert has, or no word that is used for severities.
func (f *Files) unlikely(label, value string) (help string, wrong bool) {
	var known []string
	for _, a := range f.Alerts {
		values := a.Values(label)
		if values == nil {
			return "", false
		}
		known = append(known, values...)
	}
	if len(known) == 0 || value == "" || slices.Contains(known, value) {
		return "", false
	}
	if closest, ok := diag.Closest(value, known); ok && closest != "" && !isSibling(value, closest) {
		return "did you mean " + closest + "?", true
	}
	if _, usual := urgencies[value]; label == "severity" && !usual {
		return "write one of those that alerts have: " + listed(distinct(known)), true
	}
	return "", false
}

// isSibling reports that two names differ in digits or in parts of one or two letters only, such as team-1 and team-2, or eu-west and
// us-west: both are meant.
func isSibling(a, b string) bool {
	first, second := nameParts(a), nameParts(b)
	if len(first) != len(second) {
		return false
	}
	for i := range first {
		if first[i] != second[i] && (len(first[i]) > 2 || len(second[i]) > 2) {
			return false
		}
	}
	return true
}

// nameParts are the parts of a name between hyphens and the like, without digits.
func nameParts(name string) []string {
	letters := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
	return strings.FieldsFunc(letters, func(r rune) bool { return strings.ContainsRune("-_./: ", r) })
}

func distinct(names []string) []string {
	sorted := slices.Sorted(slices.Values(names))
	return slices.DeleteFunc(slices.Compact(sorted), func(name string) bool { return name == "" })
}

// picksByName reports whether matchers pick alerts by name: whoever writes that means those alerts.
func picksByName(matchers amlabels.Matchers) bool {
	return slices.ContainsFunc(matchers, func(m *amlabels.Matcher) bool { return m.Name == model.AlertNameLabel })
}
