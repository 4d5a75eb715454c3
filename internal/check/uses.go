package check

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
)

// use is a query and the path of the spec that gave it its range.
type use struct {
	path  string
	query *ir.Query
}

// uses lists every signal with its own range, and every alert and panel that sets another. What a signal is made of is
// listed under its own name.
func uses(p *ir.Program) []use {
	var all []use
	type key struct {
		signal string
		over   time.Duration
	}
	seen := map[key]bool{}
	add := func(path string, q *ir.Query) {
		if q == nil || seen[key{q.Signal.Name, q.Over}] {
			return
		}
		seen[key{q.Signal.Name, q.Over}] = true
		switch {
		case q.Signal.Form == ir.FormExpr:
			all = append(all, use{path + ".expr", q})
		case q.Over > 0:
			all = append(all, use{path + ".over", q})
		}
	}
	for _, s := range p.Signals {
		add(s.Path, s.Default)
	}
	for _, a := range p.Alerts {
		add(a.Path, a.Query)
	}
	for _, d := range p.Dashboards {
		for _, row := range d.Rows {
			for _, panel := range row.Panels {
				for _, series := range panel.Series {
					add(panel.Path, series.Query)
				}
			}
		}
	}
	return all
}

// eachRange visits every range selector that is the argument of a function, with the function's name.
func eachRange(expr parser.Expr, visit func(function string, selector *parser.MatrixSelector)) {
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		call, ok := node.(*parser.Call)
		if !ok {
			return nil
		}
		for _, argument := range call.Args {
			if selector, ok := argument.(*parser.MatrixSelector); ok {
				visit(call.Func.Name, selector)
			}
		}
		return nil
	})
}
