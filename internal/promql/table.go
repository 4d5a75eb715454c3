package promql

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// MetricType is how a metric is exposed.
type MetricType uint8

// The metric types. The zero MetricType is not known.
const (
	UnknownMetric MetricType = iota
	GaugeMetric
	CounterMetric
	HistogramMetric // classic, native or both: see Metric.Classic and Metric.Native
	SummaryMetric
	InfoMetric // always 1
)

// Metric is what is known of one metric.
type Metric struct {
	Name    string // as stored; of a histogram or summary without _bucket, _count and _sum
	Type    MetricType
	Classic bool // a histogram that has series _bucket, _count and _sum
	Native  bool // a histogram that has native histograms under its own name
	// Unit is what the metric counts or measures; zero where nobody knows.
	Unit Measure
	// UnitWhen gives the unit of a metric that measures several things, told apart by a label. Where it is set and no case
	// applies, the unit is unknown.
	UnitWhen  []UnitCase
	Timestamp bool // a gauge whose value is a time in seconds since 1970
	Resets    bool // a gauge that only grows and starts again, each month for instance: its increase has a meaning
	// Labels are the labels on the stored series besides those of the target. Presence Must says that no series lacks it.
	Labels []Label
	// Closed says that there are no labels but these and the target's. It counts only in a table that knows the target's.
	Closed bool
	// MoreLabels is the prefix of labels that nobody knows beforehand, such as label_*; * where any may be there.
	MoreLabels string
	// Derived says that Prometheus makes the series itself, with no labels of a target.
	Derived bool
	Buckets []float64 // upper bounds of a classic histogram, ascending, without +Inf; nil where unknown
	// Range is where values lie, where that is known beyond what the type says: 0 to 1 for up. Zero where it is not.
	Range    Interval
	Interval time.Duration // how often it is scraped; 0 where unknown
	Own      bool          // of the service or program that the queries are about, not of an exporter that all clusters have
	Client   Client        // the library that exposes it; empty where unknown
	sets     *labelSets    // in a table
}

// labelSets are what is known of the labels of a metric's parts, made when somebody asks and shared from then on.
type labelSets [partSum + 1]struct {
	once sync.Once
	set  LabelSet
}

// UnitCase is the unit of a metric's series whose Label has the Value.
type UnitCase struct {
	Label, Value string
	Unit         unit.Unit
}

// Table is what is known of the metrics that expressions read. Make it with NewTable. It may be read by several goroutines
// once the recordings are added.
type Table struct {
	// Complete are beginnings of names under which the table has every metric that there is: another name there is a mistake.
	// The empty text claims it for all names. Names outside are of exporters that nobody described.
	Complete []string
	// Seen are beginnings of names that belong to a program whose metrics were seen at one moment. It may have others, which it
	// exposes once they have a series: another name there is doubtful, and a mistake only where it is a typing error.
	Seen []string
	// Added are labels that scraping adds besides the usual ones, where the table does not know those of the targets.
	Added []string
	// Scraped is how often jobs are scraped, by the label job; for a selector that names the job it counts more than the metric's own
	// Interval. OwnInterval is that of own metrics without an Interval, whatever the job; 0 where unknown.
	Scraped     map[string]time.Duration
	OwnInterval time.Duration

	targets  []Label
	known    bool // the targets' labels
	metrics  map[string]*Metric
	recorded map[string][]recorded // of each rule of the name
	scope    string                // of the expressions that are analysed
	pace     string                // Scraped and OwnInterval as text
	typed    *memo[Typed]          // by use, scope, pace and text
	near     *near
	*codeNames
	*metricNames
	labelNames *labelNames
}

// metricNames are the names of the metrics' series, made when somebody asks.
type metricNames struct {
	once sync.Once
	all  []string
}

// codeNames are the stored names by those that the code of the programs has instead, made when somebody asks.
type codeNames struct {
	once   sync.Once
	stored map[string]string
}

// NewTable makes a table. The targets are the labels that every scrape adds, such as ir.TargetLabels: job and instance
// always, others where the target has them. Nil says that nobody knows, so that any series may have any label.
func NewTable(targets []string, metrics ...Metric) *Table {
	t := &Table{known: targets != nil, metrics: make(map[string]*Metric, len(metrics)), recorded: map[string][]recorded{},
		near: &near{}, typed: &memo[Typed]{}, codeNames: &codeNames{}, metricNames: &metricNames{}, labelNames: &labelNames{}}
	for _, name := range targets {
		l := Label{Name: name}
		if name == model.JobLabel || name == model.InstanceLabel {
			l.Presence = Must
		}
		t.targets = append(t.targets, l)
	}
	for i := range metrics {
		m := metrics[i] // the caller's stays as it is
		if extra, ok := wellKnown[m.Name]; ok && m.Range == (Interval{}) {
			m.Range = extra
		}
		m.Labels = slices.Clone(m.Labels)
		for j := range m.Labels {
			m.Labels[j].Values = slices.Sorted(slices.Values(m.Labels[j].Values))
		}
		m.sets = new(labelSets)
		t.metrics[m.Name] = &m
	}
	return t
}

// wellKnown are the ranges of what Prometheus itself writes (scrape/scrape.go and rules/alerting.go).
var wellKnown = map[string]Interval{"up": zeroOrOne, "ALERTS": one}

