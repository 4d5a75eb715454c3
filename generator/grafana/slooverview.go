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

// overviewRows is how many SLOs the overview's table shows at once; it scrolls to the others.
const overviewRows = 20

// sloOverview is the dashboard of all SLOs: how many are in trouble, which ones, and how they came there.
func sloOverview(p *ir.Program) *ir.Dashboard {
	o := overview{p.Service, p.SLOs}
	title := serviceTitle(p.Service)
	return &ir.Dashboard{
		Name: p.SLODashboardName, UID: p.SLODashboardUID, Title: title + " SLOs",
		Description: "Error budgets of " + title + ": what is left of each, how fast it is used up, and which alerts fire. The last column of the table leads to each SLO's own dashboard.",
		Tags:        sloTags(p.Service), Refresh: time.Minute, From: 7 * 24 * time.Hour,
		Links: []ir.Link{{Title: "SLOs", Tags: sloTags(p.Service)}},
		Rows: []ir.Row{
			{Panels: o.counts()},
			{Panels: []*ir.Panel{o.table()}},
			{Panels: []*ir.Panel{o.budgets(), o.burnRates()}},
		},
	}
}

// overview builds expressions over the records of all SLOs of a service: a figure of each, by the label slo. Of an SLO that
// keeps labels apart, it is the worst.
type overview struct {
	service *ir.Service
	slos    []*ir.SLO
}

// record selects a record of every SLO.
func (o overview) record(name string) *parser.VectorSelector {
	return promql.Select(name, serviceMatchers(o.service)...)
}

func (o overview) alerts() *parser.VectorSelector {
	return alertsOf("firing", append(serviceMatchers(o.service), promql.Match(labels.MatchNotEqual, "slo", ""))...)
}

func (o overview) budget() parser.Expr {
	return promql.Aggregate(parser.MIN, o.record(o.slos[0].BudgetRemaining), "slo")
}

func (o overview) objective() parser.Expr {
	return promql.Aggregate(parser.MAX, o.record(o.slos[0].ObjectiveRecord), "slo")
}

// burnRate is the present burn rate. SLOs whose alerts look at other windows have it under another name.
func (o overview) burnRate() parser.Expr {
	var rates parser.Expr
	for _, window := range o.windows() {
		rate := promql.Aggregate(parser.MAX, o.record(o.burnRecord(window)), "slo")
		if rates == nil {
			rates = rate
			continue
		}
		rates = promql.Binary(parser.LOR, rates, rate)
	}
	return rates
}

// windows are the SLOs' present windows, the shortest first.
func (o overview) windows() []string {
	var sizes []time.Duration
	for _, slo := range o.slos {
		sizes = append(sizes, parsed(slo.Records.CurrentWindow))
	}
	slices.Sort(sizes)
	var names []string
	for _, size := range slices.Compact(sizes) {
		names = append(names, unit.FormatDuration(size))
	}
	return names
}

func (o overview) burnRecord(window string) string {
	for _, slo := range o.slos {
		if slo.Records.CurrentWindow == window {
			return slo.Records.BurnRate[window]
		}
	}
	return ""
}

// counts are how many SLOs are in which trouble.
func (o overview) counts() []*ir.Panel {
	count := func(title, description, severity string, expr parser.Expr) *ir.Panel {
		series := sloFigure(title, orZero(promql.Aggregate(parser.COUNT, expr)), unit.None, ir.LessIsBetter)
		series.Thresholds = []ir.Threshold{{Above: true, Value: 0.5, Severity: severity}}
		panel := sloStat(title, description, series)
		panel.Width, panel.Height = 6, 4
		return panel
	}
	return []*ir.Panel{
		count("Objectives missed", "How many SLOs have used up their error budget of their period.", "critical",
			promql.Binary(parser.LSS, o.budget(), promql.Number(0))),
		count("Budgets shrinking", "How many SLOs use up their error budget faster than allowed, by the last "+list(o.windows())+".", "warning",
			promql.Binary(parser.GTR, o.burnRate(), promql.Number(1))),
		count("Alerts firing", "How many alerts of SLOs fire now.", "critical", o.alerts()),
		o.silent(),
	}
}

