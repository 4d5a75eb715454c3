package witness

import (
	"fmt"
	"math"
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
)

// demand is what a selector has to give: in each replica, all of its series together.
type demand struct {
	metric   *ir.Metric // nil for a series that no metric of the Program has
	part     string     // _bucket, _count, _sum of a classic histogram, or empty
	matchers []*labels.Matcher
	counter  bool // the value is an increase per second
	value    float64
	quantile float64 // of a histogram: the value is this quantile; else 0
	native   bool    // of a native histogram: its count, or with a bound the share of observations up to it
	bound    float64
	clock    bool // the value is what is to be added to the time of day
}

// solver walks an expression from the root to its selectors and inverts each operation: what must the operands be, so that the result is
// the value wanted?
type solver struct {
	world    *World
	replicas int
	demands  []demand
	clock    bool // what is solved is a time, of which the value says how far it is from now
}

func newSolver(w *World, expr parser.Expr) *solver {
	s, p := &solver{world: w, replicas: 1}, w.program
	if p.Service != nil && p.Service.Replicas > 1 {
		s.replicas = 2 // enough to tell a sum from a mean and from a maximum
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok && selector.Name == "up" && p.Service != nil {
			s.replicas = max(1, p.Service.Replicas) // each target counts
		}
		return nil
	})
	return s
}

func cannot(format string, values ...any) error {
	return &Obstacle{Reason: fmt.Sprintf(format, values...)}
}

func never(format string, values ...any) error {
	return &Obstacle{Reason: fmt.Sprintf(format, values...), Never: true}
}

// solve adds the demands under which each element of an expression has the value.
func (s *solver) solve(expr parser.Expr, value float64) error {
	if constant, ok := Constant(expr); ok {
		if math.Abs(constant-value) > 1e-9*math.Abs(value) {
			return never("%s is always %g", expr, constant)
		}
		return nil
	}
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return s.solve(e.Expr, value)
	case *parser.StepInvariantExpr:
		return s.solve(e.Expr, value)
	case *parser.VectorSelector:
		return s.demand(e, demand{value: value})
	case *parser.AggregateExpr:
		return s.aggregate(e, value)
	case *parser.Call:
		return s.call(e, value)
	case *parser.BinaryExpr:
		return s.binary(e, value)
	case *parser.UnaryExpr:
		if e.Op == parser.SUB {
			return s.solve(e.Expr, -value)
		}
		return s.solve(e.Expr, value)
	}
	return cannot("%s cannot be solved", expr)
}

// Constant folds an expression of numbers; false where it is none.
func Constant(expr parser.Expr) (float64, bool) {
	switch e := expr.(type) {
	case *parser.NumberLiteral:
		return e.Val, true
	case *parser.ParenExpr:
		return Constant(e.Expr)
	case *parser.StepInvariantExpr:
		return Constant(e.Expr)
	case *parser.UnaryExpr:
		v, ok := Constant(e.Expr)
		if e.Op == parser.SUB {
			v = -v
		}
		return v, ok
	case *parser.Call:
		if (e.Func.Name == "vector" || e.Func.Name == "scalar") && len(e.Args) == 1 {
			return Constant(e.Args[0])
		}
	case *parser.BinaryExpr:
		a, first := Constant(e.LHS)
		b, second := Constant(e.RHS)
		if first && second {
			return arithmetic(e.Op, a, b)
		}
	}
	return 0, false
}

func arithmetic(op parser.ItemType, a, b float64) (float64, bool) {
	switch op {
	case parser.ADD:
		return a + b, true
	case parser.SUB:
		return a - b, true
	case parser.MUL:
		return a * b, true
	case parser.DIV:
		return a / b, true
	}
	return 0, false
}

// aggregate inverts an aggregation: a sum is shared out evenly, of the others each element has the value.
func (s *solver) aggregate(e *parser.AggregateExpr, value float64) error {
	switch e.Op {
	case parser.SUM:
		if s.clock {
			return cannot("a sum of times cannot be solved")
		}
		return s.solve(e.Expr, value/float64(s.width(e.Expr))*float64(s.width(e)))
	case parser.AVG, parser.MAX, parser.MIN, parser.QUANTILE, parser.TOPK, parser.BOTTOMK:
		return s.solve(e.Expr, value)
	}
	return cannot("%s() cannot be solved", e.Op)
}

