package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// compare types a comparison: without bool it keeps the values of the vector for which it holds, with bool it gives 0 or 1.
func (w *walk) compare(e *parser.BinaryExpr, left, right, result Type) Type {
	w.checkMoment(e, left, right)
	w.checkUnits(e, left, right)
	w.checkRawCounter(e, left, right)
	w.checkPair(e, left, right)
	w.checkAlwaysAdded(e, right)
	w.checkReach(e, left, right)
	if e.ReturnBool {
		result.Kind, result.Shape, result.Unit, result.Range, result.compared = KindState, ShapeNumber, number, zeroOrOne, true
		result.NeverEmpty = staysPresent(e, left, right)
		return result
	}
	kept, op, other := left, e.Op, right
	if left.Value == parser.ValueTypeScalar {
		kept, op, other = right, mirrored(e.Op), left
	}
	kept.Value, kept.Metric, kept.NeverEmpty, kept.compared, kept.filled = result.Value, nil, false, false, false
	kept.Branches = result.Branches
	kept.Range = narrowedRange(kept.Range, op, other.Range)
	return kept
}

// shortestAge and longestAge are how long ago things are that alerts ask for. As a point in time they are in 1970 to 1980, when no
// program was there to expose one; 0 and 1 are what "never" is held against.
const (
	shortestAge = 60
	longestAge  = 10 * 365 * 86400
)

// checkMoment reports a point in time that is compared with a duration.
func (w *walk) checkMoment(e *parser.BinaryExpr, left, right Type) {
	moment, subject, duration, operator := left, e.LHS, right, e.Op
	if left.Value == parser.ValueTypeScalar {
		moment, subject, duration, operator = right, e.RHS, left, mirrored(e.Op)
	}
	value, constant := duration.Range.Constant()
	if moment.Kind != KindTimestamp || duration.Kind != KindConstant || !constant || value < shortestAge || value >= longestAge {
		return
	}
	w.report(diag.Error, codeUnitMismatch, e, excerpt(subject)+" is a point in time, and is compared with "+unit.Second.Format(value)+" after 1970",
		"did you forget time()? Write time() - "+excerpt(subject)+" "+operator.String()+" "+figure(value))
}

// mirrored is the operator with its sides swapped.
func mirrored(op parser.ItemType) parser.ItemType {
	switch op {
	case parser.GTR:
		return parser.LSS
	case parser.LSS:
		return parser.GTR
	case parser.GTE:
		return parser.LTE
	case parser.LTE:
		return parser.GTE
	default:
		return op
	}
}

// narrowedRange is where values lie for which a comparison holds.
func narrowedRange(values Interval, op parser.ItemType, other Interval) Interval {
	var narrowed Interval
	switch op {
	case parser.GTR, parser.GTE:
		narrowed = values.clip(other.Low, math.Inf(1))
	case parser.LSS, parser.LTE:
		narrowed = values.clip(math.Inf(-1), other.High)
	case parser.EQLC:
		narrowed = values.clip(other.Low, other.High)
	default:
		return values
	}
	if !math.IsInf(other.Low, 0) || !math.IsInf(other.High, 0) {
		narrowed.Promised = other.Promised && (values.Promised || !values.Bounded())
	}
	return narrowed
}

// checkRawCounter reports a counter held against a number. Against 0 it tells whether anything has happened yet.
func (w *walk) checkRawCounter(e *parser.BinaryExpr, left, right Type) {
	subject, counter, threshold := e.LHS, left, right
	if left.Value == parser.ValueTypeScalar {
		subject, counter, threshold = e.RHS, right, left
	}
	value, constant := threshold.Range.Constant()
	if counter.Kind != KindCounter || threshold.Value != parser.ValueTypeScalar || !constant || value == 0 {
		return
	}
	w.report(diag.Warning, codeRawCounter, e, "a counter is compared as it is: "+excerpt(subject)+" counts since its process started",
		"compare increase("+rangeOf(subject, "1h")+") or rate("+rangeOf(subject, "5m")+")")
}

