package dashboard

// MappingType is what a mapping goes by.
type MappingType string

// MappingTypeValueToText maps single values. Other kinds of mappings are not typed here, and left out when others'
// dashboards are read.
const MappingTypeValueToText MappingType = "value"

// ValueMap shows values, spelt as the keys of Options, as texts and in colours.
type ValueMap struct {
	Type    MappingType                   `json:"type"`
	Options map[string]ValueMappingResult `json:"options"`
}

// ValueMappingResult is how a mapped value is shown. Index is its place in the legend.
type ValueMappingResult struct {
	Text  *string `json:"text,omitempty"`
	Color *string `json:"color,omitempty"`
	Icon  *string `json:"icon,omitempty"`
	Index *int32  `json:"index,omitempty"`
}

// DataLink is a link behind a value. In its address ${__value.raw} stands for the value, and Grafana puts its own path
// before one that begins with a slash.
type DataLink struct {
	Title       string `json:"title"`
	Url         string `json:"url"`
	TargetBlank bool   `json:"targetBlank"`
}
