package lint

import (
	"cmp"
	"strings"
	"text/template/parse"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
)

var ruleTemplateQuery = &Check{
	Code: "rule/template-query", Severity: diag.Error, Warns: true,
	Summary: "a query in the text of an alert is wrong",
	Why: "Templates can run queries of their own, to say more than the value. Nobody sees one that finds nothing before the alert " +
		"fires: then first() fails, and people read <error expanding template: …>.",
	Run: func(p *Pass) {
		for i := range p.Templates {
			if t := &p.Templates[i]; strings.Contains(t.Text.Value, "query") {
				for _, query := range t.walk(nil).queries {
					checkQuery(p, t, query)
				}
			}
		}
	},
}

// checkQuery types a query and reports what is wrong with it. What does not parse is rule/template's.
func checkQuery(p *Pass, t *Template, query *parse.StringNode) {
	parsed, err := promql.ParseAny(query.Text)
	if err != nil {
		return
	}
	for _, found := range p.Table.Analyze(parsed, promql.UseAny).Findings {
		start, length := 0, len(query.Quoted)
		if query.Quoted[1:len(query.Quoted)-1] == query.Text { // without escapes, the query's bytes are the text's
			start, length = 1+int(found.Range.Start), max(int(found.Range.End-found.Range.Start), 1)
		}
		place := t.At(offset(query)+start, length)
		place.Notes = found.Notes
		report := p.Report
		if found.Severity == diag.Warning {
			report = p.Warn
		}
		report(place, cmp.Or(found.Help, "mend the query"), "the query in %s: %s", t.kind(), found.Message)
	}
}
