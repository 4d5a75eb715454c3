package check

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var routeUnreachable = &Check{
	Code: "route/unreachable", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a route can never take an alert of the service",
		Why: "Either its matchers match none of the service's alerts, which is often a misspelt value, or routes before it take " +
			"all that it matches, because they do not say continue. Its receiver waits in vain.",
	},
	Run: func(p *Pass) {
		if n := p.Program.Notifications; n != nil && n.Route != nil && len(p.Program.Alerts) > 0 {
			unreachable(p, n.Route.Routes, p.Program.Alerts)
		}
	},
}

// unreachable looks at sibling routes in order, with the alerts that reach the first of them.
func unreachable(p *Pass, routes []*ir.Route, arriving []*ir.Alert) {
	takenBy := map[*ir.Alert]*ir.Route{}
	for _, r := range routes {
		var matched, taken []*ir.Alert
		for _, a := range arriving {
			if may, _ := routeMatches(r, a); may {
				matched = append(matched, a)
				if takenBy[a] == nil {
					taken = append(taken, a)
				}
			}
		}
		switch {
		case len(matched) == 0:
			p.Report(r.Path, "correct its match, or remove the route", "no alert of %s matches {%s}", p.Program.Service.Name, matcherText(r.Matchers))
		case len(taken) == 0:
			p.Report(r.Path, "move it up, or let the earlier route continue",
				"every alert that matches {%s} is taken by %s before, such as %s", matcherText(r.Matchers), takenBy[matched[0]].Path, matched[0].Name)
		default:
			unreachable(p, r.Routes, taken)
		}
		for _, a := range taken {
			if _, certain := routeMatches(r, a); certain && !r.Continue {
				takenBy[a] = r
			}
		}
	}
}

// routeMatches reports whether a route may take an alert, and whether it certainly does. Values of labels that the alert's
// query keeps apart are known only when it fires.
func routeMatches(r *ir.Route, a *ir.Alert) (may, certain bool) {
	certain = true
	for _, m := range r.Matchers {
		value, static := a.Labels[m.Name]
		if m.Name == labels.AlertName {
			value, static = a.Name, true
		}
		if !static && slices.Contains(a.By, m.Name) {
			certain = false
			continue
		}
		if !matches(m, value) {
			return false, false
		}
	}
	return true, certain
}

// matchTypes are the operators of matchers by their text.
var matchTypes = map[string]labels.MatchType{
	"=": labels.MatchEqual, "!=": labels.MatchNotEqual, "=~": labels.MatchRegexp, "!~": labels.MatchNotRegexp,
}

func matches(m ir.Matcher, value string) bool {
	matcher, err := labels.NewMatcher(matchTypes[m.Op], m.Name, m.Value)
	return err == nil && matcher.Matches(value)
}

func matcherText(matchers []ir.Matcher) string {
	texts := make([]string, len(matchers))
	for i, m := range matchers {
		texts[i] = m.Name + m.Op + "'" + m.Value + "'"
	}
	return strings.Join(texts, ", ")
}
