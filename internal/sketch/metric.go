package sketch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/grafana/regexp"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

const (
	unknownType        = model.MetricTypeUnknown
	summaryType        = model.MetricTypeSummary
	histogramType      = model.MetricTypeHistogram
	gaugeHistogramType = model.MetricTypeGaugeHistogram
)

var (
	metricName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	labelName  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// metric is one declaration.
type metric struct {
	name, help, unit string
	kind             ir.MetricType
	note             string // what is guessed
	replicas         string // of a gauge
	buckets          []float64
	isNative, isLazy bool
	labels           []label
}

// declare makes a declaration of what is exposed, or says why there can be none.
func declare(m read.Metric, known map[string]bool) (*metric, string) {
	if why := refuse(m, known); why != "" {
		return nil, why
	}
	d := &metric{name: m.Name, help: oneLine(m.Help), buckets: m.Buckets}
	if d.help == "" {
		d.help = sentence(m.Name) + "."
	}
	d.kind, d.note = kindOf(m)
	if d.kind != ir.Info {
		d.unit = unitOf(m)
	}
	if d.kind == ir.Gauge {
		d.replicas = replicasOf(m.Name, d.unit)
	}
	d.isNative = d.kind == ir.Histogram && len(m.Buckets) == 0
	for _, l := range m.Labels {
		d.labels = append(d.labels, labelOf(m, l, d.kind == ir.Info))
	}
	if d.kind != ir.Info { // its labels change together
		d.limit()
	}
	// A service that made every series when it started would expose them all.
	product, isClosed := d.combinations()
	d.isLazy = (d.kind == ir.Counter || d.kind == ir.Histogram) && isClosed && len(d.labels) > 0 && product > float64(m.Series)
	return d, ""
}

// kindOf is the type that is exposed, or the one that the name tells.
func kindOf(m read.Metric) (kind ir.MetricType, note string) {
	isInfo := strings.HasSuffix(m.Name, "_info") && len(m.Labels) > 0
	switch m.Type {
	case model.MetricTypeCounter:
		return ir.Counter, ""
	case histogramType:
		return ir.Histogram, ""
	case model.MetricTypeInfo:
		return ir.Info, ""
	case model.MetricTypeGauge:
		if isInfo {
			return ir.Info, ""
		}
		return ir.Gauge, ""
	case model.MetricTypeStateset:
		return ir.Gauge, ""
	}
	if strings.HasSuffix(m.Name, "_total") {
		return ir.Counter, "Exposed without a type: the name says counter."
	}
	return ir.Gauge, "Exposed without a type: taken for a gauge."
}

// unitOf is the unit that OpenMetrics or the name says, or the noun that a counter counts.
func unitOf(m read.Metric) string {
	if named, ok := unit.InName(m.Unit); ok {
		return named.String()
	}
	if named, ok := unit.InName(m.Name); ok {
		return named.String()
	}
	if m.Type == histogramType {
		return ""
	}
	return unit.Noun(m.Name)
}

// sameEverywhere are parts of names of gauges that every replica exports alike: settings, limits and points in time.
var sameEverywhere = regexp.MustCompile(`_(timestamp|time)_seconds$|_(limit|max|min|config|configured|capacity)(_|$)|_(healthy|up|ready|leader|enabled|successful)$`)

// replicasOf guesses how the values of several replicas combine.
func replicasOf(name, unit string) string {
	switch {
	case unit == "ratio", unit == "percent", strings.HasSuffix(name, "_celsius"):
		return "mean"
	case sameEverywhere.MatchString(name):
		return "same"
	}
	return "add"
}

// mostSeries is how many series one metric may have; more is an error of labels/cardinality.
const mostSeries = 1_000_000

// limit keeps the product of the labels' limits within what can be held, as long as that is more than what was seen.
func (m *metric) limit() {
	byRoom := slices.Clone(m.labels)
	slices.SortStableFunc(byRoom, func(a, b label) int { return cmp.Compare(b.max, a.max) })
	for _, wide := range byRoom {
		if m.series() <= mostSeries {
			return
		}
		for i := range m.labels {
			if l := &m.labels[i]; l.name == wide.name && l.values == nil {
				l.max = l.seen + 1 // other
			}
		}
	}
}

// combinations is how many sets of labels there may be, and whether all labels are closed sets.
func (m *metric) combinations() (product float64, isClosed bool) {
	product, isClosed = 1, true
	for _, l := range m.labels {
		if l.values == nil {
			isClosed = false
			product *= float64(l.max)
			continue
		}
		product *= float64(len(l.values))
	}
	return product, isClosed
}

// series is how many series there may be in one replica.
func (m *metric) series() float64 {
	product, _ := m.combinations()
	if m.kind == ir.Histogram {
		product *= float64(len(m.buckets) + 3) // +Inf, sum and count
	}
	return product
}

// isTime reports whether it measures times.
func (m *metric) isTime() bool { return m.measured().IsTime() }

func (m *metric) measured() unit.Unit {
	u, err := unit.Parse(m.unit)
	if err != nil {
		return unit.None // units are words of package unit
	}
	return u
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// sentence makes words of a name: shop_queue_depth is Shop queue depth.
func sentence(name string) string {
	words := strings.Join(strings.FieldsFunc(strings.TrimSuffix(name, "_total"), func(r rune) bool { return r == '_' }), " ")
	if words == "" {
		return name
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
