package runbook

import (
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// muting knows which alerts mute which, as Alertmanager will decide by the inhibitions of the service.
type muting struct {
	by, mutes map[string][]link // names of alerts
}

// newMuting evaluates the inhibitions. Sources are found by the values of the labels that must be equal, so that services
// with thousands of alerts do not compare each with each.
func newMuting(p *ir.Program) *muting {
	found := &muting{map[string][]link{}, map[string][]link{}}
	if p.Notifications == nil {
		return found
	}
	for _, inhibition := range p.Notifications.Inhibitions {
		source, target := compile(inhibition.Source), compile(inhibition.Target)
		sources := map[string][]*ir.Alert{}
		for _, alert := range p.Alerts {
			if matches(source, alert) {
				key := equalKey(alert, inhibition.Equal)
				sources[key] = append(sources[key], alert)
			}
		}
		for _, muted := range p.Alerts {
			if !matches(target, muted) {
				continue
			}
			for _, alert := range sources[equalKey(muted, inhibition.Equal)] {
				found.add(alert, muted)
			}
		}
	}
	return found
}

func (m *muting) add(source, target *ir.Alert) {
	if source == target || slices.Contains(m.by[target.Name], linkTo(source.Name)) {
		return
	}
	m.by[target.Name] = append(m.by[target.Name], linkTo(source.Name))
	m.mutes[source.Name] = append(m.mutes[source.Name], linkTo(target.Name))
}

// of returns the alerts that mute the alert, and those that it mutes.
func (m *muting) of(alert *ir.Alert) (by, mutes []link) { return m.by[alert.Name], m.mutes[alert.Name] }

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
