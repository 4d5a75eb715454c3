// Package dashboard holds Grafana's classic dashboard JSON, under the names of package dashboard of Grafana's Foundation
// SDK, so that the SDK can take its place by changing the import. Dashboards come in from the generator or as JSON, and go
// out as JSON. Fields that neither Belfry's dashboards nor its checks need are left out.
package dashboard

// DashboardCursorSync is what the panels share of the cursor.
type DashboardCursorSync uint8

// What the panels share of the cursor.
const (
	DashboardCursorSyncOff       DashboardCursorSync = 0
	DashboardCursorSyncCrosshair DashboardCursorSync = 1
	DashboardCursorSyncTooltip   DashboardCursorSync = 2
)

// DashboardDashboardTime is the time range shown, such as now-6h to now.
type DashboardDashboardTime struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// TimePickerConfig is the time picker at the top.
type TimePickerConfig struct {
	Hidden           *bool    `json:"hidden,omitempty"`
	RefreshIntervals []string `json:"refresh_intervals,omitempty"`
	NowDelay         *string  `json:"nowDelay,omitempty"`
}

// DashboardLinkType is what a link leads to.
type DashboardLinkType string

// What a link leads to.
const (
	DashboardLinkTypeLink       DashboardLinkType = "link"
	DashboardLinkTypeDashboards DashboardLinkType = "dashboards"
)

// DashboardLink is a link at the top of the dashboard.
type DashboardLink struct {
	Title       string            `json:"title"`
	Type        DashboardLinkType `json:"type"`
	Icon        string            `json:"icon"`
	Tooltip     string            `json:"tooltip"`
	Url         *string           `json:"url,omitempty"`
	Tags        []string          `json:"tags"`
	AsDropdown  bool              `json:"asDropdown"`
	TargetBlank bool              `json:"targetBlank"`
	IncludeVars bool              `json:"includeVars"`
	KeepTime    bool              `json:"keepTime"`
}

// DashboardDashboardTemplating holds the variables.
type DashboardDashboardTemplating struct {
	List []VariableModel `json:"list,omitempty"`
}

// Dashboard is a whole dashboard. Uid is its public address, at most 40 characters.
type Dashboard struct {
	Id                   *int64                       `json:"id,omitempty"`
	Uid                  *string                      `json:"uid,omitempty"`
	Title                *string                      `json:"title,omitempty"`
	Description          *string                      `json:"description,omitempty"`
	Revision             *int64                       `json:"revision,omitempty"`
	GnetId               *string                      `json:"gnetId,omitempty"`
	Tags                 []string                     `json:"tags,omitempty"`
	Timezone             *string                      `json:"timezone,omitempty"`
	Editable             *bool                        `json:"editable,omitempty"`
	GraphTooltip         *DashboardCursorSync         `json:"graphTooltip,omitempty"`
	Time                 *DashboardDashboardTime      `json:"time,omitempty"`
	Timepicker           *TimePickerConfig            `json:"timepicker,omitempty"`
	FiscalYearStartMonth *uint8                       `json:"fiscalYearStartMonth,omitempty"`
	LiveNow              *bool                        `json:"liveNow,omitempty"`
	WeekStart            *string                      `json:"weekStart,omitempty"`
	Refresh              *string                      `json:"refresh,omitempty"`
	SchemaVersion        uint16                       `json:"schemaVersion"`
	Version              *uint32                      `json:"version,omitempty"`
	Panels               []PanelOrRowPanel            `json:"panels,omitempty"`
	Templating           DashboardDashboardTemplating `json:"templating"`
	Annotations          AnnotationContainer          `json:"annotations"`
	Links                []DashboardLink              `json:"links,omitempty"`
}
