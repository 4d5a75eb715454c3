package lower

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// How an SLO's windows are recorded. Raw series are read over at most an hour; longer windows come from the recorded
// five-minute rates of bad and of all events. Numerator and denominator are recorded apart, because a mean of ratios
// weighs a quiet night like a busy day.
const (
	rawWindow     = time.Hour       // up to here the raw series are read
	stepsFrom     = 24 * time.Hour  // from here on the recorded rates are read at steps
	subqueryStep  = 5 * time.Minute // of those steps: each five-minute rate is read once
	longInterval  = 2 * time.Minute // evaluation of the long windows: below Prometheus' lookback of 5m, so that they never go stale
	badRecord     = "slo:bad:rate5m"
	totalRecord   = "slo:total:rate5m"
	recordedRange = 5 * time.Minute
)

// sloGroups adds two rule groups an SLO: the short windows with the page, and the long windows with the ticket.
func (l *lowerer) sloGroups() {
	for _, slo := range l.program.SLOs {
		name := sloGroupName(l.program.Service.Name, slo.Name)
		short := &ir.Group{Name: name, Interval: slo.Interval}
		long := &ir.Group{Name: name + "-long", Interval: max(longInterval, slo.Interval)}
		bad, total := l.events(slo, recordedRange)
		short.Rules = append(short.Rules, l.sloRule(slo, badRecord, bad), l.sloRule(slo, totalRecord, total))
		for _, window := range sloWindows(slo) {
			group := short
			if window >= stepsFrom {
				group = long
			}
			group.Rules = append(group.Rules, l.sloRule(slo, slo.ErrorRatio[unit.FormatDuration(window)], l.errorRatio(slo, window)))
		}
		long.Rules = append(long.Rules,
			l.sloRule(slo, slo.ObjectiveRecord, promql.Call("vector", promql.Number(slo.Objective))),
			l.sloRule(slo, slo.BudgetRemaining, l.budgetRemaining(slo)))
		for _, a := range slo.Alerts {
			group := short
			if a.Group == long.Name {
				group = long
			}
			group.Rules = append(group.Rules, alertRule(a))
		}
		l.program.Groups = append(l.program.Groups, short, long)
	}
}

func (l *lowerer) sloRule(slo *ir.SLO, record string, expr parser.Expr) ir.Rule {
	set := l.recordLabels()
	set["slo"] = slo.Name
	return ir.Rule{Record: record, Expr: promql.Print(expr), Labels: set}
}

// events makes the rates of bad and of all events over a window of raw series.
func (l *lowerer) events(slo *ir.SLO, window time.Duration) (bad, total parser.Expr) {
	s := l.signals[slo.Signal.Name]
	b := build{path: s.Path, over: window}
	// The signal's own matchers have been read before without a mistake.
	b.where, _ = promql.ParseMatchers(s.spec.Where)
	if s.spec.Where == "" {
		b.where = nil
	}
	part, whole, _ := l.parts(s, b)
	if !slo.Good {
		return part.expr, whole.expr
	}
	if matching, err := promql.ParseMatchers(s.spec.Matching); s.Form == ir.FormShare && err == nil && len(matching) == 1 {
		part, whole, _ = l.share(s, b, true)
		return part.expr, whole.expr
	}
	// Two sums of the same rates may differ in the last digit, below zero too.
	return promql.Call("clamp_min", promql.Binary(parser.SUB, whole.expr, part.expr), promql.Number(0)), whole.expr
}

// errorRatio makes the share of bad events over a window.
func (l *lowerer) errorRatio(slo *ir.SLO, window time.Duration) parser.Expr {
	bad, total := l.sloSelect(slo, badRecord), l.sloSelect(slo, totalRecord)
	switch {
	case window == recordedRange:
		return promql.Binary(parser.DIV, bad, total)
	case window <= rawWindow:
		rawBad, rawTotal := l.events(slo, window)
		return promql.Binary(parser.DIV, rawBad, rawTotal)
	case window < stepsFrom:
		return promql.Binary(parser.DIV,
			promql.Call("sum_over_time", promql.Over(bad, window)), promql.Call("sum_over_time", promql.Over(total, window)))
	default:
		return promql.Binary(parser.DIV,
			promql.Call("sum_over_time", promql.Subquery(bad, window, subqueryStep)),
			promql.Call("sum_over_time", promql.Subquery(total, window, subqueryStep)))
	}
}

// budgetRemaining is what is left of the error budget: 1 is all of it, below 0 the objective is missed.
func (l *lowerer) budgetRemaining(slo *ir.SLO) parser.Expr {
	spent := promql.Binary(parser.DIV, l.sloRecord(slo, slo.Window), promql.Number(roundTo(1-slo.Objective, 12)))
	return promql.Binary(parser.SUB, promql.Number(1), spent)
}
