package promql

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// checkPair reports operands of an arithmetic operator or a comparison that do not go together, whatever they count.
func (w *walk) checkPair(e *parser.BinaryExpr, left, right Type) {
	if e.Type() == parser.ValueTypeScalar {
		return
	}
	switch {
	case left.Kind == KindCounter && isGrowth(right.Kind):
		w.reportRawBeside(e.LHS, e.RHS, right)
	case right.Kind == KindCounter && isGrowth(left.Kind):
		w.reportRawBeside(e.RHS, e.LHS, left)
	}
	a, b := w.table.growth(e.LHS), w.table.growth(e.RHS)
	if a != "" && b != "" && a != b {
		w.report(diag.Warning, codeRateWithIncrease, e, "a rate meets an increase: one side of "+e.Op.String()+" is per second, the other is of the whole range",
			"write "+a+"() on both sides, or "+b+"()", "left, "+excerpt(e.LHS)+", is "+articled(a), "right, "+excerpt(e.RHS)+", is "+articled(b))
	}
}

func (w *walk) reportRawBeside(counter, other parser.Expr, growing Type) {
	w.report(diag.Warning, codeRawCounter, counter, "a counter is used as it is beside a "+growing.Kind.String()+": "+excerpt(counter)+
		" counts since its process started", "write it as "+excerpt(other)+" is written")
}

func isGrowth(k Kind) bool { return k == KindRate || k == KindDelta }

func articled(function string) string {
	if function == "rate" {
		return "a rate"
	}
	return "an increase"
}

// growth is the function, rate or increase, that gives an expression its values: inside sums and maxima, behind recorded names,
// and of or the left operand where the right is nothing but zeros. Empty where there is another, or a factor that may convert.
func (t *Table) growth(expr parser.Expr) string {
	switch e := inside(expr).(type) {
	case *parser.VectorSelector:
		if rule, ok := t.behind(e); ok {
			return t.In(rule.scope).growth(rule.expr)
		}
	case *parser.AggregateExpr:
		if slices.Contains([]parser.ItemType{parser.SUM, parser.AVG, parser.MIN, parser.MAX}, e.Op) {
			return t.growth(e.Expr)
		}
	case *parser.BinaryExpr:
		left := t.growth(e.LHS)
		if e.Op == parser.LOR && isZeros(e.RHS) || (e.Op == parser.ADD || e.Op == parser.SUB) && left == t.growth(e.RHS) {
			return left
		}
	case *parser.Call:
		switch e.Func.Name {
		case "rate", "irate":
			return "rate"
		case "increase":
			return "increase"
		case "clamp_min", "clamp_max", "round":
			return t.growth(e.Args[0])
		}
	}
	return ""
}

// isZeros reports whether an expression is 0 * x or vector(0), which stands in where there is nothing.
func isZeros(expr parser.Expr) bool {
	switch e := inside(expr).(type) {
	case *parser.BinaryExpr:
		return e.Op == parser.MUL && (isNumber(e.LHS, 0) || isNumber(e.RHS, 0))
	case *parser.Call:
		return e.Func.Name == "vector" && isNumber(firstOf(e.Args), 0)
	default:
		return false
	}
}

func isNumber(expr parser.Expr, value float64) bool {
	n, ok := inside(expr).(*parser.NumberLiteral)
	return ok && n.Val == value
}

// checkQuotient reports quotients that are upside down: a whole by its part, or anything by what has been filled up with
// zeros.
func (w *walk) checkQuotient(e *parser.BinaryExpr, left, right Type) {
	switch {
	case sameExpression(e.LHS, e.RHS):
	case w.table.isPart(inside(e.RHS), inside(e.LHS), left.Range.Low >= 0):
		w.report(diag.Warning, codeInvertedShare, e, "the whole is divided by its part: the result is never below 1", "exchange the sides of /",
			excerpt(e.RHS)+" is a part of "+excerpt(e.LHS))
	case isCapacityOf(e.LHS, e.RHS):
		w.report(diag.Warning, codeInvertedShare, e, "a capacity is divided by what uses it: the result is hardly below 1", "exchange the sides of /",
			excerpt(e.LHS)+" bounds "+excerpt(e.RHS))
	case right.filled:
		w.report(diag.Warning, codeZeroDivisor, e, "the divisor is filled up with zeros: "+excerpt(e.LHS)+" by them is +Inf or NaN",
			"exchange the sides of /, or let the divisor be absent where there is nothing")
	}
}

// capacityWords end the names of what bounds others of the same name before them: connections_max and connections_active.
var capacityWords = []string{"max", "limit", "capacity", "size"}

// capacities bound the use that other metrics measure (kube-state-metrics and cAdvisor).
var capacities = map[string][]string{
	"kube_pod_container_resource_limits": {"container_memory_working_set_bytes", "container_memory_usage_bytes", "container_memory_rss", "container_cpu_usage_seconds_total"},
	"container_spec_memory_limit_bytes":  {"container_memory_working_set_bytes", "container_memory_usage_bytes", "container_memory_rss"},
}

