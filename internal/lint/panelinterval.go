package lint

import (
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelInterval = &Check{
	Code: "panel/interval", Severity: diag.Warning,
	Summary: "a rate is taken over $__interval",
	Why: "$__interval is the step of the graph, which is shorter than two scrapes when one zooms in: the graph is then empty. " +
		"$__rate_interval is at least four scrape intervals (Grafana's documentation of Prometheus template variables).",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			for _, q := range panel.Typed() {
				if q.Interval.Value == "" && panel.Interval.Value == "" {
					checkInterval(p, q)
				}
			}
		}
	},
}

func checkInterval(p *Pass, q *Query) {
	for _, hole := range q.Substituted.Holes {
		if hole.Variable != "__interval" || hole.Use != read.UseDuration {
			continue
		}
		if name, ok := rateAround(q, hole); ok {
			p.Report(q.At(q.Target.Expr.Pos(hole.Start, hole.Length)), "write $__rate_interval",
				"%s() over $__interval has no result while the step is shorter than two scrapes", name)
		}
	}
}

// rateAround is the function whose range a variable is, if that is a rate.
func rateAround(q *Query, hole read.Hole) (name string, ok bool) {
	parser.Inspect(q.Parsed, func(node parser.Node, _ []parser.Node) error {
		call, isCall := node.(*parser.Call)
		if !isCall || call.Func.Name != "rate" && call.Func.Name != "irate" {
			return nil
		}
		if _, isRange := call.Args[0].(*parser.MatrixSelector); !isRange {
			return nil
		}
		start, length := span(call)
		from, size := q.Substituted.Original(start, start+length)
		if from <= hole.Start && hole.Start < from+size {
			name, ok = call.Func.Name, true
		}
		return nil
	})
	return name, ok
}
