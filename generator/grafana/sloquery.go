package grafana

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// sloQueries builds expressions over the records of one SLO. Where the SLO keeps labels apart, the dashboard's variables of
// the same names filter them.
type sloQueries struct {
	service *ir.Service
	slo     *ir.SLO
}

// record selects one record, of the label values that the variables let through.
func (q sloQueries) record(name string) *parser.VectorSelector {
	matchers := q.matchers()
	for _, label := range q.variables() {
		matchers = append(matchers, promql.Match(labels.MatchRegexp, label, "$"+label))
	}
	return promql.Select(name, matchers...)
}

// whole selects one record of all label values.
func (q sloQueries) whole(name string) *parser.VectorSelector {
	return promql.Select(name, q.matchers()...)
}

func (q sloQueries) matchers() []*labels.Matcher {
	return append(serviceMatchers(q.service), promql.Equal("slo", q.slo.Name))
}

func serviceMatchers(service *ir.Service) []*labels.Matcher {
	return []*labels.Matcher{promql.Equal("service", service.Name), promql.Equal("namespace", service.Namespace)}
}

// variables are the labels that a variable filters by: those of the SLO, but for the one name that is taken.
func (q sloQueries) variables() []string {
	return slices.DeleteFunc(slices.Clone(q.slo.By), func(label string) bool { return label == datasourceVariable })
}

// worst is the lowest of the SLO's label values where more is better, else the highest. Without labels it is the value.
func (q sloQueries) worst(expr parser.Expr, better ir.Direction) parser.Expr {
	switch {
	case len(q.slo.By) == 0:
		return expr
	case better == ir.MoreIsBetter:
		return promql.Aggregate(parser.MIN, expr)
	default:
		return promql.Aggregate(parser.MAX, expr)
	}
}

// summed is the sum over the SLO's label values.
func (q sloQueries) summed(expr parser.Expr) parser.Expr {
	if len(q.slo.By) == 0 {
		return expr
	}
	return promql.Sum(expr)
}

// objective is the same for all label values.
func (q sloQueries) objective() parser.Expr {
	return q.whole(q.slo.ObjectiveRecord)
}

// good is 1 - the error ratio of a window.
func (q sloQueries) good(window time.Duration) parser.Expr {
	return promql.Binary(parser.SUB, promql.Number(1), q.record(q.slo.ErrorRatio[unit.FormatDuration(window)]))
}

// burnRate is how many times faster than allowed a window used up the budget: its error ratio over the budget.
func (q sloQueries) burnRate(window string) parser.Expr {
	if record, ok := q.slo.Records.BurnRate[window]; ok {
		return q.record(record)
	}
	allowed := promql.Binary(parser.SUB, promql.Number(1), promql.Number(q.slo.Objective))
	return promql.Binary(parser.DIV, q.record(q.slo.ErrorRatio[window]), allowed)
}

// current is the burn rate that is spoken of as the present one; nothing where there was no traffic.
func (q sloQueries) current() parser.Expr { return present(q.burnRate(q.slo.Records.CurrentWindow)) }

// alertsOf selects Prometheus' own series of alerts in a state: firing or pending.
func alertsOf(state string, matchers ...*labels.Matcher) *parser.VectorSelector {
	return promql.Select("ALERTS", append(matchers, promql.Equal("alertstate", state))...)
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
