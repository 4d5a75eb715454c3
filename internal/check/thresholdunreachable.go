package check

import (
	"cmp"
	"fmt"
	"math"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

var alertThresholdUnreachable = &Check{
	Code: "alert/threshold-unreachable", Severity: diag.Error, Warns: true,
	Doc: Doc{
		Summary: "a threshold of an alert or an SLO lies outside what its signal can be",
		Why: "A share never exceeds 100 %, a rate is never below 0, and a quantile never exceeds the last finite bucket of its " +
			"histogram, however slow the service is, and is never less than its part of the first one, however fast it is " +
			"(histogram_quantile). Such an alert never fires, or never stops firing, and every " +
			"evaluation of such an SLO is good, or none. For a gauge that is a share it is a warning, because the service may expose anything.",
	},
	Run: func(p *Pass) {
		for _, a := range p.Program.Alerts {
			if a.Query == nil {
				continue
			}
			if r, ok := reachOf(a.Query); ok {
				checkThreshold(p, a.Path+thresholdField(a.Threshold), a.Signal.Title, a.Query.Unit, a.Threshold, r)
			}
		}
		for _, slo := range p.Program.SLOs {
			if slo.SLI != ir.SLISlice {
				continue
			}
			if r, ok := reachOf(slo.Signal.Default); ok {
				checkThreshold(p, slo.Path+thresholdField(slo.Bound), slo.Signal.Title, slo.Signal.Unit, slo.Bound, r)
			}
		}
	},
}

// interval is what a query's value can be, in the query's unit.
type interval struct {
	low, high float64
	because   string // what bounds it above, as a clause; empty where nothing does
	floor     string // what bounds it below, as ": " and a clause; empty where the number says it
	promised  bool   // the query's own form bounds it, and not the honesty of the service
}

// checkThreshold holds a threshold, in a unit, against what its signal can be.
func checkThreshold(p *Pass, path, title string, u unit.Unit, threshold ir.Threshold, r interval) {
	report := p.Report
	if !r.promised {
		report = p.Warn
	}
	value, format := threshold.Value, u.Format
	bounds := cmp.Or(r.because, "it is never below "+format(r.low))
	switch {
	case threshold.Above && value >= r.high:
		report(path, "write a value below "+format(r.high), "%s is never above %s: %s", title, format(value), bounds)
	case !threshold.Above && value <= r.low:
		report(path, "write a value above "+format(r.low), "%s is never below %s%s", title, format(value), r.floor)
	case threshold.Above && value < r.low:
		report(path, "write a value above "+format(r.low), "%s is always above %s%s", title, format(value), r.floor)
	case !threshold.Above && value > r.high:
		report(path, "write a value of at most "+format(r.high), "%s is always below %s: %s", title, format(value), bounds)
	}
}

// reachOf is what a query can be, as its form tells.
func reachOf(q *ir.Query) (interval, bool) {
	metrics := q.Signal.Metrics
	if hasSubstitute(q.Expr) || len(metrics) == 0 {
		return interval{}, false // the value for missing series may lie anywhere
	}
	switch q.Signal.Form {
	case ir.FormRate, ir.FormIncrease:
		return interval{low: 0, high: math.Inf(1), promised: true}, true
	case ir.FormShare, ir.FormWithin:
		r, ok := shareIn(q.Unit)
		r.promised = true
		return r, ok
	case ir.FormQuantile:
		return quantileReach(q, metrics[0])
	case ir.FormValue:
		if metrics[0].Own() && metrics[0].Unit.IsRatio() && metrics[0].Replicas != "add" {
			return shareIn(q.Unit)
		}
	}
	return interval{}, false
}

// shareIn is from nothing to all, in a unit of shares.
func shareIn(u unit.Unit) (interval, bool) {
	all, ok := unit.Ratio.Convert(1, u)
	return interval{low: 0, high: all, because: fmt.Sprintf("a share is at most %s", u.Format(all))}, ok
}

// quantileReach is up to the last finite bound: beyond it histogram_quantile returns that bound. At the least all observations are in the
// first bucket, in which it interpolates from zero.
func quantileReach(q *ir.Query, m *ir.Metric) (interval, bool) {
	if !m.Classic || len(m.Buckets) == 0 {
		return interval{}, false
	}
	last, ok := m.Unit.Convert(m.Buckets[len(m.Buckets)-1], q.Unit)
	r := interval{low: math.Inf(-1), high: last, promised: true, because: fmt.Sprintf("the last bucket of %s ends at %s", m.Name, q.Unit.Format(last))}
	if first, _ := m.Unit.Convert(m.Buckets[0], q.Unit); first > 0 {
		r.low = q.Q * first
		r.floor = fmt.Sprintf(": the first bucket of %s ends at %s, and with all in it the quantile is %s", m.Name, q.Unit.Format(first), q.Unit.Format(r.low))
	}
	return r, ok
}

// hasSubstitute reports whether a fixed value stands in where the query has no result.
func hasSubstitute(expr parser.Expr) bool {
	either, ok := expr.(*parser.BinaryExpr)
	if !ok || either.Op != parser.LOR {
		return false
	}
	call, ok := either.RHS.(*parser.Call)
	return ok && call.Func.Name == "vector"
}
