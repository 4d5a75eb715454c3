package promql

import (
	"github.com/prometheus/prometheus/promql/parser"
)

// Use is what an expression is for.
type Use uint8

// The uses. The zero Use is any: only what is wrong everywhere is found.
const (
	UseAny    Use = iota
	UseAlert      // the expression of an alerting rule
	UseRecord     // the expression of a recording rule
	UseGraph      // a query of a panel
)

// Coverage is how much of what an expression reads is known.
type Coverage string

// The coverages.
const (
	CoverageFull    Coverage = "full"    // every metric is known, and the result's unit
	CoveragePartial Coverage = "partial" // something is known
	CoverageNone    Coverage = "none"    // no metric is known
)

// Analysis is what is known of an expression and wrong with it.
type Analysis struct {
	Root     Type
	Findings []Finding // by place, then code
	Coverage Coverage
	// Misspelt are the labels of groupings that are reported as unknown: what else names them follows from that.
	Misspelt []string
	types    []typedNode
	stranger *parser.VectorSelector // the first whose metric is not known; nil where there is none
}

type typedNode struct {
	node   parser.Node
	result Type
}

// Type returns the type of a part of the expression; false where the part does not belong to it.
func (a *Analysis) Type(node parser.Node) (Type, bool) {
	for i := range a.types {
		if a.types[i].node == node {
			return a.types[i].result, true
		}
	}
	return Type{}, false
}

// Analyze infers the type of an expression and of all its parts in one walk from the leaves up, and finds what cannot be
// meant. What the table does not know stays unknown, and nothing unknown is a finding. It takes every expression that
// Prometheus' parser accepts, experimental functions included.
func (t *Table) Analyze(expr parser.Expr, use Use) *Analysis {
	w := walk{table: t, use: use, types: make([]typedNode, 0, 16)}
	root := w.infer(expr)
	w.checkRoot(expr, root)
	sortFindings(w.findings)
	return &Analysis{Root: root, Findings: w.findings, Coverage: w.coverage(root), Misspelt: w.misspelt, types: w.types, stranger: w.stranger}
}

// walk is one analysis under way.
type walk struct {
	table    *Table
	use      Use
	findings []Finding
	types    []typedNode
	misspelt []string // labels of groupings that are reported
	// selectors and known count the series that the expression selects, and those of a known metric.
	selectors, known int
	stranger         *parser.VectorSelector // the first of no known metric
}

// infer types an expression and remembers the type.
func (w *walk) infer(expr parser.Expr) Type {
	result := w.inferNode(expr)
	w.types = append(w.types, typedNode{expr, result})
	return result
}

func (w *walk) inferNode(expr parser.Expr) Type {
	switch e := expr.(type) {
	case *parser.NumberLiteral:
		return Type{Value: parser.ValueTypeScalar, Kind: KindConstant, Shape: ShapeNumber, Unit: literal, Range: exactly(e.Val)}
	case *parser.StringLiteral:
		return Type{Value: parser.ValueTypeString, Range: anything}
	case *parser.ParenExpr:
		return w.infer(e.Expr)
	case *parser.StepInvariantExpr:
		return w.infer(e.Expr)
	case *parser.UnaryExpr:
		return w.unary(e)
	case *parser.VectorSelector:
		return w.selector(e)
	case *parser.MatrixSelector:
		return inMatrix(w.infer(e.VectorSelector))
	case *parser.SubqueryExpr:
		result := inMatrix(w.infer(e.Expr))
		result.NeverEmpty, result.Metric = false, nil
		return result
	case *parser.Call:
		return w.call(e)
	case *parser.AggregateExpr:
		return w.aggregate(e)
	case *parser.BinaryExpr:
		return w.binary(e)
	default:
		return Type{Value: expr.Type(), Range: anything}
	}
}

func inMatrix(t Type) Type {
	t.Value = parser.ValueTypeMatrix
	return t
}

// unary types + and -.
func (w *walk) unary(e *parser.UnaryExpr) Type {
	t := w.infer(e.Expr)
	if e.Op != parser.SUB {
		return t
	}
	t.Range, t.Metric = t.Range.negative(), nil
	switch t.Kind {
	case KindConstant:
	case KindTimestamp:
		t.Unit, t.Kind = Measure{}, KindUnknown
	default:
		t.Kind = KindGauge
	}
	return t
}

func (w *walk) coverage(root Type) Coverage {
	switch {
	case w.selectors > 0 && w.known == 0:
		return CoverageNone
	case w.known == w.selectors && root.Unit.Certainty != UnitUnknown:
		return CoverageFull
	default:
		return CoveragePartial
	}
}

// inside is an expression without the parentheses around it.
func inside(expr parser.Expr) parser.Expr {
	for {
		paren, ok := expr.(*parser.ParenExpr)
		if !ok {
			return expr
		}
		expr = paren.Expr
	}
}
