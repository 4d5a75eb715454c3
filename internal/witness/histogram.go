package witness

import (
	"math"
	"slices"
	"strconv"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// usualRate is how often a histogram observes something each second, in each replica, where nothing else is asked for.
const usualRate = 10.0

// shapes gives the classes of a histogram the distribution that its demands ask for.
func shapes(family []demand, classes, used []*class) ([]*class, error) {
	for i := range family {
		d := &family[i]
		if d.metric.Type != ir.Histogram || d.counts() {
			continue
		}
		var c *class
		for _, one := range used {
			if one.counts[i] {
				c = one
			}
		}
		if c == nil {
			if c = own(i, classes, used); c == nil {
				return nil, cannot("no series of %s matches", d.metric.Name)
			}
			c.level = usualRate
			used = append(used, c)
		}
		switch {
		case d.quantile > 0, d.bound > 0:
			c.shape = d
		case d.part == "_sum":
			c.sum = d.value
		default:
			bound, err := d.boundOf()
			if err != nil {
				return nil, err
			}
			if d.value > c.level*(1+1e-9) {
				return nil, never("a part of %s would have to be more than the whole", d.metric.Name)
			}
			c.bound, c.low = bound, min(d.value, c.level)
		}
	}
	return used, nil
}

// counts reports whether a demand is for a number of observations or of events, and not for how they are distributed.
func (d *demand) counts() bool {
	return d.part != "_sum" && d.part != "_bucket" && d.quantile == 0 && d.bound == 0
}

// boundOf is the bucket that the matchers of a demand choose.
func (d *demand) boundOf() (float64, error) {
	for _, bound := range append(slices.Clone(d.metric.Buckets), math.Inf(1)) {
		text := boundText(bound)
		if !slices.ContainsFunc(d.matchers, func(m *labels.Matcher) bool { return m.Name == model.BucketLabel && !m.Matches(text) }) {
			return bound, nil
		}
	}
	return 0, never("%s has no such bucket", d.metric.Name)
}

// boundText is how Prometheus 3 stores a bound.
func boundText(bound float64) string {
	if math.IsInf(bound, 1) {
		return "+Inf"
	}
	text := strconv.FormatFloat(bound, 'g', -1, 64)
	if bound == math.Trunc(bound) && bound < 1e15 {
		text = strconv.FormatFloat(bound, 'f', 1, 64)
	}
	return text
}

// histogram makes all series of a classic histogram.
func (c *class) histogram(m *ir.Metric, set labels.Labels) (State, error) {
	cumulative, err := c.distribution(m)
	if err != nil {
		return nil, err
	}
	input := func(part, bound string, level float64) Input {
		b := labels.NewBuilder(set)
		b.Set(model.MetricNameLabel, m.Name+part)
		b.Set(model.BucketLabel, bound)
		return Input{Series: b.Labels(), Counter: true, Level: level}
	}
	state := make(State, 0, len(m.Buckets)+3)
	for i, bound := range m.Buckets {
		state = append(state, input("_bucket", boundText(bound), cumulative[i]))
	}
	sum := c.sum
	if sum == 0 {
		sum = mean(m, cumulative, c.level)
	}
	return append(state, input("_bucket", "+Inf", c.level), input("_count", "", c.level), input("_sum", "", sum)), nil
}

// distribution is how many observations a second lie at or below each bound.
func (c *class) distribution(m *ir.Metric) ([]float64, error) {
	cumulative := make([]float64, len(m.Buckets))
	switch {
	case c.shape != nil:
		return c.quantileAt(m, cumulative)
	case c.bound != 0:
		for i, bound := range m.Buckets {
			cumulative[i] = c.level
			if bound <= c.bound {
				cumulative[i] = c.low
			}
		}
	case c.sum > 0 && c.level > 0:
		for i, bound := range m.Buckets {
			if bound >= c.sum/c.level {
				cumulative[i] = c.level
			}
		}
	default:
		for i := range cumulative {
			cumulative[i] = c.level
		}
	}
	return cumulative, nil
}

// quantileAt puts the observations so that the quantile lies at a value, as histogram_quantile interpolates: linearly within the bucket
// that holds the value, from zero in the lowest.
func (c *class) quantileAt(m *ir.Metric, cumulative []float64) ([]float64, error) {
	value, q := c.shape.value, c.shape.quantile
	at, _ := slices.BinarySearch(m.Buckets, value)
	if at == len(m.Buckets) {
		return nil, never("%s has no bucket above %s, and its quantiles are never more", m.Name, m.Unit.Format(m.Buckets[at-1]))
	}
	if value <= 0 {
		return nil, never("the quantiles of %s are never %s", m.Name, m.Unit.Format(value))
	}
	low := 0.0
	if at > 0 {
		low = m.Buckets[at-1]
	}
	inside := (value - low) / (m.Buckets[at] - low) // how far into the bucket
	below, upTo := 0.0, q/inside
	switch {
	case inside <= q && at == 0:
		return nil, never("the lowest bucket of %s ends at %s, and its quantile there is never as low as %s", m.Name,
			m.Unit.Format(m.Buckets[0]), m.Unit.Format(value))
	case inside <= q:
		below, upTo = (q-inside)/(1-inside), 1
	}
	for i := range cumulative {
		switch {
		case i < at:
			cumulative[i] = below * c.level
		case i == at:
			cumulative[i] = upTo * c.level
		default:
			cumulative[i] = c.level
		}
	}
	return cumulative, nil
}

// mean is what observations add up to each second, were each at the bound of its bucket.
func mean(m *ir.Metric, cumulative []float64, level float64) float64 {
	sum, before := 0.0, 0.0
	for i, bound := range m.Buckets {
		sum += (cumulative[i] - before) * bound
		before = cumulative[i]
	}
	if n := len(m.Buckets); n > 0 {
		sum += (level - before) * m.Buckets[n-1]
	}
	return sum
}
