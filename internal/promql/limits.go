package promql

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"
)

// Limits of an expression. The parser's time grows with the square of its levels, and what walks a tree of a million levels
// fills the stack, which ends the program. What people and generators write is far below.
const (
	longest       = 64 << 10 // bytes
	mostOperators = 1000
	mostOpen      = 250
)

// readable refuses an expression that is too large to be meant, before it is parsed.
func readable(text string) error {
	if len(text) <= mostOpen {
		return nil // too short to break a limit
	}
	if len(text) > longest {
		return fmt.Errorf("an expression with more than %d KiB is not read", longest>>10)
	}
	var item parser.Item
	operators, open := 0, 0
	for lexer := parser.Lex(text); ; {
		lexer.NextItem(&item)
		switch {
		case item.Typ == parser.EOF, item.Typ == parser.ERROR:
			return nil
		case item.Typ == parser.LEFT_PAREN:
			open++
		case item.Typ == parser.RIGHT_PAREN:
			open--
		case item.Typ.IsOperator():
			operators++
		}
		if operators > mostOperators {
			return fmt.Errorf("an expression with more than %d operators is not read", mostOperators)
		}
		if open > mostOpen {
			return fmt.Errorf("an expression with more than %d open parentheses is not read", mostOpen)
		}
	}
}
