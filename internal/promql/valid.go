package promql

import (
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// validShapes are the shapes of expressions that were parsed: the services of a fleet ask nearly the same.
var validShapes memo[struct{}]

// Valid parses an expression of Belfry's own to learn whether it is one. The error is the parser's. Of the expressions of one
// shape it parses the first, because either all of them are valid or none.
func Valid(text string) error {
	shape := shapeOf(text)
	if _, known := validShapes.get(shape); known {
		return nil
	}
	p := parsers.Get().(parser.Parser)
	defer parsers.Put(p)
	if _, err := p.ParseExpr(text); err != nil {
		return err
	}
	validShapes.put(shape, struct{}{})
	return nil
}

// validSeries are the shapes of series that were parsed.
var validSeries memo[struct{}]

// ValidSeries parses a series and values of Belfry's own, in the notation of promtool's tests, to learn whether they are such.
// The error is the parser's. Of the series of one shape it parses the first with its values, which are numbers.
func ValidSeries(series, values string) error {
	shape := shapeOf(series)
	if _, known := validSeries.get(shape); known {
		return nil
	}
	p := parsers.Get().(parser.Parser)
	defer parsers.Put(p)
	if _, _, err := p.ParseSeriesDesc(series + " " + values); err != nil {
		return err
	}
	validSeries.put(shape, struct{}{})
	return nil
}

// shapeOf is an expression without the values of its equality matchers, on which it does not depend whether the expression
// is valid: unless they are empty, or a metric's name. It is the whole text where a string might not end at the next quote.
func shapeOf(text string) string {
	if strings.ContainsAny(text, "'`\\#") || strings.Contains(text, model.MetricNameLabel) {
		return text
	}
	var shape strings.Builder
	shape.Grow(len(text))
	rest := text
	for {
		before, quoted, found := strings.Cut(rest, `"`)
		value, after, closed := strings.Cut(quoted, `"`)
		if !found || !closed {
			shape.WriteString(rest)
			return shape.String()
		}
		if strings.HasSuffix(before, "=") && !strings.HasSuffix(before, "==") && isPlainText(value) {
			value = "v"
		}
		shape.WriteString(before)
		shape.WriteByte('"')
		shape.WriteString(value)
		shape.WriteByte('"')
		rest = after
	}
}

// isPlainText reports whether a value is some printable ASCII.
func isPlainText(value string) bool {
	return value != "" && strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}
