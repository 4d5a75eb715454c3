package grafana

import (
	"fmt"
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
	if len(slo.Alerts) > 0 {
		board.Rows = append(board.Rows, ir.Row{Panels: []*ir.Panel{d.alertStates()}})
	}
	board.Rows = append(board.Rows,
		ir.Row{Title: "Error budget", Panels: []*ir.Panel{d.budget(), d.burnRates()}},
		ir.Row{Title: "Indicator and traffic", Panels: []*ir.Panel{d.indicator(), d.traffic()}})
	return board
}

// description says what the objective allows, for people who see the dashboard for the first time.
func (d detail) description() string {
	share := 1 - d.slo.Objective
	return fmt.Sprintf("%s: %s must be good over %s. The error budget is the other %s, which a total failure uses up in %s.",
		d.title, unit.Ratio.Format(d.slo.Objective), d.period, unit.Ratio.Format(share),
		unit.FormatDuration(time.Duration(float64(d.slo.Window)*share).Round(time.Second)))
}

// now are the figures of this moment.
func (d detail) now() []*ir.Panel {
	budget := sloFigure("Budget remaining", d.record(d.slo.BudgetRemaining), unit.Ratio, ir.MoreIsBetter)
	budget.Thresholds = budgetBounds()
	good := sloFigure("Good over "+d.period, d.good(d.slo.Window), unit.Ratio, ir.MoreIsBetter)
	good.Thresholds = []ir.Threshold{{Value: d.slo.Objective, Severity: "critical"}}
	good.Digits = d.digits
	objective := sloFigure("Objective", d.record(d.slo.ObjectiveRecord), unit.Ratio, ir.MoreIsBetter)
	objective.Digits = d.digits
	panels := []*ir.Panel{
		sloStat("Error budget remaining", "Share of the error budget of the last "+d.period+" that is left. Below 0 % the objective is missed.", budget),
		sloStat("Good over "+d.period, "Share of events that were good over the last "+d.period+". Below the objective it is missed.", good),
		sloStat("Objective", "Share of events that must be good over "+d.period+".", objective),
	}
	if window, ok := d.current(); ok {
		panels = append(panels, d.burning(window), d.lasts(window))
	}
	if len(d.slo.Alerts) > 0 {
		panels = append(panels, d.firing())
	}
	return panels
}

func (d detail) firing() *ir.Panel {
	series := sloFigure("Alerts firing", orZero(promql.Aggregate(parser.COUNT, d.alerts("firing"))), unit.None, ir.LessIsBetter)
	series.Thresholds = []ir.Threshold{{Above: true, Value: 0.5, Severity: "critical"}}
	return sloStat("Alerts firing", "How many alerts of this SLO fire now. Which ones, the next panel says.", series)
}

// current is the window that says how fast the budget is used up now: an hour, or the next longer one there is.
func (d detail) current() (time.Duration, bool) {
	for _, window := range d.windows {
		if window >= time.Hour {
			return window, true
		}
	}
	return 0, false
}

func (d detail) burning(window time.Duration) *ir.Panel {
	burn := sloFigure("Burn rate", present(d.burnRate(window)), unit.None, ir.LessIsBetter)
	burn.Thresholds = burnBounds(d.slo)
	panel := sloStat("Burn rate", "How many times faster than allowed the error budget was used up in the last "+unit.FormatDuration(window)+
		". At 1 it lasts exactly "+d.period+".", burn)
	panel.Empty = "No traffic"
	return panel
}

// lasts is the rest of the budget over how fast it is used up, at most the period: after that, old errors no longer count.
func (d detail) lasts(window time.Duration) *ir.Panel {
	rest := promql.Call("clamp_min", d.record(d.slo.BudgetRemaining), promql.Number(0))
	time := promql.Binary(parser.DIV, promql.Scale(rest, d.slo.Window.Seconds()), present(d.burnRate(window)))
	series := sloFigure("Budget lasts", promql.Call("clamp_max", time, promql.Number(d.slo.Window.Seconds())), seconds, ir.MoreIsBetter)
	panel := sloStat("Budget lasts", "How long the rest of the error budget lasts at the burn rate of the last "+unit.FormatDuration(window)+
		", at most "+d.period+".", series)
	panel.Empty = "No traffic"
	return panel
}

