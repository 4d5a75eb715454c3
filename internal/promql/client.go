package promql

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/otlptranslator"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// Client is a library by which programs expose metrics, and whose rules make the stored name out of the one in the code.
type Client string

// The client libraries. The zero Client is one that nobody knows.
const (
	ClientPython Client = "python" // prometheus_client
	ClientGo     Client = "go"     // client_golang
	ClientOTel   Client = "otel"   // OpenTelemetry's exporters for Prometheus, and Prometheus' own OTLP receiver
)

// Clients lists every client library.
func Clients() []Client { return []Client{ClientGo, ClientPython, ClientOTel} }

// rule says what a client library makes of a name, for the notes of findings; empty where nobody knows.
func (c Client) rule() string {
	switch c {
	case ClientPython:
		return "prometheus_client appends _total to counters and _info to infos"
	case ClientOTel:
		return "OpenTelemetry appends the unit, _total to counters and _ratio to gauges of unit 1"
	case ClientGo:
		return "client_golang exposes names as the code gives them"
	default:
		return ""
	}
}

// Exposed is the name that a metric has in Prometheus where the program calls it m.Name.
func (c Client) Exposed(m Metric) string {
	switch {
	case c == ClientPython && m.Type == CounterMetric: // github.com/prometheus/client_python, metrics_core.py
		return strings.TrimSuffix(m.Name, "_total") + "_total"
	case c == ClientPython && m.Type == InfoMetric:
		return strings.TrimSuffix(m.Name, "_info") + "_info"
	case c == ClientOTel:
		namer := otlptranslator.MetricNamer{WithMetricSuffixes: true}
		if name, err := namer.Build(otlptranslator.Metric{Name: m.Name, Unit: openTelemetryUnit(m.Unit), Type: openTelemetryTypes[m.Type]}); err == nil {
			return name
		}
	}
	return m.Name
}

var openTelemetryTypes = map[MetricType]otlptranslator.MetricType{
	CounterMetric: otlptranslator.MetricTypeMonotonicCounter, GaugeMetric: otlptranslator.MetricTypeGauge,
	HistogramMetric: otlptranslator.MetricTypeHistogram, SummaryMetric: otlptranslator.MetricTypeSummary,
}

// openTelemetryUnits are the units of the UCUM, as OpenTelemetry writes them, for those of package unit that have a name of
// their own there.
var openTelemetryUnits = map[string]string{
	"ns": "ns", "us": "us", "ms": "ms", "s": "s", "min": "min", "h": "h", "d": "d",
	"B": "By", "KiB": "KiBy", "MiB": "MiBy", "GiB": "GiBy", "TiB": "TiBy", "kB": "KBy", "MB": "MBy", "GB": "GBy", "TB": "TBy",
	"ratio": "1", "percent": "%",
}

// openTelemetryUnit is a unit as OpenTelemetry writes it. Counts of things are annotations there, which names leave out.
func openTelemetryUnit(m Measure) string {
	if !m.Known() || m.Unit == unit.None {
		return ""
	}
	return openTelemetryUnits[m.Unit.String()]
}

// unitWords are the units in names that OpenTelemetry's exporters append (github.com/prometheus/otlptranslator).
var unitWords = []string{
	"_seconds", "_milliseconds", "_microseconds", "_nanoseconds", "_minutes", "_hours", "_days", "_bytes", "_kibibytes", "_mebibytes",
	"_gibibytes", "_kilobytes", "_megabytes", "_gigabytes", "_meters", "_volts", "_amperes", "_joules", "_watts", "_grams", "_celsius",
	"_hertz", "_percent",
}

// inCode lists the other names under which the program may know a metric that is stored as m.Name.
func (c Client) inCode(m *Metric) []string {
	var names []string
	without := func(name, ending string) string {
		base, ok := strings.CutSuffix(name, ending)
		if !ok || base == "" {
			return name
		}
		names = append(names, base)
		return base
	}
	switch {
	case c == ClientPython && m.Type == CounterMetric:
		without(m.Name, "_total")
	case c == ClientPython && m.Type == InfoMetric:
		without(m.Name, "_info")
	case c == ClientOTel:
		base := m.Name
		if m.Type == CounterMetric {
			base = without(base, "_total")
		}
		if m.Type == GaugeMetric {
			base = without(base, "_ratio")
		}
		for _, word := range unitWords {
			without(base, word)
		}
	}
	return names
}

// inCode finds the metric that a program calls by a name under which the client library does not store it, and the name
// under which its series are stored; nil where there is none.
func (t *Table) inCode(name string) (stored string, m *Metric) {
	t.codeNames.once.Do(t.indexCodeNames)
	if stored = t.codeNames.stored[name]; stored != "" {
		return stored, t.metrics[stored]
	}
	for _, p := range parts {
		base, ok := strings.CutSuffix(name, p.suffix)
		if stored = t.codeNames.stored[base]; ok && stored != "" && t.stores(stored+p.suffix) {
			return stored + p.suffix, t.metrics[stored]
		}
	}
	return "", nil
}

func (t *Table) indexCodeNames() {
	t.codeNames.stored = map[string]string{}
	for _, stored := range slices.Sorted(maps.Keys(t.metrics)) {
		m := t.metrics[stored]
		for _, name := range m.Client.inCode(m) {
			if t.codeNames.stored[name] == "" {
				t.codeNames.stored[name] = stored
			}
		}
	}
}

// misspells reports whether a name differs from that of a known metric by one letter too many or too few, or by two that are
// swapped, in a word of at least five letters. One letter for another is no proof: rx and tx, p90 and p95 are both right.
func (t *Table) misspells(name string) bool {
	return slices.ContainsFunc(t.names(), func(known string) bool {
		if !diag.IsSlip(name, known) {
			return false
		}
		at := 0
		for at < min(len(name), len(known)) && name[at] == known[at] {
			at++
		}
		return max(len(wordAt(name, at)), len(wordAt(known, at))) >= shortestWord
	})
}

// shortestWord is how many letters a word needs for a letter more or less to be a typing error: in and min are both words.
const shortestWord = 5

// wordAt is the part of a name between underscores that an offset stands in.
func wordAt(name string, at int) string {
	start := strings.LastIndexByte(name[:at], '_') + 1
	word, _, _ := strings.Cut(name[start:], "_")
	return word
}
