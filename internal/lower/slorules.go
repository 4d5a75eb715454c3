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
// weighs a quiet night like a busy day. The windows of alerts read each recorded rate: at steps of minutes they would be
// late by a step. The period, which no alert waits for, reads as few as hold everything.
const (
	rawWindow     = time.Hour       // up to here the raw series are read
	longFrom      = 24 * time.Hour  // from here on windows are evaluated at the long interval
	longInterval  = 2 * time.Minute // evaluation of the long windows: below Prometheus' lookback of 5m, so that they never go stale
	badRecord     = "slo:bad:rate5m"
	totalRecord   = "slo:total:rate5m"
	infoRecord    = "slo:info"
	recordedRange = 5 * time.Minute
)

// sloGroups adds two rule groups an SLO: the short windows with both alerts, and the long windows. A ticket resolves by its
// short window, which it would see up to two minutes later in the other group.
func (l *lowerer) sloGroups() {
	for _, slo := range l.program.SLOs {
		name := sloGroupName(l.program.Service.Name, slo.Name)
		short := &ir.Group{Name: name, Interval: slo.Interval}
		long := &ir.Group{Name: name + "-long", Interval: max(longInterval, slo.Interval)}
		events := l.events(slo, recordedRange)
		short.Rules = append(short.Rules, l.sloRule(slo, badRecord, events.bad()), l.sloRule(slo, totalRecord, events.whole))
		for _, window := range sloWindows(slo) {
			group := short
			if window >= longFrom {
				group = long
			}
			group.Rules = append(group.Rules, l.sloRule(slo, slo.ErrorRatio[unit.FormatDuration(window)], l.errorRatio(slo, window)))
		}
		long.Rules = append(long.Rules,
			l.sloInfo(slo),
			l.sloRule(slo, "slo:burn_rate:rate1h", promql.Binary(parser.DIV, l.sloRecord(slo, time.Hour), promql.Number(roundTo(1-slo.Objective, 12)))),
			l.sloRule(slo, slo.ObjectiveRecord, promql.Call("vector", promql.Number(slo.Objective))),
			l.sloRule(slo, slo.BudgetRemaining, l.budgetRemaining(slo)))
		for _, a := range slo.Alerts {
			short.Rules = append(short.Rules, alertRule(a))
		}
		l.program.Groups = append(l.program.Groups, short, long)
	}
}

func (l *lowerer) sloRule(slo *ir.SLO, record string, expr parser.Expr) ir.Rule {
	set := l.recordLabels()
	set["slo"] = slo.Name
	return ir.Rule{Record: record, Expr: promql.Print(expr), Labels: set}
}

// sloInfo says in labels what the SLO is. Dashboards join it to the figures.
func (l *lowerer) sloInfo(slo *ir.SLO) ir.Rule {
	rule := l.sloRule(slo, slo.Records.Info, promql.Call("vector", promql.Number(1)))
	rule.Labels["objective"] = promql.Number(slo.Objective).String()
	rule.Labels["window"] = unit.FormatDuration(slo.Window)
	rule.Labels["title"] = slo.Title
	rule.Labels["dashboard"] = slo.DashboardUID
	return rule
}

// events are the rates of a part of an SLO's events, the bad or the good ones, and of all.
type events struct {
	part, whole parser.Expr
	good        bool // the part is the good one
}

// events reads raw series over a window.
func (l *lowerer) events(slo *ir.SLO, window time.Duration) events {
	s := l.signals[slo.Signal.Name]
	// A share is divided by all events: where there are none it has no value, so that the zero need not read them again.
	b := build{path: s.Path, over: window, none: promql.Call("vector", promql.Number(0))}
	// The signal's own matchers have been read before without a mistake.
	b.where, _ = promql.ParseMatchers(s.spec.Where)
	if s.spec.Where == "" {
		b.where = nil
	}
	good := slo.Good
	part, whole, _ := l.parts(s, b)
	if matching, err := promql.ParseMatchers(s.spec.Matching); good && s.Form == ir.FormShare && err == nil && len(matching) == 1 {
		part, whole, _ = l.share(s, b, true)
		good = false
	}
	return events{part.expr, whole.expr, good}
}

// bad is the rate of bad events.
func (e events) bad() parser.Expr {
	if !e.good {
		return e.part
	}
	return notNegative(promql.Binary(parser.SUB, e.whole, e.part))
}

// errorRatio is the share of bad events. Each side is read once.
func (e events) errorRatio() parser.Expr {
	share := promql.Binary(parser.DIV, e.part, e.whole)
	if !e.good {
		return share
	}
	return notNegative(promql.Binary(parser.SUB, promql.Number(1), share))
}

// notNegative: two sums of the same rates may differ in the last digit, below zero too.
func notNegative(expr parser.Expr) parser.Expr {
	return promql.Call("clamp_min", expr, promql.Number(0))
}

// errorRatio makes the share of bad events over a window.
func (l *lowerer) errorRatio(slo *ir.SLO, window time.Duration) parser.Expr {
	bad, total := l.sloSelect(slo, badRecord), l.sloSelect(slo, totalRecord)
	switch {
	case window == recordedRange:
		return promql.Binary(parser.DIV, bad, total)
	case window <= rawWindow:
		return l.events(slo, window).errorRatio()
	case window < slo.Window:
		return promql.Binary(parser.DIV,
			promql.Call("sum_over_time", promql.Over(bad, window)), promql.Call("sum_over_time", promql.Over(total, window)))
	default:
		step := l.periodStep()
		return promql.Binary(parser.DIV,
			promql.Call("sum_over_time", promql.Subquery(bad, window, step)), promql.Call("sum_over_time", promql.Subquery(total, window, step)))
	}
}

// periodStep is the time from a five-minute rate to the next that begins where it ends. The rate sees what happens from the
// first scrape in its range to the last, which is one scrape interval less than the range. At steps of the whole range,
// what happens in one interval of each five minutes would never be seen, and a job that fails every full hour would be
// missed or count too much.
func (l *lowerer) periodStep() time.Duration {
	if step := recordedRange - l.program.Service.Scrape.Interval; step > 0 {
		return step
	}
	return recordedRange
}

// budgetRemaining is what is left of the error budget: 1 is all of it, below 0 the objective is missed.
func (l *lowerer) budgetRemaining(slo *ir.SLO) parser.Expr {
	spent := promql.Binary(parser.DIV, l.sloRecord(slo, slo.Window), promql.Number(roundTo(1-slo.Objective, 12)))
	return promql.Binary(parser.SUB, promql.Number(1), spent)
}
