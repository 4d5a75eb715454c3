package simulate

import (
	"math"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
)

// staleMarker is what Prometheus writes where a rule has no result any more.
var staleMarker = math.Float64frombits(value.StaleNaN)

// frames are the evaluations of one rule that one query answered, and which of them failed.
type frames struct {
	steps  Steps
	offset time.Duration
	count  int
	failed map[int]failedFrame
}

type failedFrame struct {
	at  time.Time
	err error
}

func newFrames(steps Steps, offset time.Duration) frames {
	return frames{steps: steps, offset: offset, count: int(steps.Last.Sub(steps.First)/steps.Every) + 1}
}

// at is when the evaluation takes place.
func (f *frames) at(i int) time.Time { return f.steps.First.Add(time.Duration(i) * f.steps.Every) }

// stamp is the time of the samples that the evaluation asks for and yields.
func (f *frames) stamp(i int) int64 { return f.at(i).Add(-f.offset).UnixMilli() }

// index is the evaluation that yields samples of a time.
func (f *frames) index(stamp int64) int {
	return int((stamp - f.stamp(0)) / f.steps.Every.Milliseconds())
}

func (f *frames) fail(i int, err error) {
	if f.failed == nil {
		f.failed = map[int]failedFrame{}
	}
	if _, known := f.failed[i]; !known {
		f.failed[i] = failedFrame{f.at(i), err}
	}
}

// record renames the results of a recording rule. Evaluations that Prometheus would refuse fail.
func record(rule *Rule, f *frames, matrix promql.Matrix, limit int) []promql.Series {
	series := relabel(f, matrix, func(b *labels.Builder) {
		b.Set(model.MetricNameLabel, rule.Record)
		rule.Labels.Range(func(l labels.Label) { b.Set(l.Name, l.Value) })
	})
	if limit <= 0 || len(series) <= limit {
		return series
	}
	counts := make([]int, f.count)
	for _, one := range series {
		eachStamp(one, func(stamp int64) { counts[f.index(stamp)]++ })
	}
	for i, n := range counts {
		if n > limit {
			f.fail(i, limitError(limit, n, "series"))
		}
	}
	return series
}

// relabel changes the labels of results and joins what then is one series. Evaluations with two samples of one series fail.
func relabel(f *frames, matrix promql.Matrix, change func(*labels.Builder)) []promql.Series {
	series := make([]promql.Series, 0, len(matrix))
	known := make(map[string]int, len(matrix))
	b := labels.NewBuilder(labels.EmptyLabels())
	var key []byte
	for _, one := range matrix {
		b.Reset(one.Metric)
		change(b)
		set := b.Labels()
		key = set.Bytes(key[:0])
		i, twice := known[string(key)]
		if !twice {
			known[string(key)] = len(series)
			series = append(series, promql.Series{Metric: set, Floats: one.Floats, Histograms: one.Histograms})
			continue
		}
		series[i] = join(f, series[i], one)
	}
	return series
}

// join merges the samples of two results that have the same labels.
func join(f *frames, a, b promql.Series) promql.Series {
	taken := map[int64]bool{}
	eachStamp(a, func(stamp int64) { taken[stamp] = true })
	eachStamp(b, func(stamp int64) {
		if taken[stamp] {
			f.fail(f.index(stamp), errDuplicate)
		}
	})
	joined := promql.Series{Metric: a.Metric}
	joined.Floats = mergePoints(a.Floats, b.Floats, func(p promql.FPoint) int64 { return p.T })
	joined.Histograms = mergePoints(a.Histograms, b.Histograms, func(p promql.HPoint) int64 { return p.T })
	return joined
}

// mergePoints merges points in the order of time; of two at one time it keeps the first.
func mergePoints[P any](a, b []P, at func(P) int64) []P {
	merged := make([]P, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && at(a[0]) < at(b[0]):
			merged, a = append(merged, a[0]), a[1:]
		case len(a) == 0 || at(b[0]) < at(a[0]):
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, a[0]), a[1:], b[1:]
		}
	}
	return merged
}

func eachStamp(one promql.Series, visit func(stamp int64)) {
	for _, p := range one.Floats {
		visit(p.T)
	}
	for _, p := range one.Histograms {
		visit(p.T)
	}
}

// recorder remembers which series the last evaluation of a rule yielded.
type recorder struct{ previous map[string]labels.Labels }

// series are the samples to store: those that evaluations yielded, and a marker where an evaluation yields a series no more. An
// evaluation that failed stores nothing.
func (r *recorder) series(f *frames, yielded []promql.Series) []promql.Series {
	last := f.count - 1
	for last >= 0 && f.hasFailed(last) {
		last--
	}
	if last < 0 {
		return nil
	}
	stored := make([]promql.Series, 0, len(yielded)+len(r.previous))
	present := make(map[string]labels.Labels, len(yielded))
	for _, one := range yielded {
		key := string(one.Metric.Bytes(nil))
		_, before := r.previous[key]
		delete(r.previous, key)
		complete, now := withMarkers(f, one, before)
		if len(complete.Floats)+len(complete.Histograms) > 0 {
			stored = append(stored, complete)
		}
		if now {
			present[key] = one.Metric
		}
	}
	for _, gone := range r.previous {
		stored = append(stored, promql.Series{Metric: gone, Floats: []promql.FPoint{{T: f.stamp(f.firstGood()), F: staleMarker}}})
	}
	r.previous = present
	return stored
}

func (f *frames) hasFailed(i int) bool { _, failed := f.failed[i]; return failed }

func (f *frames) firstGood() int {
	i := 0
	for f.hasFailed(i) {
		i++
	}
	return i
}

// withMarkers completes one series. It tells whether the last evaluation yields it.
func withMarkers(f *frames, one promql.Series, before bool) (promql.Series, bool) {
	if len(f.failed) == 0 && len(one.Floats) == f.count {
		return one, true
	}
	complete := promql.Series{Metric: one.Metric, Floats: make([]promql.FPoint, 0, len(one.Floats)+1)}
	floats, histograms := one.Floats, one.Histograms
	for i := range f.count {
		stamp := f.stamp(i)
		isFloat := len(floats) > 0 && floats[0].T == stamp
		isHistogram := len(histograms) > 0 && histograms[0].T == stamp
		switch failed := f.hasFailed(i); {
		case failed:
		case isFloat:
			complete.Floats = append(complete.Floats, floats[0])
		case isHistogram:
			complete.Histograms = append(complete.Histograms, histograms[0])
		case before:
			complete.Floats = append(complete.Floats, promql.FPoint{T: stamp, F: staleMarker})
		}
		if !f.hasFailed(i) {
			before = isFloat || isHistogram
		}
		if isFloat {
			floats = floats[1:]
		}
		if isHistogram {
			histograms = histograms[1:]
		}
	}
	return complete, before
}
