package ir

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// AlertKind is what an alert is about.
type AlertKind string

// The kinds of alerts. A threshold alert is the only one that has a Query, and the only one without an SLO.
const (
	AlertThreshold AlertKind = ""
	AlertBurn      AlertKind = "burn"    // an error budget is spent too fast
	AlertNoData    AlertKind = "no data" // an SLO's indicator has no series
	AlertTraffic   AlertKind = "traffic" // there are fewer events than declared
)

// SLIKind is what an SLO counts.
type SLIKind string

// The kinds of indicators.
const (
	SLIEvents  SLIKind = "events"  // events of a share, ratio or within signal
	SLIWritten SLIKind = "written" // events that the spec counts in PromQL
	SLIBoolean SLIKind = "boolean" // series of a gauge that is 1 or 0, at each evaluation
	SLISlice   SLIKind = "slice"   // evaluations, by whether a signal is above or below a value
)

// CountsTime reports whether the indicator counts evaluations and not events of the service.
func (k SLIKind) CountsTime() bool { return k == SLIBoolean || k == SLISlice }

// SLO is an objective with its indicator.
type SLO struct {
	Name  string
	Path  string
	Title string
	SLI   SLIKind
	// Signal is the indicator. Where the spec counts events in PromQL, it is a stand-in without form and default query.
	Signal *Signal
	Good   bool // the signal is the good share, or the events are the good ones; else the bad
	// Bound is what a slice's signal is compared with, in the signal's unit: an evaluation is good, or with Good false bad,
	// while the signal is beyond it.
	Bound Threshold
	// Written are the events that the spec counts in PromQL: the part (good or bad), then the total; else nil.
	Written   []WrittenEvents
	Objective float64 // ratio, such as 0.995
	Window    time.Duration
	Calendar  string   // month or week, where the budget of the calendar is reported too; else empty
	By        []string // labels that stay apart, as stored: one objective for each of their values; sorted
	Limit     int      // the most groups that By may make, or 0
	MinEvents int      // events that a tier's long window must hold before it may fire; 0 for any number
	Traffic   unit.Unit
	Component string
	Note      string
	Tiers     []BurnTier
	Alerts    []*Alert // burn-rate alerts, then those on the indicator itself
	// Names of the recording rules.
	Records SLORecords
	// ErrorRatio names the recording rules of the share of bad events, by window ("5m", "1h", …): of every tier and the period.
	ErrorRatio map[string]string
	// BudgetRemaining and ObjectiveRecord name the recording rules of what remains of the budget (1 = all) and of the objective.
	BudgetRemaining, ObjectiveRecord string
	// Interval is how often the alerts' group is evaluated.
	Interval time.Duration
	// DashboardName and DashboardUID are the file name, without extension, and the address of the SLO's generated dashboard.
	DashboardName, DashboardUID string
}

// SLORecords are the names of an SLO's recording rules besides the error ratios. All have the label slo, and the labels of By.
type SLORecords struct {
	BadRate, TotalRate   string // events per second over 5m
	BadSlice, TotalSlice string // of one evaluation; empty for an SLI that counts events
	// BurnRate is the error ratio in multiples of what is allowed, by window: the current one and the period.
	BurnRate map[string]string
	// CurrentWindow is the window of the current burn rate.
	CurrentWindow string
	// EventCount is the number of events, by the tiers' long windows; nil without MinEvents.
	EventCount map[string]string
	// Info is always 1, with the labels objective, window, sli, title and dashboard besides; it has no labels of By.
	Info string
	// CalendarErrorRatio and CalendarBudget are of the calendar's month or week so far; empty without Calendar.
	CalendarErrorRatio, CalendarBudget string
}

// WrittenEvents are events that the spec counts in PromQL.
type WrittenEvents struct {
	Path string // in the spec
	Text string // as written, with $window
	Expr parser.Expr
	// Window is what stands for $window in Expr.
	Window time.Duration
}

// WorkbookTier is a tier of a multi-window, multi-burn-rate alert as the SRE workbook recommends it (chapter 5, table 5-8).
type WorkbookTier struct {
	Alert, Tier string // page or ticket, fast or slow
	Long, Short time.Duration
	BudgetShare float64 // share of the budget that is spent when it fires
}

// WorkbookTiers are the four of them, the most urgent first.
var WorkbookTiers = []WorkbookTier{
	{"page", "fast", time.Hour, 5 * time.Minute, 0.02},
	{"page", "slow", 6 * time.Hour, 30 * time.Minute, 0.05},
	{"ticket", "fast", 24 * time.Hour, 2 * time.Hour, 0.10},
	{"ticket", "slow", 72 * time.Hour, 6 * time.Hour, 0.10},
}

// Factor is the burn rate that spends the tier's share of the budget in a long window, of an objective over a period. It is
// at least 1: below that the budget lasts longer than the period, nothing is at risk, and nobody should be told.
func (t WorkbookTier) Factor(period, long time.Duration) float64 {
	const digits = 1e4
	return max(1, math.Round(digits*t.BudgetShare*float64(period)/float64(long))/digits)
}

// BurnTier is one pair of windows of a multi-window, multi-burn-rate alert (SRE workbook, chapter 5).
type BurnTier struct {
	Path        string // in the spec, where the tier is or would be written
	Alert       string // name of the alert that it belongs to
	Page        bool   // of the urgent alert, else of the ticket
	Severity    string
	Receiver    string // whom it names itself, or empty
	Long, Short time.Duration
	Factor      float64 // times the rate that uses up the budget exactly at the window's end
	BudgetShare float64 // share of the budget that is spent when it fires
}
