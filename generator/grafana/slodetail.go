package grafana

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// detail makes the dashboard of one SLO.
type detail struct {
	sloQueries
	title, period string
	digits        int
	windows       []time.Duration
}

func sloDetail(p *ir.Program, slo *ir.SLO) *ir.Dashboard {
	d := detail{
		sloQueries: sloQueries{p.Service, slo}, title: sloTitle(slo), period: unit.FormatDuration(slo.Window),
		digits: shareDigits(slo.Objective), windows: sloWindows(slo),
	}
	board := &ir.Dashboard{
		Name: slo.DashboardName, UID: slo.DashboardUID,
		Title:       serviceTitle(p.Service) + " SLO: " + d.title,
		Description: d.description(),
		Tags:        sloTags(p.Service), Refresh: time.Minute, From: 24 * time.Hour,
		Links: []ir.Link{{Title: "All SLOs", URL: "/d/" + p.SLODashboardUID}, {Title: "SLOs", Tags: sloTags(p.Service)}},
		Rows:  []ir.Row{{Panels: d.now()}},
	}
	for _, label := range d.variables() {
		board.Variables = append(board.Variables, ir.Variable{
			Label: label, Query: fmt.Sprintf("label_values(%s, %s)", d.whole(slo.BudgetRemaining), label),
		})
	}
	if len(slo.Alerts) > 0 {
		board.Rows = append(board.Rows, ir.Row{Panels: []*ir.Panel{d.alertStates()}})
	}
	if len(slo.By) > 0 {
		board.Rows = append(board.Rows, ir.Row{Title: "By " + list(labelWords(slo.By)), Panels: []*ir.Panel{d.groups()}})
	}
	board.Rows = append(board.Rows, ir.Row{Title: "Error budget", Panels: []*ir.Panel{d.budget(), d.burnRates()}})
	if slo.Calendar != "" {
		board.Rows = append(board.Rows, d.calendar())
	}
	board.Rows = append(board.Rows, ir.Row{Title: "Indicator and traffic", Panels: []*ir.Panel{d.indicator(), d.traffic()}})
	return board
}

// description says what the objective allows, for people who see the dashboard for the first time.
func (d detail) description() string {
	share := 1 - d.slo.Objective
	return fmt.Sprintf("%s: %s must be good over %s. The error budget is the other %s, which a total failure uses up in %s.",
		d.title, unit.Ratio.Format(d.slo.Objective), d.period, unit.Ratio.Format(share),
		unit.FormatDuration(time.Duration(float64(d.slo.Window)*share).Round(time.Second)))
}

// ofTheWorst says which of several figures is shown.
func (d detail) ofTheWorst() string {
	if len(d.slo.By) == 0 {
		return ""
	}
	return " Of several values of " + list(d.slo.By) + ", the worst is shown."
}

// what says what the indicator counts.
func (d detail) what() string {
	if d.slo.SLI.CountsTime() {
		return "evaluations"
	}
	return "events"
}

// budgetFigure is what is left of the budget.
func (d detail) budgetFigure(expr parser.Expr, by ...string) ir.Series {
	series := sloFigure("Budget remaining", expr, unit.Ratio, ir.MoreIsBetter, by...)
	series.Thresholds = budgetBounds()
	return series
}

// goodFigure is a good share over a time, which the objective is about.
func (d detail) goodFigure(over string, expr parser.Expr, by ...string) ir.Series {
	series := sloFigure("Good over "+over, expr, unit.Ratio, ir.MoreIsBetter, by...)
	series.Thresholds = []ir.Threshold{{Value: d.slo.Objective, Severity: "critical"}}
	series.Digits = d.digits
	return series
}

// burnFigure is a burn rate.
func (d detail) burnFigure(name string, expr parser.Expr, by ...string) ir.Series {
	series := sloFigure(name, expr, unit.None, ir.LessIsBetter, by...)
	series.Thresholds = burnBounds(d.slo)
	return series
}

// now are the figures of this moment.
func (d detail) now() []*ir.Panel {
	objective := sloFigure("Objective", d.objective(), unit.Ratio, ir.MoreIsBetter)
	objective.Digits = d.digits
	panels := []*ir.Panel{
		sloStat("Error budget remaining", "Share of the error budget of the last "+d.period+" that is left. Below 0 % the objective is missed."+d.ofTheWorst(),
			d.budgetFigure(d.worst(d.record(d.slo.BudgetRemaining), ir.MoreIsBetter))),
		sloStat("Good over "+d.period, "Share of "+d.what()+" that were good over the last "+d.period+". Below the objective it is missed."+d.ofTheWorst(),
			d.goodFigure(d.period, d.worst(d.good(d.slo.Window), ir.MoreIsBetter))),
		sloStat("Objective", "Share of "+d.what()+" that must be good over "+d.period+".", objective),
		d.burning(), d.lasts(),
	}
	if len(d.slo.Alerts) > 0 {
		panels = append(panels, d.firing())
	}
	return panels
}

func (d detail) firing() *ir.Panel {
	series := sloFigure("Alerts firing", orZero(promql.Aggregate(parser.COUNT, alertsOf("firing", d.matchers()...))), unit.None, ir.LessIsBetter)
	series.Thresholds = []ir.Threshold{{Above: true, Value: 0.5, Severity: "critical"}}
	panel := sloStat("Alerts firing", "How many alerts of this SLO fire now. Which ones, the next panel says.", series)
	panel.Unfiltered = d.variables()
	return panel
}

