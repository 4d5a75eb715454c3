// Package timeseries holds the options of panels of type "timeseries", under the names of Grafana's Foundation SDK.
package timeseries

import "github.com/belfry-dev/belfry/internal/grafana/common"

// Options are the options of the whole panel.
type Options struct {
	Timezone    []string                 `json:"timezone,omitempty"`
	Legend      common.VizLegendOptions  `json:"legend"`
	Tooltip     common.VizTooltipOptions `json:"tooltip"`
	Orientation *common.VizOrientation   `json:"orientation,omitempty"`
}

// FieldConfig are the options of a series.
type FieldConfig = common.GraphFieldConfig
