package lint

import (
	"slices"

	amlabels "github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/diag"
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

func inhibits(p *Pass, rule *inhibition) {
	at := Place{At: rule.Pos, Owner: rule.Pos}
	switch {
	case covers(rule.source, rule.target) && covers(rule.target, rule.source):
		p.Report(at, "let the two sides match different alerts, such as severity=\"critical\" and severity=\"warning\"",
			"this rule mutes nothing: its two sides match the same alerts, and such alerts do not mute each other")
		return
	case unlikelySide(p, rule.source, rule.Source, at) || unlikelySide(p, rule.target, rule.Target, at):
		return
	case len(rule.Equal) == 0 && !picksByName(rule.source):
		p.Report(at, "add equal, with the labels that say what the alerts are about",
			"without equal any alert with %s mutes all alerts with %s, whatever they are about",
			said(rule.source), said(rule.target))
		return
	}
	pairs := rule.pairs(p.Alerts)
	if len(pairs) == 0 {
		return
	}
	for _, label := range rule.Equal {
		if everyPair(pairs, func(a alertPair) bool { return oneSided(a, label.Value) }) {
			at.At = label.At()
			p.Report(at, "let both alerts have the label, or take it out of equal",
				"this rule mutes nothing: of %s and %s only one has a label %s", pairs[0].source.Alert.Value, pairs[0].target.Alert.Value, label.Value)
			return
		}
	}
	if len(rule.Equal) > 0 && !picksByName(rule.source) && everyPair(pairs, func(a alertPair) bool {
		return !slices.ContainsFunc(rule.Equal, func(label read.Text) bool { return !missingBoth(a, label.Value) })
	}) {
		at.At = rule.Equal[0].At()
		p.Report(at, "write labels that the alerts have",
			"no alert that the rule matches has a label of equal, which counts as equal: %s mutes all alerts with %s",
			pairs[0].source.Alert.Value, said(rule.target))
	}
}

// unlikelySide reports a value on one side of a rule that no alert has, where a typing error is likely.
func unlikelySide(p *Pass, matchers amlabels.Matchers, written read.Matchers, at Place) bool {
	for _, m := range matchers {
		values, ok := finite(m)
		if !ok {
			continue
		}
		for _, value := range values {
			if help, wrong := p.unlikely(m.Name, value); wrong {
				at.At = (&route{Route: &read.Route{Matchers: written, Pos: at.At}}).atMatcher(m.Name).At
				p.Report(at, help, "no alert of these files has %s=%q", m.Name, value)
				return true
			}
		}
	}
	return false
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
func has(alert *Alert, label string) verdict {
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
