package slospec

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/literal"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// printer writes CUE, which package format lays out.
type printer struct{ bytes.Buffer }

// guessedGroups is how many objectives the labels of by may make where nobody says.
const guessedGroups = "100"

// guessedValues is how many values a label has where nobody says: few enough that two labels make no warning.
const guessedValues = "10"

// helps begin the help of metrics, which the files do not say.
var helps = map[ir.MetricType]string{ir.Counter: "Events of ", ir.Gauge: "Value of ", ir.Histogram: "Observations of "}

// commentWidth is where comments are broken.
const commentWidth = 110

// print writes the package.
func (p *pack) print() []byte {
	w := &printer{}
	w.comment("Imported from " + strings.Join(p.files, ", ") + ". What is not carried over is said beside it.")
	w.line("@experiment(explicitopen)\n\npackage monitoring\n\nimport \"github.com/belfry-dev/belfry/schema\"\n\nschema.#Spec\n")
	p.service.print(w)
	if len(p.metrics) > 0 {
		w.line("\nmetrics: {")
		for _, name := range slices.Sorted(maps.Keys(p.metrics)) {
			p.metrics[name].print(w, name)
		}
		w.line("}")
	}
	if len(p.signals) > 0 {
		w.line("\nsignals: {")
	}
	for _, s := range p.signals {
		for _, note := range s.notes {
			w.comment(note)
		}
		if s.refused != "" {
			w.comment(s.name + " was: " + promql.Print(s.form.expr))
			continue
		}
		s.print(w)
	}
	if len(p.signals) > 0 {
		w.line("}")
	}
	p.objectives(w)
	if p.hasSLO() {
		w.line("\nreceivers: \"on-call\": pagerduty: routingKey: secret: {name: \"alertmanager-pagerduty\", key: %s}", quoted(p.service.name))
		w.line("routing: receiver: \"on-call\"")
	}
	formatted, err := format.Source(w.Bytes(), format.Simplify())
	if err != nil {
		// Every text is quoted by CUE's own package: what is printed is CUE.
		panic(fmt.Sprintf("%v in\n%s", err, w.Bytes()))
	}
	return formatted
}

func (s *service) print(w *printer) {
	for _, note := range s.notes {
		w.comment(note)
	}
	w.line("service: {")
	w.field("name", s.name)
	w.field("title", s.title)
	w.field("description", s.description)
	w.field("namespace", s.namespace)
	w.field("team", s.team)
	w.field("client", "go")
	if s.job == s.name {
		w.line("scrape: {service: %s, labels: app: %s}", quoted(s.name), quoted(s.job))
	} else {
		w.line("scrape: {service: %s, labels: app: %s, jobLabel: \"app\"}", quoted(s.name), quoted(s.job))
	}
	w.line("}")
}

func (m *metric) print(w *printer, name string) {
	for _, note := range m.notes {
		w.comment(note)
	}
	w.WriteString(label(name) + ": {type: " + quoted(string(m.kind)))
	if m.unit != "" {
		w.WriteString(", unit: " + quoted(m.unit))
	}
	w.WriteString(", help: " + quoted(helps[m.kind]+name+"."))
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
			w.WriteString(label(name) + ": max: " + guessedValues)
		}
		w.WriteString("}")
	}
	w.line("}")
}

func (s *signal) print(w *printer) {
	w.line("%s: {", label(s.name))
	w.field("title", s.title)
	w.field("help", s.help)
	f := s.form
	w.field("share", f.share)
	w.field("matching", matcherText(f.matching))
	w.field("within", f.within)
	if f.within != "" {
		w.field("bound", quantity(f.bound, unitIn(f.within)))
	}
	w.field("ratio", f.ratio)
	w.field("to", f.to)
	w.field("where", matcherText(f.where))
	if f.expr == nil {
		w.field("over", signalRange)
	} else {
		s.written(w)
	}
	w.line("}")
}

// written prints a signal whose PromQL is written out.
func (s *signal) written(w *printer) {
	if text := promql.Print(s.form.expr); strings.Contains(text, "\n") {
		w.line("expr: %s", literal.String.WithTabIndent(2).Quote(text))
	} else {
		w.field("expr", text)
	}
	if s.form.unit == unknownUnit {
		w.comment("The file does not say the unit.")
	}
	w.field("unit", s.form.unit)
	if s.limit == nil {
		return
	}
	bound := "above"
	if !s.limit.below {
		bound = "below"
	}
	w.line("levels: critical: %s: %s", bound, quoted(number(s.limit.value)))
}

