package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
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
				p.Report(rule.AtExpr(selector), unrecordedHelp(selector.Name, own), "%s is recorded in %s, which is not loaded with this file",
					selector.Name, other[selector.Name])
				return nil
			})
		}
	},
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
