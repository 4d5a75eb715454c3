package mutation

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// selectorOperators are mistakes in what an expression reads.
var selectorOperators = []operator{
	{"metric misspelt", []string{"promql/unknown-metric"}, selectors(func(q query, s *parser.VectorSelector) []mutant {
		return []mutant{q.name(s, misspelt(s.Name))}
	})},
	{"metric's suffix dropped", []string{"promql/unknown-metric", "promql/quantile-of-non-bucket"}, selectors(func(q query, s *parser.VectorSelector) []mutant {
		for _, suffix := range []string{"_total", "_bucket", "_count", "_sum", "_info"} {
			if short, ok := strings.CutSuffix(s.Name, suffix); ok {
				return []mutant{q.name(s, short)}
			}
		}
		return nil
	})},
	{"matcher's label misspelt", []string{"promql/unknown-label", "rule/no-such-alert"}, matchers(func(q query, s *parser.VectorSelector, m *labels.Matcher) []mutant {
		return []mutant{q.matcher(s, m.Name, misspelt(m.Name))}
	})},
	{"matcher's value changed", []string{"promql/label-value", "kubernetes/job-name", "rule/no-such-alert"}, matchers(func(q query, s *parser.VectorSelector, m *labels.Matcher) []mutant {
		value := `"` + strings.ReplaceAll(m.Value, `\`, `\\`) + `"`
		if m.Type != labels.MatchEqual || !strings.Contains(q.source(s), value) {
			return nil
		}
		return []mutant{q.matcher(s, value, `"other`+value[1:])}
	})},
	{"window below two scrapes", []string{"promql/range-too-short"}, windows(func(model.Duration) string { return "30s" })},
	{"window beyond the retention", []string{"scrape/retention"}, windows(func(model.Duration) string { return "60d" })},
	{"syntax broken", []string{"promql/syntax"}, func(c *corpus) []mutant {
		var all []mutant
		for _, q := range c.queries() {
			at := len(q.text.Value)
			all = append(all, q.changeText(at-1, at, q.text.Value[at-1:]+"("))
		}
		return all
	}},
}

// callOperators are mistakes in functions and aggregations.
var callOperators = []operator{
	{"rate removed", []string{"promql/raw-counter", "promql/quantile-of-non-bucket", "promql/unit-mismatch", "rule/template-unit", "panel/unit"}, calls(func(q query, call *parser.Call) []mutant {
		if matrix, ok := window(call); ok && !q.isZero(call) {
			return []mutant{q.change(call, q.source(matrix.VectorSelector))}
		}
		return nil
	})},
	{"rate instead of increase", unitCodes, exchanged("increase", "rate")},
	{"increase instead of rate", unitCodes, exchanged("rate", "increase")},
	{"delta instead of rate", []string{"promql/delta-of-counter"}, exchanged("rate", "delta")},
	{"delta instead of increase", []string{"promql/delta-of-counter"}, exchanged("increase", "delta")},
	{"quantile in percent", []string{"promql/quantile-range"}, calls(func(q query, call *parser.Call) []mutant {
		if call.Func.Name != "histogram_quantile" {
			return nil
		}
		return []mutant{q.change(call.Args[0], map[string]string{"0.5": "50", "0.95": "95", "0.99": "99"}[q.source(call.Args[0])])}
	})},
	{"by removed", groupingCodes, groupings(func(q query, a *parser.AggregateExpr) []mutant {
		if slices.Contains(a.Grouping, model.BucketLabel) {
			return nil
		}
		return []mutant{q.change(a, a.Op.String()+"("+q.source(a.Expr)+")")}
	})},
	{"le dropped", []string{"promql/quantile-without-le"}, groupings(func(q query, a *parser.AggregateExpr) []mutant {
		if !slices.Contains(a.Grouping, model.BucketLabel) {
			return nil
		}
		return []mutant{q.change(a, a.Op.String()+"("+q.source(a.Expr)+")")}
	})},
	{"label in by misspelt", []string{"promql/unknown-label", "promql/quantile-without-le", "promql/never-matches"}, groupings(func(q query, a *parser.AggregateExpr) []mutant {
		var all []mutant
		for i := range a.Grouping {
			names := slices.Clone(a.Grouping)
			names[i] += "s"
			all = append(all, q.change(a, a.Op.String()+" by ("+strings.Join(names, ", ")+") ("+q.source(a.Expr)+")"))
		}
		return all
	})},
	{"one side's aggregation removed", []string{"promql/never-matches", "promql/many-to-one", "promql/or-always"}, func(c *corpus) []mutant {
		var all []mutant
		for _, q := range c.queries() {
			nodes(q, func(b *parser.BinaryExpr) {
				for _, side := range []parser.Expr{b.LHS, b.RHS} {
					if a, ok := side.(*parser.AggregateExpr); ok && b.VectorMatching != nil {
						all = append(all, q.change(a, q.source(a.Expr)))
					}
				}
			})
		}
		return all
	}},
}

// unitCodes tell that a value has another unit than those who show it think.
var unitCodes = []string{"promql/rate-with-increase", "promql/unit-mismatch", "rule/template-unit", "panel/unit", "promql/unreachable-comparison"}

// groupingCodes tell that a label is gone.
var groupingCodes = []string{"promql/aggregates-one", "promql/never-matches", "promql/many-to-one", "promql/unknown-label", "rule/template-label", "panel/legend-label", "panel/transformation", "panel/override"}

// operatorOperators are mistakes in operators and numbers.
var operatorOperators = []operator{
	{"sides of / exchanged", []string{"promql/inverted-share", "promql/zero-divisor", "promql/unreachable-comparison", "promql/unit-mismatch", "rule/template-unit", "panel/unit"}, func(c *corpus) []mutant {
		return c.binaries(func(q query, b *parser.BinaryExpr) []mutant {
			if b.Op != parser.DIV || b.VectorMatching == nil {
				return nil
			}
			return []mutant{q.change(b, q.source(b.RHS)+" / "+q.source(b.LHS))}
		})
	}},
	{"comparison turned", []string{"rule/text-threshold", "rule/severity-pair", "panel/threshold-alert", "promql/unreachable-comparison", "promql/constant-comparison", "promql/opposite-windows"}, thresholds(func(q query, b *parser.BinaryExpr) []mutant {
		turned, ok := map[parser.ItemType]string{parser.GTR: "<", parser.LSS: ">"}[b.Op]
		if !ok {
			return nil // == has no other side
		}
		_, left := q.original(b.LHS)
		right, _ := q.original(b.RHS)
		return []mutant{q.changeText(left, right, " "+turned+" ")}
	})},
	{"threshold times 1000", thresholdCodes, scaled("1000 * ")},
	{"threshold times 100", thresholdCodes, scaled("100 * ")},
	{"threshold by 100", thresholdCodes, scaled("0.01 * ")},
	{"or vector(0) removed", []string{"rule/absent"}, func(c *corpus) []mutant {
		return c.binaries(func(q query, b *parser.BinaryExpr) []mutant {
			if b.Op != parser.LOR || q.source(b.RHS) != "vector(0)" {
				return nil
			}
			return []mutant{q.change(b, q.source(b.LHS))}
		})
	}},
}

var thresholdCodes = []string{"promql/window-thresholds", "rule/text-threshold", "rule/severity-pair", "panel/threshold-alert", "promql/unreachable-comparison", "promql/constant-comparison"}

func selectors(each func(query, *parser.VectorSelector) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, q := range c.queries() {
			nodes(q, func(s *parser.VectorSelector) { all = append(all, each(q, s)...) })
		}
		return all
	}
}

