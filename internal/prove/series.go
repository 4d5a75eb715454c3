package prove

import (
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"

	"github.com/belfry-dev/belfry/internal/witness"
)

// epoch is when incidents begin: any moment does, as long as it is always the same.
var epoch = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// phase is a state of the inputs and how long it lasts. Without a state there are no series: their target is gone.
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
		for _, input := range p.state {
			key := string(input.Series.Bytes(nil))
			i, known := index[key]
			if !known {
				i = len(series)
				index[key] = i
				series = append(series, promql.Series{Metric: input.Series, Floats: make([]promql.FPoint, 0, samples)})
				value[key] = 1 // a counter that begins at zero would be extrapolated less far
			}
			value[key] = appendPoints(&series[i], input, value[key], at, end, interval)
		}
		if p.state == nil {
			markStale(series, at)
		}
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
		if input.Counter {
			counter += input.Level * interval.Seconds()
			v = counter
		}
		series.Floats = append(series.Floats, promql.FPoint{T: at.UnixMilli(), F: v})
	}
	return counter
}

func markStale(series []promql.Series, at time.Time) {
	for i := range series {
		series[i].Floats = append(series[i].Floats, promql.FPoint{T: at.UnixMilli(), F: math.Float64frombits(value.StaleNaN)})
	}
}

// without leaves out the series of some metrics.
func without(state witness.State, drop func(labels.Labels) bool) witness.State {
	var kept witness.State
	for _, input := range state {
		if !drop(input.Series) {
			kept = append(kept, input)
		}
	}
	return kept
}
