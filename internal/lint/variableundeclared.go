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
		"and the panel stays empty. In a title it is only ugly, and a warning.",
	Run: func(p *Pass) {
		for i := range p.Set.Dashboards {
			checkVariableTexts(p, &p.Set.Dashboards[i])
		}
		for _, queries := range [][]Query{p.Queries, p.others} {
			for i := range queries {
				checkHoles(p, &queries[i])
			}
		}
	},
}

// declares reports whether a dashboard has a variable. Those that begin with __ are Grafana's own.
func declares(board *read.Dashboard, name string) bool {
	return strings.HasPrefix(name, "__") || slices.ContainsFunc(board.Variables, func(v read.Variable) bool { return v.Name.Value == name }) ||
		slices.ContainsFunc(board.Inputs, func(input read.Text) bool { return input.Value == name })
}

// checkHoles looks at a query. In the texts that label_replace() takes, $name is a group of its own regular expression.
func checkHoles(p *Pass, q *Query) {
	for _, hole := range q.Substituted.Holes {
		if hole.Use == read.UseText || hole.Known || declares(q.Dashboard, hole.Variable) {
			continue
		}
		p.Report(q.At(q.Target.Expr.Pos(hole.Start, hole.Length)), declareHelp(q.Dashboard, hole.Variable),
			"the query uses $%s, but the dashboard has no such variable", hole.Variable)
	}
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

// checkVariableTexts looks at everything else that is shown or decides where queries go.
func checkVariableTexts(p *Pass, board *read.Dashboard) {
	at := func(text read.Text, owner diag.Pos, name string) Place {
		return Place{At: text.At(), Owner: owner, Name: name}
	}
	for i := range board.Panels {
		panel := &board.Panels[i]
		for _, shown := range []read.Text{panel.Title, panel.Description} {
			warnUndeclared(p, board, at(shown, panel.Pos, panel.Title.Value), shown)
		}
		reportRepeat(p, board, at(panel.Repeat, panel.Pos, panel.Title.Value), panel.Repeat)
		sources := []read.Text{panel.Datasource.UID}
		for _, t := range panel.Targets {
			warnUndeclared(p, board, at(t.LegendFormat, panel.Pos, panel.Title.Value), t.LegendFormat)
			if t.Datasource.UID.At() != panel.Datasource.UID.At() {
				sources = append(sources, t.Datasource.UID)
			}
		}
		for _, source := range sources {
			reportSource(p, board, at(source, panel.Pos, panel.Title.Value), source)
		}
	}
	for _, row := range board.Rows {
		warnUndeclared(p, board, at(row.Title, row.Pos, row.Title.Value), row.Title)
		reportRepeat(p, board, at(row.Repeat, row.Pos, row.Title.Value), row.Repeat)
	}
	for _, v := range board.Variables {
		reportSource(p, board, at(v.Datasource.UID, v.Pos, v.Name.Value), v.Datasource.UID)
	}
	for _, a := range board.Annotations {
		reportSource(p, board, at(a.Datasource.UID, a.Pos, a.Name.Value), a.Datasource.UID)
	}
}

// warnUndeclared takes only ${name} and [[name]] for variables in texts for people: a price in $USD is none.
func warnUndeclared(p *Pass, board *read.Dashboard, at Place, text read.Text) {
	for _, name := range read.VariablesIn(text.Value) {
		isMarked := strings.Contains(text.Value, "${"+name) || strings.Contains(text.Value, "[["+name)
		if isMarked && !declares(board, name) {
			p.Warn(at, declareHelp(board, name), "the text names $%s, but the dashboard has no such variable", name)
		}
	}
}

func reportSource(p *Pass, board *read.Dashboard, at Place, text read.Text) {
	for _, name := range read.VariablesIn(text.Value) {
		if !declares(board, name) {
			p.Report(at, declareHelp(board, name), "the data source is that of $%s, but the dashboard has no such variable", name)
		}
	}
}

func reportRepeat(p *Pass, board *read.Dashboard, at Place, text read.Text) {
	if name := strings.Trim(text.Value, "${}"); name != "" && !declares(board, name) {
		p.Report(at, declareHelp(board, name), "it is repeated for each value of $%s, but the dashboard has no such variable", name)
	}
}
