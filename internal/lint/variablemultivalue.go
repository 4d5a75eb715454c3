package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var variableMultiValue = &Check{
	Code: "variable/multi-value", Severity: diag.Error,
	Summary: "a variable with several values is compared with =",
	Why: "Grafana puts (a|b) in place of a variable of which several values, or All, can be chosen. That is a regular expression, which " +
		"only =~ and !~ understand: with = the panel is empty as soon as somebody chooses two.",
	Run: func(p *Pass) {
		for _, queries := range [][]Query{p.Queries, p.others} {
			for i := range queries {
				for _, hole := range queries[i].Substituted.Holes {
					checkMultiValue(p, &queries[i], hole)
				}
			}
		}
	},
}

func checkMultiValue(p *Pass, q *Query, hole read.Hole) {
	if hole.Use != read.UseLabelValue {
		return
	}
	i := slices.IndexFunc(q.Dashboard.Variables, func(v read.Variable) bool { return v.Name.Value == hole.Variable })
	if i < 0 || !q.Dashboard.Variables[i].Multi && !q.Dashboard.Variables[i].IncludeAll || isRepeatedFor(q.Panel, hole.Variable) {
		return
	}
	text := q.Target.Expr.Value
	before, quoted := strings.CutSuffix(strings.TrimRight(text[:hole.Start], " "), `"`)
	before = strings.TrimRight(before, " ")
	notation := text[hole.Start : hole.Start+hole.Length]
	if !quoted || strings.Contains(notation, ":") || !strings.HasSuffix(before, "=") {
		return
	}
	operator, instead := "=", "=~"
	if strings.HasSuffix(before, "!=") {
		operator, instead = "!=", "!~"
	}
	p.Report(q.At(q.Target.Expr.Pos(hole.Start, hole.Length)), "write "+instead,
		"several values of $%s can be chosen, and %s compares with all of them as one text", hole.Variable, operator)
}

// isRepeatedFor reports whether the panel, or its row, is drawn once for each value of the variable, which then has only one.
func isRepeatedFor(panel *read.Panel, name string) bool {
	return strings.Trim(panel.Repeat.Value, "${}") == name || panel.Row != nil && strings.Trim(panel.Row.Repeat.Value, "${}") == name
}
