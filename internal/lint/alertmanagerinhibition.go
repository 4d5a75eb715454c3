package lint

import (
	"slices"

	amlabels "github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerInhibition = &Check{
	Code: "alertmanager/inhibition", Severity: diag.Warning,
	Summary: "an inhibit rule mutes nothing, or far too much",
	Why: "A label of equal that is missing on both sides counts as equal: with only such labels, or without any, one alert anywhere " +
		"mutes all targets. A label that only one side has never is equal. An alert that matches both sides is not muted by another " +
		"that does (Alertmanager, docs/configuration.md).",
	Run: func(p *Pass) {
		for i := range p.Set.Alertmanagers {
			rules, ok := inhibitions(&p.Set.Alertmanagers[i])
			if !ok {
				continue
			}
			for j := range rules {
				inhibits(p, &rules[j])
			}
		}
	},
}

// inhibits reports the first that is wrong with a rule.
func inhibits(p *Pass, rule *inhibition) {
	at := Place{At: rule.Pos, Owner: rule.Pos}
	switch {
	case matching.Covers(rule.source, rule.target) && matching.Covers(rule.target, rule.source):
		p.Report(at, "let the two sides match different alerts, such as severity=\"critical\" and severity=\"warning\"",
			"this rule mutes nothing: its two sides match the same alerts, and such alerts do not mute each other")
	case typoOnSide(p, rule.source, rule.Source, at) || typoOnSide(p, rule.target, rule.Target, at) || typoInEqual(p, rule, at):
	case picksByName(rule.source):
		neverEqual(p, rule, at)
	case len(rule.Equal) == 0:
		p.Report(at, "add equal, with the labels that say what the alerts are about",
			"without equal any alert with %s mutes all alerts with %s, whatever they are about", matcherText(rule.source), matcherText(rule.target))
	case !neverEqual(p, rule, at):
		alwaysEqual(p, rule, at)
	}
}

// typoOnSide reports a matcher on one side of a rule that is most likely written wrongly.
func typoOnSide(p *Pass, matchers amlabels.Matchers, written read.Matchers, at Place) bool {
	for _, m := range matchers {
		if message, help := p.typo(m); message != "" {
			at.At = (&route{Route: &read.Route{Matchers: written, Pos: at.At}}).atMatcher(m.Name).At
			p.Report(at, help, "%s", message)
			return true
		}
	}
	return false
}

// typoInEqual reports a label of equal that is most likely written wrongly: missing on both sides, it counts as equal.
func typoInEqual(p *Pass, rule *inhibition, at Place) bool {
	for _, label := range rule.Equal {
		if closest, wrong := p.misspelt(label.Value); wrong {
			at.At = label.At()
			p.Report(at, "did you mean "+closest+"?", "no alert of these files has a label %s, which counts as equal", label.Value)
			return true
		}
	}
	return false
}

// neverEqual reports a label of equal that always only one of the two alerts has.
func neverEqual(p *Pass, rule *inhibition, at Place) bool {
	pairs := rule.pairs(p.Alerts)
	for _, label := range rule.Equal {
		if len(pairs) > 0 && everyPair(pairs, func(pair alertPair) bool { return oneSided(pair, label.Value) }) {
			at.At = label.At()
			p.Report(at, "let both alerts have the label, or take it out of equal",
				"this rule mutes nothing: of %s and %s only one has a label %s", pairs[0].source.Alert.Value, pairs[0].target.Alert.Value, label.Value)
			return true
		}
	}
	return false
}

// alwaysEqual reports labels of equal that tell no alerts apart: missing in all, or of one value in alerts on different queries.
func alwaysEqual(p *Pass, rule *inhibition, at Place) {
	pairs := rule.pairs(p.Alerts)
	if len(pairs) == 0 {
		return
	}
	at.At = rule.Equal[0].At()
	if everyPair(pairs, func(pair alertPair) bool {
		return !slices.ContainsFunc(rule.Equal, func(label read.Text) bool { return !missingBoth(pair, label.Value) })
	}) {
		p.Report(at, "write labels that the alerts have",
			"no alert that the rule matches has a label of equal, which counts as equal: %s mutes all alerts with %s",
			pairs[0].source.Alert.Value, matcherText(rule.target))
		return
	}
	sources, targets := map[string]bool{}, map[string]bool{}
	for _, pair := range pairs {
		sources[pair.source.Alert.Value], targets[pair.target.Alert.Value] = true, true
	}
	if len(sources) > 1 && len(targets) > 1 && everyPair(pairs, func(pair alertPair) bool { return rule.mutes(pair.source, pair.target) == yes }) {
		p.Report(at, "add a label to equal that says what the alerts are about",
			"any of %d alerts mutes all %d of the other side, whatever they are about: equal does not tell them apart", len(sources), len(targets))
	}
}

// alertPair is an alert that one side of a rule may match, and another that the other side may.
type alertPair struct{ source, target *Alert }

// mostPairs bounds the comparison of each alert with each.
const mostPairs = 10_000

func (i *inhibition) pairs(alerts []*Alert) []alertPair {
	var sources, targets []*Alert
	for _, a := range alerts {
		if decide(i.source, a) != no {
			sources = append(sources, a)
		}
		if decide(i.target, a) != no {
			targets = append(targets, a)
		}
	}
	var pairs []alertPair
	for _, source := range sources {
		for _, target := range targets {
			if source.Alert.Value != target.Alert.Value {
				pairs = append(pairs, alertPair{source, target})
			}
			if len(pairs) > mostPairs {
				return nil // too many to be sure
			}
		}
	}
	return pairs
}

func everyPair(pairs []alertPair, holds func(alertPair) bool) bool {
	return !slices.ContainsFunc(pairs, func(pair alertPair) bool { return !holds(pair) })
}

// oneSided reports that exactly one of two alerts has a label, for certain.
func oneSided(pair alertPair, label string) bool {
	return has(pair.source, label) == yes && has(pair.target, label) == no || has(pair.source, label) == no && has(pair.target, label) == yes
}

// missingBoth reports that neither of two alerts has a label, for certain.
func missingBoth(pair alertPair, label string) bool {
	return has(pair.source, label) == no && has(pair.target, label) == no
}

// has says whether an alert has a label.
func has(alert *Alert, label string) certainty {
	values := alert.Values(label)
	switch {
	case values == nil && alert.keeps(label):
		return yes
	case values == nil:
		return maybe
	case !slices.Contains(values, ""):
		return yes
	case len(values) == 1:
		return no
	default:
		return maybe
	}
}
