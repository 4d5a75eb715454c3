package promql

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"
)

// inferences are what each construct of PromQL makes of what it is given: kind, unit, range and labels. A label with ! is
// on every series, with ? perhaps; = lists all that it can be; … says that there may be others.
var inferences = []struct{ text, want string }{
	// Selectors.
	{`shop_queue_depth`, `gauge, orders; container?, endpoint?, instance!, job!, namespace?, pod?, priority!=high|low, service?`},
	{`shop_requests_total`, `counter, requests, 0 to +Inf; container?, endpoint?, instance!, job!, method!=GET|POST, namespace?, pod?, service?, status!=200|404|500|503`},
	{`kube_limits{resource="cpu", pod!=""}`, `gauge, cores; container?, endpoint?, instance!, job!, namespace?, pod!, resource!=cpu, service?, …`},
	{`kube_limits`, `gauge, unknown; container?, endpoint?, instance!, job!, namespace?, pod?, resource?, service?, …`},
	{`other{a="x", b=~"y|z", c!="", d=~".*", e!="w", f=""}`, `unknown, unknown; a!=x, b!=y|z, c!, d?, e?, …`},
	{`up`, `gauge, targets, 0 to 1; container?, endpoint?, instance!, job!, namespace?, pod?, service?`},
	{`shop_build_info`, `info, unknown, 1; container?, endpoint?, instance!, job!, namespace?, pod?, service?, version!`},
	{`sum by (le) (shop_latency_seconds_bucket)`, `counter classic bucket, a plain number, 0 to +Inf; le!`},
	{`sum(shop_latency_seconds_sum)`, `counter, s; none`},
	{`sum(shop_wait_milliseconds)`, `counter native histogram, ms; none`},
	{`max by (quantile) (shop_gc_seconds)`, `gauge, s; quantile!`},
	{`shop:errors:ratio`, `gauge, ratio, 0 to 1; job!, window!=5m`},
	{`shop:loop`, `unknown, unknown; …`},
	{`shop_month_dollars offset 1d`, `gauge, USD; container?, endpoint?, instance!, job!, namespace?, pod?, service?`},
	{`sum(shop_month_dollars @ end())`, `gauge, USD; none`},

	// Functions over ranges.
	{`sum(rate(shop_requests_total[5m]))`, `rate, requests/s, 0 to +Inf; none`},
	{`sum(rate(shop_cpu_seconds_total[5m]))`, `rate, cores, 0 to +Inf; none`},
	{`sum(increase(shop_received_bytes_total[1h]))`, `increase, B, 0 to +Inf; none`},
	{`sum(delta(shop_queue_depth[1h]))`, `increase, orders; none`},
	{`sum(deriv(shop_memory_bytes[1h]))`, `gauge, B/s; none`},
	{`sum(predict_linear(shop_memory_bytes[1h], 3600))`, `gauge, B; none`},
	{`sum(max_over_time(shop_hit_ratio[1h]))`, `gauge, ratio, 0 to +Inf; none`},
	{`max(quantile_over_time(0.5, shop_hit_ratio[1h]))`, `gauge, ratio, 0 to 1; none`},
	{`max(count_over_time(up[1h]))`, `gauge, a plain number, 1 to +Inf; none`},
	{`max(present_over_time(up[1h]))`, `state, a plain number, 1; none`},
	{`max(changes(shop_started_seconds[1h]))`, `gauge, a plain number, 0 to +Inf; none`},
	{`max(stddev_over_time(shop_uptime_seconds[1h]))`, `gauge, s, 0 to +Inf; none`},
	{`max(stdvar_over_time(shop_uptime_seconds[1h]))`, `gauge, unknown, 0 to +Inf; none`},
	{`max(last_over_time(shop_requests_total[1h]))`, `counter, requests, 0 to +Inf; none`},
	{`max(max_over_time(sum(rate(shop_requests_total[5m]))[1h:5m]))`, `rate, requests/s, 0 to +Inf; none`},
	{`max(ts_of_max_over_time(shop_queue_depth[1h]))`, `timestamp, s, 0 to +Inf; none`},
	{`max(double_exponential_smoothing(shop_queue_depth[1h], 0.5, 0.5))`, `gauge, orders; none`},

	// Arithmetic, units and ranges.
	{`sum(shop_errors_total) / sum(shop_requests_total)`, `gauge, errors/request, 0 to +Inf; none`},
	{`sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m]))`, `gauge, ratio, 0 to 1; none`},
	{`100 * sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m]))`, `gauge, percent, 0 to 100; none`},
	{`100 * sum(shop_errors_total) / sum(shop_requests_total)`, `gauge, errors per request, in an unknown scale, 0 to +Inf; none`},
	{`100 * sum(shop_memory_bytes) / sum(shop_memory_limit_bytes)`, `gauge, percent; none`},
	{`sum(shop_errors_total) / (sum(shop_errors_total) * 7)`, `gauge, a ratio, in an unknown scale, 0 to +Inf; none`},
	{`100 * (sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m])))`, `gauge, percent, 0 to 100; none`},
	{`sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m])) / 0.01`, `gauge, a ratio, in an unknown scale, 0 to 100; none`},
	{`1 - sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m]))`, `gauge, ratio, 0 to 1; none`},
	{`(sum(rate(shop_requests_total{status=~"5.."}[5m])) or 0 * sum(rate(shop_requests_total[5m]))) / sum(rate(shop_requests_total[5m]))`, `gauge, ratio, 0 to 1; none`},
	{`(sum(rate(shop_errors_total[5m])) or vector(0)) / sum(rate(shop_errors_total[5m]))`, `gauge, ratio, 0 to 1; none`},
	{`sum(rate(shop_latency_seconds_bucket{le="0.5"}[5m])) / sum(rate(shop_latency_seconds_count[5m]))`, `gauge, ratio, 0 to 1; none`},
	{`sum(rate(shop_latency_seconds_bucket{le=~"5(\\.0)?"}[5m])) / sum(rate(shop_latency_seconds_count[5m]))`, `gauge, ratio, 0 to 1; none`},
	{`sum(rate(shop_latency_seconds_bucket{le=~"5|1"}[5m])) / sum(rate(shop_latency_seconds_count[5m]))`, `gauge, ratio, 0 to +Inf; none`},
	{`sum(rate(shop_requests_total[5m])) * 60`, `rate, requests/min, 0 to +Inf; none`},
	{`sum(shop_memory_bytes) / 1024 / 1024`, `gauge, MiB; none`},
	{`sum(rate(shop_received_bytes_total[5m])) * 8`, `rate, bit/s, 0 to +Inf; none`},
	{`sum(shop_uptime_seconds) * 1000`, `gauge, ms; none`},
	{`sum(shop_uptime_seconds) / 3600`, `gauge, h; none`},
	{`sum(shop_memory_bytes) * 0.9`, `gauge, bytes, in an unknown scale; none`},
	{`sum(increase(shop_cost_dollars_total[1h])) / sum(increase(shop_requests_total[1h]))`, `gauge, USD/request, 0 to +Inf; none`},
	{`sum(rate(shop_latency_seconds_sum[5m])) / sum(rate(shop_latency_seconds_count[5m]))`, `gauge, s, 0 to +Inf; none`},
	{`sum(increase(shop_cost_dollars_total[30d])) / sum(shop_budget_dollars)`, `gauge, ratio; none`},
	{`sum(increase(shop_cost_dollars_total[7d])) / sum(shop_budget_dollars)`, `gauge, unknown; none`},
	{`sum(shop_memory_bytes) or 0 * sum(other)`, `gauge, B; none`},
	{`time() - max(shop_started_seconds)`, `gauge, s; none`},
	{`max(shop_started_seconds) + 3600`, `timestamp, s; none`},
	{`max(shop_started_seconds) * 1000`, `unknown, unknown; none`},
	{`sum(shop_memory_bytes) - sum(shop_memory_limit_bytes)`, `gauge, B; none`},
	{`sum(shop_memory_bytes) + sum(other)`, `unknown, unknown; none`},
	{`sum(shop_memory_bytes) * sum(other)`, `unknown, unknown; none`},
	{`-max(shop_hit_ratio)`, `gauge, ratio, -1 to 0; none`},
	{`sum(shop_requests_total) - sum(shop_requests_total)`, `gauge, requests, 0; none`},
	{`2 ^ 10`, `constant, any unit, 1024; none`},
	{`max(shop_queue_depth) % 10`, `gauge, orders; none`},
	{`abs(-max(shop_hit_ratio))`, `gauge, ratio, 0 to 1; none`},
	{`clamp(max(shop_queue_depth), 0, 5)`, `gauge, orders, 0 to 5; none`},
	{`clamp_min(max(up), 0.5)`, `gauge, targets, 0.5 to 1; none`},
	{`round(max(shop_hit_ratio))`, `gauge, ratio, 0 to 1; none`},
	{`sgn(max(shop_queue_depth))`, `gauge, a plain number, -1 to 1; none`},
	{`sqrt(max(shop_memory_bytes))`, `gauge, unknown, 0 to +Inf; none`},
	{`max(shop_queue_depth) atan2 max(shop_queue_depth)`, `gauge, unknown; none`},
	{`hour()`, `gauge, a plain number, 0 to 23; none`},
	{`hour(max(shop_started_seconds))`, `gauge, a plain number, 0 to 23; none`},
	{`pi()`, `constant, any unit, 3.141592653589793; none`},
	{`scalar(max(shop_memory_bytes))`, `gauge, B; none`},
	{`vector(time())`, `timestamp, s, 0 to +Inf; none`},
	{`max_of(1, 2)`, `constant, any unit, 2; none`},
	{`timestamp(sum(up))`, `timestamp, s, 0 to +Inf; none`},

	// Comparisons and set operators.
	{`max(shop_memory_bytes) > 5`, `gauge, B, 5 to +Inf; none`},
	{`5 > max(shop_hit_ratio)`, `gauge, ratio, 0 to 1; none`},
	{`max(shop_memory_bytes) > bool 5`, `state, a plain number, 0 to 1; none`},
	{`max(up) == 1`, `gauge, targets, 1; none`},
	{`max(shop_memory_bytes) and sum(up)`, `gauge, B; none`},
	{`max(shop_memory_bytes) or vector(0)`, `gauge, B; none`},
	{`max(shop_memory_bytes) or max(shop_uptime_seconds)`, `gauge, unknown; none`},
	{`max by (job) (up) or max by (pod) (up)`, `gauge, targets, 0 to 1; job?, pod?`},
	{`shop_queue_depth unless on (job) sum by (job) (up == 0)`, `gauge, orders; container?, endpoint?, instance!, job!, namespace?, pod?, priority!=high|low, service?`},

	// Aggregations.
	{`avg by (priority) (shop_queue_depth)`, `gauge, orders; priority!=high|low`},
	{`count(shop_queue_depth)`, `gauge, a plain number, 1 to +Inf; none`},
	{`group by (job) (up)`, `state, a plain number, 1; job!`},
	{`count_values by (job) ("value", up)`, `gauge, a plain number, 1 to +Inf; job!, value!`},
	{`sum without (container, endpoint, namespace, pod, service) (shop_queue_depth)`, `gauge, orders; instance!, job!, priority!=high|low`},
	{`topk by (job) (3, sum by (job, pod) (shop_queue_depth))`, `gauge, orders; job!, pod?`},
	{`limitk(3, sum by (job) (up))`, `gauge, targets, 0 to +Inf; job!`},
	{`limit_ratio(0.5, sum by (job) (up))`, `gauge, targets, 0 to +Inf; job!`},
	{`quantile(0.5, shop_hit_ratio)`, `gauge, ratio, 0 to 1; none`},
	{`stddev(shop_memory_bytes)`, `gauge, B, 0 to +Inf; none`},
	{`sum by (a, b) (other{a="x"})`, `unknown, unknown; a!=x, b?`},
	{`sum(shop_build_info)`, `gauge, unknown, 1 to +Inf; none`},

	// Matching.
	{`sum by (job) (up) / on (job) group_left (version) max by (job, version) (shop_build_info)`, `gauge, unknown, 0 to +Inf; job!, version!`},
	{`shop_memory_bytes / on (instance) shop_memory_limit_bytes`, `gauge, ratio; instance!`},
	{`sum by (job, pod) (up) / ignoring (pod) sum by (job) (up)`, `gauge, ratio, 0 to 1; job!`},
	{`sum by (job, pod) (other) * sum by (job, pod) (another{job="x"})`, `unknown, unknown; job!=x, pod?`},

	// Histograms.
	{`histogram_quantile(0.9, sum by (le, method) (rate(shop_latency_seconds_bucket[5m])))`, `gauge, s, 0 to 5; method!=GET|POST`},
	{`histogram_quantile(0.9, sum(rate(shop_wait_milliseconds[5m])))`, `gauge, ms; none`},
	{`histogram_avg(sum(rate(shop_wait_milliseconds[5m])))`, `gauge, ms; none`},
	{`histogram_count(sum(rate(shop_wait_milliseconds[5m])))`, `rate, 1/s, 0 to +Inf; none`},
	{`histogram_sum(sum(increase(shop_wait_milliseconds[5m])))`, `increase, ms; none`},
	{`histogram_fraction(0, 100, sum(rate(shop_wait_milliseconds[5m])))`, `gauge, ratio, 0 to 1; none`},
	{`histogram_quantiles(sum(rate(shop_wait_milliseconds[5m])), "q", 0.5, 0.9)`, `gauge, ms; q!`},

	// Labels.
	{`label_replace(sum by (pod) (up), "app", "$1", "pod", "(.*)-.*")`, `gauge, targets, 0 to +Inf; app?, pod?`},
	{`label_replace(sum(up), "kind", "x", "", "")`, `gauge, targets, 0 to +Inf; kind!=x`},
	{`label_join(sum by (pod) (up), "id", "-", "pod")`, `gauge, targets, 0 to +Inf; id?, pod?`},
	{`absent(other{job="x", pod=~"y.*"})`, `state, a plain number, 1; job!=x`},
	{`absent_over_time(other{job="x"}[5m])`, `state, a plain number, 1; job!=x`},
	{`info(sum by (job) (up))`, `gauge, targets, 0 to +Inf; job!, …`},
	{`sort_by_label(sum by (job) (up), "job")`, `gauge, targets, 0 to +Inf; job!`},
}

