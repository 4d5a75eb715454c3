package prove

import (
	"math"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/witness"
)

// epoch is when incidents begin: any moment does, as long as it is always the same.
var epoch = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// phase is a state of the inputs and how long it lasts. A series that it lacks is gone: the scrape that misses it says so.
type phase struct {
	state witness.State
	lasts time.Duration
}

// scraped are the series that a scrape sees at each interval. The first phase ends at the epoch.
func scraped(phases []phase, interval time.Duration) []promql.Series {
	start := epoch.Add(-phases[0].lasts.Truncate(interval) - interval)
	var series []promql.Series
	index := map[string]int{}
	value := map[string]float64{}
	at := start
	end := epoch.Add(-phases[0].lasts)
	for _, p := range phases {
		end = end.Add(p.lasts)
		samples := int(end.Sub(at)/interval) + 1
		there := make(map[string]bool, len(p.state))
		for _, input := range p.state {
			key := string(input.Series.Bytes(nil))
			there[key] = true
			i, known := index[key]
			if !known {
				i = len(series)
				index[key] = i
				series = append(series, promql.Series{Metric: input.Series, Floats: make([]promql.FPoint, 0, samples)})
				value[key] = 1 // a counter that begins at zero would be extrapolated less far
			}
			if input.Histogram != nil {
				appendHistograms(&series[i], input.Histogram, at, end, interval)
				continue
			}
			value[key] = appendPoints(&series[i], input, value[key], at, end, interval)
		}
		markStale(series, func(key string) bool { return !there[key] }, at)
		for !at.After(end) {
			at = at.Add(interval)
		}
	}
	return series
}

// appendPoints adds the samples from at to end of an input. It returns the counter's value at the end.
func appendPoints(series *promql.Series, input witness.Input, counter float64, at, end time.Time, interval time.Duration) float64 {
	for ; !at.After(end); at = at.Add(interval) {
		v := input.Level
		if input.Clock {
			v += float64(at.Unix())
		}
		if input.Counter {
			counter += input.Level * interval.Seconds()
			v = counter
		}
		series.Floats = append(series.Floats, promql.FPoint{T: at.UnixMilli(), F: v})
	}
	return counter
}

// appendHistograms adds the samples of a native histogram, which go on from its last one.
func appendHistograms(series *promql.Series, growth *histogram.FloatHistogram, at, end time.Time, interval time.Duration) {
	total := growth.Copy().Mul(0)
	if n := len(series.Histograms); n > 0 {
		total = series.Histograms[n-1].H
	}
	for ; !at.After(end); at = at.Add(interval) {
		grown, _, _, err := total.Copy().Add(growth.Copy().Mul(interval.Seconds()))
		if err != nil {
			return // of custom and exponential buckets; all that are made here are exponential
		}
		total = grown
		series.Histograms = append(series.Histograms, promql.HPoint{T: at.UnixMilli(), H: total})
	}
}

func markStale(series []promql.Series, gone func(key string) bool, at time.Time) {
	for i := range series {
		if gone(string(series[i].Metric.Bytes(nil))) {
			series[i].Floats = append(series[i].Floats, promql.FPoint{T: at.UnixMilli(), F: math.Float64frombits(value.StaleNaN)})
		}
	}
}

// without leaves out the series of a metric.
func without(state witness.State, metric *ir.Metric) witness.State {
	kept := witness.State{}
	for _, input := range state {
		name := input.Series.Get(model.MetricNameLabel)
		if name != metric.Name && !isPart(name, metric) {
			kept = append(kept, input)
		}
	}
	return kept
}

func isPart(name string, metric *ir.Metric) bool {
	suffix, cut := strings.CutPrefix(name, metric.Name)
	return cut && metric.Type == ir.Histogram && (suffix == "_bucket" || suffix == "_count" || suffix == "_sum")
}