// width is how many elements an expression has: one for each replica, until they are aggregated.
func (s *solver) width(expr parser.Expr) int {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return s.width(e.Expr)
	case *parser.StepInvariantExpr:
		return s.width(e.Expr)
	case *parser.VectorSelector:
		return s.replicas
	case *parser.MatrixSelector:
		return s.replicas
	case *parser.SubqueryExpr:
		return s.width(e.Expr)
	case *parser.AggregateExpr:
		if keepsReplicas(e) {
			return s.width(e.Expr)
		}
		return 1
	case *parser.Call:
		widest := 1
		for _, argument := range e.Args {
			widest = max(widest, s.width(argument))
		}
		return widest
	case *parser.BinaryExpr:
		return max(s.width(e.LHS), s.width(e.RHS))
	case *parser.UnaryExpr:
		return s.width(e.Expr)
	}
	return 1
}

func keepsReplicas(e *parser.AggregateExpr) bool {
	if e.Op == parser.TOPK || e.Op == parser.BOTTOMK {
		return true
	}
	for _, name := range replicaLabels {
		if slices.Contains(e.Grouping, name) != e.Without {
			return true
		}
	}
	return false
}

// call inverts a function.
func (s *solver) call(e *parser.Call, value float64) error {
	switch e.Func.Name {
	case "rate", "irate", "increase", "delta", "idelta", "deriv":
		return s.ranged(e, value)
	case "avg_over_time", "min_over_time", "max_over_time", "last_over_time", "predict_linear": // all of a gauge that stays as it is
		if inner, ok := rangeOf(e.Args[0]); ok {
			return s.solve(inner, value)
		}
	case "quantile_over_time":
		if inner, ok := rangeOf(e.Args[1]); ok {
			return s.solve(inner, value)
		}
	case "round", "clamp_min", "clamp_max", "clamp", "ceil", "floor", "abs", "label_replace", "label_join", "sort", "sort_desc", "scalar":
		return s.solve(e.Args[0], value)
	case "sqrt":
		return s.solve(e.Args[0], value*value)
	case "histogram_quantile":
		return s.quantileOf(e, value)
	case "histogram_fraction":
		return s.fractionOf(e, value)
	case "histogram_count":
		return s.countOf(e, value)
	}
	return cannot("%s() cannot be solved", e.Func.Name)
}

func rangeOf(expr parser.Expr) (parser.Expr, bool) {
	switch e := expr.(type) {
	case *parser.StepInvariantExpr:
		return rangeOf(e.Expr)
	case *parser.MatrixSelector:
		return e.VectorSelector, true
	case *parser.SubqueryExpr:
		return e.Expr, true
	}
	return nil, false
}

// ranged inverts what a range grew by: per second, or in all.
func (s *solver) ranged(e *parser.Call, value float64) error {
	matrix, ok := e.Args[0].(*parser.MatrixSelector)
	if !ok {
		return cannot("%s() of what is no metric cannot be solved", e.Func.Name)
	}
	if e.Func.Name == "increase" || e.Func.Name == "delta" {
		value /= matrix.Range.Seconds()
	}
	return s.demand(matrix.VectorSelector.(*parser.VectorSelector), demand{counter: true, value: value})
}

// quantileOf inverts the quantile of a histogram.
func (s *solver) quantileOf(e *parser.Call, value float64) error {
	q, ok := Constant(e.Args[0])
	if !ok || q <= 0 || q >= 1 {
		return cannot("a quantile that is not between 0 and 1 cannot be solved")
	}
	selector, err := ratedSelector(e.Args[1])
	if err != nil {
		return err
	}
	return s.demand(selector, demand{counter: true, value: value, quantile: q, native: true})
}

