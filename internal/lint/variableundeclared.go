package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var variableUndeclared = &Check{
	Code: "variable/undeclared", Severity: diag.Error, Warns: true,
	Summary: "a dashboard uses a variable that it does not have",
	Why: "Grafana leaves the text as it is: the query asks for a label with the value $instance, or for a data source that does not exist, " +
		"and the panel stays empty. In a title it is only ugly, and a warning. Each variable is reported once, where it is used first.",
	Run: func(p *Pass) {
		for i := range p.Set.Dashboards {
			uses := usesIn(p.Files, &p.Set.Dashboards[i])
			for _, name := range uses.names {
				reportUndeclared(p, &p.Set.Dashboards[i], name, uses.of[name])
			}
		}
	},
}

// variableUse is a place where a dashboard names a variable that it does not declare.
type variableUse struct {
	at   Place
	what string // what it does there, as a clause
	text bool   // it stands in a text for people
}

// variableUses are the uses of each variable, in the order of their first.
type variableUses struct {
	board *read.Dashboard
	names []string
	of    map[string][]variableUse
}

func usesIn(f *Files, board *read.Dashboard) *variableUses {
	u := &variableUses{board: board, of: map[string][]variableUse{}}
	for _, queries := range [][]Query{f.Queries, f.others} {
		for i := range queries {
			if queries[i].Dashboard == board {
				u.query(&queries[i])
			}
		}
	}
	for i := range board.Panels {
		u.panel(&board.Panels[i])
	}
	for _, row := range board.Rows {
		u.shown(row.Title, row.Pos, row.Title.Value)
		u.repeat(row.Repeat, row.Pos, row.Title.Value)
	}
	for _, v := range board.Variables {
		u.source(v.Datasource.UID, v.Pos, v.Name.Value)
	}
	for _, a := range board.Annotations {
		u.source(a.Datasource.UID, a.Pos, a.Name.Value)
	}
	return u
}

// query looks at a query. In the texts that label_replace() takes, $name is a group of its own regular expression.
func (u *variableUses) query(q *Query) {
	for _, hole := range q.Substituted.Holes {
		if hole.Use != read.UseText {
			u.add(hole.Variable, variableUse{at: q.At(q.Target.Expr.Pos(hole.Start, hole.Length)), what: "the query uses"})
		}
	}
}

func (u *variableUses) panel(panel *read.Panel) {
	title := panel.Title.Value
	for _, text := range []read.Text{panel.Title, panel.Description} {
		u.shown(text, panel.Pos, title)
	}
	u.repeat(panel.Repeat, panel.Pos, title)
	u.source(panel.Datasource.UID, panel.Pos, title)
	for _, t := range panel.Targets {
		u.shown(t.LegendFormat, panel.Pos, title)
		if t.Datasource.Pos != panel.Datasource.Pos {
			u.source(t.Datasource.UID, panel.Pos, title)
		}
	}
}

// shown takes only ${name} and [[name]] for variables in texts for people: a price in $USD is none.
func (u *variableUses) shown(text read.Text, owner diag.Pos, name string) {
	for _, variable := range read.VariablesIn(text.Value) {
		if strings.Contains(text.Value, "${"+variable) || strings.Contains(text.Value, "[["+variable) {
			u.add(variable, variableUse{Place{At: text.At(), Owner: owner, Name: name}, "the text names", true})
		}
	}
}

func (u *variableUses) source(text read.Text, owner diag.Pos, name string) {
	for _, variable := range read.VariablesIn(text.Value) {
		u.add(variable, variableUse{at: Place{At: text.At(), Owner: owner, Name: name}, what: "the data source is that of"})
	}
}

func (u *variableUses) repeat(text read.Text, owner diag.Pos, name string) {
	if variable := strings.Trim(text.Value, "${}"); variable != "" {
		u.add(variable, variableUse{at: Place{At: text.At(), Owner: owner, Name: name}, what: "it is repeated for each value of"})
	}
}

// add leaves out what is declared. Names that begin with __ are Grafana's own.
func (u *variableUses) add(name string, use variableUse) {
	declared := slices.ContainsFunc(u.board.Variables, func(v read.Variable) bool { return v.Name.Value == name }) ||
		slices.ContainsFunc(u.board.Inputs, func(input read.Text) bool { return input.Value == name })
	if declared || strings.HasPrefix(name, "__") {
		return
	}
	if _, seen := u.of[name]; !seen {
		u.names = append(u.names, name)
	}
	u.of[name] = append(u.of[name], use)
}

// reportUndeclared reports the worst use of a variable.
func reportUndeclared(p *Pass, board *read.Dashboard, name string, uses []variableUse) {
	first, report := uses[0], p.Report
	if i := slices.IndexFunc(uses, func(use variableUse) bool { return !use.text }); i >= 0 {
		first = uses[i]
	} else {
		report = p.Warn
	}
	at := first.at
	if len(uses) > 1 {
		at = at.Noting("it is used in %d places", len(uses))
	}
	report(at, declareHelp(board, name), "%s $%s, but the dashboard has no such variable", first.what, name)
}

func declareHelp(board *read.Dashboard, name string) string {
	var names []string
	for _, v := range board.Variables {
		names = append(names, v.Name.Value)
	}
	if best, ok := diag.Closest(name, names); ok {
		return "did you mean $" + best + "?"
	}
	return "declare it under templating, or write what is meant"
}
