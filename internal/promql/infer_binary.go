package promql

import (
	"math"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// binary types a binary operator.
func (w *walk) binary(e *parser.BinaryExpr) Type {
	left, right := w.infer(e.LHS), w.infer(e.RHS)
	result := Type{Value: e.Type(), Range: anything}
	result.Branches = w.match(e, left, right)
	switch {
	case e.Op.IsSetOperator():
		return w.set(e, left, right, result)
	case e.Op.IsComparisonOperator():
		return w.compare(e, left, right, result)
	}
	w.checkPair(e, left, right)
	w.arithmetic(e, left, right, &result)
	result.NeverEmpty = staysPresent(e, left, right)
	return result
}

// staysPresent reports whether there is a result whatever is stored: of two scalars, of a vector that always has one and a
// scalar, and of two series without labels that are always there.
func staysPresent(e *parser.BinaryExpr, left, right Type) bool {
	if left.Value == parser.ValueTypeVector && right.Value == parser.ValueTypeVector {
		return false
	}
	scalar := func(t Type) bool { return t.Value == parser.ValueTypeScalar }
	return (scalar(left) || left.NeverEmpty) && (scalar(right) || right.NeverEmpty)
}

// set types and, or and unless.
func (w *walk) set(e *parser.BinaryExpr, left, right, result Type) Type {
	if e.Op != parser.LOR {
		w.checkOpposite(e)
		w.checkWindowThresholds(e)
		kept := left
		kept.Value, kept.Metric, kept.NeverEmpty, kept.Branches = result.Value, nil, false, result.Branches
		kept.compared, kept.filled = false, false
		return kept
	}
	result.Kind, result.Shape = either(left, right), agreed(left.Shape, right.Shape)
	w.checkZerosBeside(e, left, right)
	w.checkOrUnits(e, left, right)
	result.filled = left.filled || right.filled || isZero(right.Range)
	result.Unit = left.Unit.together(right.Unit)
	result.Range = left.Range.union(right.Range)
	result.NeverEmpty = left.NeverEmpty || right.NeverEmpty
	result.compared = left.compared && right.compared
	if left.Histogram == right.Histogram {
		result.Histogram = left.Histogram
	}
	return result
}

// either is the kind of values that are of one operand or the other: a constant stands in for any kind, and so do zeros.
func either(left, right Type) Kind {
	switch {
	case left.Kind == KindConstant:
		return right.Kind
	case right.Kind == KindConstant || isZero(right.Range):
		return left.Kind
	default:
		return agreed(left.Kind, right.Kind)
	}
}

// arithmetic fills in kind, shape, unit and range of a result.
func (w *walk) arithmetic(e *parser.BinaryExpr, left, right Type, result *Type) {
	if left.Shape == ShapeNumber && right.Shape == ShapeNumber {
		result.Shape = ShapeNumber
	}
	switch e.Op {
	case parser.ADD, parser.SUB:
		w.checkUnits(e, left, right)
		w.sum(e, left, right, result)
	case parser.MUL:
		w.checkConverted(e)
		multiply(left, right, result)
	case parser.DIV:
		w.checkQuotient(e, left, right)
		w.divide(e, left, right, result)
	case parser.MOD:
		result.Kind, result.Unit = KindGauge, left.Unit
		result.Unit.scaled = true
		if left.Kind == KindTimestamp {
			result.Unit = Measure{}
		}
		if limit, ok := right.Range.Constant(); ok && limit > 0 && left.Range.Low >= 0 {
			result.Range = interval(0, limit, left.Range.Promised)
		}
	case parser.POW:
		result.Kind = KindGauge
		a, constant := left.Range.Constant()
		b, alsoConstant := right.Range.Constant()
		if constant && alsoConstant {
			result.Range = exactly(math.Pow(a, b))
		}
	default: // atan2
		result.Kind = KindGauge
	}
	if left.Kind == KindConstant && right.Kind == KindConstant {
		result.Kind, result.Unit = KindConstant, literal
	}
}

// sum is a + b or a - b.
func (w *walk) sum(e *parser.BinaryExpr, left, right Type, result *Type) {
	result.Unit = left.Unit.together(right.Unit)
	minus := e.Op == parser.SUB
	if minus {
		result.Range = left.Range.minus(right.Range)
		if sameExpression(e.LHS, e.RHS) {
			result.Range = exactly(0)
		}
	} else {
		result.Range = left.Range.plus(right.Range)
	}
	a, b := left.Kind, right.Kind
	switch {
	case a == KindTimestamp && b == KindTimestamp && minus:
		result.Kind, result.Unit = KindGauge, In(unit.Second)
	case a == KindTimestamp && b == KindTimestamp:
		result.Unit = Measure{}
	case a == KindTimestamp || b == KindTimestamp && !minus:
		other := right
		if b == KindTimestamp {
			other = left
		}
		// A time without a unit may be a duration or a time of day; one in seconds may be a point in time nobody declared.
		result.Kind = KindUnknown
		if other.Kind == KindConstant {
			result.Kind, result.Unit = KindTimestamp, In(unit.Second)
		} else {
			result.Unit = Measure{}
		}
	case b == KindTimestamp: // minus, from what may be a point in time too
		result.Kind, result.Unit = KindUnknown, Measure{}
	case a == KindCounter && b == KindCounter && minus:
		result.Kind = KindGauge
		if earlier(e.LHS, e.RHS) {
			result.Kind = KindDelta
		}
	case a == KindConstant:
		result.Kind = shifted(b)
	case b == KindConstant:
		result.Kind = shifted(a)
	case a == KindState && b == KindState || a == KindInfo || b == KindInfo:
		result.Kind = KindGauge
	default:
		result.Kind = agreed(a, b)
	}
}

// shifted is the kind of values with a number added.
func shifted(k Kind) Kind {
	if k == KindState || k == KindInfo {
		return KindGauge
	}
	return k
}

// multiply is a * b.
func multiply(left, right Type, result *Type) {
	result.Range = left.Range.times(right.Range)
	if left.Kind == KindConstant {
		left, right = right, left
	}
	switch {
	case right.Kind == KindConstant:
		factor, ok := right.Range.Constant()
		result.Kind, result.Unit = shifted(left.Kind), left.Unit
		if ok {
			result.Unit = left.Unit.scaledBy(factor)
		}
		if left.Kind == KindTimestamp && factor != 0 {
			result.Kind, result.Unit = KindUnknown, Measure{}
		}
	case selects(right):
		result.Kind, result.Unit = left.Kind, left.Unit
	case selects(left):
		result.Kind, result.Unit = right.Kind, right.Unit
	default:
		result.Kind = KindUnknown
		if left.Kind == KindGauge && right.Kind == KindGauge {
			result.Kind = KindGauge
		}
		result.Unit = left.Unit.times(right.Unit)
		if left.Kind == KindTimestamp || right.Kind == KindTimestamp {
			result.Unit = Measure{}
		}
	}
}

// selects reports whether a factor is 0 or 1: it chooses series, or adds labels to them.
func selects(t Type) bool {
	return t.Kind == KindInfo || t.Kind == KindState || t.Range.Low >= 0 && t.Range.High <= 1 && t.Unit.Unit.IsCount() && t.Unit.Known()
}

// divide is a / b.
func (w *walk) divide(e *parser.BinaryExpr, left, right Type, result *Type) {
	result.Kind = KindGauge
	result.Range = left.Range.over(right.Range)
	switch {
	case right.Kind == KindConstant:
		divisor, ok := right.Range.Constant()
		result.Kind, result.Unit = shifted(left.Kind), left.Unit
		if ok && divisor != 0 {
			result.Unit = left.Unit.dividedBy(divisor)
		}
		if left.Kind == KindTimestamp {
			result.Kind, result.Unit = KindUnknown, Measure{}
		}
		return
	case left.Kind == KindConstant || left.Kind == KindTimestamp || right.Kind == KindTimestamp:
		return // an inverse
	case left.Kind == KindUnknown || right.Kind == KindUnknown:
		result.Kind = KindUnknown
	}
	result.Unit = left.Unit.per(right.Unit)
	if isWholePeriod(e.LHS, right.Unit) && left.Unit.Known() && right.Unit.Known() && isBudget(right.Unit.Unit, left.Unit.Unit) {
		result.Unit = In(unit.Ratio)
	}
	if factor, ok := w.table.isShare(e, right.Range); ok {
		result.Unit, result.Range = In(unit.Ratio).scaledBy(factor), zeroOrOne.times(exactly(factor))
		result.Range.because = share
		result.Range.Promised = !w.readsRecordings(e) // samples of two rules may be of different moments
	} else if w.table.isPart(inside(e.RHS), inside(e.LHS), left.Range.Low >= 0) && !sameExpression(e.LHS, e.RHS) {
		result.Range = Interval{Low: 1, High: math.Inf(1), Promised: true}.saying("a whole by its part is at least 1")
	} else if sameExpression(e.LHS, e.RHS) {
		result.Range = one.saying("both sides are the same")
	}
}

// periods are the ranges over which a budget per time is spent.
var periods = map[string]time.Duration{"min": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "month": 30 * 24 * time.Hour}

// isWholePeriod reports whether an expression is an increase over the very time that a budget is for.
func isWholePeriod(expr parser.Expr, budget Measure) bool {
	for {
		aggregate, ok := inside(expr).(*parser.AggregateExpr)
		if !ok {
			break
		}
		expr = aggregate.Expr
	}
	call, ok := inside(expr).(*parser.Call)
	if !ok || call.Func.Name != "increase" {
		return false
	}
	matrix, ok := inside(call.Args[0]).(*parser.MatrixSelector)
	text := budget.Unit.String()
	return ok && matrix.RangeExpr == nil && matrix.Range == periods[text[strings.LastIndexByte(text, '/')+1:]]
}

// checkUnits reports operands that cannot be added or compared.
func (w *walk) checkUnits(e *parser.BinaryExpr, left, right Type) {
	if left.Kind == KindTimestamp || right.Kind == KindTimestamp {
		if e.Op == parser.ADD && left.Kind == right.Kind {
			w.report(diag.Error, codeUnitMismatch, e, "two points in time are added: "+excerpt(e.LHS)+" and "+excerpt(e.RHS),
				"subtract them to get the time between")
		}
		if left.Unit.Known() && right.Unit.Known() && physical(left.Unit.Unit).time == 1 && physical(right.Unit.Unit).time == 1 {
			return
		}
	}
	if !left.Unit.Clashes(right.Unit) {
		return
	}
	help := "convert one side, or compare what is measured alike"
	if factor, ok := right.Unit.Unit.Factor(left.Unit.Unit); ok {
		help = "multiply the right side by " + figure(factor)
		if factor < 1 {
			help = "divide the right side by " + figure(math.Round(1/factor*1e9)/1e9)
		}
	}
	w.report(diag.Error, codeUnitMismatch, e, "the sides of "+e.Op.String()+" are in different units", help,
		"left, "+excerpt(e.LHS)+", is "+described(left.Unit, e.LHS), "right, "+excerpt(e.RHS)+", is "+described(right.Unit, e.RHS))
}

// checkOrUnits reports operands of or that are in different units: one axis shows both.
func (w *walk) checkOrUnits(e *parser.BinaryExpr, left, right Type) {
	if left.Kind == KindTimestamp || right.Kind == KindTimestamp || isZero(right.Range) || !left.Unit.Clashes(right.Unit) {
		return
	}
	w.report(diag.Warning, codeUnitMismatch, e, "the operands of or are in different units", "convert one of them, or draw them apart",
		"left, "+excerpt(e.LHS)+", is "+described(left.Unit, e.LHS), "right, "+excerpt(e.RHS)+", is "+described(right.Unit, e.RHS))
}

func described(m Measure, e parser.Expr) string {
	dimension := m.Dimension(e)
	if m.Known() && !m.IsTimeShare(e) {
		return dimension + " in " + m.String()
	}
	return dimension
}
