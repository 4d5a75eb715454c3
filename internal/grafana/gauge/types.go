// Package gauge holds the options of panels of type "gauge", under the names of Grafana's Foundation SDK.
package gauge

import "github.com/belfry-dev/belfry/internal/grafana/common"

// Options are the options of the whole panel. Widths and heights are in pixels.
type Options struct {
	ShowThresholdLabels  bool                          `json:"showThresholdLabels"`
	ShowThresholdMarkers bool                          `json:"showThresholdMarkers"`
	Sizing               common.BarGaugeSizing         `json:"sizing"`
	MinVizWidth          uint32                        `json:"minVizWidth"`
	MinVizHeight         uint32                        `json:"minVizHeight"`
	ReduceOptions        common.ReduceDataOptions      `json:"reduceOptions"`
	Text                 *common.VizTextDisplayOptions `json:"text,omitempty"`
	Orientation          common.VizOrientation         `json:"orientation"`
}
