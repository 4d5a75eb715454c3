package dashboard

import "github.com/belfry-dev/belfry/internal/grafana/common"

// AnnotationContainer holds the annotations.
type AnnotationContainer struct {
	List []AnnotationQuery `json:"list,omitempty"`
}

// AnnotationTarget asks Grafana's own store for annotations.
type AnnotationTarget struct {
	Limit    int64    `json:"limit"`
	MatchAny bool     `json:"matchAny"`
	Tags     []string `json:"tags"`
	Type     string   `json:"type"`
}

// AnnotationQuery draws events as vertical lines. Expr, Step, TitleFormat, TextFormat and TagKeys belong to Prometheus:
// every version reads them beside the common fields, and newer ones move them into a target.
type AnnotationQuery struct {
	Name            string                `json:"name"`
	Datasource      *common.DataSourceRef `json:"datasource,omitempty"`
	Enable          bool                  `json:"enable"`
	Hide            *bool                 `json:"hide,omitempty"`
	IconColor       string                `json:"iconColor"`
	Target          *AnnotationTarget     `json:"target,omitempty"`
	Type            *string               `json:"type,omitempty"`
	BuiltIn         *float64              `json:"builtIn,omitempty"`
	Expr            *string               `json:"expr,omitempty"`
	Step            *string               `json:"step,omitempty"`
	TitleFormat     *string               `json:"titleFormat,omitempty"`
	TextFormat      *string               `json:"textFormat,omitempty"`
	TagKeys         *string               `json:"tagKeys,omitempty"`
	UseValueForTime *bool                 `json:"useValueForTime,omitempty"`
}