// part is which of a metric's series a name means.
type part uint8

const (
	partNone   part = iota // no series has the name: a classic histogram's own
	partWhole              // the metric itself
	partBucket             // le and up
	partCount
	partSum
)

var parts = []struct {
	suffix string
	part   part
}{{"_bucket", partBucket}, {"_count", partCount}, {"_sum", partSum}}

// lookup finds the metric that a series name belongs to.
func (t *Table) lookup(name string) (*Metric, part) {
	if m, ok := t.metrics[name]; ok {
		if m.Type == HistogramMetric && m.Classic && !m.Native {
			return m, partNone
		}
		return m, partWhole
	}
	for _, p := range parts {
		base, ok := strings.CutSuffix(name, p.suffix)
		if !ok {
			continue
		}
		m := t.metrics[base]
		if m != nil && (m.Type == HistogramMetric && m.Classic || m.Type == SummaryMetric && p.part != partBucket) {
			return m, p.part
		}
	}
	return nil, partNone
}

// Find is the metric that series of a name belong to; nil where the table does not have it, or a recording rule makes them.
func (t *Table) Find(series string) *Metric {
	if t.IsRecorded(series) {
		return nil
	}
	m, _ := t.lookup(series)
	return m
}

// IsRecorded reports whether recording rules make the series of a name.
func (t *Table) IsRecorded(series string) bool { return len(t.recorded[series]) > 0 }

// interval is how often the series of a selector are scraped; 0 where unknown.
func (t *Table) interval(e *parser.VectorSelector) time.Duration {
	name := metricName(e)
	if t.IsRecorded(name) {
		return 0
	}
	for _, matcher := range e.LabelMatchers {
		if matcher.Name == model.JobLabel && matcher.Type == labels.MatchEqual && t.Scraped[matcher.Value] > 0 {
			return t.Scraped[matcher.Value]
		}
	}
	switch m := t.Find(name); {
	case m == nil:
		return 0
	case m.Interval == 0 && m.Own:
		return t.OwnInterval
	default:
		return m.Interval
	}
}

// claims reports whether the table has every metric whose name begins as this one.
func (t *Table) claims(name string) bool { return startsWithAny(name, t.Complete) }

func startsWithAny(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// seriesType is the type of a part of a metric, before any matcher.
func (t *Table) seriesType(m *Metric, p part) Type {
	typed := Type{Value: parser.ValueTypeVector, Shape: ShapeNumber, Range: anything, Metric: m, Branches: []LabelSet{t.labelsOf(m, p)}}
	switch p {
	case partBucket:
		typed.Kind, typed.Shape, typed.Unit, typed.Range, typed.Histogram = KindCounter, ShapeBucket, number, nonNegative, m
		return typed
	case partCount:
		typed.Kind, typed.Unit, typed.Range = KindCounter, number, nonNegative
		return typed
	case partSum:
		typed.Kind, typed.Unit = KindCounter, m.Unit
		return typed // a sum of observations falls where one is negative
	}
	typed.Unit = m.Unit
	switch {
	case m.Timestamp:
		typed.Kind, typed.Unit = KindTimestamp, In(unit.Second)
	case m.Type == GaugeMetric || m.Type == SummaryMetric:
		typed.Kind = KindGauge
	case m.Type == CounterMetric:
		typed.Kind, typed.Range = KindCounter, nonNegative
	case m.Type == InfoMetric:
		typed.Kind, typed.Range = KindInfo, Interval{Low: 1, High: 1}.saying("an info metric is always 1")
	case m.Type == HistogramMetric:
		typed.Kind, typed.Shape, typed.Histogram = KindCounter, ShapeHistogram, m
	case m.Type == UnknownMetric:
		typed.Shape = ShapeUnknown
	}
	if typed.Kind == KindGauge && m.Unit.Known() && m.Unit.Unit.IsRatio() && m.Range == (Interval{}) {
		all, _ := unit.Ratio.Convert(1, m.Unit.Unit)
		typed.Range = Interval{Low: 0, High: all, because: bound{clause: "a share should be at most", top: true}}
	}
	if m.Range != (Interval{}) {
		typed.Range = m.Range
	}
	return typed
}

// labelsOf is what is known of the labels of a metric's series.
func (t *Table) labelsOf(m *Metric, p part) LabelSet {
	shared := &m.sets[p]
	shared.once.Do(func() { shared.set = t.makeLabels(m, p) })
	return shared.set
}

func (t *Table) makeLabels(m *Metric, p part) LabelSet {
	set := LabelSet{labels: make([]Label, 0, len(m.Labels)+len(t.targets)+1), why: reason{cause: causeMetric, name: m.Name}}
	set.labels = append(set.labels, m.Labels...)
	if p == partBucket {
		set.labels = append(set.labels, Label{Name: model.BucketLabel, Presence: Must})
	}
	if m.Type == SummaryMetric && p == partWhole {
		set.labels = append(set.labels, Label{Name: model.QuantileLabel, Presence: Must})
	}
	if !m.Derived {
		set.labels = append(set.labels, t.targets...)
	}
	set.sort()
	known := m.Closed && m.MoreLabels == ""
	set.closed = known && (t.known || m.Derived)
	set.scraped = known && !set.closed
	return set
}
