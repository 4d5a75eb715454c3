package simulate

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// Memory is a Source whose series are slices in memory. It is for one simulation at a time.
type Memory struct {
	byName map[string][]*stored
	known  map[string]*stored
}

// stored is one series: floats and histograms, each in the order of time. Few series have both.
type stored struct {
	labels     labels.Labels
	floats     []promql.FPoint
	histograms []promql.HPoint
	owned      bool // the slices are its own, and may be appended to
}

// NewMemory makes a source of the series. Their points are shared, not copied.
func NewMemory(series []promql.Series) *Memory {
	m := &Memory{byName: map[string][]*stored{}, known: map[string]*stored{}}
	m.Write(series)
	return m
}

// Write adds samples. Of two samples of one series at one time the first counts, as in Prometheus' own storage.
func (m *Memory) Write(series []promql.Series) {
	for _, one := range series {
		key := string(one.Metric.Bytes(nil))
		found := m.known[key]
		if found == nil {
			found = &stored{labels: one.Metric, floats: one.Floats, histograms: one.Histograms}
			m.known[key] = found
			name := one.Metric.Get(model.MetricNameLabel)
			m.byName[name] = append(m.byName[name], found)
			continue
		}
		found.add(one)
	}
}

func (s *stored) add(one promql.Series) {
	if !s.owned {
		s.floats, s.histograms, s.owned = slices.Clone(s.floats), slices.Clone(s.histograms), true
	}
	newest := int64(math.MinInt64)
	if n := len(s.floats); n > 0 {
		newest = s.floats[n-1].T
	}
	if n := len(s.histograms); n > 0 {
		newest = max(newest, s.histograms[n-1].T)
	}
	for _, p := range one.Floats {
		if p.T > newest {
			s.floats = append(s.floats, p)
		}
	}
	for _, p := range one.Histograms {
		if p.T > newest {
			s.histograms = append(s.histograms, p)
		}
	}
}

// Newest is the latest sample of a series; of a histogram, its time. It is false where the series has none.
func (m *Memory) Newest(set labels.Labels) (promql.FPoint, bool) {
	found := m.known[string(set.Bytes(nil))]
	if found == nil {
		return promql.FPoint{}, false
	}
	newest := promql.FPoint{T: math.MinInt64}
	if n := len(found.floats); n > 0 {
		newest = found.floats[n-1]
	}
	if n := len(found.histograms); n > 0 && found.histograms[n-1].T > newest.T {
		newest = promql.FPoint{T: found.histograms[n-1].T}
	}
	return newest, newest.T != math.MinInt64
}

// Series returns what is stored, by labels.
func (m *Memory) Series() []promql.Series {
	all := make([]promql.Series, 0, len(m.known))
	for _, one := range m.known {
		all = append(all, promql.Series{Metric: one.labels, Floats: one.floats, Histograms: one.histograms})
	}
	slices.SortFunc(all, func(a, b promql.Series) int { return labels.Compare(a.Metric, b.Metric) })
	return all
}

// engine evaluates as Prometheus does with its default settings, but without limits: a simulation may ask for a month at once.
var engine = sync.OnceValue(func() *promql.Engine {
	return promql.NewEngine(promql.EngineOpts{
		MaxSamples: math.MaxInt32, Timeout: time.Hour, LookbackDelta: lookback, EnableAtModifier: true, EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() },
		Parser:                   parser.NewParser(parser.Options{}),
	})
})

// Range evaluates an expression. The query is not closed, which would take the points of its result back.
func (m *Memory) Range(ctx context.Context, expr string, steps Steps) (promql.Matrix, error) {
	query, err := engine().NewRangeQuery(ctx, m, nil, expr, steps.First, steps.Last, steps.Every)
	if err != nil {
		return nil, err
	}
	return query.Exec(ctx).Matrix()
}

// Querier implements storage.Queryable.
func (m *Memory) Querier(from, to int64) (storage.Querier, error) {
	return querier{memory: m, from: from, to: to}, nil
}

