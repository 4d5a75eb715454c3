package runbook

import (
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// muting knows which alerts mute which, as Alertmanager will decide by the inhibitions of the service.
type muting struct {
	by, mutes map[string]*related // by the alert's name
}

// related are alerts that mute one, or that it mutes: the first of them, and how many more there are. At night nobody reads a
// longer list.
type related struct {
	Links []link
	More  int
}

const longestList = 8

func (r *related) add(alert *ir.Alert) {
	if len(r.Links) == longestList {
		r.More++
		return
	}
	r.Links = append(r.Links, linkTo(alert.Name))
}

// rule is one inhibition with the alerts that can be its source, by the values of the labels that must be equal: services
// with thousands of alerts do not compare each with each.
type rule struct {
	target  []*labels.Matcher
	equal   []string
	sources map[string][]int // indices of alerts
}

func newMuting(p *ir.Program) *muting {
	found := &muting{map[string]*related{}, map[string]*related{}}
	if p.Notifications == nil {
		return found
	}
	var rules []rule
	for _, inhibition := range p.Notifications.Inhibitions {
		rules = append(rules, newRule(p.Alerts, inhibition))
	}
	last := make([]int, len(p.Alerts)) // the last alert that each mutes, counted from 1: several inhibitions may say the same
	for i, muted := range p.Alerts {
		for _, rule := range rules {
			if !matches(rule.target, muted) {
				continue
			}
			for _, source := range rule.sources[equalKey(muted, rule.equal)] {
				if source != i && last[source] != i+1 {
					last[source] = i + 1
					found.add(p.Alerts[source], muted)
				}
			}
		}
	}
	return found
}

func newRule(alerts []*ir.Alert, inhibition ir.Inhibition) rule {
	source := compile(inhibition.Source)
	made := rule{compile(inhibition.Target), inhibition.Equal, map[string][]int{}}
	for i, alert := range alerts {
		if matches(source, alert) {
			key := equalKey(alert, inhibition.Equal)
			made.sources[key] = append(made.sources[key], i)
		}
	}
	return made
}

func (m *muting) add(source, target *ir.Alert) {
	of := func(all map[string]*related, name string) *related {
		if all[name] == nil {
			all[name] = &related{}
		}
		return all[name]
	}
	of(m.by, target.Name).add(source)
	of(m.mutes, source.Name).add(target)
}

// of returns the alerts that mute the alert, and those that it mutes; nil where there are none.
func (m *muting) of(alert *ir.Alert) (by, mutes *related) {
	return m.by[alert.Name], m.mutes[alert.Name]
}

// operators are Alertmanager's matchers as it prints them.
var operators = map[string]labels.MatchType{
	"=": labels.MatchEqual, "!=": labels.MatchNotEqual, "=~": labels.MatchRegexp, "!~": labels.MatchNotRegexp,
}

// compile returns nil where a matcher is not valid: then nothing is said about the inhibition.
func compile(given []ir.Matcher) []*labels.Matcher {
	var compiled []*labels.Matcher
	for _, one := range given {
		operator, ok := operators[one.Op]
		matcher, err := labels.NewMatcher(operator, one.Name, one.Value)
		if !ok || err != nil {
			return nil
		}
		compiled = append(compiled, matcher)
	}
	return compiled
}

// matches reports whether the alert can match. Values of labels that the query gives are not known, so that a matcher on
// such a label counts as satisfied.
func matches(matchers []*labels.Matcher, alert *ir.Alert) bool {
	for _, matcher := range matchers {
		value := alert.Labels[matcher.Name]
		if matcher.Name == "alertname" {
			value = alert.Name
		}
		if !slices.Contains(alert.By, matcher.Name) && !matcher.Matches(value) {
			return false
		}
	}
	return len(matchers) > 0
}

// equalKey is the same for alerts whose values of the labels can be equal: Alertmanager takes a label that both lack as
// equal, and one that only one has as different.
func equalKey(alert *ir.Alert, equal []string) string {
	var key strings.Builder
	for _, label := range equal {
		switch {
		case slices.Contains(alert.By, label):
			key.WriteString("\xfe") // any value of the query's
		case label == "alertname":
			key.WriteString(alert.Name)
		default:
			key.WriteString(alert.Labels[label])
		}
		key.WriteString("\xff")
	}
	return key.String()
}