func TestInference(t *testing.T) {
	table := shop(t)
	for _, c := range inferences {
		analysis := table.Analyze(parseAll(t, c.text), UseAny)
		if diff := cmp.Diff(c.want, describe(analysis.Root)); diff != "" {
			t.Errorf("%s:\n%s", c.text, diff)
		}
	}
}

func describe(t Type) string {
	kind := t.Kind.String()
	if t.Shape > ShapeNumber {
		kind += " " + t.Shape.String()
	}
	text := kind + ", " + t.Unit.String()
	switch v, constant := t.Range.Constant(); {
	case constant:
		text += fmt.Sprintf(", %v", v)
	case t.Range.Bounded():
		text += fmt.Sprintf(", %v to %v", t.Range.Low, t.Range.High)
	}
	return text + "; " + describeLabels(t)
}

func describeLabels(t Type) string {
	var words []string
	open := false
	names := map[string]bool{}
	for _, branch := range t.Branches {
		open = open || !branch.Closed()
		for _, name := range branch.Names() {
			names[name] = true
		}
	}
	for _, name := range sorted(names) {
		l := t.Label(name)
		word := name + map[Presence]string{May: "?", Must: "!"}[l.Presence]
		if l.Values != nil {
			word += "=" + strings.Join(l.Values, "|")
		}
		words = append(words, word)
	}
	if open {
		words = append(words, "…")
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

func sorted(set map[string]bool) []string {
	labels := LabelSet{}
	for name := range set {
		labels = labels.with(Label{Name: name})
	}
	return labels.Names()
}

func TestEveryFunctionAndAggregationIsKnown(t *testing.T) {
	for name := range parser.Functions {
		if _, ok := functions[name]; !ok {
			t.Errorf("function %s is not in the table", name)
		}
	}
	for name := range functions {
		if _, ok := parser.Functions[name]; !ok {
			t.Errorf("the table has %s, which is no function", name)
		}
	}
	for item, text := range parser.ItemTypeStr {
		if _, ok := aggregations[item]; item.IsAggregator() && !ok {
			t.Errorf("aggregation %s is not in the table", text)
		}
	}
}

func TestNeverEmpty(t *testing.T) {
	table := shop(t)
	for text, want := range map[string]bool{
		`vector(0)`: true, `up or vector(0)`: true, `vector(0) or up`: true, `sum(up or vector(0))`: true, `vector(1) > bool 0`: true,
		`time()`: true, `hour()`: true, `1 + 1`: true, `-vector(1)`: true, `abs(vector(1)) * 2`: true,
		`up`: false, `vector(1) > 0`: false, `vector(0) and up`: false, `up or other`: false, `absent(up)`: false, `vector(1) + up`: false,
		`sum(up)`: false, `vector(1) unless up`: false, `max_over_time(vector(1)[5m:])`: false,
	} {
		if got := table.Analyze(parseAll(t, text), UseAny).Root.NeverEmpty; got != want {
			t.Errorf("%s: never empty is %v", text, got)
		}
	}
}

func TestCoverage(t *testing.T) {
	table := shop(t)
	for text, want := range map[string]Coverage{
		`shop_queue_depth > 5`: CoverageFull, `vector(1)`: CoverageFull, `shop_queue_depth / other`: CoveragePartial,
		`kube_limits`: CoveragePartial, `other`: CoverageNone, `rate(other[5m]) > 5`: CoverageNone, `shop:loop`: CoverageNone,
		`shop:requests:rate5m`: CoverageFull,
	} {
		if got := table.Analyze(parseAll(t, text), UseAny).Coverage; got != want {
			t.Errorf("%s: coverage is %s, not %s", text, got, want)
		}
	}
}

func TestWhatIsNotFullyTypedSaysWhy(t *testing.T) {
	table := shop(t)
	for text, want := range map[string]string{
		`shop_queue_depth > 5`: "", `shop_queue_depth / other`: "nothing is known of metric other", `rate(other[5m]) > else`: "nothing is known of metric other",
		`{job="shop"}`: `{job="shop"} names no metric`, `{__name__="other"}`: "nothing is known of metric other",
		`sum(kube_limits) > 5`: "no unit is known of kube_limits", `max(kube_limits{a="b"}) / shop_queue_depth`: `no unit is known of kube_limits{a="b"}`,
	} {
		if got := table.Analyze(parseAll(t, text), UseAny).Unknown(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestTypesOfParts(t *testing.T) {
	expr := parseAll(t, `sum(rate(shop_requests_total[5m])) > 5`)
	analysis := shop(t).Analyze(expr, UseAlert)
	comparison := expr.(*parser.BinaryExpr)
	left, ok := analysis.Type(comparison.LHS)
	if !ok || left.Kind != KindRate {
		t.Errorf("the left side is %v, %v", left.Kind, ok)
	}
	if _, ok := analysis.Type(parseAll(t, `up`)); ok {
		t.Error("a stranger's expression has a type")
	}
}

func TestReaches(t *testing.T) {
	table := shop(t)
	share := table.Analyze(parseAll(t, `100 * (sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(shop_requests_total[5m])))`), UseAny).Root
	unknown := table.Analyze(parseAll(t, `other`), UseAny).Root
	ratio := in(t, "ratio").Unit
	for _, c := range []struct {
		typed     Type
		above     bool
		threshold float64
		want      bool
	}{
		{share, true, 0.5, true}, {share, true, 1, false}, {share, true, 2, false}, {share, false, 0.5, true}, {share, false, 0, false},
		{unknown, true, math.MaxFloat64, true}, {unknown, false, -1, true},
	} {
		if got := c.typed.Reaches(c.above, c.threshold, ratio); got != c.want {
			t.Errorf("above %v %v of %s: %v", c.above, c.threshold, c.typed.Unit, got)
		}
	}
}