// rangeOf shows how a range of an expression is written: only selectors take one.
func rangeOf(e parser.Expr, window string) string {
	if s, ok := inside(e).(*parser.VectorSelector); ok {
		return excerpt(s) + "[" + window + "]"
	}
	return "…[" + window + "]"
}

// checkReach reports a comparison that never or always holds.
func (w *walk) checkReach(e *parser.BinaryExpr, left, right Type) {
	if left.Kind == KindConstant && right.Kind == KindConstant {
		return // people switch queries on and off with vector(1) == 1
	}
	severity := diag.Error
	if !left.Range.Promised && left.Range.Bounded() && left.Kind != KindConstant || !right.Range.Promised && right.Range.Bounded() &&
		right.Kind != KindConstant {
		severity = diag.Warning // an exposed value should lie there, but nothing holds it
	}
	switch {
	case neverHolds(left.Range, e.Op, right.Range):
		w.reportNever(e, severity, left, right)
	case isInfinite(e.LHS) || isInfinite(e.RHS):
		// What is no number is neither above nor below infinity: people drop it that way.
	case alwaysHolds(left.Range, e.Op, right.Range):
		w.report(diag.Warning, codeConstant, e, excerpt(e)+" always holds", "remove the comparison, or compare with another value",
			notes(limits(left, e.LHS), limits(right, e.RHS))...)
	}
}

func isInfinite(e parser.Expr) bool {
	e = inside(e)
	if unary, ok := e.(*parser.UnaryExpr); ok {
		e = inside(unary.Expr)
	}
	n, ok := e.(*parser.NumberLiteral)
	return ok && math.IsInf(n.Val, 0)
}

func (w *walk) reportNever(e *parser.BinaryExpr, severity diag.Severity, left, right Type) {
	subject, measured, value := e.LHS, left, right
	if left.Value == parser.ValueTypeScalar {
		subject, measured, value = e.RHS, right, left
	}
	help := "compare with a value that it can reach"
	if measured.Range.because == counted.because {
		help = "write absent(…), or add or vector(0) to count nothing as 0"
	}
	message := excerpt(e) + " never holds"
	if threshold, ok := value.Range.Constant(); ok {
		op := e.Op
		if left.Value == parser.ValueTypeScalar {
			op = mirrored(op)
		}
		if other := otherScale(measured, op, threshold); other != "" {
			help = other
		}
		message = excerpt(subject) + " is never " + comparatives[op] + " " + measured.Unit.in(threshold)
	}
	w.report(severity, codeUnreachableComp, e, message, help, notes(limits(left, e.LHS), limits(right, e.RHS))...)
}

var comparatives = map[parser.ItemType]string{
	parser.GTR: "above", parser.GTE: "at or above", parser.LSS: "below", parser.LTE: "at or below", parser.EQLC: "equal to", parser.NEQ: "other than",
}

// limits says where a side's values lie, as a note; nothing of a number that the expression holds.
func limits(t Type, e parser.Expr) string {
	r := t.Range
	if t.Kind == KindConstant || !r.Bounded() {
		return ""
	}
	if m := r.because.metric; m != nil {
		last := m.Buckets[len(m.Buckets)-1]
		return "the last bucket of " + m.Name + " ends at " + m.Unit.in(last) + ", and histogram_quantile() never exceeds it"
	}
	switch {
	case r.because.top:
		return r.because.clause + " " + t.Unit.in(r.High)
	case r.because.clause != "":
		return r.because.clause
	}
	subject := excerpt(e)
	switch value, constant := r.Constant(); {
	case constant:
		return subject + " is always " + t.Unit.in(value)
	case math.IsInf(r.High, 1):
		return subject + " is at least " + t.Unit.in(r.Low)
	case math.IsInf(r.Low, -1):
		return subject + " is at most " + t.Unit.in(r.High)
	default:
		return subject + " lies between " + t.Unit.in(r.Low) + " and " + t.Unit.in(r.High)
	}
}

