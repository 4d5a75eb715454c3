package search

import "slices"

// pair is what a series does while all is well, and during the incident.
type pair struct{ healthy, incident behaviour }

// choices are the pairs to try for a leaf, the likeliest first.
type choices struct {
	pairs   []pair
	growing bool // its selectors take rates: numbers are rates
	bucket  bool // quantiles are taken of it: numbers are observations
	// native says that quantiles are taken of what are no buckets.
	native bool
}

func (c *choices) add(pairs ...pair) {
	for _, p := range pairs {
		if !slices.Contains(c.pairs, p) {
			c.pairs = append(c.pairs, p)
		}
	}
}

// number is a behaviour by which the leaf has a value, or a rate.
func (c *choices) number(v float64) behaviour {
	switch {
	case c.bucket:
		return behaviour{shape: observed, level: v}
	case c.growing:
		return behaviour{shape: growing, level: max(v, 0)}
	}
	return behaviour{shape: steady, level: v}
}

// meet adds the pairs by which a number comes to meet a condition.
func (c *choices) meet(g goal) {
	healthy, incident := g.numbers()
	for _, bad := range incident {
		c.add(pair{c.number(healthy[0]), c.number(bad)})
	}
	for _, good := range healthy[1:] {
		c.add(pair{c.number(good), c.number(incident[0])})
	}
	if g.want == above || g.want == below {
		// Where everything else stands in the way of the healthy state, the series may be missing in it.
		c.add(pair{behaviour{}, c.number(incident[0])})
	}
}

// numbers are values that do not meet a condition, and values that do.
func (g goal) numbers() (healthy, incident []float64) {
	t := g.level
	switch g.want {
	case above:
		switch {
		case t > 0:
			return []float64{0, t / 2, t * 0.9}, []float64{2 * t, t + 1, 1.05 * t, 100 * t}
		case t == 0:
			return []float64{0, -1}, []float64{1, 100, 0.01}
		}
		return []float64{2 * t, t - 1}, []float64{t / 2, 0, 1}
	case below:
		switch {
		case t > 0:
			return []float64{2 * t, t + 1, 1.1 * t, 100 * t}, []float64{t / 2, 0, 0.95 * t, t - 1}
		case t == 0:
			return []float64{1, 0}, []float64{-1, -100}
		}
		return []float64{0, t / 2, 1}, []float64{2 * t, t - 1}
	case differs:
		return []float64{t}, []float64{t + 1, 0, t / 2}
	case equals:
		if t == 0 {
			return []float64{1, 10, -1}, []float64{0}
		}
		return []float64{t + 1, 0, 2 * t}, []float64{t}
	}
	return []float64{1}, []float64{1}
}

// remaining adds what is tried last of all: everything else that series do, with the numbers that stand in the expressions.
func (c *choices) remaining(numbers []float64) {
	one := c.number(1)
	c.add(pair{one, one}, pair{one, c.number(100)}, pair{c.number(100), c.number(100)}, pair{one, c.number(0)}, pair{c.number(0), one})
	c.add(pair{one, behaviour{}}, pair{behaviour{}, one})
	for _, n := range numbers {
		for _, v := range []float64{2 * n, n / 2, n} {
			c.add(pair{one, c.number(v)}, pair{c.number(v), c.number(v)})
		}
	}
	if c.bucket {
		c.accelerate()
		return
	}
	c.add(pair{one, behaviour{shape: unheard}}, pair{one, behaviour{flapping, 0, 1}}, pair{one, behaviour{flapping, 1, 100}},
		pair{one, behaviour{shape: restarting}})
	for _, v := range []float64{1e4, 1e6, 1e9, 1e12} {
		c.add(pair{one, c.number(v)}, pair{c.number(v), c.number(v)}, pair{c.number(v), one})
	}
	if c.growing {
		c.accelerate()
		return
	}
	c.add(pair{one, behaviour{ramping, 1, 1}}, pair{one, behaviour{ramping, 1, -1}}, pair{behaviour{aged, 0, 1}, behaviour{aged, 1e6, 1}})
}

// restrict leaves out the pairs in which a series has values that it never has.
func (l *leaf) restrict(possible func(float64) bool) {
	wrong := func(b behaviour) bool {
		switch b.shape {
		case steady:
			return !possible(b.level)
		case flapping:
			return !possible(b.level) || !possible(b.slope)
		case ramping, aged, growing, restarting:
			return !possible(b.level) || !possible(b.level+1e6*b.slope) || !possible(1e6)
		}
		return false
	}
	l.choices.pairs = slices.DeleteFunc(l.choices.pairs, func(p pair) bool { return wrong(p.healthy) || wrong(p.incident) })
}

// whole reports whether the leaf's values are 0 or 1 and nothing between.
func (l *leaf) whole() bool { return l.name == "up" }
