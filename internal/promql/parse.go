// Package promql parses, builds, prints and types PromQL. Expressions are built as Prometheus' own syntax tree and printed
// once, so that quoting and precedence are the parser's business and never a template's. Table.Analyze takes an expression
// and what is known of the metrics, and gives the kind, unit, range and labels of each part, and what cannot be meant.
package promql

import (
	"sync"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// A parser holds no state between calls but is not documented as safe for concurrent use, so that calls share a pool.
var parsers = sync.Pool{New: func() any { return parser.NewParser(parser.Options{}) }}

// Parse parses one expression. The error is the parser's own, with a position in text.
func Parse(text string) (parser.Expr, error) {
	if err := readable(text); err != nil {
		return nil, err
	}
	p := parsers.Get().(parser.Parser)
	defer parsers.Put(p)
	return p.ParseExpr(text)
}

// ParseMatchers parses label matchers without their braces, such as status=~'5..', method="GET". Matchers on the metric's
// name are refused by callers, which know what the name stands for.
func ParseMatchers(text string) ([]*labels.Matcher, error) {
	if known, ok := parsedMatchers.get(text); ok {
		return copies(known), nil
	}
	p := parsers.Get().(parser.Parser)
	defer parsers.Put(p)
	// A selector needs one matcher that cannot be empty, so that matchers such as status!~"5.." stand beside a name.
	matchers, err := p.ParseMetricSelector("m{" + text + "}")
	if err != nil {
		return nil, err
	}
	kept := make([]labels.Matcher, 0, len(matchers))
	for _, m := range matchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual && m.Value == "m" {
			continue
		}
		kept = append(kept, *m)
	}
	parsedMatchers.put(text, kept)
	return copies(kept), nil
}
