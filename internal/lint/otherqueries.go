package lint

import (
	"regexp"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// otherQueries are what a dashboard asks besides its panels: its annotations, and the series that its variables read.
func (f *Files) otherQueries(board *read.Dashboard) []Query {
	var all []Query
	add := func(name, expr read.Text, source read.Datasource, place read.Panel) {
		place.Title = name
		typed := Query{Target: read.Target{Expr: expr, Datasource: source}, Dashboard: board, Panel: &place}
		f.typeQuery(&typed, promql.UseAny)
		all = append(all, typed)
	}
	for _, a := range board.Annotations {
		if a.Datasource.IsPrometheus() {
			add(a.Name, a.Expr, a.Datasource, read.Panel{Pos: a.Pos})
		}
	}
	for i := range board.Variables {
		v := &board.Variables[i]
		if asked, ok := variableAsks(v); ok && asked.expr.Value != "" {
			add(v.Name, asked.expr, v.Datasource, read.Panel{Pos: v.Pos})
		}
	}
	return all
}

// asked is what a variable asks Prometheus for.
type asked struct {
	expr  read.Text // the series, or the whole query of query_result()
	label string    // whose values are the choices; empty where they are whole series
	at    int       // offset of the label in the variable's query
}

// The queries of variables that Grafana knows (packages/grafana-prometheus, metric_find_query.ts). label_values() without series
// asks for all values that there are.
var (
	labelValues = regexp.MustCompile(`^label_values\((?:(.+),\s*)?([a-zA-Z_$][a-zA-Z0-9_]*)\)\s*$`)
	queryResult = regexp.MustCompile(`^query_result\((.+)\)\s*$`)
)

// variableAsks takes a variable's query apart; false where it asks for no series.
func variableAsks(v *read.Variable) (asked, bool) {
	if v.Type != "query" || !v.Datasource.IsPrometheus() {
		return asked{}, false
	}
	text := v.Query.Value
	if m := labelValues.FindStringSubmatchIndex(text); m != nil {
		found := asked{label: text[m[4]:m[5]], at: m[4]}
		if m[2] >= 0 {
			found.expr = v.Query.Part(m[2], m[3])
		}
		return found, true
	}
	if m := queryResult.FindStringSubmatchIndex(text); m != nil {
		return asked{expr: v.Query.Part(m[2], m[3])}, true
	}
	return asked{}, false
}
