package grafana

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// sloName is the file name of the SLO dashboard. A dashboard of the spec that has the same name replaces it.
const sloName = "slo"

// maxUID is how long a dashboard's uid may be in Grafana.
const maxUID = 40

// sloDashboard shows each SLO's budget, burn rate and indicator. It is nil where the Program has no SLOs.
func sloDashboard(p *ir.Program) *ir.Dashboard {
	declared := slices.ContainsFunc(p.Dashboards, func(d *ir.Dashboard) bool { return d.Name == sloName })
	if p.Service == nil || len(p.SLOs) == 0 || declared {
		return nil
	}
	title := cmp.Or(p.Service.Title, p.Service.Name)
	board := &ir.Dashboard{
		Name:        sloName,
		UID:         sloUID(p.Service.Name),
		Title:       title + " SLOs",
		Description: "Error budgets of " + title + ": what is left, how fast it is used up, and the indicators themselves.",
		Tags:        []string{p.Service.Name, "slo"},
		Refresh:     time.Minute,
		From:        7 * 24 * time.Hour,
	}
	for _, slo := range p.SLOs {
		board.Rows = append(board.Rows, sloRow(p.Service, slo))
	}
	return board
}

// sloUID is the service's name with "-slo"; a name that is too long is cut and told apart by a hash.
func sloUID(service string) string {
	const suffix = "-slo"
	if len(service)+len(suffix) <= maxUID {
		return service + suffix
	}
	sum := sha256.Sum256([]byte(service))
	hash := "-" + hex.EncodeToString(sum[:4])
	return service[:maxUID-len(suffix)-len(hash)] + hash + suffix
}

func sloRow(service *ir.Service, slo *ir.SLO) ir.Row {
	title := cmp.Or(slo.Title, slo.Name)
	period := unit.FormatDuration(slo.Window)
	budget := sloSeries(service, slo, slo.BudgetRemaining, "Budget remaining", unit.Ratio, ir.MoreIsBetter)
	budget.Thresholds = []ir.Threshold{{Value: 0.25, Severity: "warning"}, {Value: 0, Severity: "critical"}}
	now := budget
	now.Instant = true
	row := ir.Row{Title: title, Panels: []*ir.Panel{
		{
			Kind: ir.Stat, Title: "Error budget remaining", Width: 4, Height: 8, Series: []ir.Series{now},
			Description: "Share of the error budget of the last " + period + " that is left. Below 0 % the objective is missed.",
		},
		{
			Kind: ir.Timeseries, Title: "Error budget remaining over time", Width: 10, Height: 8, Series: []ir.Series{budget},
			Description: "Share of the error budget of the " + period + " before each moment that was left.",
		},
	}}
	if windows := sloWindows(slo); len(windows) > 0 {
		row.Panels = append(row.Panels, indicatorPanel(service, slo, title, windows[0]), burnRatePanel(service, slo, windows))
	}
	return row
}

// burnRatePanel draws, for each window of the burn-rate alerts, how many times faster than allowed the budget is used up
// (SRE workbook, chapter 5). A tier fires while both of its windows are above its factor.
func burnRatePanel(service *ir.Service, slo *ir.SLO, windows []string) *ir.Panel {
	panel := &ir.Panel{
		Kind: ir.Timeseries, Title: "Burn rate", Width: gridColumns, Height: 8,
		Description: "How many times faster than allowed the error budget is used up, by window. At 1 it lasts exactly " +
			unit.FormatDuration(slo.Window) + ".",
	}
	var bounds []ir.Threshold
	for _, tier := range slo.Tiers {
		bounds = append(bounds, ir.Threshold{Above: true, Value: tier.Factor, Severity: tier.Severity})
	}
	slices.SortStableFunc(bounds, func(a, b ir.Threshold) int { return cmp.Compare(a.Value, b.Value) })
	for _, window := range windows {
		series := sloSeries(service, slo, slo.ErrorRatio[window], window, unit.None, ir.LessIsBetter)
		errors := sloSelector(service, slo, slo.ErrorRatio[window])
		allowed := promql.Binary(parser.SUB, promql.Number(1), promql.Number(slo.Objective))
		series.Expr = promql.Binary(parser.DIV, errors, allowed).String()
		series.Thresholds = bounds
		panel.Series = append(panel.Series, series)
	}
	return panel
}

// indicatorPanel draws the good share over a window against the objective.
func indicatorPanel(service *ir.Service, slo *ir.SLO, title, window string) *ir.Panel {
	indicator := sloSeries(service, slo, slo.ErrorRatio[window], "Good over "+window, unit.Ratio, ir.MoreIsBetter)
	indicator.Expr = promql.Binary(parser.SUB, promql.Number(1), sloSelector(service, slo, slo.ErrorRatio[window])).String()
	objective := sloSeries(service, slo, slo.ObjectiveRecord, "Objective", unit.Ratio, ir.MoreIsBetter)
	objective.Colour = "bad"
	return &ir.Panel{
		Kind: ir.Timeseries, Title: "Indicator and objective", Width: 10, Height: 8, Series: []ir.Series{indicator, objective},
		Description: title + ": the good share, and the objective of " + unit.Ratio.Format(slo.Objective) + " that it must reach over " +
			unit.FormatDuration(slo.Window) + ". A dip below the objective alone does no harm.",
	}
}

// sloWindows are the windows that alerts look at, or all where there are no alerts, shortest first.
func sloWindows(slo *ir.SLO) []string {
	watched := map[time.Duration]bool{}
	for _, tier := range slo.Tiers {
		watched[tier.Short], watched[tier.Long] = true, true
	}
	type window struct {
		name string
		size time.Duration
	}
	var windows []window
	for name := range slo.ErrorRatio {
		size, err := unit.ParseDuration(name)
		if err == nil && (len(watched) == 0 || watched[size]) {
			windows = append(windows, window{name, size})
		}
	}
	slices.SortFunc(windows, func(a, b window) int { return cmp.Compare(a.size, b.size) })
	names := make([]string, 0, len(windows))
	for _, window := range windows {
		names = append(names, window.name)
	}
	return names
}

// sloSeries queries one recording rule of an SLO.
func sloSeries(service *ir.Service, slo *ir.SLO, record, name string, u unit.Unit, better ir.Direction) ir.Series {
	return ir.Series{
		Name:  name,
		Query: &ir.Query{Signal: &ir.Signal{Title: name, Better: better}, Unit: u},
		Expr:  sloSelector(service, slo, record).String(),
	}
}

func sloSelector(service *ir.Service, slo *ir.SLO, record string) *parser.VectorSelector {
	return promql.Select(record, promql.Equal("service", service.Name), promql.Equal("namespace", service.Namespace),
		promql.Equal("slo", slo.Name))
}
