package search

import (
	"math"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// arithmetic turns what is wanted of a result into what is wanted of its operands.
func (h hinter) arithmetic(e *parser.BinaryExpr, g goal) {
	if h.clock && !readsClock(e) {
		if n, ok := constant(e.RHS); ok && e.Op == parser.DIV && n != 0 {
			h.scale *= n
		} else if ok && e.Op == parser.MUL && n != 0 {
			h.scale /= n
		}
	}
	if !g.isNumber() {
		h.want(e.LHS, g)
		h.want(e.RHS, g)
		return
	}
	left, right := h.estimate(e.LHS), h.estimate(e.RHS)
	_, leftConstant := constant(e.LHS)
	_, rightConstant := constant(e.RHS)
	if !leftConstant {
		h.want(e.LHS, leftGoal(e.Op, g, right))
		if !rightConstant {
			h.want(e.RHS, goal{want: base})
		}
	}
	if !rightConstant {
		h.want(e.RHS, rightGoal(e.Op, g, left))
		if !leftConstant {
			h.want(e.LHS, goal{want: base})
		}
	}
}

// leftGoal is what an operator's left side has to be for its result to be what is wanted, with the right side as it is.
func leftGoal(op parser.ItemType, g goal, right float64) goal {
	switch op {
	case parser.ADD:
		return g.at(g.level - right)
	case parser.SUB:
		return g.at(g.level + right)
	case parser.MUL:
		if right < 0 {
			g = g.mirrored()
		}
		return finite(g, g.level/right)
	case parser.DIV:
		if right < 0 {
			g = g.mirrored()
		}
		return finite(g, g.level*right)
	case parser.POW:
		return finite(g, math.Pow(g.level, 1/right))
	}
	return g
}

// rightGoal is the same for the right side.
func rightGoal(op parser.ItemType, g goal, left float64) goal {
	switch op {
	case parser.ADD, parser.MUL:
		return leftGoal(op, g, left)
	case parser.SUB:
		return g.mirrored().at(left - g.level)
	case parser.DIV:
		return finite(g.mirrored(), left/g.level)
	}
	return g
}

// finite is a goal at a number that can be calculated with.
func finite(g goal, level float64) goal {
	if math.IsNaN(level) || math.IsInf(level, 0) {
		return g.at(0)
	}
	return g.at(level)
}

// aggregate goes on below an aggregation. Counts ask for series instead of values.
func (h hinter) aggregate(e *parser.AggregateExpr, g goal) {
	switch e.Op {
	case parser.COUNT, parser.COUNT_VALUES, parser.GROUP:
		if !g.isNumber() || e.Op == parser.COUNT_VALUES {
			h.want(e.Expr, goal{want: present})
			return
		}
		h.copiesFor(g.level)
		few := g.want == below || g.want == equals && g.level < 1
		if few {
			h.want(e.Expr, goal{want: empty})
		}
		h.want(e.Expr, goal{want: present})
	case parser.STDDEV, parser.STDVAR:
		h.deviates = true
		h.want(e.Expr, g)
	default:
		if n, ok := constant(e.Param); ok && (e.Op == parser.TOPK || e.Op == parser.BOTTOMK) {
			h.copiesFor(n)
		}
		h.want(e.Expr, g)
	}
}

// copiesFor asks for as many series as decide a count.
func (h hinter) copiesFor(n float64) {
	for _, count := range []int{int(n) + 1, int(n), int(2*n) + 1} {
		if count > 1 && count <= maxCopies && !slices.Contains(h.counts, count) {
			h.counts = append(h.counts, count)
		}
	}
}

// constant is the value of a part that is made of numbers alone.
func constant(expr parser.Expr) (float64, bool) {
	switch e := expr.(type) {
	case *parser.NumberLiteral:
		return e.Val, true
	case *parser.ParenExpr:
		return constant(e.Expr)
	case *parser.StepInvariantExpr:
		return constant(e.Expr)
	case *parser.UnaryExpr:
		v, ok := constant(e.Expr)
		if e.Op == parser.SUB {
			v = -v
		}
		return v, ok
	case *parser.Call:
		if (e.Func.Name == "vector" || e.Func.Name == "scalar") && len(e.Args) == 1 {
			return constant(e.Args[0])
		}
		if e.Func.Name == "pi" {
			return math.Pi, true
		}
	case *parser.BinaryExpr:
		l, left := constant(e.LHS)
		r, right := constant(e.RHS)
		return calculate(e.Op, l, r), left && right && !e.Op.IsSetOperator() && !e.Op.IsComparisonOperator()
	}
	return 0, false
}

func calculate(op parser.ItemType, l, r float64) float64 {
	switch op {
	case parser.ADD:
		return l + r
	case parser.SUB:
		return l - r
	case parser.MUL:
		return l * r
	case parser.DIV:
		return l / r
	case parser.MOD:
		return math.Mod(l, r)
	case parser.POW:
		return math.Pow(l, r)
	case parser.ATAN2:
		return math.Atan2(l, r)
	}
	return l
}

// estimate is the value of a part when every series has the value 1, or grows by 1 each second.
func (h hinter) estimate(expr parser.Expr) float64 {
	if v, ok := constant(expr); ok {
		return v
	}
	v := 1.0
	switch e := expr.(type) {
	case *parser.ParenExpr:
		v = h.estimate(e.Expr)
	case *parser.StepInvariantExpr:
		v = h.estimate(e.Expr)
	case *parser.UnaryExpr:
		if v = h.estimate(e.Expr); e.Op == parser.SUB {
			v = -v
		}
	case *parser.BinaryExpr:
		v = calculate(e.Op, h.estimate(e.LHS), h.estimate(e.RHS))
	case *parser.AggregateExpr:
		if e.Op != parser.COUNT && e.Op != parser.GROUP {
			v = h.estimate(e.Expr)
		}
	case *parser.VectorSelector:
		if rules := h.chain.behind(e); len(rules) > 0 && h.depth < maxDepth {
			h.depth++
			v = h.estimate(rules[0].Expr)
		}
	case *parser.Call:
		v = h.estimateCall(e)
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 1
	}
	return v
}

func (h hinter) estimateCall(e *parser.Call) float64 {
	vector := operand(e)
	if vector == nil {
		return 1
	}
	switch name := e.Func.Name; {
	case name == "increase":
		return rangeOf(vector).Seconds()
	case name == "rate", name == "irate", strings.HasPrefix(name, "histogram_"):
		return 1
	}
	switch matrix := vector.(type) {
	case *parser.MatrixSelector:
		return h.estimate(matrix.VectorSelector)
	case *parser.SubqueryExpr:
		return h.estimate(matrix.Expr)
	}
	return h.estimate(vector)
}
