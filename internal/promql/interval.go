package promql

import "math"

// Interval is where the values of an expression lie, both bounds included. NaN may occur beside them.
type Interval struct {
	Low, High float64 // -Inf and +Inf where nothing bounds them
	// Promised says that the expression itself bounds the values, and not the honesty of who exposes them: a gauge of a share
	// should be at most 1, a share of counters is.
	Promised bool
	because  bound
}

// bound says what bounds an interval, for messages.
type bound struct {
	clause string  // with a verb: "count() of nothing has no result"
	top    bool    // the clause goes on with the upper bound: "a share is at most"
	metric *Metric // whose last bucket is the bound
}

// share is the bound of what is a part of something.
var share = bound{clause: "a share of a total is at most", top: true}

var (
	anything    = Interval{Low: math.Inf(-1), High: math.Inf(1)}
	nonNegative = Interval{Low: 0, High: math.Inf(1), Promised: true}
	zeroOrOne   = Interval{Low: 0, High: 1, Promised: true}
	one         = Interval{Low: 1, High: 1, Promised: true}
)

func exactly(v float64) Interval {
	if math.IsNaN(v) {
		return anything
	}
	return Interval{Low: v, High: v, Promised: true}
}

// Constant returns the value where there is only one.
func (i Interval) Constant() (float64, bool) { return i.Low, i.Low == i.High }

// Bounded reports whether anything is known.
func (i Interval) Bounded() bool { return !math.IsInf(i.Low, -1) || !math.IsInf(i.High, 1) }

// saying keeps the reason for a bound.
func (i Interval) saying(clause string) Interval {
	i.because = bound{clause: clause}
	return i
}

// interval makes an interval of computed bounds: what is no number bounds nothing.
func interval(low, high float64, promised bool) Interval {
	if math.IsNaN(low) || low == math.Inf(1) {
		low = math.Inf(-1)
	}
	if math.IsNaN(high) || high == math.Inf(-1) {
		high = math.Inf(1)
	}
	if low > high {
		return anything
	}
	return Interval{Low: low, High: high, Promised: promised}
}

// union is where values of either lie.
func (i Interval) union(j Interval) Interval {
	joined := interval(min(i.Low, j.Low), max(i.High, j.High), i.Promised && j.Promised)
	switch {
	case i.because == j.because || i.High > j.High:
		joined.because = i.because
	case j.High > i.High:
		joined.because = j.because
	}
	return joined
}

// clip is where values lie that are in both. Where the intervals do not meet, nothing is left, and nothing is claimed.
func (i Interval) clip(low, high float64) Interval {
	clipped := interval(max(i.Low, low), min(i.High, high), i.Promised)
	clipped.because = i.because
	return clipped
}

func (i Interval) plus(j Interval) Interval {
	return interval(i.Low+j.Low, i.High+j.High, i.Promised && j.Promised)
}

func (i Interval) negative() Interval { return interval(0-i.High, 0-i.Low, i.Promised) }

func (i Interval) minus(j Interval) Interval { return i.plus(j.negative()) }

func (i Interval) times(j Interval) Interval {
	a, b, c, d := product(i.Low, j.Low), product(i.Low, j.High), product(i.High, j.Low), product(i.High, j.High)
	result := interval(min(a, b, c, d), max(a, b, c, d), i.Promised && j.Promised)
	if _, ok := j.Constant(); ok {
		result.because = i.because
	}
	return result
}

// product is 0 for 0 × ∞: a bound of zero times values without bound, each of which is a number.
func product(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

func (i Interval) over(j Interval) Interval {
	switch value, constant := j.Constant(); {
	case constant && value != 0:
		return i.times(Interval{Low: 1 / value, High: 1 / value, Promised: j.Promised})
	case i.Low >= 0 && j.Low >= 0:
		return Interval{Low: 0, High: math.Inf(1), Promised: i.Promised && j.Promised}
	}
	return anything
}

// monotonic maps both bounds by a function that keeps their order.
func (i Interval) monotonic(f func(float64) float64) Interval {
	return interval(f(i.Low), f(i.High), i.Promised)
}
