package promql

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// isShare reports whether a quotient is a share for certain: the numerator adds up some of the series that the
// denominator adds up, so that it can never exceed it.
//
// A number that the numerator is multiplied with is returned as factor. Without it the factor is 1. The total is known to
// be no sum of negative values.
func (t *Table) isShare(e *parser.BinaryExpr, total Interval) (factor float64, ok bool) {
	factor, some := factored(inside(e.LHS))
	return factor, t.isPart(some, inside(e.RHS), total.Low >= 0)
}

// factored splits a number off a product: 100 * x.
func factored(expr parser.Expr) (factor float64, rest parser.Expr) {
	product, ok := expr.(*parser.BinaryExpr)
	if !ok || product.Op != parser.MUL {
		return 1, expr
	}
	if n, ok := inside(product.LHS).(*parser.NumberLiteral); ok && n.Val > 0 {
		return n.Val, inside(product.RHS)
	}
	if n, ok := inside(product.RHS).(*parser.NumberLiteral); ok && n.Val > 0 {
		return n.Val, inside(product.LHS)
	}
	return 1, expr
}

// isPart reports whether one expression adds up a part of what the other adds up: the same functions over the same ranges
// of counters, or values that are not negative, with matchers that select fewer series.
func (t *Table) isPart(some, all parser.Expr, nonNegative bool) bool {
	if either, ok := some.(*parser.BinaryExpr); ok && either.Op == parser.LOR {
		return t.isPartOrNothing(inside(either.LHS), all, nonNegative) && t.isPartOrNothing(inside(either.RHS), all, nonNegative)
	}
	if clamped, ok := some.(*parser.Call); ok && clamped.Func.Name == "clamp_min" && isNumber(clamped.Args[1], 0) {
		less, ok := inside(clamped.Args[0]).(*parser.BinaryExpr)
		return ok && less.Op == parser.SUB && t.growth(less.RHS) != "" && t.isPart(inside(less.LHS), all, nonNegative)
	}
	switch a := all.(type) {
	case *parser.VectorSelector:
		return (nonNegative || isWhole(metricName(a))) && isSubset(some, all) || t.recordsPart(some, a)
	case *parser.AggregateExpr:
		s, ok := some.(*parser.AggregateExpr)
		if !ok || s.Op != a.Op || a.Op != parser.SUM && a.Op != parser.COUNT || s.Without || a.Without {
			return false
		}
		for _, name := range a.Grouping {
			if !slices.Contains(s.Grouping, name) {
				return false
			}
		}
		if a.Op == parser.COUNT {
			return isSubset(inside(s.Expr), inside(a.Expr))
		}
		return t.isPart(inside(s.Expr), inside(a.Expr), nonNegative)
	case *parser.Call:
		s, ok := some.(*parser.Call)
		if !ok || s.Func.Name != a.Func.Name {
			return false
		}
		if a.Func.Name == "sum_over_time" || a.Func.Name == "avg_over_time" {
			return nonNegative && t.isPartOver(inside(s.Args[0]), inside(a.Args[0]))
		}
		if a.Func.Name != "rate" && a.Func.Name != "increase" {
			return false
		}
		return isSubset(inside(s.Args[0]), inside(a.Args[0]))
	default:
		return false
	}
}

// isPartOver reports whether samples of one expression are parts of another's over the same range.
func (t *Table) isPartOver(some, all parser.Expr) bool {
	switch a := all.(type) {
	case *parser.MatrixSelector:
		s, ok := some.(*parser.MatrixSelector)
		return ok && s.Range == a.Range && s.RangeExpr == nil && a.RangeExpr == nil && t.isPart(s.VectorSelector, a.VectorSelector, true)
	case *parser.SubqueryExpr:
		s, ok := some.(*parser.SubqueryExpr)
		return ok && s.Range == a.Range && s.Step == a.Step && s.RangeExpr == nil && a.RangeExpr == nil && s.StepExpr == nil && a.StepExpr == nil &&
			s.OriginalOffset == a.OriginalOffset && t.isPart(inside(s.Expr), inside(a.Expr), true)
	default:
		return false
	}
}

// recordsPart reports whether the rule behind one selector records a part of what the rule behind the other does.
func (t *Table) recordsPart(some parser.Expr, all *parser.VectorSelector) bool {
	s, ok := some.(*parser.VectorSelector)
	if !ok || metricName(s) == metricName(all) {
		return false
	}
	part, known := t.behind(s)
	whole, alsoKnown := t.behind(all)
	if clamped, ok := inside(part.expr).(*parser.Call); ok && known && clamped.Func.Name == "clamp_min" && alsoKnown &&
		t.In(part.scope).isPart(clamped, all, whole.result.Range.Low >= 0) {
		return true // what is left of the recorded whole itself
	}
	return known && alsoKnown && t.In(part.scope).isPart(inside(part.expr), inside(whole.expr), whole.result.Range.Low >= 0)
}

// isPartOrNothing takes 0 * x and vector(0) for parts too: they stand in where nothing has been counted yet.
func (t *Table) isPartOrNothing(some, all parser.Expr, nonNegative bool) bool {
	switch e := some.(type) {
	case *parser.BinaryExpr:
		if n, ok := inside(e.LHS).(*parser.NumberLiteral); ok && e.Op == parser.MUL && n.Val == 0 {
			return true
		}
	case *parser.Call:
		if n, ok := inside(firstOf(e.Args)).(*parser.NumberLiteral); ok && e.Func.Name == "vector" && n.Val == 0 {
			return true
		}
	}
	return t.isPart(some, all, nonNegative)
}

func firstOf(arguments parser.Expressions) parser.Expr {
	if len(arguments) == 0 {
		return nil
	}
	return arguments[0]
}