func (d detail) burning() *ir.Panel {
	panel := sloStat("Burn rate", "How many times faster than allowed the error budget was used up in the last "+d.slo.Records.CurrentWindow+
		". At 1 it lasts exactly "+d.period+"."+d.ofTheWorst(), d.burnFigure("Burn rate", d.worst(d.current(), ir.LessIsBetter)))
	panel.Empty = "No traffic"
	return panel
}

// lasts is the rest of the budget over how fast it is used up, at most the period: after that, old errors no longer count.
func (d detail) lasts() *ir.Panel {
	period := d.slo.Window.Seconds()
	rest := promql.Call("clamp_min", d.record(d.slo.BudgetRemaining), promql.Number(0))
	left := promql.Binary(parser.DIV, promql.Scale(rest, period), d.current())
	series := sloFigure("Budget lasts", d.worst(promql.Call("clamp_max", left, promql.Number(period)), ir.MoreIsBetter), seconds, ir.MoreIsBetter)
	panel := sloStat("Budget lasts", "How long the rest of the error budget lasts at the burn rate of the last "+d.slo.Records.CurrentWindow+
		", at most "+d.period+"."+d.ofTheWorst(), series)
	panel.Empty = "No traffic"
	return panel
}

// The states of an alert.
var alertStates = []ir.State{{Text: "inactive", Colour: "good"}, {Text: "pending", Colour: "warning"}, {Text: "firing", Colour: "critical"}}

// alertStates draws a row an alert.
func (d detail) alertStates() *ir.Panel {
	panel := &ir.Panel{
		Kind: ir.States, Title: "Alerts", Width: gridColumns, Height: 3 + len(d.slo.Alerts), States: alertStates,
		Description: "When the alerts of this SLO were pending and firing.", Unfiltered: d.variables(),
	}
	for _, alert := range d.slo.Alerts {
		matchers := append(d.matchers(), promql.Equal("alertname", alert.Name))
		firing := promql.Scale(promql.Aggregate(parser.MAX, alertsOf("firing", matchers...)), 2)
		pending := promql.Aggregate(parser.MAX, alertsOf("pending", matchers...))
		panel.Series = append(panel.Series, sloFigure(alert.Name, orZero(promql.Binary(parser.LOR, firing, pending)), unit.None, ir.LessIsBetter))
	}
	return panel
}

func (d detail) budget() *ir.Panel {
	series := d.budgetFigure(d.record(d.slo.BudgetRemaining), d.slo.By...)
	if len(d.slo.By) > 0 {
		series.Name = "" // the labels name each
	}
	return &ir.Panel{
		Kind: ir.Timeseries, Title: "Error budget remaining over time", Width: 12, Height: 9, Series: []ir.Series{series}, From: d.slo.Window,
		Description: "Share of the error budget that was left, each time of the " + d.period + " before. It rises again when old errors are " + d.period + " old.",
	}
}

// burnRates draws, for each window of the burn-rate alerts, how many times faster than allowed the budget is used up
// (SRE workbook, chapter 5). A tier fires while both of its windows are above its factor.
func (d detail) burnRates() *ir.Panel {
	panel := &ir.Panel{
		Kind: ir.Timeseries, Title: "Burn rate by window", Width: 12, Height: 9,
		Description: "How many times faster than allowed the error budget is used up, by window. At 1 it lasts exactly " + d.period + "." + d.ofTheWorst() + d.tiers(),
	}
	for _, window := range d.windows {
		name := unit.FormatDuration(window)
		panel.Series = append(panel.Series, d.burnFigure(name, d.worst(d.burnRate(name), ir.LessIsBetter)))
	}
	return panel
}

// tiers says which windows must pass which factor.
func (d detail) tiers() string {
	var pairs []string
	for _, alert := range d.slo.Alerts {
		for _, tier := range alert.Tier {
			pairs = append(pairs, fmt.Sprintf("- %s: above %s in the last %s and the last %s", alert.Name, unit.None.Format(tier.Factor),
				unit.FormatDuration(tier.Long), unit.FormatDuration(tier.Short)))
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	text := " An alert fires while both windows of one of its pairs are above its factor"
	if d.slo.MinEvents > 0 {
		text += fmt.Sprintf(", and the longer one holds at least %d events", d.slo.MinEvents)
	}
	return text + ":\n\n" + strings.Join(pairs, "\n")
}

// indicator draws the good share over short windows and over the period against the objective.
func (d detail) indicator() *ir.Panel {
	panel := &ir.Panel{
		Kind: ir.Timeseries, Title: "Indicator and objective", Width: 12, Height: 9,
		Description: "The share of " + d.what() + " that was good, and the objective of " + unit.Ratio.Format(d.slo.Objective) +
			" that it must reach over " + d.period + ". A dip of a short window below it alone does no harm." + d.ofTheWorst(),
	}
	drawn := map[string]bool{}
	for _, window := range append(d.windows[:min(1, len(d.windows)):min(1, len(d.windows))], parsed(d.slo.Records.CurrentWindow), d.slo.Window) {
		name := unit.FormatDuration(window)
		if d.slo.ErrorRatio[name] == "" || drawn[name] {
			continue
		}
		drawn[name] = true
		series := d.goodFigure(name, d.worst(d.good(window), ir.MoreIsBetter))
		series.Thresholds = nil // the objective is a line of its own
		panel.Series = append(panel.Series, series)
	}
	objective := sloFigure("Objective", d.objective(), unit.Ratio, ir.MoreIsBetter)
	objective.Colour, objective.Digits = "bad", d.digits
	panel.Series = append(panel.Series, objective)
	return panel
}

// parsed reads a window that lowering has printed.
func parsed(window string) time.Duration {
	size, _ := unit.ParseDuration(window)
	return size
}
