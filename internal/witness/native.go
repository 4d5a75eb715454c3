package witness

import (
	"math"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
)

// nativeSchema is the resolution of native histograms that are made here: bucket i ends at 2^(i/8). Clients choose about as much.
const nativeSchema = 3

// fractionOf inverts the share of a native histogram's observations up to a bound.
func (s *solver) fractionOf(e *parser.Call, value float64) error {
	low, first := Constant(e.Args[0])
	bound, second := Constant(e.Args[1])
	if !first || !second || low > 0 || bound <= 0 {
		return cannot("a fraction that does not begin at zero cannot be solved")
	}
	if value < 0 || value > 1 {
		return never("a fraction is never %g", value)
	}
	selector, err := ratedSelector(e.Args[2])
	if err != nil {
		return err
	}
	return s.demand(selector, demand{counter: true, value: value, bound: bound, native: true})
}

// countOf inverts how many observations a native histogram has.
func (s *solver) countOf(e *parser.Call, value float64) error {
	selector, err := ratedSelector(e.Args[0])
	if err != nil {
		return err
	}
	return s.demand(selector, demand{counter: true, value: value, native: true})
}

// ratedSelector finds the metric in a sum of rates of histograms.
func ratedSelector(expr parser.Expr) (*parser.VectorSelector, error) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return ratedSelector(e.Expr)
	case *parser.AggregateExpr:
		if e.Op == parser.SUM {
			return ratedSelector(e.Expr)
		}
	case *parser.Call:
		if len(e.Args) != 1 || e.Func.Name != "rate" && e.Func.Name != "increase" && e.Func.Name != "irate" {
			break
		}
		if matrix, ok := e.Args[0].(*parser.MatrixSelector); ok {
			return matrix.VectorSelector.(*parser.VectorSelector), nil
		}
	}
	return nil, cannot("what is known of a histogram in %s cannot be solved", expr)
}

// native is the histogram that a class's series grows by each second.
func (c *class) native(m *ir.Metric) (*histogram.FloatHistogram, error) {
	shares := map[int]float64{0: 1} // of the observations, by bucket
	switch d := c.shape; {
	case d == nil:
	case d.quantile > 0:
		if d.value <= 0 {
			return nil, never("the quantiles of %s are never %s", m.Name, m.Unit.Format(d.value))
		}
		at, inside := bucketOf(d.value)
		below, upTo := 0.0, d.quantile/inside
		if inside <= d.quantile {
			below, upTo = (d.quantile-inside)/(1-inside), 1
		}
		shares = map[int]float64{at - 1: below, at: upTo - below, at + 1: 1 - upTo}
	default:
		at, _ := bucketOf(d.bound)
		shares = map[int]float64{at - 2: d.value, at + 2: 1 - d.value}
	}
	return c.filled(shares), nil
}

// bucketOf is the bucket that holds a value, and how far into it the value lies. Within a bucket Prometheus interpolates exponentially.
func bucketOf(value float64) (at int, inside float64) {
	exact := math.Log2(value) * (1 << nativeSchema)
	at = int(math.Ceil(exact))
	return at, max(exact-float64(at-1), 1e-9)
}

func (c *class) filled(shares map[int]float64) *histogram.FloatHistogram {
	first, last := math.MaxInt, math.MinInt
	for at := range shares {
		first, last = min(first, at), max(last, at)
	}
	h := &histogram.FloatHistogram{
		Schema: nativeSchema, Count: c.level, ZeroThreshold: 1e-128,
		PositiveSpans: []histogram.Span{{Offset: int32(first), Length: uint32(last - first + 1)}},
	}
	for at := first; at <= last; at++ {
		observed := shares[at] * c.level
		h.PositiveBuckets = append(h.PositiveBuckets, observed)
		h.Sum += observed * math.Exp2(float64(at)/(1<<nativeSchema))
	}
	return h
}
