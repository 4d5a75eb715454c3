package common

import "encoding/json"

// FieldTextAlignment is how text stands in a cell.
type FieldTextAlignment string

// The alignments.
const (
	FieldTextAlignmentAuto   FieldTextAlignment = "auto"
	FieldTextAlignmentLeft   FieldTextAlignment = "left"
	FieldTextAlignmentRight  FieldTextAlignment = "right"
	FieldTextAlignmentCenter FieldTextAlignment = "center"
)

// TableCellDisplayMode is how a cell is drawn.
type TableCellDisplayMode string

// The modes that Grafana 8.0 and everything newer knows.
const (
	TableCellDisplayModeAuto            TableCellDisplayMode = "auto"
	TableCellDisplayModeColorText       TableCellDisplayMode = "color-text"
	TableCellDisplayModeColorBackground TableCellDisplayMode = "color-background"
)

// TableAutoCellOptions draws a cell as its type suggests.
type TableAutoCellOptions struct {
	Type TableCellDisplayMode `json:"type"`
}

// TableCellOptions is one of the forms of a cell. Grafana turns the older displayMode into it when it opens a dashboard
// whose schema version is below 38.
type TableCellOptions struct {
	TableAutoCellOptions *TableAutoCellOptions
}

// MarshalJSON prints the form that is set.
func (o TableCellOptions) MarshalJSON() ([]byte, error) {
	return json.Marshal(o.TableAutoCellOptions)
}

// UnmarshalJSON reads the type; the options of other forms are not kept.
func (o *TableCellOptions) UnmarshalJSON(raw []byte) error {
	o.TableAutoCellOptions = &TableAutoCellOptions{}
	return json.Unmarshal(raw, o.TableAutoCellOptions)
}

// TableFieldOptions is how a column is drawn. DisplayMode is what versions before 9.2 read.
type TableFieldOptions struct {
	Width       *float64              `json:"width,omitempty"`
	MinWidth    *float64              `json:"minWidth,omitempty"`
	Align       FieldTextAlignment    `json:"align"`
	DisplayMode *TableCellDisplayMode `json:"displayMode,omitempty"`
	CellOptions *TableCellOptions     `json:"cellOptions,omitempty"`
	Hidden      *bool                 `json:"hidden,omitempty"`
	Inspect     bool                  `json:"inspect"`
	Filterable  *bool                 `json:"filterable,omitempty"`
	HideHeader  *bool                 `json:"hideHeader,omitempty"`
}

// TableSortByFieldState sorts a table by the column of that name.
type TableSortByFieldState struct {
	DisplayName string `json:"displayName"`
	Desc        *bool  `json:"desc,omitempty"`
}