func matchers(each func(query, *parser.VectorSelector, *labels.Matcher) []mutant) func(*corpus) []mutant {
	return selectors(func(q query, s *parser.VectorSelector) []mutant {
		var all []mutant
		for _, m := range s.LabelMatchers {
			if m.Name != model.MetricNameLabel {
				all = append(all, each(q, s, m)...)
			}
		}
		return all
	})
}

// windows sets the ranges of counters' windows that are ranges.
func windows(to func(model.Duration) string) func(*corpus) []mutant {
	return calls(func(q query, call *parser.Call) []mutant {
		matrix, ok := window(call)
		if !ok {
			return nil
		}
		from, end := q.original(matrix)
		open := from + strings.LastIndexByte(q.text.Value[from:end], '[')
		return []mutant{q.changeText(open+1, end-1, to(model.Duration(matrix.Range)))}
	})
}

func calls(each func(query, *parser.Call) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, q := range c.queries() {
			nodes(q, func(call *parser.Call) { all = append(all, each(q, call)...) })
		}
		return all
	}
}

// window is the range of a rate or an increase.
func window(call *parser.Call) (*parser.MatrixSelector, bool) {
	if call.Func.Name != "rate" && call.Func.Name != "increase" {
		return nil, false
	}
	matrix, ok := call.Args[0].(*parser.MatrixSelector)
	return matrix, ok
}

