package sketch

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/cuetext"
)

// MetricsFile is the part of the spec that declares the metrics.
func (s *Sketch) MetricsFile() []byte {
	w := &cuetext.Writer{}
	w.Comment("What the service exposes, as " + s.from + " had it. Types, names and buckets are as they were seen; the rest is guessed: " +
		"units from the names, how the values of several replicas of a gauge combine, and which labels are closed sets. " +
		"A label with few words as values is closed: add what may come, or write {max: 20}.")
	w.Line("package monitoring\n")
	w.Line("metrics: {")
	for n, m := range s.metrics {
		if n > 0 && len(m.labels) > 0 {
			w.Line("")
		}
		m.print(w)
	}
	w.Line("}")
	s.printLeftOut(w)
	s.printAccepted(w)
	return w.Source()
}

func (m *metric) print(w *cuetext.Writer) {
	if m.note != "" {
		w.Comment(m.note)
	}
	parts := []string{"type: " + cuetext.Quoted(string(m.kind))}
	if m.unit != "" {
		parts = append(parts, "unit: "+cuetext.Quoted(m.unit))
	}
	if m.replicas != "" {
		parts = append(parts, "replicas: "+cuetext.Quoted(m.replicas))
	}
	if m.isLazy {
		parts = append(parts, `init: "lazy"`)
	}
	if m.isNative {
		parts = append(parts, `histogram: "native"`)
	}
	parts = append(parts, "help: "+cuetext.Quoted(m.help))
	if len(m.labels) == 0 && len(m.buckets) == 0 {
		w.Line("%s: {%s}", cuetext.Label(m.name), strings.Join(parts, ", "))
		return
	}
	w.Line("%s: {\n%s", cuetext.Label(m.name), strings.Join(parts, ", "))
	if len(m.buckets) > 0 {
		var bounds []string
		for _, bound := range m.buckets {
			bounds = append(bounds, number(bound))
		}
		w.Line("buckets: [%s]", strings.Join(bounds, ", "))
	}
	if len(m.labels) > 0 {
		var labels []string
		for _, l := range m.labels {
			labels = append(labels, cuetext.Label(l.name)+": "+l.domain())
		}
		w.Line("labels: {%s}", strings.Join(labels, ", "))
	}
	w.Line("}")
}

