package read

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
)

// RuleGroup is a group of rules, of a rule file or of a PrometheusRule resource. Durations are as written.
type RuleGroup struct {
	Name                    Text
	Namespace               Text // of the file, in Mimir's and Cortex' form
	Interval                Text
	QueryOffset             Text
	Limit                   Text
	PartialResponseStrategy Text   // Thanos
	Labels                  []Pair // added to every rule, since Prometheus 3.0
	Rules                   []Rule
	Unknown                 []Text    // names of fields that Prometheus does not know
	Resource                *Resource // the PrometheusRule, or the ConfigMap that holds the file; nil of a plain file
	File                    string
	Holder                  diag.Pos // where the rule file starts that holds the group, or the spec of the resource
	Pos                     diag.Pos
}

// Rule is an alerting or a recording rule: one of Alert and Record is set, in files that Prometheus would load.
type Rule struct {
	Record, Alert      Text
	Expr               Text
	For, KeepFiringFor Text
	Labels             []Pair
	Annotations        []Pair
	Unknown            []Text // names of fields that Prometheus does not know
	Pos                diag.Pos
}

// Name is the alert's name or that of the recorded series.
func (r Rule) Name() Text {
	if r.Alert.Value != "" {
		return r.Alert
	}
	return r.Record
}

// The fields of groups and of rules (prometheus/model/rulefmt), with Thanos' one.
var (
	groupFields = []string{"name", "interval", "query_offset", "limit", "rules", "labels", "partial_response_strategy"}
	ruleFields  = []string{"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
)

// unknown are the names of a mapping's fields that are not among the known ones.
func unknown(n *node, known []string) []Text {
	var names []Text
	for _, f := range n.fields {
		if !slices.Contains(known, f.name.Value) {
			names = append(names, f.name)
		}
	}
	return names
}

// rules reads what has groups: a rule file, or the spec of a PrometheusRule.
func (r *recogniser) rules(n *node) {
	r.kinds[KindRules] = true
	namespace := r.scalar(n, "namespace")
	for _, group := range r.maps(n, "groups") {
		read := RuleGroup{
			Name: r.scalar(group, "name"), Namespace: namespace, Interval: r.scalar(group, "interval"),
			QueryOffset: r.scalar(group, "query_offset"), Limit: r.scalar(group, "limit"),
			PartialResponseStrategy: r.scalar(group, "partial_response_strategy"), Labels: r.pairs(group, "labels"),
			Unknown: unknown(group, groupFields), Resource: r.resource, File: group.source.file, Holder: n.pos(), Pos: group.pos(),
		}
		for _, rule := range r.maps(group, "rules") {
			read.Rules = append(read.Rules, Rule{
				Record: r.scalar(rule, "record"), Alert: r.scalar(rule, "alert"), Expr: r.scalar(rule, "expr"),
				For: r.scalar(rule, "for"), KeepFiringFor: r.scalar(rule, "keep_firing_for"),
				Labels: r.pairs(rule, "labels"), Annotations: r.pairs(rule, "annotations"),
				Unknown: unknown(rule, ruleFields), Pos: rule.pos(),
			})
		}
		r.set.Groups = append(r.set.Groups, read)
	}
}