func exchanged(from, to string) func(*corpus) []mutant {
	return calls(func(q query, call *parser.Call) []mutant {
		if call.Func.Name != from || q.isZero(call) || to == "increase" && q.isInQuantile(call) {
			return nil
		}
		start, _ := q.original(call)
		return []mutant{q.changeText(start, start+len(from), to)}
	})
}

func groupings(each func(query, *parser.AggregateExpr) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		var all []mutant
		for _, q := range c.queries() {
			nodes(q, func(a *parser.AggregateExpr) {
				if len(a.Grouping) > 0 {
					all = append(all, each(q, a)...)
				}
			})
		}
		return all
	}
}

func (c *corpus) binaries(each func(query, *parser.BinaryExpr) []mutant) []mutant {
	var all []mutant
	for _, q := range c.queries() {
		nodes(q, func(b *parser.BinaryExpr) { all = append(all, each(q, b)...) })
	}
	return all
}

// thresholds are the comparisons of alerts with numbers.
func thresholds(each func(query, *parser.BinaryExpr) []mutant) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		return c.binaries(func(q query, b *parser.BinaryExpr) []mutant {
			if !q.alert || !b.Op.IsComparisonOperator() || b.RHS.Type() != parser.ValueTypeScalar {
				return nil
			}
			return each(q, b)
		})
	}
}

func scaled(factor string) func(*corpus) []mutant {
	return thresholds(func(q query, b *parser.BinaryExpr) []mutant {
		m := q.change(b.RHS, factor+q.source(b.RHS))
		m.site += " of " + strings.Join(strings.Fields(q.source(b.LHS)), " ")
		return []mutant{m}
	})
}

// name replaces the metric of a selector.
func (q query) name(s *parser.VectorSelector, name string) mutant {
	from, _ := q.original(s)
	return q.changeText(from, from+len(s.Name), name)
}

// matcher replaces a text that a selector's matchers have once.
func (q query) matcher(s *parser.VectorSelector, text, by string) mutant {
	from, to := q.original(s)
	open := from + strings.IndexByte(q.text.Value[from:to], '{')
	at := strings.Index(q.text.Value[open:to], text)
	for !isWhole(q.text.Value, open+at, len(text)) {
		at += len(text) + strings.Index(q.text.Value[open+at+len(text):to], text)
	}
	m := q.changeText(open+at, open+at+len(text), by)
	m.site += " of " + s.Name
	return m
}

// isWhole reports whether a text is no part of a longer name.
func isWhole(text string, at, length int) bool {
	return strings.ContainsRune(`{,"=`, rune(text[at-1])) && strings.ContainsRune(`},=!"`, rune(text[at+length]))
}

// isInQuantile reports whether a part stands in histogram_quantile(), for which rates and increases are the same.
func (q query) isInQuantile(part parser.Node) bool {
	found := false
	nodes(q, func(call *parser.Call) {
		at, inside := call.PositionRange(), part.PositionRange()
		found = found || call.Func.Name == "histogram_quantile" && at.Start <= inside.Start && inside.End <= at.End
	})
	return found
}

// isZero reports whether a part stands in 0 * x, where its value does not matter: to change it changes nothing.
func (q query) isZero(part parser.Node) bool {
	zero := false
	nodes(q, func(b *parser.BinaryExpr) {
		at, inside := b.PositionRange(), part.PositionRange()
		n, ok := b.LHS.(*parser.NumberLiteral)
		zero = zero || ok && n.Val == 0 && at.Start <= inside.Start && inside.End <= at.End
	})
	return zero
}
