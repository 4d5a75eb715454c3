package prometheus

import (
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// shapeParser parses expressions to learn whether they are valid: those of one shape once, because either all of them are
// or none.
type shapeParser struct {
	parser.Parser
	shapes map[string]bool // that were parsed; a mistake is told once
}

// ParseExpr parses an expression. It returns neither an expression nor an error where one of the same shape came before.
func (p shapeParser) ParseExpr(text string) (parser.Expr, error) {
	shape := shapeOf(text)
	if p.shapes[shape] {
		return nil, nil
	}
	p.shapes[shape] = true
	return p.Parser.ParseExpr(text)
}

// shapeOf is an expression without the values of its equality matchers, on which it does not depend whether the expression
// is valid: unless they are empty, or a metric's name. It is the whole text where a string might not end at the next quote.
func shapeOf(text string) string {
	if strings.ContainsAny(text, "'`\\#") || strings.Contains(text, model.MetricNameLabel) {
		return text
	}
	var shape strings.Builder
	rest := text
	for {
		before, quoted, found := strings.Cut(rest, `"`)
		value, after, closed := strings.Cut(quoted, `"`)
		if !found || !closed {
			shape.WriteString(rest)
			return shape.String()
		}
		if strings.HasSuffix(before, "=") && !strings.HasSuffix(before, "==") && plain(value) {
			value = "v"
		}
		shape.WriteString(before)
		shape.WriteByte('"')
		shape.WriteString(value)
		shape.WriteByte('"')
		rest = after
	}
}

// plain reports whether a value is some printable ASCII.
func plain(value string) bool {
	return value != "" && strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
