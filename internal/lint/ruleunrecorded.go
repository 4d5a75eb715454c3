package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleUnrecorded = &Check{
	Code: "rule/unrecorded", Severity: diag.Warning,
	Summary: "a rule reads what is recorded only where it is not loaded",
	Why: "Prometheus' operator loads the rules of PrometheusRule resources, and a Prometheus without it loads plain rule files. Where " +
		"the same rules are kept in both forms, one form may have lost a recording rule: there the rules that read it have nothing to read.",
	Run: func(p *Pass) {
		recorded := map[bool]map[string]string{true: {}, false: {}} // the file of each name, by whether it is a resource
		for i := range p.Rules {
			if name := p.Rules[i].Record.Value; name != "" {
				recorded[p.Rules[i].inResource()][name] = p.Rules[i].Group.File
			}
		}
		reported := map[string]bool{} // the names of what rules read
		for i := range p.Rules {
			rule := &p.Rules[i]
			if rule.Parsed == nil {
				continue
			}
			own, other := recorded[rule.inResource()], recorded[!rule.inResource()]
			parser.Inspect(rule.Parsed, func(node parser.Node, _ []parser.Node) error {
				selector, ok := node.(*parser.VectorSelector)
				if !ok || own[selector.Name] != "" || other[selector.Name] == "" {
					return nil
				}
				reported[selector.Name] = true
				p.Report(rule.AtExpr(selector), unrecordedHelp(selector.Name, own), "%s is recorded in %s, which is not loaded with this file",
					selector.Name, other[selector.Name])
				return nil
			})
		}
		lostRecordings(p, reported)
	},
}

// recording is what one rule records: a name, and the labels that tell its series from those of other rules of the name.
type recording struct {
	name, labels string
	at           diag.Pos
}

// lostRecordings reports recordings that one form of a group has and the other does not, whoever reads them: panels do not say with which
// form they are used.
func lostRecordings(p *Pass, reported map[string]bool) {
	for i := range p.Set.Groups {
		group := &p.Set.Groups[i]
		own := recordingsOf(group)
		for j := range p.Set.Groups {
			other := &p.Set.Groups[j]
			if (group.Resource == nil) == (other.Resource == nil) || group.Name.Value != other.Name.Value {
				continue
			}
			all := recordingsOf(other)
			lost := slices.DeleteFunc(slices.Clone(all), func(r recording) bool { return slices.ContainsFunc(own, r.equals) })
			if shared := len(all) - len(lost); shared < len(lost) {
				continue // two groups that happen to have one name
			}
			for _, r := range lost {
				if !reported[r.name] {
					p.Report(Place{At: group.Name.At(), Owner: group.Pos, Name: group.Name.Value}.Noting("it stands at %s", r.at), "record it here too",
						"in %s the same group also records %s%s", other.File, r.name, r.labels)
				}
			}
		}
	}
}

func (r recording) equals(other recording) bool {
	return r.name == other.name && r.labels == other.labels
}

func recordingsOf(group *read.RuleGroup) []recording {
	var all []recording
	for _, rule := range group.Rules {
		if rule.Record.Value == "" {
			continue
		}
		set := map[string]string{}
		for _, pair := range rule.Labels {
			set[pair.Name.Value] = pair.Value.Value
		}
		all = append(all, recording{rule.Record.Value, labels.FromMap(set).String(), rule.Record.At()})
	}
	return all
}

// inResource reports whether the rule is one of a Kubernetes resource.
func (r *Rule) inResource() bool { return r.Group.Resource != nil }

func unrecordedHelp(name string, own map[string]string) string {
	for _, other := range slices.Sorted(maps.Keys(own)) {
		if strings.HasPrefix(other, name) || diag.IsSlip(name, other) {
			return "record it here too: " + other + " may be what was meant"
		}
	}
	return "record it here too"
}
