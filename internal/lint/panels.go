package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// Panel is a panel with its queries that are PromQL.
type Panel struct {
	*read.Panel
	Dashboard *read.Dashboard
	Queries   []*Query
}

// panels are those of all dashboards. A panel that refers to a library has nothing of its own.
func (f *Files) panels() []Panel {
	var all []Panel
	next := 0
	for i := range f.Set.Dashboards {
		board := &f.Set.Dashboards[i]
		for j := range board.Panels {
			panel := Panel{Panel: &board.Panels[j], Dashboard: board}
			for ; next < len(f.Queries) && f.Queries[next].Panel == panel.Panel; next++ {
				panel.Queries = append(panel.Queries, &f.Queries[next])
			}
			if panel.LibraryPanel.IsZero() {
				all = append(all, panel)
			}
		}
	}
	return all
}

// At is a place in the panel.
func (p Panel) At(at diag.Pos) Place { return Place{At: at, Owner: p.Pos, Name: p.Title.Value} }

// Typed are the queries whose results are drawn and of which something is known.
func (p Panel) Typed() []*Query {
	var typed []*Query
	for _, q := range p.Queries {
		if !q.Hide && q.Analysis != nil {
			typed = append(typed, q)
		}
	}
	return typed
}

// AllTyped reports whether nothing is drawn but the results of Typed: no query of another kind, and none that cannot be read.
func (p Panel) AllTyped() bool {
	drawn := 0
	for _, t := range p.Targets {
		if !t.Hide {
			drawn++
		}
	}
	return drawn > 0 && drawn == len(p.Typed())
}

// Transformed reports whether a transformation is on of which one of the given ids is not.
func (p Panel) Transformed(but ...string) bool {
	return slices.ContainsFunc(p.Transformations, func(t read.Transformation) bool {
		return !t.Disabled && !slices.Contains(but, t.ID.Value)
	})
}

// selection is how many of a query's fields an override applies to.
type selection uint8

const (
	selectsNone selection = iota
	selectsSome           // or nobody can tell
	selectsAll
)

// selects is which fields of a query an override applies to.
func selects(o read.Override, q *Query) selection {
	option := o.Options.Text().Value
	switch o.Matcher.Value {
	case "byFrameRefID":
		if option == q.RefID.Value {
			return selectsAll
		}
		return selectsNone
	case "byName":
		return selectsByName(option, q)
	case "byType":
		if option == "number" {
			return selectsAll
		}
		return selectsNone
	}
	return selectsSome
}

// selectsByName compares a name with those of the query's values: of a table, the name of their column.
func selectsByName(option string, q *Query) selection {
	name, fixed := fixedLegend(q)
	switch {
	case q.isTable() && slices.Contains(columnNames(q), option), fixed && (name == option || option == valueField):
		return selectsAll
	case q.isTable() && option != valueField, fixed:
		return selectsNone
	}
	return selectsSome
}

// columnNames are the names that the column of a table's values may have.
func columnNames(q *Query) []string {
	own := valueField + " #" + q.RefID.Value
	names := []string{own}
	if len(q.Panel.Targets) == 1 {
		names = append(names, valueField)
	}
	for _, t := range q.Panel.Transformations {
		for from, to := range t.Options.Field("renameByName").Fields() {
			if !t.Disabled && slices.Contains(names, from.Value) {
				names = append(names, to.Text().Value)
			}
		}
	}
	return names
}

// unitOf is the unit format that a query's values are shown with; false where overrides leave it open.
func (p Panel) unitOf(q *Query) (read.Text, bool) {
	shown, known := p.Field.Unit, true
	for _, o := range p.Overrides {
		for _, property := range o.Properties {
			if property.ID.Value != "unit" {
				continue
			}
			switch selects(o, q) {
			case selectsAll:
				shown, known = property.Value.Text(), true
			case selectsSome:
				known = false
			}
		}
	}
	return shown, known && !p.SecondAxis
}

// valueField is the name of the values in Grafana's frames.
const valueField = "Value"

// fixedLegend is the name of all series of a query, where it is a text without labels and variables.
func fixedLegend(q *Query) (string, bool) {
	legend := q.LegendFormat.Value
	if q.isTable() || legend == "" || legend == "__auto" || strings.Contains(legend, "{{") || len(read.VariablesIn(legend)) > 0 {
		return "", false
	}
	return legend, q.Panel.Field.DisplayName.Value == ""
}

// isTable reports whether the result is a table, whose columns are the labels.
func (q *Query) isTable() bool { return q.Format.Value == "table" }

// isHeatmap reports whether each series is a bucket.
func (q *Query) isHeatmap() bool {
	return q.Format.Value == "heatmap" || q.Panel.Type.Value == "heatmap"
}
