package grafana

import (
	"cmp"
	"math"
	"slices"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/piechart"
	"github.com/belfry-dev/belfry/internal/grafana/statetimeline"
	"github.com/belfry-dev/belfry/internal/grafana/table"
	"github.com/belfry-dev/belfry/internal/grafana/timeseries"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// fieldConfig is how the panel's values are shown: the first series on the left axis gives the defaults, and series that
// differ from them have overrides.
func fieldConfig(p *ir.Panel) *dashboard.FieldConfigSource {
	main := mainSeries(p)
	bounds, same := shared(p)
	if p.Kind == ir.Table && len(p.Series) > 1 {
		bounds = nil
	}
	low, high := limits(p.Kind, main)
	defaults := dashboard.FieldConfig{
		Unit:       new(main.Query.Unit.Grafana().ID),
		Min:        low,
		Max:        high,
		Thresholds: thresholds(bounds),
		Color:      colour(p.Kind, len(bounds) > 0),
		Custom:     custom(p, bounds),
	}
	mixed := mixedUnits(p)
	if !mixed {
		defaults.Decimals = decimals(p.Kind, main)
	}
	if !isGraph(p.Kind) {
		defaults.NoValue = new(cmp.Or(p.Empty, "No data"))
	}
	if p.Kind == ir.States {
		defaults.Mappings, defaults.Thresholds = stateMappings(p.States), stateThresholds(p.States)
	}
	source := &dashboard.FieldConfigSource{Defaults: defaults, Overrides: []dashboard.DashboardFieldConfigSourceOverrides{}}
	if p.Kind == ir.Table {
		source.Overrides = columnOverrides(p)
		return source
	}
	for i, series := range p.Series {
		if properties := differences(p.Kind, main, series, mixed, same); len(properties) > 0 {
			source.Overrides = append(source.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
				Matcher: dashboard.MatcherConfig{Id: "byFrameRefID", Options: refID(i)}, Properties: properties,
			})
		}
	}
	return source
}

// mainSeries is the first series on the left axis.
func mainSeries(p *ir.Panel) ir.Series {
	for _, series := range p.Series {
		if !series.RightAxis {
			return series
		}
	}
	return p.Series[0]
}

// mixedUnits reports whether the series have several units. Then each has its own decimals, because an override can set
// them but not leave them to Grafana again.
func mixedUnits(p *ir.Panel) bool {
	first := p.Series[0].Query.Unit.Grafana()
	return slices.ContainsFunc(p.Series, func(s ir.Series) bool { return s.Query.Unit.Grafana() != first })
}

// differences are the settings of a series that the panel's defaults do not give it.
func differences(kind ir.PanelKind, main, series ir.Series, mixed, sameThresholds bool) []dashboard.DynamicConfigValue {
	var properties []dashboard.DynamicConfigValue
	set := func(id string, value any) {
		properties = append(properties, dashboard.DynamicConfigValue{Id: id, Value: value})
	}
	if id := series.Query.Unit.Grafana().ID; id != main.Query.Unit.Grafana().ID {
		set("unit", id)
	}
	if digits := decimals(kind, series); mixed && digits != nil {
		set("decimals", *digits)
	}
	if series.RightAxis && isGraph(kind) {
		set("custom.axisPlacement", common.AxisPlacementRight)
	}
	if !sameThresholds && len(series.Thresholds) > 0 {
		set("thresholds", thresholds(series.Thresholds))
		switch {
		case isGraph(kind):
			set("custom.thresholdsStyle", thresholdsStyle(series.Thresholds))
		case kind != ir.Pie:
			set("color", dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds})
		}
	}
	if series.Colour != "" {
		set("color", dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: new(fixedColour(series.Colour))})
	}
	return properties
}

// meanings are the colours of what a series stands for.
var meanings = map[string]string{"good": "green", "bad": "red"}

// fixedColour is the colour of a meaning or of a severity; anything else is a colour by itself.
func fixedColour(meaning string) string {
	if colour, ok := meanings[meaning]; ok {
		return colour
	}
	if _, known := ir.SeverityRank(meaning); known {
		return severityColour(meaning)
	}
	return meaning
}

// colour is the source of a panel's colours. A value without thresholds is blue, because green would say that it is good.
func colour(kind ir.PanelKind, bounded bool) *dashboard.FieldColor {
	switch {
	case isGraph(kind) || kind == ir.Pie:
		return &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdPaletteClassic}
	case bounded || kind == ir.Table || kind == ir.States:
		return &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds}
	default:
		return &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: new("blue")}
	}
}

