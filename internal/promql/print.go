package promql

import (
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// lineWidth is the longest expression that stays on one line.
const lineWidth = 100

// Print prints an expression: on one line where it is short, else with one operand or argument a line. Operators lead
// their line, so that a diff shows the operand that changed and nothing else.
func Print(expr parser.Expr) string {
	var p printer
	p.Grow(2 * lineWidth) // more than most take
	p.print(expr, 0)
	return p.String()
}

type printer struct{ strings.Builder }

func (p *printer) print(expr parser.Expr, depth int) {
	if width := lineWidth - 2*depth; atLeast(expr) <= width {
		if text := expr.String(); len(text) <= width {
			p.WriteString(text)
			return
		}
	}
	switch e := expr.(type) {
	case *parser.BinaryExpr:
		p.print(e.LHS, depth)
		p.line(depth)
		p.WriteString(operator(e))
		p.WriteByte(' ')
		p.print(e.RHS, depth)
	case *parser.ParenExpr:
		p.WriteByte('(')
		p.inside(depth, e.Expr)
	case *parser.AggregateExpr:
		p.WriteString(head(e))
		if e.Param != nil {
			p.inside(depth, e.Param, e.Expr)
			return
		}
		p.inside(depth, e.Expr)
	case *parser.Call:
		if len(e.Args) == 0 {
			p.WriteString(e.String())
			return
		}
		p.WriteString(e.Func.Name + "(")
		p.inside(depth, e.Args...)
	default:
		p.WriteString(e.String()) // a selector or a subquery has nowhere to break that would read better
	}
}

// atLeast is a number of bytes that an expression takes in any case. The parser prints an expression by printing each part
// into the next larger one: asking at every level of a long one how long it is would take longer than all the rest.
func atLeast(expr parser.Expr) int {
	switch e := expr.(type) {
	case *parser.BinaryExpr:
		return atLeast(e.LHS) + len(" + ") + atLeast(e.RHS)
	case *parser.ParenExpr:
		return len("()") + atLeast(e.Expr)
	case *parser.AggregateExpr:
		return len("max()") + atLeast(e.Expr)
	case *parser.Call:
		length := len(e.Func.Name) + len("()")
		for _, argument := range e.Args {
			length += atLeast(argument)
		}
		return length
	case *parser.SubqueryExpr:
		return atLeast(e.Expr)
	case *parser.MatrixSelector:
		return atLeast(e.VectorSelector)
	case *parser.VectorSelector:
		length := 0
		for _, matcher := range e.LabelMatchers {
			length += len(matcher.Value) // of the name's own matcher, nothing else is printed
			if matcher.Name != model.MetricNameLabel {
				length += len(matcher.Name) + len(`=""`)
			}
		}
		return length
	default:
		return 0
	}
}

// inside prints what stands between parentheses, an argument a line, and closes them.
func (p *printer) inside(depth int, arguments ...parser.Expr) {
	for i, argument := range arguments {
		if i > 0 {
			p.WriteByte(',')
		}
		p.line(depth + 1)
		p.print(argument, depth+1)
	}
	p.line(depth)
	p.WriteByte(')')
}

func (p *printer) line(depth int) {
	p.WriteByte('\n')
	for range depth {
		p.WriteString("  ")
	}
}

// placeholder stands for an operand while the text around it is printed: printing the operand itself again at every level
// would take most of the time.
var placeholder = &parser.NumberLiteral{Val: 1}

// head is an aggregation up to and including its opening parenthesis, as the parser prints it.
func head(e *parser.AggregateExpr) string {
	shell := *e
	shell.Expr, shell.Param = placeholder, nil
	if e.Param != nil {
		shell.Param = placeholder
		return strings.TrimSuffix(shell.String(), "1, 1)")
	}
	return strings.TrimSuffix(shell.String(), "1)")
}

// operator is the operator with its modifiers, as the parser prints it between the operands.
func operator(e *parser.BinaryExpr) string {
	shell := *e
	shell.LHS, shell.RHS = placeholder, placeholder
	return strings.TrimSuffix(strings.TrimPrefix(shell.String(), "1 "), " 1")
}
