package grafana

import (
	"strconv"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/statetimeline"
	"github.com/belfry-dev/belfry/internal/ir"
)

// statesOptions draws a row a series. The states' texts stand in the legend: in short stretches they would not fit.
func statesOptions() *statetimeline.Options {
	return &statetimeline.Options{
		ShowValue:   common.VisibilityModeNever,
		RowHeight:   0.8,
		MergeValues: new(true),
		Legend: common.VizLegendOptions{
			DisplayMode: common.LegendDisplayModeList, Placement: common.LegendPlacementBottom, ShowLegend: true, Calcs: []string{},
		},
		Tooltip:    common.VizTooltipOptions{Mode: common.TooltipDisplayModeSingle, Sort: common.SortOrderNone},
		AlignValue: new(statetimeline.TimelineValueAlignmentLeft),
	}
}

// stateMappings name and colour the values of a panel of states.
func stateMappings(states []ir.State) []dashboard.ValueMap {
	if len(states) == 0 {
		return nil
	}
	options := map[string]dashboard.ValueMappingResult{}
	for i, state := range states {
		options[strconv.Itoa(i)] = dashboard.ValueMappingResult{
			Text: new(state.Text), Color: new(fixedColour(state.Colour)), Index: new(int32(i)),
		}
	}
	return []dashboard.ValueMap{{Type: dashboard.MappingTypeValueToText, Options: options}}
}

// stateThresholds colour the same values once more: rows of a timeline take their colour from the thresholds where they have
// no mapping, and Grafana 8 draws nothing without them.
func stateThresholds(states []ir.State) *dashboard.ThresholdsConfig {
	config := thresholds(nil)
	for i, state := range states {
		step := dashboard.Threshold{Color: fixedColour(state.Colour)}
		if i == 0 {
			config.Steps[0] = step
			continue
		}
		step.Value = new(float64(i))
		config.Steps = append(config.Steps, step)
	}
	return config
}