// decimals is the number of digits after the point: the series' or the unit's own, and two for a single share, where 99.5 % and 99.95 %
// are worlds apart. Otherwise Grafana chooses, which in a graph it does by the axis.
func decimals(kind ir.PanelKind, series ir.Series) *float64 {
	u := series.Query.Unit
	switch digits := u.Grafana().Decimals; {
	case series.Digits > 0:
		return new(float64(series.Digits))
	case digits >= 0:
		return new(float64(digits))
	case u.IsRatio() && !isGraph(kind):
		return new(2.0)
	default:
		return nil
	}
}

// limits are the ends of the scale. A gauge needs both. A graph of a share begins at 0 where less is better, and ends at
// 100 % where more is: both at once would draw 0.1 % of errors, or 99.9 % of successes, as a straight line at the edge.
func limits(kind ir.PanelKind, series ir.Series) (low, high *float64) {
	isShare := series.Query.Unit.IsRatio()
	full, _ := unit.Ratio.Convert(1, series.Query.Unit)
	switch {
	case kind == ir.GaugePanel && isShare:
		return new(0.0), new(full)
	case kind == ir.GaugePanel:
		return new(0.0), beyond(series.Thresholds)
	case !isGraph(kind) || !isShare:
		return nil, nil
	case series.Query.Signal != nil && series.Query.Signal.Better == ir.MoreIsBetter:
		return nil, new(full)
	default:
		return new(0.0), nil
	}
}

// beyond is half as much again as the highest bound, as a number with one leading digit, so that a gauge shows by how much
// a bound is passed. Without bounds Grafana chooses.
func beyond(bounds []ir.Threshold) *float64 {
	highest := 0.0
	for _, bound := range bounds {
		highest = max(highest, bound.Value)
	}
	if highest == 0 {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(highest*1.5)))
	return new(math.Ceil(highest*1.5/step) * step)
}

func isGraph(kind ir.PanelKind) bool { return kind == ir.Timeseries || kind == ir.Bars }

// custom are the settings that only the panel's kind has.
func custom(p *ir.Panel, bounds []ir.Threshold) any {
	switch p.Kind {
	case ir.Timeseries, ir.Bars:
		return graphCustom(p, bounds)
	case ir.Pie:
		return &piechart.FieldConfig{HideFrom: &common.HideSeriesConfig{}}
	case ir.States:
		return &statetimeline.FieldConfig{LineWidth: new(uint32(0)), FillOpacity: new(uint32(80))}
	case ir.Table:
		return &table.FieldConfig{
			Align:       common.FieldTextAlignmentAuto,
			CellOptions: &common.TableCellOptions{TableAutoCellOptions: &common.TableAutoCellOptions{Type: common.TableCellDisplayModeAuto}},
		}
	default:
		return nil
	}
}

// graphCustom draws lines or bars. Gaps stay gaps, because a missing scrape is a fact. Thresholds of one series say nothing
// about a stack, so a stack shows none.
func graphCustom(p *ir.Panel, bounds []ir.Threshold) *timeseries.FieldConfig {
	custom := &timeseries.FieldConfig{
		DrawStyle:         new(common.GraphDrawStyleLine),
		GradientMode:      new(common.GraphGradientModeNone),
		ThresholdsStyle:   thresholdsStyle(bounds),
		LineWidth:         new(1.0),
		LineInterpolation: new(common.LineInterpolationLinear),
		FillOpacity:       new(10.0),
		ShowPoints:        new(common.VisibilityModeAuto),
		PointSize:         new(4.0),
		AxisPlacement:     new(common.AxisPlacementAuto),
		Stacking:          &common.StackingConfig{Mode: new(common.StackingModeNone), Group: new("A")},
		SpanNulls:         new(false),
	}
	if p.Kind == ir.Bars {
		custom.DrawStyle, custom.FillOpacity, custom.ShowPoints = new(common.GraphDrawStyleBars), new(80.0), new(common.VisibilityModeNever)
	}
	if p.Stack {
		custom.Stacking.Mode = new(common.StackingModeNormal)
		custom.FillOpacity = new(max(*custom.FillOpacity, 40))
		custom.ThresholdsStyle = thresholdsStyle(nil)
	}
	return custom
}
