package slospec

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/literal"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/cuetext"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// guessedGroups is how many objectives the labels of by may make where nobody says.
const guessedGroups = "100"

// guessedValues is how many values a label has where nobody says: few enough that two labels make no warning.
const guessedValues = "10"

// helps begin the help of metrics, which the files do not say.
var helps = map[ir.MetricType]string{ir.Counter: "Events of ", ir.Gauge: "Value of ", ir.Histogram: "Observations of "}

// print writes the package.
func (p *pack) print() []byte {
	w := &cuetext.Writer{}
	w.Comment("Imported from " + strings.Join(p.files, ", ") + ". What is not carried over is said beside it.")
	w.Line("@experiment(explicitopen)\n\npackage monitoring\n\nimport \"github.com/belfry-dev/belfry/schema\"\n\nschema.#Spec\n")
	p.service.print(w)
	if len(p.metrics) > 0 {
		w.Line("\nmetrics: {")
		for _, name := range slices.Sorted(maps.Keys(p.metrics)) {
			p.metrics[name].print(w, name)
		}
		w.Line("}")
	}
	if len(p.signals) > 0 {
		w.Line("\nsignals: {")
	}
	for _, s := range p.signals {
		for _, note := range s.notes {
			w.Comment(note)
		}
		if s.refused != "" {
			w.Comment(s.name + " was: " + promql.Print(s.form.expr))
			continue
		}
		s.print(w)
	}
	if len(p.signals) > 0 {
		w.Line("}")
	}
	p.objectives(w)
	if p.hasSLO() {
		w.Line("\nreceivers: \"on-call\": pagerduty: routingKey: secret: {name: \"alertmanager-pagerduty\", key: %s}", cuetext.Quoted(p.service.name))
		w.Line("routing: receiver: \"on-call\"")
	}
	return w.Source()
}

func (s *service) print(w *cuetext.Writer) {
	for _, note := range s.notes {
		w.Comment(note)
	}
	w.Line("service: {")
	w.Field("name", s.name)
	w.Field("title", s.title)
	w.Field("description", s.description)
	w.Field("namespace", s.namespace)
	w.Field("team", s.team)
	w.Field("client", "go")
	if s.job == s.name {
		w.Line("scrape: {service: %s, labels: app: %s}", cuetext.Quoted(s.name), cuetext.Quoted(s.job))
	} else {
		w.Line("scrape: {service: %s, labels: app: %s, jobLabel: \"app\"}", cuetext.Quoted(s.name), cuetext.Quoted(s.job))
	}
	w.Line("}")
}

func (m *metric) print(w *cuetext.Writer, name string) {
	for _, note := range m.notes {
		w.Comment(note)
	}
	w.WriteString(cuetext.Label(name) + ": {type: " + cuetext.Quoted(string(m.kind)))
	if m.unit != "" {
		w.WriteString(", unit: " + cuetext.Quoted(m.unit))
	}
	w.WriteString(", help: " + cuetext.Quoted(helps[m.kind]+name+"."))
	if m.kind == ir.Gauge {
		w.WriteString(`, replicas: "add"`)
	}
	if m.kind == ir.Histogram {
		var bounds []string
		for _, bound := range m.bounds {
			bounds = append(bounds, strconv.FormatFloat(bound, 'f', -1, 64))
		}
		w.WriteString(", buckets: [" + strings.Join(bounds, ", ") + "]")
	}
	if len(m.labels) > 0 {
		w.WriteString(", labels: {")
		for n, name := range slices.Sorted(slices.Values(m.labels)) {
			if n > 0 {
				w.WriteString(", ")
			}
			w.WriteString(cuetext.Label(name) + ": max: " + guessedValues)
		}
		w.WriteString("}")
	}
	w.Line("}")
}

func (s *signal) print(w *cuetext.Writer) {
	w.Line("%s: {", cuetext.Label(s.name))
	w.Field("title", s.title)
	w.Field("help", s.help)
	f := s.form
	w.Field("share", f.share)
	w.Field("matching", matcherText(f.matching))
	w.Field("within", f.within)
	if f.within != "" {
		w.Field("bound", quantity(f.bound, unitIn(f.within)))
	}
	w.Field("ratio", f.ratio)
	w.Field("to", f.to)
	w.Field("where", matcherText(f.where))
	if f.expr == nil {
		w.Field("over", signalRange)
	} else {
		s.written(w)
	}
	w.Line("}")
}

// written prints a signal whose PromQL is written out.
func (s *signal) written(w *cuetext.Writer) {
	if text := promql.Print(s.form.expr); strings.Contains(text, "\n") {
		w.Line("expr: %s", literal.String.WithTabIndent(2).Quote(text))
	} else {
		w.Field("expr", text)
	}
	if s.form.unit == unknownUnit {
		w.Comment("The file does not say the unit.")
	}
	w.Field("unit", s.form.unit)
	if s.limit == nil {
		return
	}
	bound := "above"
	if !s.limit.below {
		bound = "below"
	}
	w.Line("levels: critical: %s: %s", bound, cuetext.Quoted(number(s.limit.value)))
}