// number is a number as CUE reads it.
func number(value float64) string {
	if value != 0 && (value < 1e-6 && value > -1e-6 || value >= 1e15) {
		return strconv.FormatFloat(value, 'e', -1, 64)
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// domain is the values that a label has.
func (l label) domain() string {
	if l.values != nil {
		var quoted []string
		for _, value := range l.values {
			quoted = append(quoted, cuetext.Quoted(value))
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	if l.pattern != "" {
		return fmt.Sprintf("{max: %d, pattern: %s}", l.max, cuetext.Quoted(l.pattern))
	}
	return fmt.Sprintf("{max: %d}", l.max)
}

// printLeftOut says what is not declared, and why.
func (s *Sketch) printLeftOut(w *cuetext.Writer) {
	if len(s.runtimes) > 0 {
		var kinds []string
		for _, prefix := range slices.Sorted(maps.Keys(s.runtimes)) {
			kinds = append(kinds, fmt.Sprintf("%s… (%d)", prefix, s.runtimes[prefix]))
		}
		w.Line("")
		w.Comment("Not declared, because client libraries expose them of themselves and of the process: " + strings.Join(kinds, ", ") + ".")
	}
	if len(s.leftOut) == 0 {
		return
	}
	w.Line("")
	w.Comment("Left out:")
	for _, r := range s.leftOut {
		w.Comment("- " + r.name + ": " + r.why)
	}
}

// reasons are why warnings about what is exposed already are accepted.
var reasons = map[string]string{
	"metric/unused":      "the service exposes them, and nothing reads them yet: make signals of those that matter, and stop exposing the others",
	"exposed/undeclared": "the spec language has nothing like them, or nothing has been recorded in them yet",
	"exposed/type":       "the service exposes them without a type",
	"exposed/series":     "they come with their first use",
	"labels/cardinality": "the limits are guessed, and multiply to more than was seen: lower them",
	"labels/exported":    "the labels are in use; queries name them exported_…",
}

const reasonNames = "the names are in use"

// printAccepted prints what is said once of metrics that there are already.
func (s *Sketch) printAccepted(w *cuetext.Writer) {
	if len(s.accepted) == 0 {
		return
	}
	w.Line("")
	w.Comment("What the checks would say of metrics that are there already. Take a name out when its metric has been mended: belfry check tells.")
	w.Line("accept: {")
	for _, code := range slices.Sorted(maps.Keys(s.accepted)) {
		reason := reasons[code]
		if reason == "" {
			reason = reasonNames
		}
		w.Line("%s: {\nreason: %s\nnames: [", cuetext.Quoted(code), cuetext.Quoted(reason))
		for _, name := range s.accepted[code] {
			w.Line("%s,", cuetext.Quoted(name))
		}
		w.Line("]\n}")
	}
	w.Line("}")
}

// AlertsFile is the part of the spec that watches the service: signals, objectives, alerts and a dashboard. Service is its name,
// title what people call it.
func (s *Sketch) AlertsFile(service, title string) []byte {
	r := s.recognise()
	w := &cuetext.Writer{}
	w.Comment("What is watched: signals are named queries, and alerts, objectives and panels name signals. The thresholds are a start: " +
		"replace them by what your users notice.")
	w.Line("package monitoring\n\nsignals: {")
	w.Comment("Prometheus' own up, which is there even when the service is not.")
	for _, one := range []*signal{r.targets, r.requests, r.errors, r.latency, r.fast} {
		one.print(w)
	}
	for _, one := range r.others {
		one.print(w)
	}
	w.Line("}\n")
	r.printObjectives(w)
	r.printAlerts(w)
	r.printDashboard(w, service, title)
	return w.Source()
}

func (one *signal) print(w *cuetext.Writer) {
	if one == nil {
		return
	}
	w.WriteString(cuetext.Label(one.name) + ": {title: " + cuetext.Quoted(one.title) + ", " + one.form + ": " + cuetext.Quoted(one.metric))
	if one.numbers != "" {
		w.WriteString(", " + one.numbers)
	}
	for _, f := range one.fields {
		w.WriteString(", " + f.name + ": " + cuetext.Quoted(f.text))
	}
	w.Line("}")
}

func (r recognised) printObjectives(w *cuetext.Writer) {
	if r.errors == nil && r.fast == nil {
		return
	}
	w.Comment("Objectives make burn-rate alerts: a page when the error budget of 30 days would be gone within hours, a ticket within days.")
	w.Line("slos: {")
	if r.errors != nil {
		w.Line("availability: {title: \"Availability\", bad: %s, objective: \"99.9%%\"}", cuetext.Quoted(r.errors.name))
	}
	if r.fast != nil {
		w.Line("latency: {title: %s, good: %s, objective: \"99%%\"}", cuetext.Quoted(r.fast.title), cuetext.Quoted(r.fast.name))
	}
	w.Line("}\n")
}

func (r recognised) printAlerts(w *cuetext.Writer) {
	w.Line("alerts: {")
	w.Line("ServiceDown: {signal: %s, below: \"1 target\", for: \"1m\", severity: \"critical\"}", cuetext.Quoted(r.targets.name))
	if r.errors != nil {
		w.Line("HighErrorRate: {signal: %s, above: \"5%%\", for: \"5m\", severity: \"critical\"}", cuetext.Quoted(r.errors.name))
	}
	if r.bound != "" {
		w.Line("SlowResponses: {signal: %s, above: %s, for: \"10m\", severity: \"warning\"}", cuetext.Quoted(r.latency.name), cuetext.Quoted(r.bound))
	}
	w.Line("}\n")
}

func (r recognised) printDashboard(w *cuetext.Writer, service, title string) {
	w.Line("dashboards: %s: {\nuid: %s\ntitle: %s", cuetext.Label(service), cuetext.Quoted(dashboardID(service)), cuetext.Quoted(title))
	if r.versions != "" {
		w.Line("annotations: [{title: \"Deployment\", info: %s}]", cuetext.Quoted(r.versions))
	}
	w.Line("rows: [")
	row(w, "", stat(r.targets), stat(r.requests), stat(r.errors), stat(r.latency))
	row(w, "Requests", panel(r.requests), panel(r.errors), panel(r.latency))
	var others []string
	for _, one := range r.others {
		others = append(others, panel(one))
	}
	row(w, "Errors and queues", others...)
	w.Line("]\n}")
}

// row prints a row of those panels that there are.
func row(w *cuetext.Writer, title string, panels ...string) {
	panels = slices.DeleteFunc(panels, func(text string) bool { return text == "" })
	if len(panels) == 0 {
		return
	}
	w.WriteString("{")
	if title != "" {
		w.WriteString("title: " + cuetext.Quoted(title) + ", ")
	}
	w.Line("panels: [\n%s,\n]},", strings.Join(panels, ",\n"))
}

func stat(one *signal) string {
	if one == nil {
		return ""
	}
	return "{kind: \"stat\", signal: " + cuetext.Quoted(one.name) + "}"
}

func panel(one *signal) string {
	if one == nil {
		return ""
	}
	return "{signal: " + cuetext.Quoted(one.name) + "}"
}

// dashboardID is an identifier that Grafana takes: at most 40 characters.
func dashboardID(service string) string { return service[:min(len(service), 40)] }
