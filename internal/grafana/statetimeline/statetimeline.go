// Package statetimeline holds the options of panels of type "state-timeline", under the names of Grafana's Foundation SDK.
package statetimeline

import "github.com/belfry-dev/belfry/internal/grafana/common"

// Options are the options of the whole panel. RowHeight is the share of a row that is coloured, from 0 to 1.
type Options struct {
	ShowValue   common.VisibilityMode    `json:"showValue"`
	RowHeight   float64                  `json:"rowHeight"`
	MergeValues *bool                    `json:"mergeValues,omitempty"`
	Legend      common.VizLegendOptions  `json:"legend"`
	Tooltip     common.VizTooltipOptions `json:"tooltip"`
	AlignValue  *TimelineValueAlignment  `json:"alignValue,omitempty"`
}

// TimelineValueAlignment is where in its stretch of time a state's text stands.
type TimelineValueAlignment string

// The alignments.
const (
	TimelineValueAlignmentLeft   TimelineValueAlignment = "left"
	TimelineValueAlignmentCenter TimelineValueAlignment = "center"
	TimelineValueAlignmentRight  TimelineValueAlignment = "right"
)

// FieldConfig are the options of a row. FillOpacity is in percent, LineWidth in pixels.
type FieldConfig struct {
	LineWidth   *uint32                  `json:"lineWidth,omitempty"`
	HideFrom    *common.HideSeriesConfig `json:"hideFrom,omitempty"`
	FillOpacity *uint32                  `json:"fillOpacity,omitempty"`
}