// binary inverts arithmetic. Where both operands can vary, the right one is held at what is usual for it.
func (s *solver) binary(e *parser.BinaryExpr, value float64) error {
	if e.Op == parser.LOR {
		return s.solve(e.LHS, value)
	}
	if e.Op.IsComparisonOperator() && !e.ReturnBool {
		return s.solve(e.LHS, value)
	}
	if call, ok := e.LHS.(*parser.Call); ok && call.Func.Name == "time" && e.Op == parser.SUB { // how long ago something was
		s.clock = true
		defer func() { s.clock = false }()
		return s.solve(e.RHS, -value)
	}
	if right, ok := Constant(e.RHS); ok {
		left, ok := leftOperand(e.Op, right, value)
		if !ok {
			return cannot("%s cannot be solved", e)
		}
		return s.solve(e.LHS, left)
	}
	if left, ok := Constant(e.LHS); ok {
		right, ok := rightOperand(e.Op, left, value)
		if !ok {
			return never("%s is always the same", e)
		}
		return s.solve(e.RHS, right)
	}
	right := s.usual(e.RHS)
	if e.Op == parser.MUL {
		right = 1
	}
	left, ok := leftOperand(e.Op, right, value)
	if !ok {
		return cannot("%s cannot be solved", e)
	}
	if err := s.solve(e.RHS, right); err != nil {
		return err
	}
	return s.solve(e.LHS, left)
}

// leftOperand solves x op right = value.
func leftOperand(op parser.ItemType, right, value float64) (float64, bool) {
	switch op {
	case parser.ADD:
		return value - right, true
	case parser.SUB:
		return value + right, true
	case parser.MUL:
		return value / right, right != 0
	case parser.DIV:
		return value * right, true
	}
	return 0, false
}

// rightOperand solves left op x = value.
func rightOperand(op parser.ItemType, left, value float64) (float64, bool) {
	switch op {
	case parser.ADD:
		return value - left, true
	case parser.SUB:
		return left - value, true
	case parser.MUL:
		return value / left, left != 0
	case parser.DIV:
		return left / value, value != 0
	}
	return 0, false
}

// usual is a value that an operand may well have.
func (s *solver) usual(expr parser.Expr) float64 {
	usual := 100.0
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		metric, _ := s.world.metric(selector.Name)
		for _, above := range path {
			if call, ok := above.(*parser.Call); ok && (call.Func.Name == "rate" || call.Func.Name == "irate") {
				usual = 20
			}
		}
		switch {
		case metric == nil:
		case metric.Unit.IsData():
			usual = 1 << 30
		case metric.Catalog != "" && metric.Type == ir.Gauge && len(metric.UnitWhen) > 0 && measuresData(metric, selector):
			usual = 1 << 30
		}
		return nil
	})
	return usual
}

// measuresData reports whether the matchers choose a unit of bytes.
func measuresData(m *ir.Metric, selector *parser.VectorSelector) bool {
	for _, c := range m.UnitWhen {
		for _, matcher := range selector.LabelMatchers {
			if matcher.Name == c.Label && matcher.Type == labels.MatchEqual && matcher.Value == c.Value && c.Unit.IsData() {
				return true
			}
		}
	}
	return false
}

// demand notes what a selector has to give.
func (s *solver) demand(selector *parser.VectorSelector, d demand) error {
	name := selector.Name
	for _, m := range selector.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			name = m.Value
		}
	}
	d.metric, d.part = s.world.metric(name)
	if d.metric == nil {
		return cannot("%s is no metric of the spec", name)
	}
	if isNative := d.metric.Type == ir.Histogram && !d.metric.Classic; isNative && !d.native {
		return cannot("%s is a native histogram and no number", name)
	}
	if d.value < 0 && !s.clock && (d.counter || d.metric.Type != ir.Gauge) {
		return never("%s would have to be negative", name)
	}
	for _, m := range selector.LabelMatchers {
		if m.Name != model.MetricNameLabel {
			d.matchers = append(d.matchers, m)
		}
	}
	d.clock = s.clock
	s.demands = append(s.demands, d)
	return nil
}
