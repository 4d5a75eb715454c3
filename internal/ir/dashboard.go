package ir

import "time"

// Dashboard is one Grafana dashboard in terms of signals.
type Dashboard struct {
	Name        string // file name without extension
	Path        string
	UID         string
	Title       string
	Description string
	Tags        []string
	Refresh     time.Duration
	From        time.Duration // how far back it shows
	Variables   []Variable
	Annotations []Annotation
	Rows        []Row
	Links       []Link
}

// Variable is a template variable that filters by a label.
type Variable struct {
	Label string
	// Query is the label_values(…) call that lists its values.
	Query string
}

// Annotation draws a line where Expr has a result.
type Annotation struct {
	Title string
	Expr  string   // PromQL
	Text  []string // labels that its text shows
}

// Link leads to another dashboard or a page, or, where it has tags, to a list of the dashboards that have them all.
type Link struct {
	Title, URL string
	Tags       []string
}

// Row is a heading and the panels under it.
type Row struct {
	Title     string
	Collapsed bool
	Panels    []*Panel
}

// PanelKind is how a panel is drawn.
type PanelKind string

// The panel kinds.
const (
	Timeseries PanelKind = "timeseries"
	Stat       PanelKind = "stat"
	GaugePanel PanelKind = "gauge"
	Bars       PanelKind = "bars"
	Pie        PanelKind = "pie"
	Table      PanelKind = "table"
	// States draws, over time, in which of the Panel's States each series was.
	States PanelKind = "states"
)

// Panel draws series. Width is in columns of 24 and Height in grid units; lowering has filled in both.
type Panel struct {
	Path        string
	Kind        PanelKind
	Title       string
	Description string
	Stack       bool
	Width       int
	Height      int
	Series      []Series
	// Filtered names the variables that filter this panel's series, and Unfiltered those that cannot.
	Filtered, Unfiltered []string
	// ColumnLinks leads from the cells of a table's label column to an address: by label, and {value} stands for the cell's.
	ColumnLinks map[string]string
	// SortBy is the heading of the column that a table is sorted by, the lowest first; empty for the order of the results.
	SortBy string
	// From is how far back the panel shows, where that differs from its dashboard; 0 where it does not.
	From time.Duration
	// States are what the values 0, 1, 2 and so on of a States panel mean.
	States []State
	// Empty is shown where there is no value; empty for the usual words.
	Empty string
}

// State is what one value of a States panel means, and its colour: good, or a severity.
type State struct{ Text, Colour string }

// Series is one query of a panel.
type Series struct {
	Name       string // fixed legend, or empty: then the By labels make it
	Query      *Query
	Expr       string // PromQL with dashboard variables in it
	By         []string
	RightAxis  bool
	Thresholds []Threshold // worst last; only those that hold for this query
	Instant    bool        // one value now, rather than a line
	Digits     int         // digits after the point; 0 leaves them to the unit
	Colour     string      // a fixed meaning (an alert's severity, good, bad), or empty
}
