package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

var panelQueryNames = &Check{
	Code: "panel/query-names", Severity: diag.Error,
	Summary: "two queries of a panel have the same name",
	Why:     "Grafana refuses such a panel: \"Multiple queries using the same RefId is not allowed\".",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			seen := map[queryName]diag.Pos{}
			for _, t := range panel.Targets {
				if t.Hide {
					continue
				}
				name := queryName{refID: t.RefID.Value}
				if panel.Datasource.IsMixed() {
					name.source = t.Datasource.UID.Value
				}
				if first, twice := seen[name]; twice {
					p.Report(panel.At(t.RefID.At()).Noting("the first is at %s", first), "give it a letter of its own",
						"there are two queries %s", t.RefID.Value)
					continue
				}
				seen[name] = t.RefID.At()
			}
		}
	},
}

// queryName is what Grafana tells queries apart by: in a mixed panel each data source gets its own alone.
type queryName struct{ source, refID string }

var panelEmpty = &Check{
	Code: "panel/empty", Severity: diag.Warning,
	Summary: "a panel has no query, or no title",
	Why:     "Without a query a panel shows \"No data\" for ever, and without a title nobody knows what the figure is.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			if !slices.Contains(queriedPanels, panel.Type.Value) {
				continue
			}
			switch {
			case len(panel.Targets) == 0:
				p.Report(panel.At(panel.Pos), "give it a query, or remove it", "the panel has no query")
			case panel.asksNothing():
				p.Report(panel.At(panel.Pos), "give it a query, or remove it", "no query of the panel asks for anything")
			}
			if panel.Title.Value == "" && panel.Field.DisplayName.Value == "" && len(panel.Typed()) > 0 {
				p.Report(panel.At(panel.Pos), "say what it shows", "the panel has no title")
			}
		}
	},
}

// asksNothing reports whether all of the panel's queries are PromQL, and empty.
func (p Panel) asksNothing() bool {
	for _, t := range p.Targets {
		if t.Expr.Value != "" || t.Datasource.Type != "prometheus" || t.Hide {
			return false
		}
	}
	return true
}

var panelType = &Check{
	Code: "panel/type", Severity: diag.Warning,
	Summary: "a panel has a type that Grafana does not come with",
	Why: "Grafana takes any type when it loads a dashboard, and shows \"Panel plugin not found\" in its place. Plug-ins have names of several " +
		"words, such as grafana-clock-panel, and are left alone.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			name := panel.Type.Value
			if name == "" || slices.Contains(corePanels, name) || strings.HasSuffix(name, "-panel") || strings.HasSuffix(name, "-app") {
				continue
			}
			help := "check that the plug-in is installed"
			if best, ok := diag.Closest(name, corePanels); ok {
				help = "did you mean " + best + "?"
			}
			p.Report(panel.At(panel.Type.At()), help, "Grafana has no panel %s of its own", name)
		}
	},
}
