package promql

import (
	"math"
	"slices"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// function says what a function of PromQL makes of its arguments
// (https://prometheus.io/docs/prometheus/latest/querying/functions/). Fields that are nil keep what the subject has.
type function struct {
	subject int // index of the argument whose series the result has; none for what has no such argument
	kind    func(Kind) Kind
	unit    func(Measure) Measure
	bounds  func(Interval) Interval
	shape   Shape // of the result; ShapeUnknown keeps the subject's
	// check finds misuse.
	check func(*walk, *parser.Call, []Type)
	// special replaces all of this for functions that nothing else resembles.
	special func(*walk, *parser.Call, []Type) Type
}

const none = -1

func always[T any](v T) func(T) T { return func(T) T { return v } }

var (
	gaugeKind = always(KindGauge)
	stateKind = always(KindState)
	plain     = always(number)
	noUnit    = always(Measure{})
	free      = always(anything)
	positive  = always(nonNegative)
)

// The functions of PromQL, by what they do. Together they are all of parser.Functions.
var functions = map[string]function{
	// What comes up in counters.
	"rate":     {kind: always(KindRate), unit: Measure.perSecond, bounds: positive, check: checkRate},
	"irate":    {kind: always(KindRate), unit: Measure.perSecond, bounds: positive, check: checkRate},
	"increase": {kind: always(KindDelta), bounds: positive, check: checkRate},

	// How gauges move.
	"delta":                        {kind: always(KindDelta), bounds: free, check: checkDelta},
	"idelta":                       {kind: always(KindDelta), bounds: free, check: checkDelta},
	"deriv":                        {kind: gaugeKind, unit: Measure.perSecond, bounds: free, check: checkDelta, shape: ShapeNumber},
	"predict_linear":               {kind: overTime, bounds: free, check: checkDelta, shape: ShapeNumber},
	"double_exponential_smoothing": {kind: overTime, bounds: free, shape: ShapeNumber},
	"integral":                     {kind: gaugeKind, unit: noUnit, bounds: free, shape: ShapeNumber},
	"changes":                      {kind: gaugeKind, unit: plain, bounds: positive, shape: ShapeNumber, check: checkChanges},
	"resets":                       {kind: gaugeKind, unit: plain, bounds: positive, shape: ShapeNumber},

	// What samples of a range are together.
	"avg_over_time":         {kind: overTime},
	"min_over_time":         {kind: overTime, shape: ShapeNumber},
	"max_over_time":         {kind: overTime, shape: ShapeNumber},
	"quantile_over_time":    {special: quantileOverTime},
	"mad_over_time":         {kind: gaugeKind, bounds: positive, shape: ShapeNumber},
	"stddev_over_time":      {kind: gaugeKind, bounds: positive, shape: ShapeNumber},
	"stdvar_over_time":      {kind: gaugeKind, unit: noUnit, bounds: positive, shape: ShapeNumber},
	"sum_over_time":         {kind: overTime, unit: summedOverTime, bounds: summed},
	"last_over_time":        {},
	"first_over_time":       {},
	"count_over_time":       {kind: gaugeKind, unit: plain, bounds: always(Interval{Low: 1, High: math.Inf(1), Promised: true}.saying("count_over_time() of nothing has no result")), shape: ShapeNumber},
	"present_over_time":     {kind: stateKind, unit: plain, bounds: always(one.saying("present_over_time() is 1 or nothing")), shape: ShapeNumber},
	"ts_of_first_over_time": {kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive, shape: ShapeNumber},
	"ts_of_last_over_time":  {kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive, shape: ShapeNumber},
	"ts_of_max_over_time":   {kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive, shape: ShapeNumber},
	"ts_of_min_over_time":   {kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive, shape: ShapeNumber},

	// Arithmetic on each value.
	"abs":       {kind: gaugeKind, bounds: absolute},
	"ceil":      {bounds: func(i Interval) Interval { return i.monotonic(math.Ceil) }},
	"floor":     {bounds: func(i Interval) Interval { return i.monotonic(math.Floor) }},
	"round":     {special: rounded},
	"clamp":     {special: clamped},
	"clamp_min": {special: clamped},
	"clamp_max": {special: clamped},
	"sgn":       {kind: gaugeKind, unit: plain, bounds: always(Interval{Low: -1, High: 1, Promised: true}.saying("sgn() is -1, 0 or 1")), shape: ShapeNumber},
	"exp":       {kind: gaugeKind, unit: noUnit, bounds: positive, shape: ShapeNumber},
	"sqrt":      {kind: gaugeKind, unit: noUnit, bounds: positive, shape: ShapeNumber},
	"ln":        computed, "log2": computed, "log10": computed,
	"sin": wave, "cos": wave, "tanh": wave,
	"tan": computed, "asin": computed, "acos": computed, "atan": computed, "sinh": computed, "cosh": computed,
	"asinh": computed, "acosh": computed, "atanh": computed, "deg": computed, "rad": computed,

	// Times and dates.
	"timestamp":       {kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive, shape: ShapeNumber},
	"start_timestamp": {kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive, shape: ShapeNumber},
	"time":            {subject: none, kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive},
	"start":           {subject: none, kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive},
	"end":             {subject: none, kind: always(KindTimestamp), unit: always(In(unit.Second)), bounds: positive},
	"step":            {subject: none, kind: gaugeKind, unit: always(In(unit.Second)), bounds: positive},
	"range":           {subject: none, kind: gaugeKind, unit: always(In(unit.Second)), bounds: positive},
	"pi":              {subject: none, kind: always(KindConstant), unit: always(literal), bounds: always(exactly(math.Pi))},
	"minute":          date(0, 59), "hour": date(0, 23), "day_of_week": date(0, 6), "day_of_month": date(1, 31),
	"day_of_year": date(1, 366), "days_in_month": date(28, 31), "month": date(1, 12), "year": date(0, math.Inf(1)),

	// Histograms.
	"histogram_quantile":  {special: histogramQuantile},
	"histogram_quantiles": {special: histogramQuantiles},
	"histogram_fraction":  {special: histogramFraction},
	"histogram_avg":       {special: observed},
	"histogram_stddev":    {special: observed},
	"histogram_sum":       {special: histogramSum},
	"histogram_count":     {special: histogramCount},
	"histogram_stdvar":    {kind: gaugeKind, unit: noUnit, bounds: positive, shape: ShapeNumber},

	// Labels and presence.
	"absent":             {special: absent},
	"absent_over_time":   {special: absent},
	"label_replace":      {special: labelReplace},
	"label_join":         {special: labelJoin},
	"info":               {special: withInfo},
	"sort":               {},
	"sort_desc":          {},
	"sort_by_label":      {},
	"sort_by_label_desc": {},

	// Between scalars and vectors.
	"scalar": {special: toScalar},
	"vector": {special: toVector},
	"max_of": {special: chosen},
	"min_of": {special: chosen},
}

// computed is a function whose result has no unit that anybody names.
var computed = function{kind: gaugeKind, unit: noUnit, bounds: free, shape: ShapeNumber}

var wave = function{kind: gaugeKind, unit: plain, bounds: always(Interval{Low: -1, High: 1, Promised: true}), shape: ShapeNumber}

// date is a function of the calendar, which without an argument takes the time of the evaluation.
func date(low, high float64) function {
	return function{kind: gaugeKind, unit: plain, bounds: always(Interval{Low: low, High: high, Promised: true}), shape: ShapeNumber}
}

// keepZeros are functions that make zeros of zeros.
var keepZeros = []string{
	"sum_over_time", "avg_over_time", "min_over_time", "max_over_time", "last_over_time", "first_over_time",
	"abs", "ceil", "floor", "sqrt", "sgn", "sort", "sort_desc", "sort_by_label", "sort_by_label_desc",
}

// call types a function's call.
func (w *walk) call(e *parser.Call) Type {
	var few [4]Type
	arguments := few[:0]
	for _, argument := range e.Args {
		arguments = append(arguments, w.infer(argument))
	}
	f, ok := functions[e.Func.Name]
	if !ok {
		return Type{Value: e.Func.ReturnType, Range: anything}
	}
	if f.check != nil {
		f.check(w, e, arguments)
	}
	if f.special != nil {
		result := f.special(w, e, arguments)
		result.Value, result.Metric, result.compared, result.filled = e.Func.ReturnType, nil, false, false
		return result
	}
	return f.apply(e, arguments)
}

// apply makes the result's type from the subject's.
func (f function) apply(e *parser.Call, arguments []Type) Type {
	result := Type{Range: anything, Shape: ShapeNumber, NeverEmpty: true}
	if f.subject >= 0 && f.subject < len(arguments) {
		result = arguments[f.subject]
	} else if e.Func.ReturnType == parser.ValueTypeVector {
		result.Branches = unlabelled(e)
	}
	if f.kind != nil {
		result.Kind = f.kind(result.Kind)
	}
	if f.unit != nil {
		result.Unit = f.unit(result.Unit)
	}
	if f.bounds != nil {
		result.Range = f.bounds(result.Range)
	}
	if f.shape != ShapeUnknown {
		result.Shape, result.Histogram = f.shape, nil
	}
	result.Value, result.Metric, result.compared = e.Func.ReturnType, nil, false
	result.filled = result.filled && slices.Contains(keepZeros, e.Func.Name)
	return result
}

// quantileOverTime types quantile_over_time(q, v).
func quantileOverTime(w *walk, e *parser.Call, arguments []Type) Type {
	w.checkQuantile(e.Args[0], arguments[0])
	result := arguments[1]
	result.Kind, result.Shape, result.Histogram = overTime(result.Kind), ShapeNumber, nil
	if !isQuantile(arguments[0]) {
		result.Range = anything
	}
	return result
}

// overTime is the kind of what is computed from several samples of one series.
func overTime(k Kind) Kind {
	if k == KindCounter || k == KindTimestamp || k == KindInfo {
		return KindUnknown
	}
	if k == KindState {
		return KindGauge
	}
	return k
}

// summedOverTime is the unit of samples added up, which may have been so much at each time, or meant to be multiplied by it.
func summedOverTime(m Measure) Measure {
	m.scaled = true
	return m
}

// summed is where sums of one value or several lie.
func summed(i Interval) Interval {
	result := anything
	if i.Low >= 0 {
		result.Low = i.Low
	}
	if i.High <= 0 {
		result.High = i.High
	}
	result.Promised = i.Promised
	return result
}

func absolute(i Interval) Interval {
	if i.Low >= 0 {
		return i
	}
	return interval(0, max(-i.Low, i.High), i.Promised)
}
