package lint

import (
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleLabelClash = &Check{
	Code: "rule/label-clash", Severity: diag.Warning,
	Summary: "a rule sets a label that something else replaces, or that alone keeps the series of its expression apart",
	Why: "A label of the rule replaces that of the expression's result. Where nothing else tells the series apart they become one, and " +
		"Prometheus evaluates the rule no more as soon as there are two: \"vector contains metrics with the same labelset after " +
		"applying alert labels\". A label alertname is replaced by the alert's name (rules.AlertingRule.Eval).",
	Run: func(p *Pass) {
		for i := range p.Rules {
			if rule := &p.Rules[i]; rule.Analysis != nil {
				checkClash(p, rule)
			}
		}
	},
}

// checkClash reports the first label that is replaced where all labels that tell series apart are.
func checkClash(p *Pass, rule *Rule) {
	if pair, ok := staticLabel(rule, model.AlertNameLabel); ok && rule.Alert.Value != "" && pair.Value.Value != rule.Alert.Value {
		p.Report(rule.At(pair.Name.At()), "remove it, or give the alert that name", "the label alertname is replaced by the alert's name")
	}
	for _, set := range rule.Analysis.Root.Branches {
		replaced := replacedLabels(rule, set)
		if len(replaced) == 0 {
			continue
		}
		name := replaced[0].Name
		p.Report(rule.At(name.At()), "give the rule's label another name, or leave "+name.Value+" out of the expression",
			"the rule replaces the label %s, by which alone the series of its expression differ", name.Value)
		return
	}
}

// replacedLabels are the rule's labels that replace those of the result; none where a label stays that tells series apart.
func replacedLabels(rule *Rule, set promql.LabelSet) []read.Pair {
	if !set.Closed() {
		return nil
	}
	var replaced []read.Pair
	for _, label := range set.All() {
		if label.Presence == promql.Never || label.Presence == promql.Must && len(label.Values) == 1 {
			continue
		}
		pair, ok := staticLabel(rule, label.Name)
		if !ok {
			return nil
		}
		replaced = append(replaced, pair)
	}
	return replaced
}

// staticLabel is a label that the rule sets to one value.
func staticLabel(rule *Rule, name string) (read.Pair, bool) {
	pairs := ruleLabels(rule)
	for i := len(pairs) - 1; i >= 0; i-- {
		if pairs[i].Name.Value == name {
			return pairs[i], rule.Record.Value != "" || !strings.Contains(pairs[i].Value.Value, "{{")
		}
	}
	return read.Pair{}, false
}
