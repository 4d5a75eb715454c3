package common

// BigValueColorMode is what a stat colours.
type BigValueColorMode string

// What a stat colours.
const (
	BigValueColorModeNone       BigValueColorMode = "none"
	BigValueColorModeValue      BigValueColorMode = "value"
	BigValueColorModeBackground BigValueColorMode = "background"
)

// BigValueGraphMode is the graph behind a stat.
type BigValueGraphMode string

// The graphs behind a stat.
const (
	BigValueGraphModeNone BigValueGraphMode = "none"
	BigValueGraphModeArea BigValueGraphMode = "area"
)

// BigValueJustifyMode is where a stat's text stands.
type BigValueJustifyMode string

// Where a stat's text stands.
const (
	BigValueJustifyModeAuto   BigValueJustifyMode = "auto"
	BigValueJustifyModeCenter BigValueJustifyMode = "center"
)

// BigValueTextMode is what a stat prints.
type BigValueTextMode string

// What a stat prints.
const (
	BigValueTextModeAuto         BigValueTextMode = "auto"
	BigValueTextModeValue        BigValueTextMode = "value"
	BigValueTextModeValueAndName BigValueTextMode = "value_and_name"
	BigValueTextModeName         BigValueTextMode = "name"
	BigValueTextModeNone         BigValueTextMode = "none"
)

// PercentChangeColorMode is how a stat colours its change.
type PercentChangeColorMode string

// How a stat colours its change.
const (
	PercentChangeColorModeStandard    PercentChangeColorMode = "standard"
	PercentChangeColorModeInverted    PercentChangeColorMode = "inverted"
	PercentChangeColorModeSameAsValue PercentChangeColorMode = "same_as_value"
)

// VizOrientation is the direction in which values are laid out.
type VizOrientation string

// The directions.
const (
	VizOrientationAuto       VizOrientation = "auto"
	VizOrientationVertical   VizOrientation = "vertical"
	VizOrientationHorizontal VizOrientation = "horizontal"
)

// ReduceDataOptions is how a series becomes one value. Fields is a regular expression; empty takes the numeric ones.
type ReduceDataOptions struct {
	Values *bool    `json:"values,omitempty"`
	Limit  *float64 `json:"limit,omitempty"`
	Calcs  []string `json:"calcs"`
	Fields *string  `json:"fields,omitempty"`
}

// VizTextDisplayOptions are sizes of text in pixels.
type VizTextDisplayOptions struct {
	TitleSize *float64 `json:"titleSize,omitempty"`
	ValueSize *float64 `json:"valueSize,omitempty"`
}

// BarGaugeSizing says who chooses a gauge's size.
type BarGaugeSizing string

// Who chooses a gauge's size.
const (
	BarGaugeSizingAuto   BarGaugeSizing = "auto"
	BarGaugeSizingManual BarGaugeSizing = "manual"
)
