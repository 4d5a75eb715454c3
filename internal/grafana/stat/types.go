// Package stat holds the options of panels of type "stat", under the names of Grafana's Foundation SDK.
package stat

import "github.com/belfry-dev/belfry/internal/grafana/common"

// Options are the options of the whole panel.
type Options struct {
	GraphMode              common.BigValueGraphMode      `json:"graphMode"`
	ColorMode              common.BigValueColorMode      `json:"colorMode"`
	JustifyMode            common.BigValueJustifyMode    `json:"justifyMode"`
	TextMode               common.BigValueTextMode       `json:"textMode"`
	WideLayout             bool                          `json:"wideLayout"`
	ShowPercentChange      bool                          `json:"showPercentChange"`
	PercentChangeColorMode common.PercentChangeColorMode `json:"percentChangeColorMode"`
	ReduceOptions          common.ReduceDataOptions      `json:"reduceOptions"`
	Text                   *common.VizTextDisplayOptions `json:"text,omitempty"`
	Orientation            common.VizOrientation         `json:"orientation"`
}
