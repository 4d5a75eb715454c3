package dashboard

// ThresholdsMode says what a threshold's value is relative to.
type ThresholdsMode string

// The modes.
const (
	ThresholdsModeAbsolute   ThresholdsMode = "absolute"
	ThresholdsModePercentage ThresholdsMode = "percentage"
)

// Threshold colours values from Value on. The first has none: it begins at minus infinity.
type Threshold struct {
	Value *float64 `json:"value"`
	Color string   `json:"color"`
}

// ThresholdsConfig is an ascending list of thresholds.
type ThresholdsConfig struct {
	Mode  ThresholdsMode `json:"mode"`
	Steps []Threshold    `json:"steps"`
}

// FieldColorModeId is where a series takes its colour from.
type FieldColorModeId string

// Where a series takes its colour from.
const (
	FieldColorModeIdThresholds     FieldColorModeId = "thresholds"
	FieldColorModeIdPaletteClassic FieldColorModeId = "palette-classic"
	FieldColorModeIdFixed          FieldColorModeId = "fixed"
)

// FieldColor is the colour of a series.
type FieldColor struct {
	Mode       FieldColorModeId `json:"mode"`
	FixedColor *string          `json:"fixedColor,omitempty"`
	SeriesBy   *string          `json:"seriesBy,omitempty"`
}

// FieldConfig is how values are shown. Unit is one of Grafana's unit ids. Custom is the kind's own FieldConfig.
type FieldConfig struct {
	DisplayName *string           `json:"displayName,omitempty"`
	Description *string           `json:"description,omitempty"`
	Unit        *string           `json:"unit,omitempty"`
	Decimals    *float64          `json:"decimals,omitempty"`
	Min         *float64          `json:"min,omitempty"`
	Max         *float64          `json:"max,omitempty"`
	Mappings    []ValueMap        `json:"mappings,omitempty"`
	Thresholds  *ThresholdsConfig `json:"thresholds,omitempty"`
	Color       *FieldColor       `json:"color,omitempty"`
	NoValue     *string           `json:"noValue,omitempty"`
	Custom      any               `json:"custom,omitempty"`
}

// MatcherConfig says which series or columns an override is for: by Id "byName" or "byFrameRefID", Options is the name.
type MatcherConfig struct {
	Id      string `json:"id"`
	Options any    `json:"options,omitempty"`
}

// DynamicConfigValue is one setting of an override. Id is the setting's path in FieldConfig, such as "custom.axisPlacement".
type DynamicConfigValue struct {
	Id    string `json:"id"`
	Value any    `json:"value,omitempty"`
}

// DashboardFieldConfigSourceOverrides changes the settings of some series or columns.
type DashboardFieldConfigSourceOverrides struct {
	Matcher    MatcherConfig        `json:"matcher"`
	Properties []DynamicConfigValue `json:"properties"`
}

// FieldConfigSource is how the values of a panel are shown.
type FieldConfigSource struct {
	Defaults  FieldConfig                           `json:"defaults"`
	Overrides []DashboardFieldConfigSourceOverrides `json:"overrides"`
}