// slack is what rounding of floating point numbers may add to a bound.
const slack = 1e-9

// neverHolds reports whether no value of the one interval compares so with any of the other.
func neverHolds(a Interval, op parser.ItemType, b Interval) bool {
	switch op {
	case parser.GTR:
		return a.High <= b.Low && !math.IsInf(a.High, 0)
	case parser.GTE:
		return a.High < b.Low-slack*math.Abs(b.Low)
	case parser.LSS:
		return a.Low >= b.High && !math.IsInf(a.Low, 0)
	case parser.LTE:
		return a.Low > b.High+slack*math.Abs(b.High)
	case parser.EQLC:
		return a.High < b.Low-slack*math.Abs(b.Low) || a.Low > b.High+slack*math.Abs(b.High)
	default:
		return false // NaN is other than everything
	}
}

// alwaysHolds reports whether every value of the one interval compares so with every one of the other, and by a margin:
// >= 0 and <= 1 at the very bounds are how people drop NaN, and count(…) > 0 how they say that something is there.
func alwaysHolds(a Interval, op parser.ItemType, b Interval) bool {
	switch op {
	case parser.GTR, parser.GTE:
		return a.Low > b.High && !isZero(b)
	case parser.LSS, parser.LTE:
		return a.High < b.Low
	case parser.NEQ:
		return (a.High < b.Low || a.Low > b.High) && !isZero(b)
	default:
		return false
	}
}

func isZero(i Interval) bool { return i.Low == 0 && i.High == 0 }

// checkRoot reports what is wrong with a whole expression for its use.
func (w *walk) checkRoot(expr parser.Expr, root Type) {
	switch {
	case w.use == UseAlert && root.compared:
		w.report(diag.Warning, codeBool, expr, "the alert fires for every series: with bool, "+excerpt(expr)+" is 0 or 1 and never empty",
			"remove bool")
	case w.use == UseGraph && !isComparison(expr):
		w.checkDrawn(expr)
	}
}

// checkDrawn reports the counters among what a panel draws: the expression itself, or an operand of or in it.
func (w *walk) checkDrawn(expr parser.Expr) {
	switch e := inside(expr).(type) {
	case *parser.BinaryExpr:
		if e.Op == parser.LOR {
			w.checkDrawn(e.LHS)
			w.checkDrawn(e.RHS)
			return
		}
	case *parser.AggregateExpr:
		if either, ok := inside(e.Expr).(*parser.BinaryExpr); ok && either.Op == parser.LOR && e.Op == parser.SUM {
			w.checkDrawn(either)
			return
		}
	case *parser.Call:
		if e.Func.Name == "label_replace" || e.Func.Name == "label_join" {
			w.checkDrawn(e.Args[0])
			return
		}
	}
	if typed, _ := w.typeOf(inside(expr)); typed.Kind == KindCounter && typed.Shape != ShapeHistogram {
		w.report(diag.Warning, codeRawCounter, expr, "a counter is drawn as it is: "+excerpt(expr)+" counts since its process started",
			"draw rate("+rangeOf(expr, "5m")+") or increase("+rangeOf(expr, "1h")+")")
	}
}

// isComparison reports a comparison, whose counter has been looked at.
func isComparison(expr parser.Expr) bool {
	e, ok := inside(expr).(*parser.BinaryExpr)
	return ok && e.Op.IsComparisonOperator()
}

// Reaches reports whether values of the type can be above (or below) a threshold that is given in a unit, such as that of
// an alert or of a panel's colour. It is true where nothing is known.
func (t Type) Reaches(above bool, threshold float64, in unit.Unit) bool {
	if t.Unit.Known() {
		converted, ok := in.Convert(threshold, t.Unit.Unit)
		if !ok {
			return true
		}
		threshold = converted
	}
	if above {
		return t.Range.High > threshold
	}
	return t.Range.Low < threshold
}
