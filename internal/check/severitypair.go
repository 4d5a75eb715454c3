package check

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var alertSeverityPair = &Check{
	Code: "alert/severity-pair", Severity: diag.Warning,
	Doc: Doc{
		Summary: "of two alerts on one query, the milder one is the stricter",
		Why: "A warning should come before the critical alert. Where its threshold is further out, or the same, the warning never " +
			"arrives on its own: the critical alert fires first and mutes it. Most often the two figures were swapped.",
	},
	Run: func(p *Pass) {
		eachPair(p.Program, func(urgent, mild *ir.Alert, bound float64) {
			if rank(urgent) == rank(mild) {
				return
			}
			first, then := ir.Bound{Value: bound, For: mild.For}, ir.Bound{Value: urgent.Threshold.Value, For: urgent.For}
			switch first.EscalatesTo(then, urgent.Threshold.Above) {
			case ir.Together:
				p.Report(mild.Path+thresholdField(mild.Threshold), "let the "+mild.Severity+" alert fire earlier",
					"alerts %s (%s) and %s (%s) fire at the same value, %s", mild.Name, mild.Severity, urgent.Name, urgent.Severity, thresholdText(urgent))
			case ir.Reversed:
				p.Report(mild.Path+thresholdField(mild.Threshold), "swap the two thresholds",
					"%s (%s) fires %s, only after %s (%s) %s", mild.Name, mild.Severity, thresholdText(mild), urgent.Name, urgent.Severity, thresholdText(urgent))
			}
		})
	},
}

var alertDuplicate = &Check{
	Code: "alert/duplicate", Severity: diag.Warning,
	Doc: Doc{
		Summary: "two alerts of one severity watch the same query for the same threshold",
		Why:     "They fire together, and people are notified twice of one thing.",
	},
	Run: func(p *Pass) {
		eachPair(p.Program, func(first, second *ir.Alert, bound float64) {
			if rank(first) == rank(second) && first.Threshold.Value == bound {
				p.Report(second.Path, "remove one of them", "%s fires whenever %s does: %s at the same severity", second.Name, first.Name,
					thresholdText(first))
			}
		})
	},
}

// eachPair visits every two threshold alerts on the same query and in the same direction, the more urgent one first, with
// the other's threshold in the unit of the first.
func eachPair(p *ir.Program, visit func(urgent, mild *ir.Alert, bound float64)) {
	later := map[string][]*ir.Alert{} // those of one query that are still to come
	for _, a := range p.Alerts {
		if a.Query != nil {
			later[a.Query.Key] = append(later[a.Query.Key], a)
		}
	}
	for _, urgent := range p.Alerts {
		if urgent.Query == nil {
			continue
		}
		others := later[urgent.Query.Key][1:]
		later[urgent.Query.Key] = others
		for _, mild := range others {
			if urgent.Threshold.Above == mild.Threshold.Above {
				visitPair(urgent, mild, visit)
			}
		}
	}
}

func visitPair(urgent, mild *ir.Alert, visit func(urgent, mild *ir.Alert, bound float64)) {
	bound, ok := mild.Query.Unit.Convert(mild.Threshold.Value, urgent.Query.Unit)
	switch {
	case !ok:
	case rank(mild) < rank(urgent):
		inUrgent, _ := urgent.Query.Unit.Convert(urgent.Threshold.Value, mild.Query.Unit)
		visit(mild, urgent, inUrgent)
	default:
		visit(urgent, mild, bound)
	}
}

func rank(a *ir.Alert) int {
	rank, _ := ir.SeverityRank(a.Severity)
	return rank
}

// thresholdText says when an alert fires, in its own unit: "above 5 %".
func thresholdText(a *ir.Alert) string {
	return thresholdField(a.Threshold)[1:] + " " + a.Query.Unit.Format(a.Threshold.Value)
}

// thresholdField is the field that holds an alert's threshold, with a dot before it.
func thresholdField(t ir.Threshold) string {
	if t.Above {
		return ".above"
	}
	return ".below"
}
