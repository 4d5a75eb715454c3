package ir

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// Form is how a signal's query is made.
type Form string

// The forms, one a field of the schema.
const (
	FormValue      Form = "value"
	FormRate       Form = "rate"
	FormIncrease   Form = "increase"
	FormQuantile   Form = "quantile"
	FormWithin     Form = "within"
	FormShare      Form = "share"
	FormRatio      Form = "ratio"
	FormDifference Form = "difference"
	FormParts      Form = "parts"
	FormExpr       Form = "expr"
)

// Signal is a named, typed query.
type Signal struct {
	Name  string
	Path  string
	Title string
	Help  string
	Form  Form
	// SLI names the indicator that the signal measures. Signals of one SLI, such as availability and its error rate,
	// have the same: alerts on one mute lower ones on the other.
	SLI     string
	Unit    unit.Unit
	Better  Direction // which way is better, as its alerts and levels tell; empty where nothing tells
	Default *Query    // the query with the signal's own parameters
	Metrics []*Metric // every metric that it reads, by name
	Used    bool      // an alert, SLO, panel or other signal uses it
	Written string    // the user's PromQL, of an expr signal
}

// Direction is which way a figure improves.
type Direction string

// The directions.
const (
	LessIsBetter Direction = "less"
	MoreIsBetter Direction = "more"
)

// Query is a signal with its parameters filled in: one PromQL expression and what is known of its result.
type Query struct {
	Signal *Signal
	// Title is the signal's, with the quantile and the matchers of this use where they differ: "Response time (p50)".
	Title string
	Over  time.Duration // 0 where it takes no range
	By    []string      // labels of the result, sorted; static labels of recordings are not counted
	Where string
	Q     float64   // quantile, or 0
	Unit  unit.Unit // of the value
	// Expr is the full expression over raw metrics, in which dashboards put variable matchers.
	Expr parser.Expr
	// Text is Expr printed on one line.
	Text string
	// Record is the name of the recording rule that holds the same value, or empty.
	Record string
	// Read is what alerts and panels without variables query: the recording rule where there is one, else Expr.
	Read parser.Expr
	// Labels are the labels that every operand has, so that a dashboard variable may filter by them: sorted.
	Labels []string
	// Key is equal for queries that mean the same.
	Key string
}

// Threshold is a bound on a query's value, in the query's unit.
type Threshold struct {
	Above    bool // fires above, else below
	Value    float64
	Severity string
	Alert    string // the alert it comes from, or empty
}

// Group is one rule group.
type Group struct {
	Name     string // unique in the cluster: begins with the service's name
	Interval time.Duration
	Limit    int // the most series or alerts that a rule may make before it fails; 0 for any number
	Rules    []Rule
}

// Rule is a recording rule (Record) or an alerting rule (Alert), never both.
type Rule struct {
	Record        string
	Alert         string
	Expr          string // PromQL, printed
	For           time.Duration
	KeepFiringFor time.Duration
	Labels        map[string]string
	Annotations   map[string]string
}

// Alert is an alert with everything that a rule, a runbook, a route and a proof need.
type Alert struct {
	Name      string
	Path      string
	Signal    *Signal
	Kind      AlertKind
	Query     *Query     // of a threshold alert, nil for an SLO's
	Threshold Threshold  // of a threshold alert, and of one on an SLO's traffic, in events per second
	SLO       *SLO       // of an SLO alert, nil for a threshold alert
	Tier      []BurnTier // of a burn-rate alert
	Page      bool       // of a burn-rate alert: the urgent one, else the ticket
	Severity  string
	For       time.Duration
	KeepFor   time.Duration
	Group     string
	Component string
	Action    string
	Expr      string            // the rule's PromQL
	Condition parser.Expr       // the same as a tree
	Labels    map[string]string // static labels of the rule: severity, service, namespace, team, signal, component, action and the user's
	By        []string          // labels that the result carries besides
	Summary   string            // annotation, Prometheus template
	// Description is the annotation that prints the value, as a Prometheus template.
	Description  string
	RunbookURL   string
	DashboardURL string
	Note         string
	// Receiver is whom the alert itself names, before the service's own routes are looked at; empty where the routes decide.
	Receiver string
	// Receivers are the receivers that Alertmanager's routes lead to, in order.
	Receivers []string
	// Late is how much later the alert may fire because what it reads is recorded in another group; 0 where all stand together.
	Late time.Duration
}
