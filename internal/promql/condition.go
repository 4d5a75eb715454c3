package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// Condition is a comparison of what an expression measures with a number: most alerts fire by one.
type Condition struct {
	Subject   parser.Expr
	Measured  Type            // of the subject
	Op        parser.ItemType // with the subject on its left
	Threshold float64
	Number    parser.Expr // where the threshold stands
}

// Above reports whether the condition holds for large values.
func (c Condition) Above() bool { return c.Op == parser.GTR || c.Op == parser.GTE }

// Below reports whether the condition holds for small values.
func (c Condition) Below() bool { return c.Op == parser.LSS || c.Op == parser.LTE }

// Condition returns the comparison with a number that a whole expression is; false where it is something else.
func (a *Analysis) Condition(expr parser.Expr) (Condition, bool) {
	e, ok := inside(expr).(*parser.BinaryExpr)
	if !ok || !e.Op.IsComparisonOperator() || e.ReturnBool {
		return Condition{}, false
	}
	if value, ok := a.number(e.RHS); ok {
		measured, _ := a.Type(e.LHS)
		return Condition{Subject: inside(e.LHS), Measured: measured, Op: e.Op, Threshold: value, Number: e.RHS}, true
	}
	if value, ok := a.number(e.LHS); ok {
		measured, _ := a.Type(e.RHS)
		return Condition{Subject: inside(e.RHS), Measured: measured, Op: mirrored(e.Op), Threshold: value, Number: e.LHS}, true
	}
	return Condition{}, false
}

// OnlyCondition returns the one comparison with a number other than 0 that an expression is or combines with others by and, or
// unless; it may be multiplied with an info metric for its labels. False where there are several numbers to choose from. x > 5 or x < -5 has one.
func (a *Analysis) OnlyCondition(expr parser.Expr) (Condition, bool) {
	var only Condition
	combined := 0
	for _, c := range a.conditions(expr) {
		switch {
		case c.Threshold == 0:
			continue
		case combined > 0 && math.Abs(c.Threshold) != math.Abs(only.Threshold):
			return Condition{}, false
		case combined == 0 || only.Threshold < 0:
			only = c
		}
		combined++
	}
	all := 0
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if e, ok := node.(*parser.BinaryExpr); ok {
			if c, ok := a.Condition(e); ok && c.Threshold != 0 {
				all++
			}
		}
		return nil
	})
	return only, combined > 0 && all == combined
}

// conditions are the comparisons with numbers that decide whether an expression has a result.
func (a *Analysis) conditions(expr parser.Expr) []Condition {
	e, ok := inside(expr).(*parser.BinaryExpr)
	switch {
	case !ok:
		return nil
	case e.Op == parser.LUNLESS:
		return a.conditions(e.LHS)
	case e.Op.IsSetOperator():
		return append(a.conditions(e.LHS), a.conditions(e.RHS)...)
	case e.Op == parser.MUL:
		if info, ok := a.Type(e.RHS); ok && info.Kind == KindInfo {
			return a.conditions(e.LHS) // times 1, for the labels of an info metric
		}
	}
	if c, ok := a.Condition(e); ok {
		return []Condition{c}
	}
	return nil
}

// number is the value of a part that is made of numbers alone, such as 60 * 60.
func (a *Analysis) number(part parser.Expr) (float64, bool) {
	typed, ok := a.Type(part)
	if !ok || typed.Kind != KindConstant || typed.Value != parser.ValueTypeScalar {
		return 0, false
	}
	return typed.Range.Constant()
}
