package schema

// Params mirrors #Params: the parameters of a query, which every use of a signal may set anew.
type Params struct {
	Over  string   `json:"over,omitempty"`  // duration
	By    []string `json:"by,omitempty"`    // nil where it was left out, empty where it was set to []
	Where string   `json:"where,omitempty"` // PromQL matchers without braces
	Q     *float64 `json:"q,omitempty"`     // between 0 and 1, both excluded; nil where it was left out
	Unit  string   `json:"unit,omitempty"`  // as #Unit
}

// Signal mirrors #Signal: a named, typed query. Exactly one of the forms Value, Rate, Increase, Quantile, Within, Share,
// Ratio, Difference, Parts and Expr is meant to be set; lowering checks it.
type Signal struct {
	Params
	Title       string            `json:"title"`
	Help        string            `json:"help,omitempty"`
	Value       string            `json:"value,omitempty"`
	Rate        string            `json:"rate,omitempty"`
	Increase    string            `json:"increase,omitempty"`
	Quantile    string            `json:"quantile,omitempty"`
	Within      string            `json:"within,omitempty"`
	Bound       string            `json:"bound,omitempty"` // quantity
	Share       string            `json:"share,omitempty"`
	Matching    string            `json:"matching,omitempty"`
	Ratio       string            `json:"ratio,omitempty"`
	To          string            `json:"to,omitempty"`
	Difference  string            `json:"difference,omitempty"`
	Minus       string            `json:"minus,omitempty"`
	Parts       map[string]string `json:"parts,omitempty"` // label value to signal
	As          string            `json:"as,omitempty"`
	Expr        string            `json:"expr,omitempty"`
	Levels      *Levels           `json:"levels,omitempty"`
	WhenMissing string            `json:"whenMissing,omitempty"` // quantity
}

// Levels mirrors the struct #Signal.levels: thresholds for panels where no alert gives them.
type Levels struct {
	Warning  *Threshold `json:"warning,omitempty"`
	Critical *Threshold `json:"critical,omitempty"`
}

// Threshold mirrors #Threshold: one bound, as a quantity.
type Threshold struct {
	Above string `json:"above,omitempty"`
	Below string `json:"below,omitempty"`
}

// Alert mirrors #Alert: a signal above or below a bound for a time.
type Alert struct {
	Params
	Signal        string            `json:"signal"`
	Above         string            `json:"above,omitempty"` // quantity
	Below         string            `json:"below,omitempty"` // quantity
	Severity      string            `json:"severity"`        // critical, warning or info
	For           string            `json:"for"`             // duration
	KeepFiringFor string            `json:"keepFiringFor,omitempty"`
	Group         string            `json:"group,omitempty"`
	Component     string            `json:"component,omitempty"`
	Action        string            `json:"action,omitempty"`
	Labels        map[string]string `json:"labels,omitempty"`
	Summary       string            `json:"summary,omitempty"`
	Description   string            `json:"description,omitempty"`
	Note          string            `json:"note,omitempty"`
	Runbook       string            `json:"runbook,omitempty"`
	Dashboard     string            `json:"dashboard,omitempty"`
}
