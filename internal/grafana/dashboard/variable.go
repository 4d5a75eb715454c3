package dashboard

import (
	"bytes"
	"encoding/json"

	"github.com/belfry-dev/belfry/internal/grafana/common"
)

// VariableType is where a variable's values come from.
type VariableType string

// The types of variables.
const (
	VariableTypeQuery      VariableType = "query"
	VariableTypeDatasource VariableType = "datasource"
	VariableTypeInterval   VariableType = "interval"
	VariableTypeConstant   VariableType = "constant"
	VariableTypeCustom     VariableType = "custom"
	VariableTypeTextbox    VariableType = "textbox"
	VariableTypeAdhoc      VariableType = "adhoc"
)

// VariableHide is what is not shown of a variable.
type VariableHide uint8

// What is not shown of a variable.
const (
	VariableHideDontHide     VariableHide = 0
	VariableHideHideLabel    VariableHide = 1
	VariableHideHideVariable VariableHide = 2
)

// VariableRefresh is when a variable's values are asked for again.
type VariableRefresh uint8

// When a variable's values are asked for again.
const (
	VariableRefreshNever              VariableRefresh = 0
	VariableRefreshOnDashboardLoad    VariableRefresh = 1
	VariableRefreshOnTimeRangeChanged VariableRefresh = 2
)

// VariableSort is the order of a variable's values.
type VariableSort uint8

// The orders of values.
const (
	VariableSortDisabled        VariableSort = 0
	VariableSortAlphabeticalAsc VariableSort = 1
)

// StringOrMap is a query as text, or as the data source's own object.
type StringOrMap struct {
	String *string
	Map    map[string]any
}

// MarshalJSON prints the form that is set.
func (v StringOrMap) MarshalJSON() ([]byte, error) {
	if v.String != nil {
		return plain(v.String)
	}
	return plain(v.Map)
}

// UnmarshalJSON reads either form.
func (v *StringOrMap) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		v.String = new(string)
		return json.Unmarshal(raw, v.String)
	}
	return json.Unmarshal(raw, &v.Map)
}

// VariableModel is a variable of the dashboard.
type VariableModel struct {
	Type        VariableType          `json:"type"`
	Name        string                `json:"name"`
	Label       *string               `json:"label,omitempty"`
	Hide        *VariableHide         `json:"hide,omitempty"`
	SkipUrlSync *bool                 `json:"skipUrlSync,omitempty"`
	Description *string               `json:"description,omitempty"`
	Query       *StringOrMap          `json:"query,omitempty"`
	Datasource  *common.DataSourceRef `json:"datasource,omitempty"`
	Multi       *bool                 `json:"multi,omitempty"`
	Refresh     *VariableRefresh      `json:"refresh,omitempty"`
	Sort        *VariableSort         `json:"sort,omitempty"`
	IncludeAll  *bool                 `json:"includeAll,omitempty"`
	AllValue    *string               `json:"allValue,omitempty"`
	Regex       *string               `json:"regex,omitempty"`
}
