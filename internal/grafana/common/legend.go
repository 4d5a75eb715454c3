package common

// LegendDisplayMode is the form of a legend.
type LegendDisplayMode string

// The forms of a legend. Hidden is what versions before 9.2 read instead of ShowLegend.
const (
	LegendDisplayModeList   LegendDisplayMode = "list"
	LegendDisplayModeTable  LegendDisplayMode = "table"
	LegendDisplayModeHidden LegendDisplayMode = "hidden"
)

// LegendPlacement is where a legend stands.
type LegendPlacement string

// The places of a legend.
const (
	LegendPlacementBottom LegendPlacement = "bottom"
	LegendPlacementRight  LegendPlacement = "right"
)

// VizLegendOptions says how the legend is drawn. Calcs names the figures beside each series, such as "mean".
type VizLegendOptions struct {
	DisplayMode LegendDisplayMode `json:"displayMode"`
	Placement   LegendPlacement   `json:"placement"`
	ShowLegend  bool              `json:"showLegend"`
	AsTable     *bool             `json:"asTable,omitempty"`
	IsVisible   *bool             `json:"isVisible,omitempty"`
	SortBy      *string           `json:"sortBy,omitempty"`
	SortDesc    *bool             `json:"sortDesc,omitempty"`
	Width       *float64          `json:"width,omitempty"`
	Calcs       []string          `json:"calcs"`
}

// TooltipDisplayMode says for how many series a tooltip shows values.
type TooltipDisplayMode string

// The modes of a tooltip.
const (
	TooltipDisplayModeSingle TooltipDisplayMode = "single"
	TooltipDisplayModeMulti  TooltipDisplayMode = "multi"
	TooltipDisplayModeNone   TooltipDisplayMode = "none"
)

// SortOrder is the order of values.
type SortOrder string

// The orders.
const (
	SortOrderAscending  SortOrder = "asc"
	SortOrderDescending SortOrder = "desc"
	SortOrderNone       SortOrder = "none"
)

// VizTooltipOptions says what the tooltip shows.
type VizTooltipOptions struct {
	Mode      TooltipDisplayMode `json:"mode"`
	Sort      SortOrder          `json:"sort"`
	HideZeros *bool              `json:"hideZeros,omitempty"`
	MaxWidth  *float64           `json:"maxWidth,omitempty"`
	MaxHeight *float64           `json:"maxHeight,omitempty"`
}
