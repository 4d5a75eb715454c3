package schema

// SLO mirrors #SLO: a service level objective over a rolling window.
type SLO struct {
	Title     string            `json:"title"`
	Good      string            `json:"good,omitempty"`  // signal
	Bad       string            `json:"bad,omitempty"`   // signal
	Above     string            `json:"above,omitempty"` // quantity
	Below     string            `json:"below,omitempty"` // quantity
	Events    *Events           `json:"events,omitempty"`
	Objective string            `json:"objective"`          // quantity, such as "99.5%"
	Window    string            `json:"window"`             // duration
	Calendar  string            `json:"calendar,omitempty"` // month, week or empty
	By        []string          `json:"by,omitempty"`
	Limit     int               `json:"limit,omitempty"`     // above 0; 0 where it was left out
	MinEvents int               `json:"minEvents,omitempty"` // above 0; 0 where it was left out
	Page      *BurnAlert        `json:"page,omitempty"`
	Ticket    *BurnAlert        `json:"ticket,omitempty"`
	NoData    *SLOAlert         `json:"noData,omitempty"`
	Traffic   *Traffic          `json:"traffic,omitempty"`
	Component string            `json:"component,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	Note      string            `json:"note,omitempty"`
	Runbook   string            `json:"runbook,omitempty"`
}

// Events mirrors #Events: an SLO's events in PromQL, with $window for every range.
type Events struct {
	Good  string `json:"good,omitempty"`
	Bad   string `json:"bad,omitempty"`
	Total string `json:"total"`
}

// BurnAlert mirrors #BurnAlert: an alert on how fast an error budget is spent.
type BurnAlert struct {
	Enabled  bool              `json:"enabled"`
	Name     string            `json:"name,omitempty"`
	Severity string            `json:"severity,omitempty"`
	Receiver string            `json:"receiver,omitempty"`
	Labels   map[string]string `json:"labels,omitempty"`
	Fast     *BurnTier         `json:"fast,omitempty"`
	Slow     *BurnTier         `json:"slow,omitempty"`
}

// BurnTier mirrors #BurnTier: one condition of a burn-rate alert.
type BurnTier struct {
	Enabled  bool    `json:"enabled"`
	Factor   float64 `json:"factor,omitempty"` // above 0; 0 where it was left out
	Long     string  `json:"long,omitempty"`   // duration
	Short    string  `json:"short,omitempty"`  // duration
	Severity string  `json:"severity,omitempty"`
	Receiver string  `json:"receiver,omitempty"`
	Name     string  `json:"name,omitempty"`
}

// SLOAlert mirrors #SLOAlert: an alert on an SLO's indicator itself.
type SLOAlert struct {
	Enabled  bool              `json:"enabled"`
	Name     string            `json:"name,omitempty"`
	Severity string            `json:"severity,omitempty"`
	Receiver string            `json:"receiver,omitempty"`
	For      string            `json:"for,omitempty"` // duration
	Labels   map[string]string `json:"labels,omitempty"`
}

// Traffic mirrors #Traffic: the least traffic, as an alert on what is below.
type Traffic struct {
	AtLeast  string            `json:"atLeast"` // quantity, events per time
	Name     string            `json:"name,omitempty"`
	Severity string            `json:"severity,omitempty"`
	Receiver string            `json:"receiver,omitempty"`
	For      string            `json:"for,omitempty"` // duration
	Labels   map[string]string `json:"labels,omitempty"`
}
