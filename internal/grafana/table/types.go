// Package table holds the options of panels of type "table", under the names of Grafana's Foundation SDK.
package table

import "github.com/belfry-dev/belfry/internal/grafana/common"

// Options are the options of the whole panel. FrameIndex is which result is shown, from 0.
type Options struct {
	FrameIndex    float64                        `json:"frameIndex"`
	ShowHeader    bool                           `json:"showHeader"`
	ShowTypeIcons *bool                          `json:"showTypeIcons,omitempty"`
	SortBy        []common.TableSortByFieldState `json:"sortBy,omitempty"`
	CellHeight    *string                        `json:"cellHeight,omitempty"`
}

// FieldConfig are the options of a column.
type FieldConfig = common.TableFieldOptions