type querier struct {
	storage.LabelQuerier
	memory   *Memory
	from, to int64
}

func (q querier) Close() error { return nil }

func (q querier) Select(_ context.Context, _ bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	from, to := q.from, q.to
	if hints != nil {
		from, to = hints.Start, hints.End
	}
	found := &seriesSet{at: -1}
	for _, one := range q.memory.candidates(matchers) {
		if slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(one.labels.Get(m.Name)) }) {
			continue
		}
		found.series = append(found.series, part{one, from, to})
	}
	slices.SortFunc(found.series, func(a, b part) int { return labels.Compare(a.labels, b.labels) })
	return found
}

// candidates are the series that the name alone does not exclude.
func (m *Memory) candidates(matchers []*labels.Matcher) []*stored {
	for _, matcher := range matchers {
		if matcher.Name == model.MetricNameLabel && matcher.Type == labels.MatchEqual {
			return m.byName[matcher.Value]
		}
	}
	all := make([]*stored, 0, len(m.known))
	for _, one := range m.known {
		all = append(all, one)
	}
	return all
}

// part is a series between two times, both included.
type part struct {
	*stored
	from, to int64
}

func (p part) Labels() labels.Labels { return p.labels }

func (p part) Iterator(chunkenc.Iterator) chunkenc.Iterator {
	points := &points{}
	points.floats = between(p.floats, p.from, p.to, func(f promql.FPoint) int64 { return f.T })
	points.histograms = between(p.histograms, p.from, p.to, func(h promql.HPoint) int64 { return h.T })
	if len(points.histograms) > 0 {
		return storage.NewListSeriesIterator(points.mixed())
	}
	return storage.NewListSeriesIterator(points)
}

func between[P any](all []P, from, to int64, at func(P) int64) []P {
	compare := func(p P, t int64) int { return int(min(max(at(p)-t, -1), 1)) }
	first, _ := slices.BinarySearchFunc(all, from, compare)
	last, _ := slices.BinarySearchFunc(all, to+1, compare)
	return all[first:max(first, last)]
}

type seriesSet struct {
	series []part
	at     int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

// points are the floats of one series. Get gives the same sample each time, set anew: there are many millions of them.
type points struct {
	floats     []promql.FPoint
	histograms []promql.HPoint
	current    point
}

func (p *points) Len() int { return len(p.floats) }

func (p *points) Get(i int) chunks.Sample {
	p.current = point{at: p.floats[i].T, value: p.floats[i].F}
	return &p.current
}

// mixed lists floats and histograms in the order of time.
func (p *points) mixed() samples {
	all := make(samples, 0, len(p.floats)+len(p.histograms))
	floats, histograms := p.floats, p.histograms
	for len(floats) > 0 || len(histograms) > 0 {
		if len(histograms) == 0 || len(floats) > 0 && floats[0].T < histograms[0].T {
			all, floats = append(all, &point{at: floats[0].T, value: floats[0].F}), floats[1:]
			continue
		}
		all, histograms = append(all, &point{at: histograms[0].T, histogram: histograms[0].H}), histograms[1:]
	}
	return all
}

type samples []chunks.Sample

func (s samples) Len() int                { return len(s) }
func (s samples) Get(i int) chunks.Sample { return s[i] }

type point struct {
	at        int64
	value     float64
	histogram *histogram.FloatHistogram
}

func (p *point) T() int64                { return p.at }
func (p *point) ST() int64               { return 0 }
func (p *point) F() float64              { return p.value }
func (p *point) H() *histogram.Histogram { return nil }
func (p *point) Copy() chunks.Sample     { copied := *p; return &copied }

// FH returns a copy: the engine takes the histograms that it gets for buffers of its own.
func (p *point) FH() *histogram.FloatHistogram { return p.histogram.Copy() }

func (p *point) Type() chunkenc.ValueType {
	if p.histogram != nil {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}
