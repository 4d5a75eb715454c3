package lower

import (
	"maps"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// How an SLO's windows are recorded. Raw series are read over at most an hour; longer windows come from the recorded
// five-minute rates of bad and of all events. Numerator and denominator are recorded apart, because a mean of ratios
// weighs a quiet night like a busy day. The windows of alerts read each recorded rate: at steps of minutes they would be
// late by a step. The period, which no alert waits for, reads as few as hold everything. Slices of time are recorded at each
// evaluation, and every window of an alert adds them up.
const (
	rawWindow     = time.Hour       // up to here the raw series are read
	longFrom      = 24 * time.Hour  // from here on windows are evaluated at the long interval
	longInterval  = 2 * time.Minute // evaluation of the long windows: below Prometheus' lookback of 5m, so that they never go stale
	recordedRange = 5 * time.Minute
)

// sloGroups adds two rule groups an SLO: the short windows with the alerts, and the long windows. A ticket resolves by its
// short window, which it would see up to two minutes later in the other group.
func (l *lowerer) sloGroups() {
	for _, slo := range l.objectives {
		name := sloGroupName(l.program.Service.Name, slo.Name)
		short := &ir.Group{Name: name, Interval: slo.Interval, Limit: slo.Limit}
		long := &ir.Group{Name: name + "-long", Interval: max(longInterval, slo.Interval), Limit: slo.Limit}
		group := func(window time.Duration) *ir.Group {
			if window >= longFrom {
				return long
			}
			return short
		}
		add := func(g *ir.Group, record string, expr parser.Expr) {
			g.Rules = append(g.Rules, l.sloRule(slo, record, expr))
		}
		l.recordEvents(slo, short, add)
		for _, window := range sloWindows(slo.SLO) {
			text := unit.FormatDuration(window)
			if record := slo.Records.EventCount[text]; record != "" {
				add(group(window), record, l.eventCount(slo, window))
			}
			add(group(window), slo.ErrorRatio[text], l.errorRatio(slo, window))
		}
		l.recordBudget(slo, long, group(currentWindow(slo.SLO)), add)
		for _, a := range slo.Alerts {
			short.Rules = append(short.Rules, alertRule(a))
		}
		l.program.Groups = append(l.program.Groups, short, long)
	}
}

func (l *lowerer) sloRule(slo *objective, record string, expr parser.Expr) ir.Rule {
	set := l.recordLabels()
	set["slo"] = slo.Name
	return ir.Rule{Record: record, Expr: promql.Print(expr), Labels: set}
}

// recordEvents records what is counted: all events, then the bad ones, which read them.
func (l *lowerer) recordEvents(slo *objective, short *ir.Group, add func(*ir.Group, string, parser.Expr)) {
	total := l.sloSelect(slo.SLO, slo.Records.TotalRate)
	if slo.SLI.CountsTime() {
		bad, all := l.sloSelect(slo.SLO, slo.Records.BadSlice), slo.counted.allSlices
		if all == nil { // one slice wherever there is a figure
			one := promql.Binary(parser.GTE, bad, promql.Number(0)).(*parser.BinaryExpr)
			one.ReturnBool = true
			all = one
		}
		perSecond := func(record string) parser.Expr {
			slices := promql.Call("sum_over_time", promql.Over(l.sloSelect(slo.SLO, record), recordedRange))
			return promql.Binary(parser.DIV, slices, promql.Number(recordedRange.Seconds()))
		}
		add(short, slo.Records.BadSlice, slo.counted.badSlice)
		add(short, slo.Records.TotalSlice, all)
		add(short, slo.Records.TotalRate, perSecond(slo.Records.TotalSlice))
		add(short, slo.Records.BadRate, perSecond(slo.Records.BadSlice))
		return
	}
	part, whole := slo.counted.rates(recordedRange)
	if slo.counted.sparse {
		part = promql.Binary(parser.LOR, part, promql.Call("vector", promql.Number(0)))
		if len(slo.By) > 0 {
			part, _ = slo.counted.rates(recordedRange)
			part = matching(parser.LOR, part, promql.Binary(parser.MUL, promql.Number(0), total), slo.By...)
		}
	}
	if slo.counted.good {
		// Two sums of the same rates may differ in the last digit, below zero too.
		part = promql.Call("clamp_min", matching(parser.SUB, total, part, slo.By...), promql.Number(0))
	}
	add(short, slo.Records.TotalRate, whole)
	add(short, slo.Records.BadRate, part)
}

// errorRatio makes the share of bad events over a window.
func (l *lowerer) errorRatio(slo *objective, window time.Duration) parser.Expr {
	bad, total := l.sloSelect(slo.SLO, slo.Records.BadRate), l.sloSelect(slo.SLO, slo.Records.TotalRate)
	switch {
	case window == recordedRange:
		return promql.Binary(parser.DIV, bad, total)
	case window >= slo.Window:
		step := l.periodStep(slo)
		return promql.Binary(parser.DIV,
			promql.Call("sum_over_time", promql.Subquery(bad, window, step)), promql.Call("sum_over_time", promql.Subquery(total, window, step)))
	case slo.SLI.CountsTime():
		bad, total = l.sloSelect(slo.SLO, slo.Records.BadSlice), l.sloSelect(slo.SLO, slo.Records.TotalSlice)
	case window <= rawWindow:
		return l.rawRatio(slo, window)
	}
	return promql.Binary(parser.DIV,
		promql.Call("sum_over_time", promql.Over(bad, window)), promql.Call("sum_over_time", promql.Over(total, window)))
}

// rawRatio reads raw series, each side once. No series of bad events are no bad events; of several groups, the recorded rates
// tell which have any events.
func (l *lowerer) rawRatio(slo *objective, window time.Duration) parser.Expr {
	part, whole := slo.counted.rates(window)
	if slo.counted.sparse && len(slo.By) == 0 {
		part = promql.Binary(parser.LOR, part, promql.Call("vector", promql.Number(0)))
	}
	share := promql.Binary(parser.DIV, part, whole)
	if slo.counted.sparse && len(slo.By) > 0 {
		seen := promql.Call("sum_over_time", promql.Over(l.sloSelect(slo.SLO, slo.Records.TotalRate), window))
		share = matching(parser.LOR, share, promql.Binary(parser.MUL, promql.Number(0), seen), slo.By...)
	}
	if !slo.counted.good {
		return share
	}
	return promql.Call("clamp_min", promql.Binary(parser.SUB, promql.Number(1), share), promql.Number(0))
}

// eventCount is how many events a window holds: the sum of the rates at each evaluation, times the interval between them.
func (l *lowerer) eventCount(slo *objective, window time.Duration) parser.Expr {
	rates := promql.Call("sum_over_time", promql.Over(l.sloSelect(slo.SLO, slo.Records.TotalRate), window))
	return promql.Binary(parser.MUL, rates, promql.Number(slo.Interval.Seconds()))
}

// periodStep is the time from a five-minute rate to the next that begins where it ends. The rate sees what happens from the
// first scrape in its range to the last, which is one scrape interval less than the range. At steps of the whole range,
// what happens in one interval of each five minutes would never be seen, and a job that fails every full hour would be
// missed or count too much. Slices are added up whole.
func (l *lowerer) periodStep(slo *objective) time.Duration {
	if step := recordedRange - l.program.Service.Scrape.Interval; step > 0 && !slo.SLI.CountsTime() {
		return step
	}
	return recordedRange
}

// recordBudget records what people look at: the objective, the budget, and how fast it burns.
func (l *lowerer) recordBudget(slo *objective, long, current *ir.Group, add func(*ir.Group, string, parser.Expr)) {
	burning := func(ratio parser.Expr) parser.Expr {
		return promql.Binary(parser.DIV, ratio, promql.Number(slo.budget()))
	}
	left := func(ratio parser.Expr) parser.Expr {
		return promql.Binary(parser.SUB, promql.Number(1), burning(ratio))
	}
	now, period := slo.Records.CurrentWindow, unit.FormatDuration(slo.Window)
	if now != period {
		add(current, slo.Records.BurnRate[now], burning(l.sloSelect(slo.SLO, slo.ErrorRatio[now])))
	}
	ratio := l.sloSelect(slo.SLO, slo.ErrorRatio[period])
	add(long, slo.Records.BurnRate[period], burning(ratio))
	add(long, slo.BudgetRemaining, left(ratio))
	add(long, slo.ObjectiveRecord, promql.Call("vector", promql.Number(slo.Objective)))
	info := l.sloRule(slo, slo.Records.Info, promql.Call("vector", promql.Number(1)))
	maps.Copy(info.Labels, map[string]string{
		"objective": promql.Number(slo.Objective).String(), "window": period, "sli": slo.Signal.SLI,
		"title": slo.Title, "dashboard": slo.DashboardUID,
	})
	long.Rules = append(long.Rules, info)
	if slo.Calendar != "" {
		add(long, slo.Records.CalendarErrorRatio, l.calendarRatio(slo))
		add(long, slo.Records.CalendarBudget, left(l.sloSelect(slo.SLO, slo.Records.CalendarErrorRatio)))
	}
}

// calendars are the calendar's periods: how long the longest is, and a number that changes where one ends. Time 0 of Unix was
// a Thursday, three days after a week began.
var calendars = map[string]struct {
	longest time.Duration
	number  func() parser.Expr
}{
	"month": {31 * 24 * time.Hour, func() parser.Expr { return promql.Call("month") }},
	"week": {7 * 24 * time.Hour, func() parser.Expr {
		const day, week = 24 * 60 * 60, 7 * 24 * 60 * 60
		shifted := promql.Binary(parser.ADD, promql.Call("vector", promql.Call("time")), promql.Number(3*day))
		return promql.Call("floor", promql.Binary(parser.DIV, shifted, promql.Number(week)))
	}},
}

// calendarRatio is the share of bad events since the calendar's month or week began. Each step of the last 31 days is
// labelled with its own month, and those of the current one are kept.
func (l *lowerer) calendarRatio(slo *objective) parser.Expr {
	calendar := calendars[slo.Calendar]
	current := func() parser.Expr {
		return &parser.AggregateExpr{Op: parser.COUNT_VALUES, Param: promql.String(slo.Calendar), Expr: calendar.number()}
	}
	soFar := func(record string) parser.Expr {
		labelled := promql.Binary(parser.MUL, l.sloSelect(slo.SLO, record), current()).(*parser.BinaryExpr)
		labelled.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToOne, On: true, Include: []string{slo.Calendar}}
		sums := promql.Call("sum_over_time", promql.Subquery(labelled, calendar.longest, l.periodStep(slo)))
		kept := promql.Binary(parser.MUL, sums, current()).(*parser.BinaryExpr)
		kept.VectorMatching = &parser.VectorMatching{Card: parser.CardManyToOne, On: true, MatchingLabels: []string{slo.Calendar}}
		return &parser.AggregateExpr{Op: parser.SUM, Expr: kept, Grouping: []string{slo.Calendar}, Without: true}
	}
	return promql.Binary(parser.DIV, soFar(slo.Records.BadRate), soFar(slo.Records.TotalRate))
}
