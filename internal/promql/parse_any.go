package promql

import (
	"sync"

	"github.com/prometheus/prometheus/promql/parser"
)

var anyParsers = sync.Pool{New: func() any {
	return parser.NewParser(parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true})
}}

// ParseAny parses one expression of others, who may have switched on Prometheus' feature flags: experimental functions and
// fill modifiers are taken too. The error is the parser's own, with a position in text, unless the
// expression is larger than any that is meant.
func ParseAny(text string) (parser.Expr, error) {
	if err := readable(text); err != nil {
		return nil, err
	}
	p := anyParsers.Get().(parser.Parser)
	defer anyParsers.Put(p)
	return p.ParseExpr(text)
}
