package lint

import (
	"fmt"
	"slices"

	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/matching"
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
				if r.parent != nil && !contradictory(p, r) && !shadowed(p, r) {
					unmatched(p, r)
				}
			})
		}
	},
}

// contradictory reports a node whose matchers and those above can never all match. What is below it is not reported again.
func contradictory(p *Pass, r *route) bool {
	one, other := matching.Contradiction(r.path())
	if one == nil {
		return false
	}
	if above, _ := matching.Contradiction(r.parent.path()); above != nil {
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
		if earlier.Continue || !matching.Covers(earlier.matchers, r.matchers) {
			continue
		}
		report := p.Report
		if len(r.children) == 0 && len(earlier.children) == 0 && r.receiver == earlier.receiver {
			report = p.Warn // the alerts go where they should all the same
		}
		report(r.at(), "move it up, or let the earlier route say continue: true",
			"every alert that matches %s is taken by the route of line %d before, which takes %s", matcherText(r.matchers), earlier.Pos.Line,
			matcherText(earlier.matchers))
		return true
	}
	return false
}

// unmatched reports matchers that no alert of the files satisfies, where a typing error is likely.
func unmatched(p *Pass, r *route) {
	for _, m := range r.matchers {
		if message, help := p.typo(m); message != "" {
			p.Warn(r.atMatcher(m.Name), help, "%s", message)
			continue
		}
		otherWord(p, r, m)
	}
}

// typo says what is most likely written wrongly in a matcher; empty where nothing is.
func (f *Files) typo(m *amlabels.Matcher) (message, help string) {
	if closest, wrong := f.misspelt(m.Name); wrong {
		return "no alert of these files has a label " + m.Name, "did you mean " + closest + "?"
	}
	values, _ := matching.Finite(m)
	for _, value := range values {
		if help, wrong := f.unlikely(m.Name, value); wrong {
			return fmt.Sprintf("no alert of these files has %s=%q", m.Name, value), help
		}
	}
	return "", ""
}

// otherWord reports a route for a severity that no alert of the files has, while they call the same by another word, which no route
// names: page for critical.
func otherWord(p *Pass, r *route, m *amlabels.Matcher) {
	values, _ := matching.Finite(m)
	known := p.severities()
	if m.Name != "severity" || len(values) == 0 || slices.ContainsFunc(known, m.Matches) {
		return
	}
	for _, word := range known {
		same := slices.ContainsFunc(values, func(value string) bool { return sameUrgency(value, word) })
		if !same || r.root().names("severity", word) {
			continue
		}
		p.Warn(r.atMatcher(m.Name), "write "+word+", or give the alerts the severity "+values[0],
			"no alert of these files has severity %s: they have %s", listed(values), listed(known))
		return
	}
}

// sameUrgency reports whether two words for severities are known to mean the same.
func sameUrgency(a, b string) bool {
	first, known := ir.SeverityRank(a)
	second, alsoKnown := ir.SeverityRank(b)
	return known && alsoKnown && first == second
}

// severities are those of all alerts of the files; nil where one is not known.
func (f *Files) severities() []string {
	var all []string
	for _, a := range f.Alerts {
		values := a.Values("severity")
		if values == nil {
			return nil
		}
		all = append(all, values...)
	}
	return distinct(all)
}

// root is the first node of the tree.
func (r *route) root() *route {
	for r.parent != nil {
		r = r.parent
	}
	return r
}

// names reports whether the node or one below it asks for a value of a label.
func (r *route) names(label, value string) bool {
	found := false
	r.each(func(node *route) {
		found = found || slices.ContainsFunc(node.matchers, func(m *amlabels.Matcher) bool { return m.Name == label && m.Matches(value) })
	})
	return found
}

// picksByName reports whether matchers pick alerts by name: whoever writes that means those alerts.
func picksByName(matchers amlabels.Matchers) bool {
	return slices.ContainsFunc(matchers, func(m *amlabels.Matcher) bool { return m.Name == model.AlertNameLabel })
}
