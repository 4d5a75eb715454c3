package check

import "github.com/belfry-dev/belfry/internal/diag"

var alertNoRunbook = &Check{
	Code: "alert/no-runbook", Severity: diag.Warning,
	Doc: Doc{
		Summary: "alerts have no link to a runbook",
		Why: "Whoever is woken up needs to know what to look at first. Belfry writes a runbook for every alert; service.runbooks " +
			"says where they can be read, and then each alert links to its own.",
	},
	Run: func(p *Pass) {
		var without []string
		for _, a := range p.Program.Alerts {
			if a.RunbookURL == "" {
				without = append(without, a.Name)
			}
		}
		if len(without) == 0 {
			return
		}
		// With a base address every alert has its runbook, so that the one thing to mend is the service.
		p.Report("service.runbooks", "add the address that the runbooks are published at, such as \"https://example.com/wiki\"",
			"%s without a runbook: %s", counted(len(without), "alert"), someOf(without))
	},
}
