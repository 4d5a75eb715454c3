package dashboard

import (
	"bytes"
	"encoding/json"

	"github.com/belfry-dev/belfry/internal/grafana/cog/variants"
	"github.com/belfry-dev/belfry/internal/grafana/common"
)

// GridPos is a panel's place: X and W in columns of 24, Y and H in units of 30 pixels.
type GridPos struct {
	H uint32 `json:"h"`
	W uint32 `json:"w"`
	X uint32 `json:"x"`
	Y uint32 `json:"y"`
}

// DataTransformerConfig changes the result before it is drawn.
type DataTransformerConfig struct {
	Id      string `json:"id"`
	Options any    `json:"options"`
}

// Panel is one panel. Options and FieldConfig.Defaults.Custom are pointers to the types of the panel's kind.
type Panel struct {
	Type            string                  `json:"type"`
	Id              *uint32                 `json:"id,omitempty"`
	PluginVersion   *string                 `json:"pluginVersion,omitempty"`
	Targets         []variants.Dataquery    `json:"targets,omitempty"`
	Title           *string                 `json:"title,omitempty"`
	Description     *string                 `json:"description,omitempty"`
	Transparent     *bool                   `json:"transparent,omitempty"`
	Datasource      *common.DataSourceRef   `json:"datasource,omitempty"`
	GridPos         *GridPos                `json:"gridPos,omitempty"`
	Links           []DashboardLink         `json:"links,omitempty"`
	Repeat          *string                 `json:"repeat,omitempty"`
	MaxDataPoints   *float64                `json:"maxDataPoints,omitempty"`
	Transformations []DataTransformerConfig `json:"transformations,omitempty"`
	Interval        *string                 `json:"interval,omitempty"`
	TimeFrom        *string                 `json:"timeFrom,omitempty"`
	TimeShift       *string                 `json:"timeShift,omitempty"`
	Options         any                     `json:"options,omitempty"`
	FieldConfig     *FieldConfigSource      `json:"fieldConfig,omitempty"`
}

// RowPanel is a heading. A collapsed one holds its panels itself.
type RowPanel struct {
	Type       string                `json:"type"`
	Collapsed  bool                  `json:"collapsed"`
	Title      *string               `json:"title,omitempty"`
	Datasource *common.DataSourceRef `json:"datasource,omitempty"`
	GridPos    *GridPos              `json:"gridPos,omitempty"`
	Id         uint32                `json:"id"`
	Panels     []Panel               `json:"panels"`
	Repeat     *string               `json:"repeat,omitempty"`
}

// PanelOrRowPanel is one of both.
type PanelOrRowPanel struct {
	Panel    *Panel
	RowPanel *RowPanel
}

// MarshalJSON prints the one that is set.
func (p PanelOrRowPanel) MarshalJSON() ([]byte, error) {
	if p.RowPanel != nil {
		return plain(p.RowPanel)
	}
	return plain(p.Panel)
}

// plain marshals without escaping <, > and &, which PromQL is full of.
func plain(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buffer.Bytes(), "\n"), nil
}