// objectives prints the SLOs, and in comments those that cannot be one.
func (p *pack) objectives(w *printer) {
	w.line("\nslos: {")
	for n, s := range p.slos {
		if n > 0 {
			w.line("")
		}
		for _, note := range s.notes {
			w.comment(note)
		}
		if s.onlySignal != "" && s.signal.form.total != "" {
			w.comment(fmt.Sprintf("%s counted %s of %s", s.name, s.signal.form.part, s.signal.form.total))
			continue
		}
		if s.onlySignal != "" {
			w.line("// %s: {title: %s, %s: %s, objective: %s, window: %s}", label(s.name), quoted(s.title), s.side(), quoted(s.signal.name),
				quoted(percent(s.target)), quoted(s.window))
			continue
		}
		s.print(w)
	}
	for _, note := range p.lost {
		w.line("")
		w.comment(note)
	}
	w.line("}")
}

func (s *slo) print(w *printer) {
	w.line("%s: {", label(s.name))
	w.field("title", s.title)
	f := s.signal.form
	switch {
	case f.total != "":
		w.line("events: {")
		w.field(s.side(), f.part)
		w.field("total", f.total)
		w.line("}")
	case s.signal.limit != nil:
		w.field("good", s.signal.name)
		w.field(map[bool]string{true: "below", false: "above"}[s.goodBelow], number(s.signal.limit.value)+" "+f.unit)
	default:
		w.field(s.side(), s.signal.name)
	}
	w.field("objective", percent(s.target))
	if s.window != "30d" { // the default
		w.field("window", s.window)
	}
	w.field("calendar", s.calendar)
	s.groups(w)
	s.page.print(w, "page")
	s.ticket.print(w, "ticket")
	w.field("component", s.component)
	printLabels(w, s.labels)
	w.field("note", s.note)
	w.field("runbook", s.runbook)
	w.line("}")
}

// groups prints which labels stay apart. The values of a target's labels nobody knows.
func (s *slo) groups(w *printer) {
	grouped := s.grouped
	if len(grouped) == 0 {
		return
	}
	names := make([]string, len(grouped))
	for n, name := range grouped {
		names[n] = quoted(name)
	}
	w.line("by: [%s]", strings.Join(names, ", "))
	w.line("limit: " + guessedGroups)
}

// print writes what a file says of an alert.
func (a *burnAlert) print(w *printer, field string) {
	if a.disabled {
		w.line("%s: enabled: false", field)
		return
	}
	if a.name == "" && a.severity == "" && len(a.labels) == 0 && len(a.off) == 0 {
		return
	}
	w.line("%s: {", field)
	w.field("name", a.name)
	w.field("severity", a.severity)
	printLabels(w, a.labels)
	for _, tier := range a.off {
		w.line("%s: enabled: false", tier)
	}
	w.line("}")
}

func printLabels(w *printer, labels []labelValue) {
	if len(labels) == 0 {
		return
	}
	w.line("labels: {")
	for _, one := range labels {
		w.field(label(one.name), one.value)
	}
	w.line("}")
}

// side is the field that names the signal.
func (s *slo) side() string {
	if s.signal.form.good {
		return "good"
	}
	return "bad"
}

func (w *printer) line(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// field writes a field with a text; none where the text is empty.
func (w *printer) field(name, text string) {
	if text != "" {
		w.line("%s: %s", name, quoted(text))
	}
}

// comment writes a text as a comment, broken at words.
func (w *printer) comment(text string) {
	width := 0
	w.WriteString("//")
	for _, word := range strings.Fields(strings.Map(printable, text)) {
		if width > 0 && width+len(word) > commentWidth {
			w.WriteString("\n//")
			width = 0
		}
		w.WriteString(" " + word)
		width += 1 + len(word)
	}
	w.WriteByte('\n')
}

// printable replaces what a line of CUE cannot hold.
func printable(r rune) rune {
	if unicode.IsPrint(r) || unicode.IsSpace(r) {
		return r
	}
	return '?'
}

// quoted is a text in CUE: raw where it has quotes or backslashes of its own, as PromQL has.
func quoted(text string) string {
	isRaw := !strings.Contains(text, `"#`) && !strings.Contains(text, `\#`) && !strings.HasPrefix(text, `""`) && isPrintable(text)
	if isRaw && strings.ContainsAny(text, "\"\\") {
		return `#"` + text + `"#`
	}
	return literal.String.Quote(text)
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

func label(name string) string {
	if ast.StringLabelNeedsQuoting(name) {
		return literal.Label.Quote(name)
	}
	return name
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
