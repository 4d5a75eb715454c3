package common

// GraphDrawStyle is how a series is drawn over time.
type GraphDrawStyle string

// The draw styles.
const (
	GraphDrawStyleLine   GraphDrawStyle = "line"
	GraphDrawStyleBars   GraphDrawStyle = "bars"
	GraphDrawStylePoints GraphDrawStyle = "points"
)

// GraphGradientMode is how the area under a line fades.
type GraphGradientMode string

// The gradient modes.
const (
	GraphGradientModeNone    GraphGradientMode = "none"
	GraphGradientModeOpacity GraphGradientMode = "opacity"
	GraphGradientModeHue     GraphGradientMode = "hue"
	GraphGradientModeScheme  GraphGradientMode = "scheme"
)

// LineInterpolation is how points are joined.
type LineInterpolation string

// The interpolations.
const (
	LineInterpolationLinear     LineInterpolation = "linear"
	LineInterpolationSmooth     LineInterpolation = "smooth"
	LineInterpolationStepBefore LineInterpolation = "stepBefore"
	LineInterpolationStepAfter  LineInterpolation = "stepAfter"
)

// VisibilityMode says when something is drawn.
type VisibilityMode string

// The visibility modes.
const (
	VisibilityModeAuto   VisibilityMode = "auto"
	VisibilityModeNever  VisibilityMode = "never"
	VisibilityModeAlways VisibilityMode = "always"
)

// AxisPlacement is the side of an axis.
type AxisPlacement string

// The sides.
const (
	AxisPlacementAuto   AxisPlacement = "auto"
	AxisPlacementLeft   AxisPlacement = "left"
	AxisPlacementRight  AxisPlacement = "right"
	AxisPlacementHidden AxisPlacement = "hidden"
)

// StackingMode is how series stand on each other.
type StackingMode string

// The stacking modes.
const (
	StackingModeNone    StackingMode = "none"
	StackingModeNormal  StackingMode = "normal"
	StackingModePercent StackingMode = "percent"
)

// StackingConfig stacks the series of one group.
type StackingConfig struct {
	Mode  *StackingMode `json:"mode,omitempty"`
	Group *string       `json:"group,omitempty"`
}

// GraphThresholdsStyleMode is how thresholds are drawn into a graph.
type GraphThresholdsStyleMode string

// The styles of thresholds that Grafana 8.0 and everything newer draws.
const (
	GraphThresholdsStyleModeOff         GraphThresholdsStyleMode = "off"
	GraphThresholdsStyleModeLine        GraphThresholdsStyleMode = "line"
	GraphThresholdsStyleModeArea        GraphThresholdsStyleMode = "area"
	GraphThresholdsStyleModeLineAndArea GraphThresholdsStyleMode = "line+area"
)

// GraphThresholdsStyleConfig is how thresholds are drawn into a graph.
type GraphThresholdsStyleConfig struct {
	Mode GraphThresholdsStyleMode `json:"mode"`
}

// LineStyle is how a line is dashed: Fill is solid, dash or dot.
type LineStyle struct {
	Fill *string   `json:"fill,omitempty"`
	Dash []float64 `json:"dash,omitempty"`
}

// ScaleDistributionConfig is the scale of an axis: Type is linear, log or symlog, and Log the base.
type ScaleDistributionConfig struct {
	Type            string   `json:"type"`
	Log             *float64 `json:"log,omitempty"`
	LinearThreshold *float64 `json:"linearThreshold,omitempty"`
}

// HideSeriesConfig hides a series from parts of a panel.
type HideSeriesConfig struct {
	Tooltip bool `json:"tooltip"`
	Legend  bool `json:"legend"`
	Viz     bool `json:"viz"`
}

// GraphFieldConfig is how a series is drawn over time. Opacity is in percent, widths and sizes in pixels.
type GraphFieldConfig struct {
	DrawStyle         *GraphDrawStyle             `json:"drawStyle,omitempty"`
	GradientMode      *GraphGradientMode          `json:"gradientMode,omitempty"`
	ThresholdsStyle   *GraphThresholdsStyleConfig `json:"thresholdsStyle,omitempty"`
	LineColor         *string                     `json:"lineColor,omitempty"`
	LineWidth         *float64                    `json:"lineWidth,omitempty"`
	LineInterpolation *LineInterpolation          `json:"lineInterpolation,omitempty"`
	LineStyle         *LineStyle                  `json:"lineStyle,omitempty"`
	FillColor         *string                     `json:"fillColor,omitempty"`
	FillOpacity       *float64                    `json:"fillOpacity,omitempty"`
	ShowPoints        *VisibilityMode             `json:"showPoints,omitempty"`
	PointSize         *float64                    `json:"pointSize,omitempty"`
	AxisPlacement     *AxisPlacement              `json:"axisPlacement,omitempty"`
	AxisColorMode     *string                     `json:"axisColorMode,omitempty"`
	AxisLabel         *string                     `json:"axisLabel,omitempty"`
	AxisWidth         *float64                    `json:"axisWidth,omitempty"`
	AxisSoftMin       *float64                    `json:"axisSoftMin,omitempty"`
	AxisSoftMax       *float64                    `json:"axisSoftMax,omitempty"`
	AxisGridShow      *bool                       `json:"axisGridShow,omitempty"`
	ScaleDistribution *ScaleDistributionConfig    `json:"scaleDistribution,omitempty"`
	AxisCenteredZero  *bool                       `json:"axisCenteredZero,omitempty"`
	AxisBorderShow    *bool                       `json:"axisBorderShow,omitempty"`
	BarAlignment      *int64                      `json:"barAlignment,omitempty"`
	BarWidthFactor    *float64                    `json:"barWidthFactor,omitempty"`
	Stacking          *StackingConfig             `json:"stacking,omitempty"`
	HideFrom          *HideSeriesConfig           `json:"hideFrom,omitempty"`
	Transform         *string                     `json:"transform,omitempty"`
	SpanNulls         *bool                       `json:"spanNulls,omitempty"`
	FillBelowTo       *string                     `json:"fillBelowTo,omitempty"`
	PointSymbol       *string                     `json:"pointSymbol,omitempty"`
	InsertNulls       *bool                       `json:"insertNulls,omitempty"`
}

// HideableFieldConfig is a field that parts of a panel can hide.
type HideableFieldConfig struct {
	HideFrom *HideSeriesConfig `json:"hideFrom,omitempty"`
}
