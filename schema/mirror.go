// Package schema is the spec language: CUE files of a user come in; typed Spec values and diagnostics that point into the
// user's own files go out. The *.cue files in this folder define the language and are embedded; the Go types here mirror
// them one to one, and a test holds the two together. An optional field that was left out is the zero value, and a pointer
// only where the zero value means something else than "left out".
package schema

import (
	"bytes"
	"encoding/json"
)

// Spec mirrors #Spec: what one package of CUE files describes. Names are the keys of the maps.
type Spec struct {
	Service    *Service             `json:"service,omitempty"`  // nil where the package describes a platform alone
	Platform   *Platform            `json:"platform,omitempty"` // also set where it is inherited from a parent folder: see Package.OwnsPlatform
	Catalogs   []string             `json:"catalogs,omitempty"`
	Metrics    map[string]Metric    `json:"metrics,omitempty"`
	Signals    map[string]Signal    `json:"signals,omitempty"`
	SLOs       map[string]SLO       `json:"slos,omitempty"`
	Groups     map[string]Group     `json:"groups,omitempty"`
	Alerts     map[string]Alert     `json:"alerts,omitempty"`
	Receivers  map[string]Receiver  `json:"receivers,omitempty"`
	Routing    *Routing             `json:"routing,omitempty"`
	Dashboards map[string]Dashboard `json:"dashboards,omitempty"`
	Instrument *Instrument          `json:"instrument,omitempty"`
	Accept     map[string]Accept    `json:"accept,omitempty"` // by diagnostic code
}

// Accept mirrors #Accept: a diagnostic that is accepted for the names given.
type Accept struct {
	Names  []string `json:"names"`
	Reason string   `json:"reason"`
}

// Group mirrors #Group: the settings of one rule group.
type Group struct {
	Interval string `json:"interval,omitempty"` // duration; empty for the platform's evaluation interval
}

// Instrument mirrors #Instrument: which instrumentation code is generated.
type Instrument struct {
	Go     *GoInstrument     `json:"go,omitempty"`
	Python *PythonInstrument `json:"python,omitempty"`
	HTTP   *HTTPMetrics      `json:"http,omitempty"`
}

// HTTPMetrics mirrors #HTTPMetrics: names of the metrics that a middleware records.
type HTTPMetrics struct {
	Requests string `json:"requests"`
	Duration string `json:"duration,omitempty"` // empty where no time is recorded
}

// PythonInstrument mirrors the struct #Instrument.python: the settings of the generated Python module.
type PythonInstrument struct {
	Module string `json:"module"`
}

// GoInstrument mirrors the struct #Instrument.go: the settings of the generated Go package.
type GoInstrument struct {
	Package string `json:"package"`
}

// Metric mirrors #Metric: one metric that the service exposes.
type Metric struct {
	Type      string           `json:"type"`                // counter, gauge, histogram or info
	Unit      string           `json:"unit,omitempty"`      // as #Unit; empty for a plain number
	Help      string           `json:"help"`                // never empty
	Buckets   []float64        `json:"buckets,omitempty"`   // upper bounds in Unit, as written
	Histogram string           `json:"histogram,omitempty"` // classic, native, both or empty
	Labels    map[string]Label `json:"labels,omitempty"`
	Replicas  string           `json:"replicas,omitempty"` // add, same, mean or empty
	Exclude   []string         `json:"exclude,omitempty"`  // PromQL matchers without braces, one text a combination
	Init      string           `json:"init,omitempty"`     // lazy or empty
	Resets    string           `json:"resets,omitempty"`   // month or empty
	Source    *Source          `json:"source,omitempty"`   // nil where the service exposes the metric itself
}

// Source mirrors #Source: what a metric's values are read from. One field is set.
type Source struct {
	AWSCostExplorer *AWSCostExplorer `json:"awsCostExplorer,omitempty"`
}

// AWSCostExplorer mirrors #AWSCostExplorer: a question to AWS Cost Explorer and the exporter that asks it.
type AWSCostExplorer struct {
	Name       string              `json:"name"`
	Metric     string              `json:"metric"`            // of Cost Explorer, such as UnblendedCost
	GroupBy    string              `json:"groupBy,omitempty"` // dimension, or empty
	Tags       map[string][]string `json:"tags,omitempty"`
	Refresh    string              `json:"refresh"`    // duration
	StaleAfter string              `json:"staleAfter"` // duration
	Image      string              `json:"image"`
	Role       string              `json:"role,omitempty"`    // ARN
	Storage    string              `json:"storage,omitempty"` // Kubernetes quantity
	Target     string              `json:"target,omitempty"`  // host:port
}

// Label is what a metric's label may hold: the closed set Values, or, where Values is nil, up to Max values that match
// Pattern (as #OpenLabel).
type Label struct {
	Values  []string // the closed set, as written; nil for an open label
	Max     int      // of an open label, above 0; 0 for a closed set
	Pattern string   // of an open label; empty where any value will do
}

// Closed reports whether the label's values are known beforehand.
func (l Label) Closed() bool { return l.Values != nil }

// openLabel mirrors #OpenLabel.
type openLabel struct {
	Max     int    `json:"max"`
	Pattern string `json:"pattern,omitempty"`
}

// UnmarshalJSON reads a list of values or an object with max and pattern.
func (l *Label) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		*l = Label{Values: []string{}}
		return json.Unmarshal(data, &l.Values)
	}
	var open openLabel
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&open); err != nil {
		return err
	}
	*l = Label{Max: open.Max, Pattern: open.Pattern}
	return nil
}

// MarshalJSON writes the form that UnmarshalJSON reads.
func (l Label) MarshalJSON() ([]byte, error) {
	if l.Closed() {
		return json.Marshal(l.Values)
	}
	return json.Marshal(openLabel{Max: l.Max, Pattern: l.Pattern})
}
