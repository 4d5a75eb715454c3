// Package prometheus holds the queries of Prometheus data sources, under the names of Grafana's Foundation SDK.
package prometheus

import "github.com/belfry-dev/belfry/internal/grafana/common"

// QueryEditorMode is the editor that shows the query.
type QueryEditorMode string

// The editors.
const (
	QueryEditorModeCode    QueryEditorMode = "code"
	QueryEditorModeBuilder QueryEditorMode = "builder"
)

// PromQueryFormat is the form of the result.
type PromQueryFormat string

// The forms of a result.
const (
	PromQueryFormatTimeSeries PromQueryFormat = "time_series"
	PromQueryFormatTable      PromQueryFormat = "table"
	PromQueryFormatHeatmap    PromQueryFormat = "heatmap"
)

// Dataquery is one PromQL query of a panel. RefId names its result within the panel.
type Dataquery struct {
	Expr           string                `json:"expr"`
	Instant        *bool                 `json:"instant,omitempty"`
	Range          *bool                 `json:"range,omitempty"`
	Exemplar       *bool                 `json:"exemplar,omitempty"`
	EditorMode     *QueryEditorMode      `json:"editorMode,omitempty"`
	Format         *PromQueryFormat      `json:"format,omitempty"`
	LegendFormat   *string               `json:"legendFormat,omitempty"`
	IntervalFactor *float64              `json:"intervalFactor,omitempty"`
	RefId          *string               `json:"refId,omitempty"`
	Hide           *bool                 `json:"hide,omitempty"`
	QueryType      *string               `json:"queryType,omitempty"`
	Datasource     *common.DataSourceRef `json:"datasource,omitempty"`
	Interval       *string               `json:"interval,omitempty"`
}

// ImplementsDataqueryVariant marks the type as a query.
func (Dataquery) ImplementsDataqueryVariant() {}

// DataqueryType is the data source's type.
func (Dataquery) DataqueryType() string { return "prometheus" }
