package grafana

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// sloQueries builds expressions over the records of a service's SLOs, of one or of all.
type sloQueries struct {
	service *ir.Service
	slo     *ir.SLO // nil for all
}

// record selects one record.
func (q sloQueries) record(name string) *parser.VectorSelector {
	return promql.Select(name, q.matchers()...)
}

func (q sloQueries) matchers() []*labels.Matcher {
	matchers := []*labels.Matcher{promql.Equal("service", q.service.Name), promql.Equal("namespace", q.service.Namespace)}
	if q.slo != nil {
		matchers = append(matchers, promql.Equal("slo", q.slo.Name))
	}
	return matchers
}

// good is 1 - the error ratio of a window.
func (q sloQueries) good(window time.Duration) parser.Expr {
	return promql.Binary(parser.SUB, promql.Number(1), q.record(q.slo.ErrorRatio[unit.FormatDuration(window)]))
}

// burnRate is how many times faster than allowed a window used up the budget: its error ratio over the budget.
func (q sloQueries) burnRate(window time.Duration) parser.Expr {
	allowed := promql.Binary(parser.SUB, promql.Number(1), promql.Number(q.slo.Objective))
	return promql.Binary(parser.DIV, q.record(q.slo.ErrorRatio[unit.FormatDuration(window)]), allowed)
}

// alerts selects Prometheus' own series of the alerts in a state: firing or pending.
func (q sloQueries) alerts(state string, more ...*labels.Matcher) *parser.VectorSelector {
	matchers := append(q.matchers(), promql.Equal("alertstate", state))
	if q.slo == nil {
		matchers = append(matchers, promql.Match(labels.MatchNotEqual, "slo", ""))
	}
	return promql.Select("ALERTS", append(matchers, more...)...)
}

// orZero is the value, or 0 where there is none.
func orZero(expr parser.Expr) parser.Expr {
	return promql.Binary(parser.LOR, expr, promql.Call("vector", promql.Number(0)))
}

// present leaves out what is not a number: the share of no events.
func present(expr parser.Expr) parser.Expr { return promql.Binary(parser.GTE, expr, promql.Number(0)) }

// sloFigure is one query of an SLO dashboard.
func sloFigure(name string, expr parser.Expr, u unit.Unit, better ir.Direction, by ...string) ir.Series {
	return ir.Series{
		Name: name, Query: &ir.Query{Signal: &ir.Signal{Title: name, Better: better}, Unit: u}, Expr: expr.String(), By: by,
	}
}

// sloStat is one figure as it is now.
func sloStat(title, description string, series ir.Series) *ir.Panel {
	series.Instant = true
	return &ir.Panel{Kind: ir.Stat, Title: title, Description: description, Width: 4, Height: 5, Series: []ir.Series{series}}
}
