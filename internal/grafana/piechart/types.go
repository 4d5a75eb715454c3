// Package piechart holds the options of panels of type "piechart", under the names of Grafana's Foundation SDK.
package piechart

import "github.com/belfry-dev/belfry/internal/grafana/common"

// PieChartType is the form of a pie chart.
type PieChartType string

// The forms.
const (
	PieChartTypePie   PieChartType = "pie"
	PieChartTypeDonut PieChartType = "donut"
)

// PieChartLabels is what is printed on a slice.
type PieChartLabels string

// What is printed on a slice.
const (
	PieChartLabelsName    PieChartLabels = "name"
	PieChartLabelsValue   PieChartLabels = "value"
	PieChartLabelsPercent PieChartLabels = "percent"
)

// PieChartLegendValues is what the legend prints beside a slice's name.
type PieChartLegendValues string

// What the legend prints.
const (
	PieChartLegendValuesValue   PieChartLegendValues = "value"
	PieChartLegendValuesPercent PieChartLegendValues = "percent"
)

// PieChartLegendOptions says how the legend is drawn.
type PieChartLegendOptions struct {
	Values      []PieChartLegendValues   `json:"values"`
	DisplayMode common.LegendDisplayMode `json:"displayMode"`
	Placement   common.LegendPlacement   `json:"placement"`
	ShowLegend  bool                     `json:"showLegend"`
	AsTable     *bool                    `json:"asTable,omitempty"`
	IsVisible   *bool                    `json:"isVisible,omitempty"`
	SortBy      *string                  `json:"sortBy,omitempty"`
	SortDesc    *bool                    `json:"sortDesc,omitempty"`
	Width       *float64                 `json:"width,omitempty"`
	Calcs       []string                 `json:"calcs"`
}

// Options are the options of the whole panel.
type Options struct {
	PieType       PieChartType                  `json:"pieType"`
	DisplayLabels []PieChartLabels              `json:"displayLabels"`
	Tooltip       common.VizTooltipOptions      `json:"tooltip"`
	ReduceOptions common.ReduceDataOptions      `json:"reduceOptions"`
	Text          *common.VizTextDisplayOptions `json:"text,omitempty"`
	Legend        PieChartLegendOptions         `json:"legend"`
	Orientation   common.VizOrientation         `json:"orientation"`
}

// FieldConfig are the options of a slice.
type FieldConfig = common.HideableFieldConfig