// isCapacityOf reports whether one expression is what bounds the other, by their metrics.
func isCapacityOf(whole, use parser.Expr) bool {
	a, b := onlyMetric(whole), onlyMetric(use)
	if slices.Contains(capacities[a], b) {
		return true
	}
	stem := strings.LastIndexByte(a, '_')
	return stem > 0 && strings.HasPrefix(b, a[:stem+1]) && slices.Contains(capacityWords, a[stem+1:]) &&
		!slices.Contains(capacityWords, b[strings.LastIndexByte(b, '_')+1:])
}

// onlyMetric is the one metric that an expression aggregates; empty where there are others or numbers.
func onlyMetric(expr parser.Expr) string {
	switch e := inside(expr).(type) {
	case *parser.VectorSelector:
		return metricName(e)
	case *parser.MatrixSelector:
		return onlyMetric(e.VectorSelector)
	case *parser.AggregateExpr:
		return onlyMetric(e.Expr)
	case *parser.Call:
		if len(e.Args) == 1 {
			return onlyMetric(e.Args[0])
		}
	}
	return ""
}

// checkUnmatchedOperand reports an operand of or, on one side of another operator, that never matches the other side: it is
// left out of every result.
func (w *walk) checkUnmatchedOperand(e *parser.BinaryExpr, left, right Type) {
	for _, side := range []struct {
		expr  parser.Expr
		other Type
		left  bool
	}{{e.LHS, right, true}, {e.RHS, left, false}} {
		either, ok := inside(side.expr).(*parser.BinaryExpr)
		if !ok || either.Op != parser.LOR {
			continue
		}
		for _, operand := range []parser.Expr{either.LHS, either.RHS} {
			typed, _ := w.typeOf(operand)
			a, b := typed, side.other
			if !side.left {
				a, b = b, a
			}
			if len(matchBranches(e, a, b)) == 0 {
				w.report(diag.Warning, codeNeverMatches, operand, "this operand of or can never match the other side of "+e.Op.String(),
					"give both operands of or the labels of the other side")
			}
		}
	}
}

// typeOf is the type of a part that has been typed already.
func (w *walk) typeOf(node parser.Node) (Type, bool) {
	for i := range w.types {
		if w.types[i].node == node {
			return w.types[i].result, true
		}
	}
	return Type{}, false
}

// checkAlwaysAdded reports an alert on x or vector(0) that always fires: where every series of x has a label, vector(0) never
// gives way to one, and where 0 fulfils the comparison it fires for it.
func (w *walk) checkAlwaysAdded(e *parser.BinaryExpr, threshold Type) {
	either, ok := inside(e.LHS).(*parser.BinaryExpr)
	if w.use != UseAlert || !ok || either.Op != parser.LOR || either.VectorMatching == nil || either.VectorMatching.On {
		return
	}
	some, _ := w.typeOf(either.LHS)
	added, _ := w.typeOf(either.RHS)
	if !added.NeverEmpty || len(added.Branches) != 1 || !holdsFor(added.Range, e.Op, threshold.Range) {
		return
	}
	for _, set := range some.sets() {
		if _, apart := conflict(either.VectorMatching, set, added.Branches[0]); !apart {
			return
		}
	}
	w.report(diag.Error, codeOrAlways, either, "the alert always fires: "+excerpt(either.RHS)+" is there beside every series of "+excerpt(either.LHS),
		"aggregate the labels away: sum("+excerpt(either.LHS)+") or "+excerpt(either.RHS))
}

// checkZerosBeside reports x or 0 * y whose zeros never give way to x: where every series of x has a label that those of y lack.
func (w *walk) checkZerosBeside(e *parser.BinaryExpr, left, right Type) {
	product, ok := inside(e.RHS).(*parser.BinaryExpr)
	if !ok || product.Op != parser.MUL || !isZeros(product) || e.VectorMatching == nil || len(left.Branches) == 0 || len(right.Branches) == 0 {
		return
	}
	for _, some := range left.Branches {
		for _, zero := range right.Branches {
			if _, apart := conflict(e.VectorMatching, some, zero); !apart {
				return
			}
		}
	}
	w.report(diag.Warning, codeOrAlways, e, "the zeros are there beside every series of "+excerpt(e.LHS)+": the labels differ",
		"give both operands of or the same labels")
}

// holdsFor reports whether a constant fulfils a comparison with another.
func holdsFor(value Interval, op parser.ItemType, threshold Interval) bool {
	v, constant := value.Constant()
	limit, alsoConstant := threshold.Constant()
	if !constant || !alsoConstant {
		return false
	}
	switch op {
	case parser.LSS:
		return v < limit
	case parser.LTE:
		return v <= limit
	case parser.GTR:
		return v > limit
	case parser.GTE:
		return v >= limit
	case parser.EQLC:
		return v == limit
	case parser.NEQ:
		return v != limit
	default:
		return false
	}
}