// isSubset reports whether a selector finds some of the series that another finds, over the same range.
func isSubset(some, all parser.Expr) bool {
	switch a := all.(type) {
	case *parser.MatrixSelector:
		s, ok := some.(*parser.MatrixSelector)
		return ok && s.Range == a.Range && s.RangeExpr == nil && a.RangeExpr == nil && isSubset(s.VectorSelector, a.VectorSelector)
	case *parser.VectorSelector:
		s, ok := some.(*parser.VectorSelector)
		if !ok || metricName(a) == "" || !sameTime(s, a) || metricName(s) != metricName(a) && !isBucketOf(s, a) &&
			partsOf[metricName(s)] != metricName(a) {
			return false
		}
		return !slices.ContainsFunc(a.LabelMatchers, func(m *labels.Matcher) bool {
			return m.Name != model.MetricNameLabel && !hasMatcher(s, m)
		})
	default:
		return false
	}
}

// isBucketOf reports whether one selector finds one bucket of each histogram whose observations the other counts. A bound
// may be written as le=~"5(\\.0)?", because Prometheus 2 and 3 store it differently.
func isBucketOf(bucket, count *parser.VectorSelector) bool {
	base, ok := strings.CutSuffix(metricName(bucket), "_bucket")
	if !ok || metricName(count) != base+"_count" {
		return false
	}
	return slices.ContainsFunc(bucket.LabelMatchers, func(m *labels.Matcher) bool {
		return m.Name == model.BucketLabel && m.Value != "" &&
			(m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp && len(m.SetMatches()) == 0 &&
				strings.HasSuffix(m.Value, `(\.0)?`) && !strings.ContainsAny(m.Value[:len(m.Value)-6], "*+|?[("))
	})
}

// partsOf are metrics of well-known exporters whose value is a part of another's.
var partsOf = map[string]string{
	"node_filesystem_avail_bytes":               "node_filesystem_size_bytes",
	"node_filesystem_free_bytes":                "node_filesystem_size_bytes",
	"node_filesystem_files_free":                "node_filesystem_files",
	"node_memory_MemAvailable_bytes":            "node_memory_MemTotal_bytes",
	"node_memory_MemFree_bytes":                 "node_memory_MemTotal_bytes",
	"node_memory_SwapFree_bytes":                "node_memory_SwapTotal_bytes",
	"kubelet_volume_stats_available_bytes":      "kubelet_volume_stats_capacity_bytes",
	"kubelet_volume_stats_used_bytes":           "kubelet_volume_stats_capacity_bytes",
	"kube_deployment_status_replicas_available": "kube_deployment_status_replicas",
}

// isWhole reports a metric that others are parts of: none of them is ever negative.
func isWhole(name string) bool {
	for _, whole := range partsOf {
		if whole == name {
			return true
		}
	}
	return false
}

func sameTime(a, b *parser.VectorSelector) bool {
	moment := func(s *parser.VectorSelector) (int64, bool) {
		if s.Timestamp == nil {
			return 0, false
		}
		return *s.Timestamp, true
	}
	at, fixed := moment(a)
	bt, alsoFixed := moment(b)
	return a.OriginalOffset == b.OriginalOffset && a.OriginalOffsetExpr == nil && b.OriginalOffsetExpr == nil && at == bt && fixed == alsoFixed &&
		a.StartOrEnd == b.StartOrEnd && a.Anchored == b.Anchored && a.Smoothed == b.Smoothed
}

func hasMatcher(s *parser.VectorSelector, m *labels.Matcher) bool {
	return slices.ContainsFunc(s.LabelMatchers, func(other *labels.Matcher) bool {
		return other.Name == m.Name && other.Type == m.Type && other.Value == m.Value
	})
}

// sameExpression reports whether two expressions are the same for certain.
func sameExpression(a, b parser.Expr) bool {
	a, b = inside(a), inside(b)
	switch x := a.(type) {
	case *parser.VectorSelector:
		y, ok := b.(*parser.VectorSelector)
		return ok && metricName(x) != "" && sameSelector(x, y)
	case *parser.MatrixSelector:
		y, ok := b.(*parser.MatrixSelector)
		return ok && x.Range == y.Range && x.RangeExpr == nil && y.RangeExpr == nil && sameExpression(x.VectorSelector, y.VectorSelector)
	case *parser.AggregateExpr:
		y, ok := b.(*parser.AggregateExpr)
		return ok && x.Op == y.Op && x.Without == y.Without && x.Param == nil && y.Param == nil &&
			slices.Equal(x.Grouping, y.Grouping) && sameExpression(x.Expr, y.Expr)
	case *parser.Call:
		y, ok := b.(*parser.Call)
		return ok && len(x.Args) == 1 && len(y.Args) == 1 && x.Func.Name == y.Func.Name && sameExpression(x.Args[0], y.Args[0])
	default:
		return false
	}
}

func sameSelector(a, b *parser.VectorSelector) bool {
	return sameTime(a, b) && len(a.LabelMatchers) == len(b.LabelMatchers) && sameSeries(a, b)
}

func sameSeries(a, b *parser.VectorSelector) bool {
	covers := func(a, b *parser.VectorSelector) bool {
		return !slices.ContainsFunc(a.LabelMatchers, func(m *labels.Matcher) bool { return !hasMatcher(b, m) })
	}
	return covers(a, b) && covers(b, a)
}

// earlier reports whether an expression is another one at an earlier time: x - x offset 1h.
func earlier(now, then parser.Expr) bool {
	a, ok := inside(now).(*parser.VectorSelector)
	b, alsoOk := inside(then).(*parser.VectorSelector)
	return ok && alsoOk && metricName(a) == metricName(b) && sameSeries(a, b)
}
