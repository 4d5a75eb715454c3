package grafana

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/gauge"
	"github.com/belfry-dev/belfry/internal/grafana/piechart"
	"github.com/belfry-dev/belfry/internal/grafana/stat"
	"github.com/belfry-dev/belfry/internal/grafana/timeseries"
	"github.com/belfry-dev/belfry/internal/ir"
)

// panelTypes are Grafana's names of the panel kinds. Bars are a timeseries that draws bars: Grafana's own bar chart takes
// no time axis in 8.x.
var panelTypes = map[ir.PanelKind]string{
	ir.Timeseries: "timeseries",
	ir.Stat:       "stat",
	ir.GaugePanel: "gauge",
	ir.Bars:       "timeseries",
	ir.Pie:        "piechart",
	ir.Table:      "table",
	ir.States:     "state-timeline",
}

// makePanel makes everything of a panel but its place and its id.
func (b *builder) makePanel(p *ir.Panel) dashboard.Panel {
	panel := dashboard.Panel{
		Type:        panelTypes[p.Kind],
		Title:       new(p.Title),
		Description: new(describe(p)),
		Datasource:  b.refs.prometheus,
		Targets:     b.targets(p),
		Options:     options(p),
		FieldConfig: fieldConfig(p),
	}
	if p.Kind == ir.Table {
		panel.Transformations = tableTransformations(p)
	}
	if p.From > 0 {
		panel.TimeFrom = new(interval(p.From))
	}
	return panel
}

func options(p *ir.Panel) any {
	switch p.Kind {
	case ir.Stat:
		return statOptions(p)
	case ir.GaugePanel:
		return &gauge.Options{
			ShowThresholdMarkers: true,
			Sizing:               common.BarGaugeSizingAuto,
			MinVizWidth:          75,
			MinVizHeight:         75,
			ReduceOptions:        lastValue(),
			Orientation:          common.VizOrientationAuto,
		}
	case ir.Pie:
		return pieOptions()
	case ir.States:
		return statesOptions()
	case ir.Table:
		return tableOptions(p)
	default:
		return &timeseries.Options{
			Legend:  legendOptions(p),
			Tooltip: common.VizTooltipOptions{Mode: common.TooltipDisplayModeMulti, Sort: common.SortOrderDescending},
		}
	}
}

// lastValue reduces a series to its newest value.
func lastValue() common.ReduceDataOptions {
	return common.ReduceDataOptions{Values: new(false), Calcs: []string{"lastNotNull"}, Fields: new("")}
}

// statOptions draws the course behind the value only where the course was asked for.
func statOptions(p *ir.Panel) *stat.Options {
	graph := common.BigValueGraphModeNone
	if slices.ContainsFunc(p.Series, func(s ir.Series) bool { return !s.Instant }) {
		graph = common.BigValueGraphModeArea
	}
	return &stat.Options{
		GraphMode:              graph,
		ColorMode:              common.BigValueColorModeValue,
		JustifyMode:            common.BigValueJustifyModeAuto,
		TextMode:               common.BigValueTextModeAuto,
		WideLayout:             true,
		PercentChangeColorMode: common.PercentChangeColorModeStandard,
		ReduceOptions:          lastValue(),
		Orientation:            common.VizOrientationAuto,
	}
}

func pieOptions() *piechart.Options {
	return &piechart.Options{
		PieType:       piechart.PieChartTypeDonut,
		DisplayLabels: []piechart.PieChartLabels{},
		Tooltip:       common.VizTooltipOptions{Mode: common.TooltipDisplayModeMulti, Sort: common.SortOrderDescending},
		ReduceOptions: lastValue(),
		Legend: piechart.PieChartLegendOptions{
			Values:      []piechart.PieChartLegendValues{piechart.PieChartLegendValuesValue, piechart.PieChartLegendValuesPercent},
			DisplayMode: common.LegendDisplayModeTable,
			Placement:   common.LegendPlacementRight,
			ShowLegend:  true,
			Calcs:       []string{},
		},
		Orientation: common.VizOrientationAuto,
	}
}

// legendOptions lists a single series, and tabulates several with their figures. A sum is never among these: the sum of
// a rate's samples depends on the width of the screen.
func legendOptions(p *ir.Panel) common.VizLegendOptions {
	legend := common.VizLegendOptions{
		DisplayMode: common.LegendDisplayModeTable,
		Placement:   common.LegendPlacementBottom,
		ShowLegend:  true,
		Calcs:       []string{"mean", "max", "lastNotNull"},
	}
	if len(p.Series) == 1 && len(p.Series[0].By) == 0 {
		legend.DisplayMode = common.LegendDisplayModeList
	}
	return legend
}