// objectives prints the SLOs, and in comments those that cannot be one.
func (p *pack) objectives(w *cuetext.Writer) {
	w.Line("\nslos: {")
	for n, s := range p.slos {
		if n > 0 {
			w.Line("")
		}
		for _, note := range s.notes {
			w.Comment(note)
		}
		if s.onlySignal != "" && s.signal.form.total != "" {
			w.Comment(fmt.Sprintf("%s counted %s of %s", s.name, s.signal.form.part, s.signal.form.total))
			continue
		}
		if s.onlySignal != "" {
			w.Line("// %s: {title: %s, %s: %s, objective: %s, window: %s}", cuetext.Label(s.name), cuetext.Quoted(s.title), s.side(),
				cuetext.Quoted(s.signal.name),
				cuetext.Quoted(percent(s.target)), cuetext.Quoted(s.window))
			continue
		}
		s.print(w)
	}
	for _, note := range p.lost {
		w.Line("")
		w.Comment(note)
	}
	w.Line("}")
}

func (s *slo) print(w *cuetext.Writer) {
	w.Line("%s: {", cuetext.Label(s.name))
	w.Field("title", s.title)
	f := s.signal.form
	switch {
	case f.total != "":
		w.Line("events: {")
		w.Field(s.side(), f.part)
		w.Field("total", f.total)
		w.Line("}")
	case s.signal.limit != nil:
		w.Field("good", s.signal.name)
		w.Field(map[bool]string{true: "below", false: "above"}[s.goodBelow], number(s.signal.limit.value)+" "+f.unit)
	default:
		w.Field(s.side(), s.signal.name)
	}
	w.Field("objective", percent(s.target))
	if s.window != "30d" { // the default
		w.Field("window", s.window)
	}
	w.Field("calendar", s.calendar)
	s.groups(w)
	s.page.print(w, "page")
	s.ticket.print(w, "ticket")
	w.Field("component", s.component)
	printLabels(w, s.labels)
	w.Field("note", s.note)
	w.Field("runbook", s.runbook)
	w.Line("}")
}

// groups prints which labels stay apart. The values of a target's labels nobody knows.
func (s *slo) groups(w *cuetext.Writer) {
	grouped := s.grouped
	if len(grouped) == 0 {
		return
	}
	names := make([]string, len(grouped))
	for n, name := range grouped {
		names[n] = cuetext.Quoted(name)
	}
	w.Line("by: [%s]", strings.Join(names, ", "))
	w.Line("limit: " + guessedGroups)
}

// print writes what a file says of an alert.
func (a *burnAlert) print(w *cuetext.Writer, field string) {
	if a.disabled {
		w.Line("%s: enabled: false", field)
		return
	}
	if a.name == "" && a.severity == "" && len(a.labels) == 0 && len(a.off) == 0 {
		return
	}
	w.Line("%s: {", field)
	w.Field("name", a.name)
	w.Field("severity", a.severity)
	printLabels(w, a.labels)
	for _, tier := range a.off {
		w.Line("%s: enabled: false", tier)
	}
	w.Line("}")
}

func printLabels(w *cuetext.Writer, labels []labelValue) {
	if len(labels) == 0 {
		return
	}
	w.Line("labels: {")
	for _, one := range labels {
		w.Field(cuetext.Label(one.name), one.value)
	}
	w.Line("}")
}

// side is the field that names the signal.
func (s *slo) side() string {
	if s.signal.form.good {
		return "good"
	}
	return "bad"
}

// matcherText prints matchers as people write them into a spec.
func matcherText(matchers []*labels.Matcher) string {
	texts := make([]string, len(matchers))
	for n, m := range matchers {
		texts[n] = m.Name + m.Type.String() + singleQuoted(m.Value)
	}
	return strings.Join(texts, ", ")
}

// singleQuoted is a string of PromQL in single quotes, which need no escape inside CUE's.
func singleQuoted(value string) string {
	escaped := strconv.Quote(value)
	inner := strings.ReplaceAll(escaped[1:len(escaped)-1], `\"`, `"`)
	return "'" + strings.ReplaceAll(inner, "'", `\'`) + "'"
}

// quantity is a number in a unit; fractions of a second are milliseconds.
func quantity(value float64, unit string) string {
	if thousandfold := value * 1000; unit == "s" && value < 1 && value == float64(int64(thousandfold+0.5))/1000 {
		return number(thousandfold) + "ms"
	}
	return strconv.FormatFloat(value, 'f', -1, 64) + unit
}
