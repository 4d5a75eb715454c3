package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var ruleTemplateLabel = &Check{
	Code: "rule/template-label", Severity: diag.Error, Warns: true,
	Summary: "a template prints a label that the alert's expression never has",
	Why: "Prometheus prints nothing for a label that is not there, and reports nothing: people read \"on instance  is down\". " +
		"$labels are the labels of the expression's result. Those that the rule itself sets, and alertname, come later and are " +
		"not among them (rules.AlertingRule.Eval).",
	Run: func(p *Pass) {
		for i := range p.Templates {
			t := &p.Templates[i]
			if t.Rule.Analysis == nil {
				continue
			}
			for _, use := range t.walk(nil).labels {
				if !use.guarded {
					checkPrintedLabel(p, t, use)
				}
			}
		}
	},
}

// checkPrintedLabel reports a label that can never be there, and warns of one that the rule sets too late.
func checkPrintedLabel(p *Pass, t *Template, use labelUse) {
	known := t.Rule.Analysis.Root.Label(use.name)
	if _, follows := diag.Closest(use.name, t.Rule.Analysis.Misspelt); follows {
		return // the grouping that should keep the label is reported
	}
	if slices.ContainsFunc(t.Others, func(other *Rule) bool {
		return other.Analysis == nil || other.Analysis.Root.Label(use.name).Presence != promql.Never
	}) {
		return // some alert of the group may have it
	}
	place := t.At(use.offset, len(use.name))
	set := read.Find(t.Rule.Labels, use.name)
	if strings.Contains(set.Value, "{{") {
		set = read.Text{} // it may well be made of the result's
	}
	own := !set.IsZero() || use.name == "alertname"
	if known.Presence == promql.Never {
		if why := known.Why(); why != "" {
			place = place.Noting("%s", why)
		}
		help := meantOneOf(use.name, resultLabels(t.Rule.Analysis.Root))
		switch {
		case own && set.Value != "":
			place, help = place.Noting("the label %s of the rule is not in $labels", use.name), "write "+set.Value+" itself"
		case own:
			place, help = place.Noting("the alert's name is not in $labels"), "write the alert's name itself"
		}
		p.Report(place, help, "%s prints the label %s, which the expression's result never has", t.kind(), use.name)
		return
	}
	if meant, ok := p.Table.MeantLabel(t.Rule.Analysis.Root, use.name); ok && !own {
		p.Warn(place, `did you mean "`+meant+`"?`, "%s prints the label %s, which nothing is known to have", t.kind(), use.name)
		return
	}
	if own && !set.IsZero() && known.Presence == promql.May && !slices.Contains(known.Values, set.Value) {
		p.Warn(place, "write "+set.Value+" itself, if that is meant",
			"%s prints the label %s of the expression's result, not the one that the rule sets", t.kind(), use.name)
	}
}

// resultLabels are the labels that a result has or may have, as far as they are known.
func resultLabels(result promql.Type) []string {
	var names []string
	for _, set := range result.Branches {
		names = append(names, set.Names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