// The states of an alert.
var alertStates = []ir.State{{Text: "inactive", Colour: "good"}, {Text: "pending", Colour: "warning"}, {Text: "firing", Colour: "critical"}}

// alertStates draws a row an alert.
func (d detail) alertStates() *ir.Panel {
	panel := &ir.Panel{
		Kind: ir.States, Title: "Alerts", Width: gridColumns, Height: 3 + len(d.slo.Alerts), States: alertStates,
		Description: "When the alerts of this SLO were pending and firing.",
	}
	for _, alert := range d.slo.Alerts {
		name := promql.Equal("alertname", alert.Name)
		firing := promql.Scale(promql.Aggregate(parser.MAX, d.alerts("firing", name)), 2)
		pending := promql.Aggregate(parser.MAX, d.alerts("pending", name))
		panel.Series = append(panel.Series, sloFigure(alert.Name, orZero(promql.Binary(parser.LOR, firing, pending)), unit.None, ir.LessIsBetter))
	}
	return panel
}

func (d detail) budget() *ir.Panel {
	series := sloFigure("Budget remaining", d.record(d.slo.BudgetRemaining), unit.Ratio, ir.MoreIsBetter)
	series.Thresholds = budgetBounds()
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
		Description: "How many times faster than allowed the error budget is used up, by window. At 1 it lasts exactly " + d.period + "." + d.tiers(),
	}
	bounds := burnBounds(d.slo)
	for _, window := range d.windows {
		series := sloFigure(unit.FormatDuration(window), d.burnRate(window), unit.None, ir.LessIsBetter)
		series.Thresholds = bounds
		panel.Series = append(panel.Series, series)
	}
	return panel
}

// tiers says which windows must pass which factor.
func (d detail) tiers() string {
	text := ""
	for _, alert := range d.slo.Alerts {
		for _, tier := range alert.Tier {
			text += fmt.Sprintf("\n- %s: above %s in the last %s and the last %s", alert.Name, unit.None.Format(tier.Factor),
				unit.FormatDuration(tier.Long), unit.FormatDuration(tier.Short))
		}
	}
	if text == "" {
		return ""
	}
	return " An alert fires while both windows of one of its pairs are above its factor:\n" + text
}

// indicator draws the good share over short windows and over the period against the objective.
func (d detail) indicator() *ir.Panel {
	panel := &ir.Panel{
		Kind: ir.Timeseries, Title: "Indicator and objective", Width: 12, Height: 9,
		Description: "The share of events that was good, and the objective of " + unit.Ratio.Format(d.slo.Objective) +
			" that it must reach over " + d.period + ". A dip of a short window below it alone does no harm.",
	}
	windows := append([]time.Duration{}, d.windows[:min(1, len(d.windows))]...)
	if window, ok := d.current(); ok && window != d.slo.Window {
		windows = append(windows, window)
	}
	windows = append(windows, d.slo.Window)
	for i, window := range windows {
		if i > 0 && window == windows[i-1] {
			continue
		}
		panel.Series = append(panel.Series, sloFigure("Good over "+unit.FormatDuration(window), d.good(window), unit.Ratio, ir.MoreIsBetter))
	}
	objective := sloFigure("Objective", d.record(d.slo.ObjectiveRecord), unit.Ratio, ir.MoreIsBetter)
	objective.Colour = "bad"
	panel.Series = append(panel.Series, objective)
	for i := range panel.Series {
		panel.Series[i].Digits = d.digits
	}
	return panel
}

// traffic draws how many events the indicator counts: a share of few events says little.
func (d detail) traffic() *ir.Panel {
	all := sloFigure("All", d.record(d.slo.TotalRate), eventsPerSecond, "")
	all.Colour = "info"
	bad := sloFigure("Bad", d.record(d.slo.BadRate), eventsPerSecond, ir.LessIsBetter)
	bad.Colour = "bad"
	return &ir.Panel{
		Kind: ir.Timeseries, Title: "Traffic", Width: 12, Height: 9, Series: []ir.Series{all, bad},
		Description: "Events a second that the indicator counts, over 5m, and how many of them were bad. A bad share of few events says little.",
	}
}

// The units of figures that are no shares.
var (
	seconds         = mustUnit("s")
	eventsPerSecond = mustUnit("events/s")
)

func mustUnit(text string) unit.Unit {
	u, err := unit.Parse(text)
	if err != nil {
		panic(err)
	}
	return u
}
