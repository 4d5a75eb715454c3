package burnrate

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
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
}

func (s *series) Labels() labels.Labels { return s.labels }

func (s *series) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	return &iterator{start: s.start.UnixMilli(), step: s.step.Milliseconds(), values: s.values, at: -1}
}

// memory is a storage of series, by metric.
type memory map[string][]*series

func (m memory) add(s *series) {
	name := s.labels.Get(labels.MetricName)
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
		if m.Name == labels.MetricName && m.Type == labels.MatchEqual {
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

type iterator struct {
	start, step int64
	values      []float64
	at          int
}

func (i *iterator) Next() chunkenc.ValueType {
	i.at++
	if i.at >= len(i.values) {
		return chunkenc.ValNone
	}
	return chunkenc.ValFloat
}

func (i *iterator) Seek(t int64) chunkenc.ValueType {
	first := int((t - i.start + i.step - 1) / i.step)
	i.at = max(i.at, first, 0) - 1
	return i.Next()
}

func (i *iterator) At() (int64, float64) { return i.AtT(), i.values[i.at] }
func (i *iterator) AtT() int64           { return i.start + int64(i.at)*i.step }
func (i *iterator) AtST() int64          { return 0 }
func (i *iterator) Err() error           { return nil }

func (i *iterator) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	panic("there are no histograms here")
}

func (i *iterator) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	panic("there are no histograms here")
}
