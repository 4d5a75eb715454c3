package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
)

var variableUnused = &Check{
	Code: "variable/unused", Severity: diag.Warning,
	Summary: "a variable of a dashboard chooses nothing",
	Why: "Whoever picks a value believes that the panels show that value only, but no query names the variable. Dashboards that hand their " +
		"variables on by a link are left out.",
	Run: func(p *Pass) {
		for _, board := range p.Set.Dashboards {
			if board.LinksPass || board.Mentions["__all_variables"] {
				continue
			}
			for _, v := range board.Variables {
				name := v.Name.Value
				if name == "" || board.Mentions[name] || slices.Contains(applied, v.Type) || v.Hide.Value == "2" {
					continue
				}
				p.Report(Place{At: v.Name.At(), Owner: v.Pos, Name: board.Title.Value}, "use it in the queries that it should filter, or remove it",
					"nothing in the dashboard names $%s", name)
			}
		}
	},
}

// applied are variables that Grafana applies to the queries by itself.
var applied = []string{"adhoc", "groupby", "system"}
