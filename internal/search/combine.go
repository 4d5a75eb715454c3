package search

import (
	"maps"
	"time"
)

// combinations counts through all combinations, by how far they are from the likeliest one.
type combinations struct {
	s     *search
	sizes []int // of each axis: a leaf's pairs, the labellings, the layouts, the times of day
	rank  int   // the sum of the places on all axes
	at    []int // the latest combination; nil before the first of a rank
	last  int   // the highest rank
}

func (s *search) combinations() *combinations {
	s.plan()
	c := &combinations{s: s}
	for _, l := range s.leaves {
		size := len(l.choices.pairs)
		if l.wide.shared && l.lean.shared {
			size = 1
		}
		c.sizes = append(c.sizes, size)
	}
	c.sizes = append(c.sizes, s.labellings(), len(s.layouts), len(s.clocks))
	for _, size := range c.sizes {
		c.last += size - 1
	}
	return c
}

// labellings is how many labellings there are to try: one where they are the same.
func (s *search) labellings() int {
	for _, l := range s.leaves {
		if !maps.Equal(l.wide.values, l.lean.values) {
			return 2
		}
	}
	return 1
}

// next is the next combination; false after the last one.
func (c *combinations) next() (combination, bool) {
	for c.rank <= c.last {
		if c.at == nil {
			c.at = make([]int, len(c.sizes))
			if c.fill(0, c.rank) {
				return c.combination(), true
			}
		} else if c.advance() {
			return c.combination(), true
		}
		c.rank, c.at = c.rank+1, nil
	}
	return combination{}, false
}

// fill sets the axes from one on to the first places that have a sum; false where there are none.
func (c *combinations) fill(axis, sum int) bool {
	for i := len(c.sizes) - 1; i >= axis; i-- {
		c.at[i] = min(sum, c.sizes[i]-1)
		sum -= c.at[i]
	}
	return sum == 0
}

// advance goes to the next combination of the same rank: it raises an axis by one, and those behind it have what is left.
func (c *combinations) advance() bool {
	left := 0
	for axis := len(c.sizes) - 1; axis >= 0; axis-- {
		if left > 0 && c.at[axis]+1 < c.sizes[axis] {
			c.at[axis]++
			return c.fill(axis+1, left-1)
		}
		left += c.at[axis]
	}
	return false
}

func (c *combinations) combination() combination {
	made := combination{pairs: make([]pair, len(c.s.leaves))}
	for i, l := range c.s.leaves {
		made.pairs[i] = l.choices.pairs[c.at[i]]
	}
	made.lean = c.at[len(c.sizes)-3] > 0
	made.layout = c.s.layouts[c.at[len(c.sizes)-2]]
	made.began = c.s.clocks[c.at[len(c.sizes)-1]]
	return made
}

// coarseSteps is how often the alert is evaluated in the simulation that only tells whether a combination is worth a closer look.
const coarseSteps = 160

// coarseInterval is how long lies between these.
func (s *search) coarseInterval(c clock) time.Duration {
	return max(s.interval(), (c.ends.Sub(c.began) / coarseSteps).Truncate(10*time.Second), 10*time.Second)
}
