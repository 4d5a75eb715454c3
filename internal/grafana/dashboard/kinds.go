package dashboard

import (
	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/gauge"
	"github.com/belfry-dev/belfry/internal/grafana/piechart"
	"github.com/belfry-dev/belfry/internal/grafana/stat"
	"github.com/belfry-dev/belfry/internal/grafana/statetimeline"
	"github.com/belfry-dev/belfry/internal/grafana/table"
	"github.com/belfry-dev/belfry/internal/grafana/timeseries"
	"github.com/belfry-dev/belfry/internal/grafana/transform"
)

// kind makes the types that a kind of panel has for its options and, where it has any, for its fields.
type kind struct {
	options func() any
	custom  func() any
}

// kinds lists the kinds of panels whose options are typed, by the panel's type.
var kinds = map[string]kind{
	"timeseries": {options: func() any { return &timeseries.Options{} }, custom: func() any { return &timeseries.FieldConfig{} }},
	"stat":       {options: func() any { return &stat.Options{} }},
	"gauge":      {options: func() any { return &gauge.Options{} }},
	"piechart":   {options: func() any { return &piechart.Options{} }, custom: func() any { return &piechart.FieldConfig{} }},
	"table":      {options: func() any { return &table.Options{} }, custom: func() any { return &table.FieldConfig{} }},
	"state-timeline": {
		options: func() any { return &statetimeline.Options{} }, custom: func() any { return &statetimeline.FieldConfig{} },
	},
}

// properties lists the settings that an override may have, with their types.
var properties = map[string]func() any{
	"unit":                   func() any { return new(string) },
	"decimals":               func() any { return new(float64) },
	"min":                    func() any { return new(float64) },
	"max":                    func() any { return new(float64) },
	"displayName":            func() any { return new(string) },
	"noValue":                func() any { return new(string) },
	"color":                  func() any { return &FieldColor{} },
	"thresholds":             func() any { return &ThresholdsConfig{} },
	"links":                  func() any { return &[]DataLink{} },
	"custom.axisPlacement":   func() any { return new(common.AxisPlacement) },
	"custom.thresholdsStyle": func() any { return &common.GraphThresholdsStyleConfig{} },
	"custom.fillOpacity":     func() any { return new(float64) },
	"custom.lineStyle":       func() any { return &common.LineStyle{} },
	"custom.displayMode":     func() any { return new(common.TableCellDisplayMode) },
}

// transformations lists the transformations, with the types of their options.
var transformations = map[string]func() any{
	transform.MergeID:    func() any { return &transform.Merge{} },
	transform.OrganizeID: func() any { return &transform.Organize{} },
}
