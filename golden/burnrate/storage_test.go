package burnrate

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// stale marks a moment without a sample, as Prometheus does when a rule has no result any more.
var stale = math.Float64frombits(value.StaleNaN)

// series has a sample at every step. Values may be shared between series: 500 of them over a month would not fit otherwise.
type series struct {
	labels labels.Labels
	start  time.Time
	step   time.Duration
	values []float64
	// histograms are the values of a native histogram; then there are no others.
	histograms []*histogram.FloatHistogram
}

func (s *series) Labels() labels.Labels { return s.labels }

func (s *series) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	return storage.NewListSeriesIterator(&points{start: s.start.UnixMilli(), step: s.step.Milliseconds(), values: s.values, histograms: s.histograms})
}

// memory is a storage of series, by metric.
type memory map[string][]*series

func (m memory) add(s *series) {
	name := s.labels.Get(model.MetricNameLabel)
	m[name] = append(m[name], s)
}

func (m memory) Querier(_, _ int64) (storage.Querier, error) { return querier{memory: m}, nil }

type querier struct {
	storage.LabelQuerier
	memory memory
}

func (q querier) Close() error { return nil }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	var name string
	for _, m := range matchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			name = m.Value
		}
	}
	var found []*series
	for _, s := range q.memory[name] {
		if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(s.labels.Get(m.Name)) }) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *series) int { return labels.Compare(a.labels, b.labels) })
	return &seriesSet{series: found, at: -1}
}

type seriesSet struct {
	series []*series
	at     int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// points are the samples of one series. Get gives the same one each time, set anew: there are many millions of them.
type points struct {
	start, step int64
	values      []float64
	histograms  []*histogram.FloatHistogram
	current     point
}

func (p *points) Len() int { return max(len(p.values), len(p.histograms)) }

func (p *points) Get(i int) chunks.Sample {
	p.current = point{at: p.start + int64(i)*p.step}
	if p.histograms != nil {
		p.current.histogram = p.histograms[i]
	} else {
		p.current.value = p.values[i]
	}
	return &p.current
}

type point struct {
	at        int64
	value     float64
	histogram *histogram.FloatHistogram
}

func (p *point) T() int64                      { return p.at }
func (p *point) ST() int64                     { return 0 }
func (p *point) F() float64                    { return p.value }
func (p *point) H() *histogram.Histogram       { return nil }
func (p *point) FH() *histogram.FloatHistogram { return p.histogram }
func (p *point) Type() chunkenc.ValueType {
	if p.histogram != nil {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}
func (p *point) Copy() chunks.Sample { copied := *p; return &copied }
