package grafana

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// traffic draws how many events the indicator counts: a share of few events says little. What an alert declares as the least
// is drawn too.
func (d detail) traffic() *ir.Panel {
	shown := d.trafficUnit()
	all := sloFigure("All", d.summed(d.record(d.slo.Records.TotalRate)), shown, ir.MoreIsBetter)
	all.Colour = "info"
	bad := sloFigure("Bad", d.summed(d.record(d.slo.Records.BadRate)), shown, ir.LessIsBetter)
	bad.Colour = "bad"
	panel := &ir.Panel{
		Kind: ir.Timeseries, Title: "Traffic", Width: 12, Height: 9, Series: []ir.Series{all, bad},
		Description: "Events that the indicator counts, by the rate over 5m, and how many of them were bad. A bad share of few events says little.",
	}
	if d.slo.SLI.CountsTime() {
		panel.Title = "Evaluations"
		panel.Description = "Evaluations of the indicator a second, over 5m, and how many of them were bad."
	}
	for _, alert := range d.slo.Alerts {
		// The least is of each label value, and a sum would be compared with it.
		if alert.Kind == ir.AlertTraffic && len(d.slo.By) == 0 {
			panel.Series[0].Thresholds = []ir.Threshold{alert.Threshold}
		}
	}
	return panel
}

// trafficUnit is what the indicator's events are counted in.
func (d detail) trafficUnit() unit.Unit {
	switch {
	case d.slo.Traffic.IsPerTime():
		return d.slo.Traffic
	default:
		return eventsPerSecond
	}
}

// groups has a row for each combination of label values, the one with the least budget first.
func (d detail) groups() *ir.Panel {
	by := d.slo.By
	all := sloFigure(trafficTitle(d.slo), d.record(d.slo.Records.TotalRate), d.trafficUnit(), "", by...)
	return &ir.Panel{
		Kind: ir.Table, Title: "By " + list(labelWords(by)), Width: gridColumns, Height: 9, SortBy: "Budget remaining",
		Description: "For each " + list(by) + ": what is left of its error budget of " + d.period + ", the share of " + d.what() +
			" that was good, how many times faster than allowed the last " + d.slo.Records.CurrentWindow + " used the budget up, and how much the indicator counts.",
		Series: []ir.Series{
			d.budgetFigure(d.record(d.slo.BudgetRemaining), by...),
			d.goodFigure(d.period, d.good(d.slo.Window), by...),
			d.burnFigure("Burn rate", d.current(), by...),
			all,
		},
	}
}

func trafficTitle(slo *ir.SLO) string {
	if slo.SLI.CountsTime() {
		return "Evaluations"
	}
	return "Traffic"
}

// calendar reports the month or week so far, as contracts count.
func (d detail) calendar() ir.Row {
	title := "Calendar " + d.slo.Calendar
	of := "the calendar " + d.slo.Calendar + " so far (UTC)"
	good := promql.Binary(parser.SUB, promql.Number(1), d.record(d.slo.Records.CalendarErrorRatio))
	budget := d.record(d.slo.Records.CalendarBudget)
	course := d.budgetFigure(budget, d.slo.By...)
	if len(d.slo.By) > 0 {
		course.Name = ""
	}
	remaining := sloStat("Budget remaining of this "+d.slo.Calendar,
		"Share of the error budget that is left of "+of+". Below 0 % the objective is missed for now."+d.ofTheWorst(),
		d.budgetFigure(d.worst(budget, ir.MoreIsBetter)))
	share := sloStat("Good this "+d.slo.Calendar, "Share of "+d.what()+" that were good in "+of+"."+d.ofTheWorst(),
		d.goodFigure("this "+d.slo.Calendar, d.worst(good, ir.MoreIsBetter)))
	remaining.Width, remaining.Height, share.Width, share.Height = 4, 8, 4, 8
	share.Series[0].Name = "Good this " + d.slo.Calendar
	return ir.Row{Title: title, Panels: []*ir.Panel{remaining, share, {
		Kind: ir.Timeseries, Title: "Budget remaining of the " + d.slo.Calendar + " over time", Width: 16, Height: 8,
		Series: []ir.Series{course}, From: d.slo.Window,
		Description: "Share of the error budget that was left of the calendar " + d.slo.Calendar + " until each time. It is whole again when the next one begins.",
	}}}
}

// labelWords turns labels into words.
func labelWords(by []string) []string {
	var texts []string
	for _, label := range by {
		texts = append(texts, strings.ToLower(words(label)))
	}
	return texts
}
