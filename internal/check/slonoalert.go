package check

import "github.com/belfry-dev/belfry/internal/diag"

var sloNoAlert = &Check{
	Code: "slo/no-alert", Severity: diag.Warning,
	Doc: Doc{
		Summary: "an SLO has no alert: nobody hears that its budget is spent",
		Why: "Page, ticket and the alert on missing data are all switched off, and no traffic is declared. Its rules and dashboard are still " +
			"there, which may be all that is wanted of a budget that people only report: then accept it with that reason.",
	},
	Run: func(p *Pass) {
		for _, slo := range p.Program.SLOs {
			if len(slo.Alerts) == 0 {
				p.Report(slo.Path, "switch one of page, ticket and noData on, or accept it with a reason",
					"page, ticket and noData of %s are off: whatever becomes of it, nobody is told", slo.Name)
			}
		}
	},
}