// checkAggregatesOne reports an aggregation of a single series, which changes nothing: an inner one has lost its by.
func (w *walk) checkAggregatesOne(e *parser.AggregateExpr) {
	inner, ok := inside(e.Expr).(*parser.AggregateExpr)
	if !ok || inner.Without || len(inner.Grouping) > 0 || e.Without || len(e.Grouping) > 0 {
		return
	}
	simple := []parser.ItemType{parser.SUM, parser.AVG, parser.MIN, parser.MAX}
	if !slices.Contains(simple, e.Op) || !slices.Contains(simple, inner.Op) {
		return
	}
	w.report(diag.Warning, codeAggregatesOne, e, e.Op.String()+"() has only one series to take: "+excerpt(inner)+" leaves one",
		"write "+inner.Op.String()+" by (…) (…) inside, or remove "+e.Op.String()+"()")
}

// checkOpposite reports and between one quantity above a number over one window and below the same number over another.
func (w *walk) checkOpposite(e *parser.BinaryExpr) {
	left, ok := inside(e.LHS).(*parser.BinaryExpr)
	right, alsoOk := inside(e.RHS).(*parser.BinaryExpr)
	if e.Op != parser.LAND || !ok || !alsoOk || direction(left.Op)*direction(right.Op) >= 0 {
		return
	}
	if !areWindows(left.LHS, right.LHS) || left.RHS.String() != right.RHS.String() {
		return
	}
	w.report(diag.Warning, codeOppositeWindows, e, "one window must be above "+excerpt(left.RHS)+" and the other below it: "+excerpt(left.LHS)+" and "+excerpt(right.LHS),
		"compare both windows in one direction")
}

// unequal is by how much thresholds of two windows differ that are hardly meant so: those of percent and shares, of ms and s.
const unequal = 10

// checkWindowThresholds reports and between two windows of one quantity whose thresholds are far apart.
func (w *walk) checkWindowThresholds(e *parser.BinaryExpr) {
	left, ok := inside(e.LHS).(*parser.BinaryExpr)
	right, alsoOk := inside(e.RHS).(*parser.BinaryExpr)
	if e.Op != parser.LAND || !ok || !alsoOk || direction(left.Op)*direction(right.Op) <= 0 || !areWindows(left.LHS, right.LHS) {
		return
	}
	one, _ := w.typeOf(left.RHS)
	other, _ := w.typeOf(right.RHS)
	a, known := one.Range.Constant()
	b, alsoKnown := other.Range.Constant()
	if !known || !alsoKnown || a <= 0 || b <= 0 || max(a, b) < unequal*min(a, b) {
		return
	}
	w.report(diag.Warning, codeWindowThresholds, e, "two windows of one quantity are compared with "+figure(a)+" and "+figure(b),
		"compare both windows with the same threshold", "the windows are "+excerpt(left.LHS)+" and "+excerpt(right.LHS))
}

// areWindows reports whether two expressions are the same but for how far they look back.
func areWindows(one, other parser.Expr) bool {
	a, b := one.String(), other.String()
	return a != b && windowless(a) == windowless(b)
}

func direction(op parser.ItemType) int {
	switch op {
	case parser.GTR, parser.GTE:
		return 1
	case parser.LSS, parser.LTE:
		return -1
	default:
		return 0
	}
}

// window is a range, also as the end of a recording rule's name: rate5m.
var window = regexp.MustCompile(`\d+[smhdwy]\b`)

func windowless(text string) string { return window.ReplaceAllString(text, "") }

// checkConverted reports an increase that is multiplied as if it were per second. Times a factor that makes its range a
// minute, an hour, a day or a week it is an increase of that.
func (w *walk) checkConverted(e *parser.BinaryExpr) {
	number, ok := inside(e.RHS).(*parser.NumberLiteral)
	grown := e.LHS
	if !ok {
		number, ok = inside(e.LHS).(*parser.NumberLiteral)
		grown = e.RHS
	}
	if !ok || w.table.growth(grown) != "increase" || !slices.Contains([]float64{60, 3600, 86400}, number.Val) {
		return
	}
	parser.Inspect(grown, func(node parser.Node, _ []parser.Node) error {
		matrix, ok := node.(*parser.MatrixSelector)
		if ok && matrix.RangeExpr == nil && !slices.Contains(usualRanges, matrix.Range*time.Duration(number.Val)) {
			w.report(diag.Warning, codeRateWithIncrease, e, "an increase is multiplied by "+figure(number.Val)+" as if it were per second",
				"write rate()", "an increase over "+unit.FormatDuration(matrix.Range)+" is of "+unit.FormatDuration(matrix.Range)+" already")
		}
		return nil
	})
}

var usualRanges = []time.Duration{time.Minute, time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}
