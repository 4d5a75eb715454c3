// Package sketch writes a first spec of a service that runs already. What the service exposes comes in; metrics, and the
// signals, objectives and alerts that can be recognised in them, go out as CUE for people to go on with.
package sketch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/exposed"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// Sketch is a spec in the making.
type Sketch struct {
	from     string
	metrics  []*metric
	leftOut  []reason
	runtimes map[string]int // how many metrics begin like this
	accepted map[string][]string
	python   bool
}

// reason is why something is not in the spec.
type reason struct{ name, why string }

// Of reads the metrics of an exposition. From is where it was read, for the comment at the top.
func Of(metrics []read.Metric, from string) *Sketch {
	s := &Sketch{from: from, runtimes: map[string]int{}, accepted: map[string][]string{}}
	known := map[string]bool{}
	for _, m := range metrics {
		known[m.Name] = true
	}
	for _, m := range metrics {
		s.python = s.python || m.Name == "python_info"
		if family, ok := exposed.Runtime(m.Name); ok {
			s.runtimes[family]++
			continue
		}
		if base, ok := strings.CutSuffix(m.Name, "_created"); ok && (known[base] || known[base+"_total"]) {
			continue // when a series was made
		}
		declared, why := declare(m, known)
		if why != "" {
			s.leftOut = append(s.leftOut, reason{m.Name, why})
			continue
		}
		s.metrics = append(s.metrics, declared)
	}
	return s
}

// Client is the client library that the service uses, as far as it shows.
func (s *Sketch) Client() string {
	if s.python {
		return "python"
	}
	return "go"
}

// Metrics is how many metrics are declared.
func (s *Sketch) Metrics() int { return len(s.metrics) }

// LeftOut names the metrics that the spec cannot hold.
func (s *Sketch) LeftOut() []string {
	var names []string
	for _, r := range s.leftOut {
		names = append(names, r.name)
	}
	return names
}

// LeaveOut takes a metric out that a check refuses; false where there is none of that name.
func (s *Sketch) LeaveOut(name, why string) bool {
	i := slices.IndexFunc(s.metrics, func(m *metric) bool { return m.name == name })
	if i < 0 {
		return false
	}
	s.metrics = slices.Delete(s.metrics, i, i+1)
	s.leftOut = append(s.leftOut, reason{name, why})
	return true
}

// Accept notes a warning about a metric that the service exposes like this already.
func (s *Sketch) Accept(code, name string) {
	if !slices.Contains(s.accepted[code], name) {
		s.accepted[code] = append(s.accepted[code], name)
	}
}

// refuse is why a metric cannot be declared; empty where it can.
func refuse(m read.Metric, known map[string]bool) string {
	for _, part := range []string{"_bucket", "_sum", "_count"} {
		if base, ok := strings.CutSuffix(m.Name, part); ok && m.Type == unknownType && known[base+"_bucket"] {
			return "it is a part of a histogram that is exposed without its TYPE"
		}
	}
	switch {
	case !metricName.MatchString(m.Name):
		return "its name is none that PromQL can write without quotes"
	case isScrapeMetric(m.Name):
		return "Prometheus makes a series of this name for every target"
	case m.Type == summaryType:
		return "it is a summary: quantiles of several replicas cannot be combined, a histogram's can"
	case m.Type == gaugeHistogramType:
		return "it is a gauge histogram, which the spec has not"
	case m.Series == 0:
		return "nothing has been recorded in it yet, so that its labels are not known"
	}
	for _, l := range m.Labels {
		if !labelName.MatchString(l.Name) || strings.HasPrefix(l.Name, "__") {
			return fmt.Sprintf("its label %q is none that PromQL can write without quotes", l.Name)
		}
		if l.Name == "job" || l.Name == "instance" {
			return fmt.Sprintf("it has a label %s, which is Prometheus' own", l.Name)
		}
	}
	return ""
}

// isScrapeMetric reports whether Prometheus itself makes series of the name, as it does of up.
func isScrapeMetric(name string) bool {
	entries, err := catalog.Load()
	_, ok := entries[name]
	return err == nil && ok
}
