package search

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
)

// shape is how a series behaves for a while.
type shape uint8

const (
	absent       shape = iota
	steady             // has one value
	growing            // a counter; level is per second
	ramping            // starts at level, and changes by slope each second
	flapping           // changes between level and slope at each scrape
	restarting         // a counter that starts again every few scrapes
	aged               // a time that lies level seconds in the past, in units of slope per second
	unheard            // has no more samples, and is not marked as gone: as series do that bring timestamps of their own
	observed           // a histogram all of whose observations are level; slope is how many each second, 10 where it is 0, none below
	accelerating       // a counter that grows by level each second, and by slope more each second after that
	worsening          // a histogram whose observations are level, and slope more each second after that
)

// behaviour is a shape with its numbers.
type behaviour struct {
	shape        shape
	level, slope float64
}

// String says it as a phrase.
func (b behaviour) String() string {
	switch b.shape {
	case steady:
		return "is " + figure(b.level)
	case growing:
		return fmt.Sprintf("grows by %s/s", figure(b.level))
	case ramping:
		return fmt.Sprintf("starts at %s and changes by %s/s", figure(b.level), figure(b.slope))
	case flapping:
		return fmt.Sprintf("changes between %s and %s", figure(b.level), figure(b.slope))
	case unheard:
		return "has no more samples, and is not marked as gone"
	case restarting:
		return "restarts every few scrapes"
	case aged:
		if b.level < 0 {
			return fmt.Sprintf("is a time %s s ahead", figure(-b.level))
		}
		return fmt.Sprintf("is a time %s s ago", figure(b.level))
	case accelerating:
		return fmt.Sprintf("grows by %s/s and faster from then on", figure(b.level))
	case worsening:
		return fmt.Sprintf("observes %s and more from then on", figure(b.level))
	case observed:
		if b.often() == 0 {
			return "observes nothing"
		}
		return fmt.Sprintf("observes %s, %s times/s", figure(b.level), figure(b.often()))
	}
	return "is absent"
}

// often is how many observations a histogram has each second.
func (b behaviour) often() float64 {
	if b.slope == 0 || b.shape != observed {
		return 10
	}
	return max(b.slope, 0)
}

// figure prints a number short.
func figure(v float64) string {
	if rounded := math.Round(v); math.Abs(v) < 1e15 && v == rounded {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// clock is when things happen in a simulation: all is well from start on, the incident begins, it is over, the end.
type clock struct {
	start, began, recovered, ends time.Time
	every                         time.Duration // between scrapes
}

// track makes the samples of one series, phase by phase.
type track struct {
	series promql.Series
	count  float64 // of a counter
	total  *histogram.FloatHistogram
	bound  float64 // of a classic histogram's bucket; NaN of what is none
	last   shape
}

// course makes the samples of a series that behaves in one way while all is well and in another during the incident.
func (t *track) course(c clock, healthy, incident behaviour) {
	t.count, t.last = 1, absent // a counter that begins at zero would be extrapolated less far
	n := 0
	for at := c.start; !at.After(c.ends); at = at.Add(c.every) {
		b := healthy
		if !at.Before(c.began) && at.Before(c.recovered) {
			b = incident
		}
		t.sample(b, at, at.Sub(c.began).Seconds(), c.every.Seconds(), n)
		n++
	}
}

// sample adds what is scraped at one moment.
func (t *track) sample(b behaviour, at time.Time, after, step float64, n int) {
	stamp := at.UnixMilli()
	add := func(v float64) { t.series.Floats = append(t.series.Floats, promql.FPoint{T: stamp, F: v}) }
	switch b.shape {
	case absent:
		if t.last != absent {
			add(math.Float64frombits(value.StaleNaN))
		}
	case steady:
		add(b.level)
	case growing:
		t.count += b.level * step
		add(t.count)
	case ramping:
		add(b.level + b.slope*after)
	case flapping:
		if n%2 == 0 {
			add(b.level)
		} else {
			add(b.slope)
		}
	case restarting:
		if t.count += step; n%4 == 0 {
			t.count = 0
		}
		add(t.count)
	case aged:
		add((float64(stamp)/1000 - b.level) * b.slope)
	case accelerating:
		t.count += max(b.level+b.slope*after, 0) * step
		add(t.count)
	case worsening:
		t.observe(max(b.level+b.slope*after, 0), b.often()*step, stamp)
	case observed:
		t.observe(b.level, b.often()*step, stamp)
	}
	if b.shape != unheard {
		t.last = b.shape
	}
}

// observe adds a sample of a native histogram, or of the bucket of a classic one.
func (t *track) observe(level, times float64, stamp int64) {
	if !math.IsNaN(t.bound) {
		if level <= t.bound {
			t.count += times
		}
		t.series.Floats = append(t.series.Floats, promql.FPoint{T: stamp, F: t.count})
		return
	}
	growth := native(level, times)
	if t.total == nil {
		t.total = growth.Copy().Mul(0)
	}
	grown, _, _, err := t.total.Copy().Add(growth)
	if err != nil {
		return // of custom and exponential buckets; all that are made here are exponential
	}
	t.total = grown
	t.series.Histograms = append(t.series.Histograms, promql.HPoint{T: stamp, H: grown})
}

// nativeSchema is the resolution of native histograms that are made here: bucket i ends at 2^(i/8).
const nativeSchema = 3

// native is a native histogram of observations that are all the same.
func native(level, count float64) *histogram.FloatHistogram {
	h := &histogram.FloatHistogram{Schema: nativeSchema, Count: count, Sum: level * count, ZeroThreshold: 1e-128}
	if level <= 0 {
		h.ZeroCount = count
		return h
	}
	h.PositiveSpans = []histogram.Span{{Offset: int32(math.Ceil(math.Log2(level) * (1 << nativeSchema))), Length: 1}}
	h.PositiveBuckets = []float64{count}
	return h
}

// usualBounds are the buckets that clients make where nobody says otherwise.
var usualBounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// boundsAround are bounds of buckets about which nothing is known: the usual ones and some on both sides of each number that matters.
func boundsAround(numbers []float64) []float64 {
	all := slices.Clone(usualBounds)
	for _, n := range numbers {
		if n <= 0 || math.IsInf(n, 0) {
			continue
		}
		for factor := 0.25; factor <= 16; factor *= 2 {
			all = append(all, n*factor)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