// silent counts the SLOs that nothing is recorded of: nobody would notice that they are missed.
func (o overview) silent() *ir.Panel {
	recorded := promql.Aggregate(parser.COUNT, o.budget())
	missing := promql.Binary(parser.SUB, promql.Number(float64(len(o.slos))), orZero(recorded))
	series := sloFigure("SLOs without data", missing, unit.None, ir.LessIsBetter)
	series.Thresholds = []ir.Threshold{{Above: true, Value: 0.5, Severity: "warning"}}
	panel := sloStat("SLOs without data", "How many SLOs have no figure: there was no traffic, or the rules are not loaded.", series)
	panel.Width, panel.Height = 6, 4
	return panel
}

// table has a row an SLO, the one with the least budget first. What was good over the period follows from what is left of
// the budget, so that SLOs of different periods need no query each.
func (o overview) table() *ir.Panel {
	allowed := promql.Binary(parser.SUB, promql.Number(1), o.objective())
	spent := promql.Binary(parser.SUB, promql.Number(1), o.budget())
	good := promql.Binary(parser.SUB, promql.Number(1), promql.Binary(parser.MUL, spent, allowed))
	firing := promql.Binary(parser.LOR, promql.Aggregate(parser.COUNT, o.alerts(), "slo"),
		promql.Binary(parser.MUL, o.objective(), promql.Number(0)))
	labelled := []string{"slo", "title", "window", "dashboard"}
	series := []ir.Series{
		sloFigure("Objective", o.described(o.objective()), unit.Ratio, ir.MoreIsBetter, labelled...),
		sloFigure("Good", good, unit.Ratio, ir.MoreIsBetter, "slo"),
		sloFigure("Budget remaining", o.budget(), unit.Ratio, ir.MoreIsBetter, "slo"),
		sloFigure("Burn rate", present(o.burnRate()), unit.None, ir.LessIsBetter, "slo"),
		sloFigure("Alerts firing", firing, unit.None, ir.LessIsBetter, "slo"),
	}
	var objectives []float64
	for _, slo := range o.slos {
		objectives = append(objectives, slo.Objective)
	}
	digits := shareDigits(objectives...)
	series[0].Digits, series[1].Digits, series[2].Digits = digits, digits, 1
	series[2].Thresholds = budgetBounds()
	series[3].Thresholds = []ir.Threshold{{Above: true, Value: 1, Severity: "warning"}}
	series[4].Thresholds = []ir.Threshold{{Above: true, Value: 0.5, Severity: "critical"}}
	return &ir.Panel{
		Kind: ir.Table, Title: "SLOs", Width: gridColumns, Height: 3 + min(len(o.slos), overviewRows), Series: series,
		Description: "Every SLO: its objective, the share of events that was good over its window, what is left of its error budget, how many times faster than allowed the last " +
			list(o.windows()) + " used it up, and how many of its alerts fire. Of an SLO with several label values, the worst.",
		ColumnLinks: map[string]string{"dashboard": "/d/{value}?var-datasource=${datasource:percentencode}&${__url_time_range}"},
		SortBy:      "Budget remaining",
	}
}

// described joins what an SLO is to a figure of each.
func (o overview) described(figure parser.Expr) parser.Expr {
	joined := promql.Binary(parser.MUL, figure, o.record(o.slos[0].Records.Info)).(*parser.BinaryExpr)
	joined.VectorMatching = &parser.VectorMatching{
		Card: parser.CardManyToOne, On: true, MatchingLabels: []string{"slo"}, Include: []string{"title", "window", "dashboard"},
	}
	return joined
}

func (o overview) budgets() *ir.Panel {
	series := sloFigure("", o.budget(), unit.Ratio, ir.MoreIsBetter, "slo")
	series.Thresholds = budgetBounds()
	return &ir.Panel{
		Kind: ir.Timeseries, Title: "Error budget remaining over time", Width: 12, Height: 10, Series: []ir.Series{series},
		Description: "Share of each SLO's error budget that was left, each time of its period before. Below 0 % the objective was missed.",
	}
}

func (o overview) burnRates() *ir.Panel {
	series := sloFigure("", o.burnRate(), unit.None, ir.LessIsBetter, "slo")
	series.Thresholds = []ir.Threshold{{Above: true, Value: 1, Severity: "warning"}}
	return &ir.Panel{
		Kind: ir.Timeseries, Title: "Burn rate over time", Width: 12, Height: 10, Series: []ir.Series{series},
		Description: "How many times faster than allowed the last " + list(o.windows()) + " before each time used up the error budget. Above 1 for a whole period, the objective is missed.",
	}
}
