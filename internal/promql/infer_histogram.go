package promql

import (
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// histogramQuantile types histogram_quantile(q, buckets).
func histogramQuantile(w *walk, e *parser.Call, arguments []Type) Type {
	w.checkQuantile(e.Args[0], arguments[0])
	w.checkBuckets(e, e.Args[1], arguments[1])
	result := w.quantile(arguments[1])
	if !isQuantile(arguments[0]) {
		result.Range = anything
	}
	return result
}

// isQuantile reports whether a number is known to lie where quantiles do: beyond, the result is infinite.
func isQuantile(t Type) bool { return t.Range.Low >= 0 && t.Range.High <= 1 }

// histogramQuantiles types histogram_quantiles(buckets, label, q…), which adds a label for the quantile.
func histogramQuantiles(w *walk, e *parser.Call, arguments []Type) Type {
	w.checkBuckets(e, e.Args[0], arguments[0])
	result := w.quantile(arguments[0])
	for i, q := range arguments[2:] {
		w.checkQuantile(e.Args[2+i], q)
		if !isQuantile(q) {
			result.Range = anything
		}
	}
	if name := text(e.Args[1]); name != "" {
		result.Branches = result.each(func(set LabelSet) LabelSet { return set.with(Label{Name: name, Presence: Must}) })
	}
	return result
}

// quantile is the type of a quantile of buckets. Beyond the last finite bound it is that bound, and below the first bound
// it lies between 0 and the bound, where that is positive (promql/quantile.go, BucketQuantile).
func (w *walk) quantile(buckets Type) Type {
	result := Type{Kind: KindGauge, Shape: ShapeNumber, Range: anything, NeverEmpty: buckets.NeverEmpty}
	m := buckets.Histogram
	if m != nil {
		result.Unit = m.Unit
	}
	if m != nil && buckets.Shape == ShapeBucket && len(m.Buckets) > 0 {
		low := math.Inf(-1)
		if m.Buckets[0] > 0 {
			low = 0
		}
		result.Range = interval(low, m.Buckets[len(m.Buckets)-1], true)
		result.Range.because = bound{metric: m}
	}
	result.Branches = buckets.each(func(set LabelSet) LabelSet {
		return set.drop([]string{model.BucketLabel}, reason{})
	})
	if buckets.Shape == ShapeHistogram {
		result.Branches = buckets.sets()
	}
	return result
}

// checkBuckets reports what histogram_quantile cannot take a quantile of.
func (w *walk) checkBuckets(e *parser.Call, argument parser.Expr, t Type) {
	const help = "write sum by (le) (rate(…_bucket[5m]))"
	le := t.Label(model.BucketLabel)
	switch {
	case t.Shape == ShapeNumber && t.Histogram == nil && t.Kind != KindUnknown && t.Kind != KindConstant:
		w.report(diag.Error, codeQuantileOf, e, e.Func.Name+"() needs buckets, but "+excerpt(argument)+" is a plain "+t.Kind.String(), help)
	case t.Shape == ShapeBucket && le.Presence == Never:
		w.report(diag.Error, codeQuantileNoLe, e, e.Func.Name+"() finds no buckets: "+excerpt(argument)+" has no label le",
			"keep le, as in sum by (le) (…)", notes(le.Why())...)
	case t.Shape == ShapeBucket && t.Kind == KindCounter:
		w.report(diag.Warning, codeQuantileOf, e, excerpt(argument)+" counts since the process started, so the quantile hardly moves",
			"take rate() of the buckets first")
	case t.Shape == ShapeBucket:
		w.checkBucketAggregation(argument)
	}
}

// checkBucketAggregation reports buckets combined by anything but addition: the highest of each bucket's rates belongs to
// no histogram.
func (w *walk) checkBucketAggregation(argument parser.Expr) {
	aggregation, ok := inside(argument).(*parser.AggregateExpr)
	if !ok || aggregation.Op != parser.MAX && aggregation.Op != parser.MIN && aggregation.Op != parser.QUANTILE {
		return
	}
	op := aggregation.Op.String()
	w.report(diag.Warning, codeQuantileOf, aggregation, op+" of buckets mixes different histograms into one that never was",
		"write sum instead of "+op)
}

// checkQuantile reports percentiles written as such.
func (w *walk) checkQuantile(argument parser.Expr, t Type) {
	q, ok := t.Range.Constant()
	if !ok || q >= 0 && q <= 1 {
		return
	}
	help := "write a number from 0 to 1"
	if q > 1 && q <= 100 {
		help = "write " + figure(q/100)
	}
	w.report(diag.Error, codeQuantileRange, argument, "a quantile lies between 0 and 1, and "+figure(q)+" does not", help)
}

// histogramFraction types histogram_fraction(low, high, histograms).
func histogramFraction(_ *walk, _ *parser.Call, arguments []Type) Type {
	result, all := arguments[2], zeroOrOne
	all.because = share
	return Type{
		Kind: KindGauge, Shape: ShapeNumber, Unit: In(unit.Ratio), NeverEmpty: result.NeverEmpty,
		Range: all,
		Branches: result.each(func(set LabelSet) LabelSet {
			if result.Shape == ShapeHistogram {
				return set
			}
			return set.drop([]string{model.BucketLabel}, reason{})
		}),
	}
}

// observed types what is in the unit of the observations: histogram_avg and histogram_stddev.
func observed(_ *walk, _ *parser.Call, arguments []Type) Type {
	return fromHistogram(arguments[0], KindGauge, func(m *Metric) Measure { return m.Unit }, anything)
}

// histogramSum types the sum of observations, which grows as the histogram does.
func histogramSum(_ *walk, _ *parser.Call, arguments []Type) Type {
	kind := arguments[0].Kind
	return fromHistogram(arguments[0], kind, func(m *Metric) Measure { return grown(m.Unit, kind) }, anything)
}

func histogramCount(_ *walk, _ *parser.Call, arguments []Type) Type {
	kind := arguments[0].Kind
	return fromHistogram(arguments[0], kind, func(*Metric) Measure { return grown(number, kind) }, nonNegative)
}

func grown(m Measure, kind Kind) Measure {
	if kind == KindRate {
		return m.perSecond()
	}
	return m
}

func fromHistogram(t Type, kind Kind, measure func(*Metric) Measure, r Interval) Type {
	result := Type{Kind: kind, Shape: ShapeNumber, Range: r, Branches: t.Branches, NeverEmpty: t.NeverEmpty}
	if t.Histogram != nil {
		result.Unit = measure(t.Histogram)
	}
	return result
}
