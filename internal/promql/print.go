package promql

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// lineWidth is the longest expression that stays on one line.
const lineWidth = 100

// Print prints an expression: on one line where it is short, else with one operand or argument a line. Operators lead
// their line, so that a diff shows the operand that changed and nothing else.
func Print(expr parser.Expr) string {
	var p printer
	p.print(expr, 0)
	return p.String()
}

type printer struct{ strings.Builder }

func (p *printer) print(expr parser.Expr, depth int) {
	text := expr.String()
	if len(text)+2*depth <= lineWidth {
		p.WriteString(text)
		return
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
			p.WriteString(text)
			return
		}
		p.WriteString(e.Func.Name + "(")
		p.inside(depth, e.Args...)
	default:
		p.WriteString(text) // a selector or a subquery has nowhere to break that would read better
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
