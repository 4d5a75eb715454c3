package promql

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// findingCase is expressions that a code is found in, and look-alikes in which it must not be.
type findingCase struct {
	code   string
	use    Use
	wrong  []string
	silent []string
}

var findingCases = []findingCase{
	{code: codeUnknownMetric, wrong: []string{
		`shop_requests`, `shop_request_total`, `rate(shop_latency_seconds[5m])`, `shop:request:rate5m`, `{__name__="shop_orders_total"}`,
	}, silent: []string{
		`shop_requests_total == 0`, `other_requests`, `kube_pod_info`, `rate(shop_latency_seconds_count[5m])`, `rate(shop_both_seconds[5m])`,
		`{__name__=~"shop_.*"}`, `{job="shop"}`, `shop:requests:rate5m`, `shop:loop`, `rate(shop_gc_seconds_sum[5m])`, `shop_gc_seconds{quantile="0.5"}`,
		`{"${prefix}_total"}`,
	}},
	{code: codeRateOfGauge, wrong: []string{
		`rate(shop_queue_depth[5m])`, `increase(shop_memory_bytes{job="a"}[1h])`, `irate(shop_build_info[5m])`, `sum(rate(up[5m])) by (job)`,
		`rate(shop:requests:rate5m[5m])`,
	}, silent: []string{
		`rate(shop_requests_total[5m])`, `increase(shop_month_dollars[1d])`, `delta(shop_queue_depth[5m])`, `rate(other_queue_depth[5m])`,
		`rate(shop_latency_seconds_bucket[5m])`, `rate(shop_wait_milliseconds[5m])`, `rate(shop_gc_seconds_count[5m])`,
		`avg_over_time(shop_queue_depth[5m])`, `rate(sum(shop_requests_total)[5m:1m])`, `rate(shop:loop[5m])`, `deriv(shop_memory_bytes[1h])`,
	}},
	{code: codeDeltaOfCounter, wrong: []string{
		`delta(shop_requests_total[5m])`, `deriv(shop_received_bytes_total[1h])`, `predict_linear(shop_cost_dollars_total[1h], 3600)`,
		`idelta(shop_latency_seconds_count[5m])`,
	}, silent: []string{
		`delta(shop_queue_depth[5m])`, `increase(shop_requests_total[5m])`, `predict_linear(shop_memory_bytes[1h], 3600)`,
		`deriv(shop:requests:rate5m[1h])`, `delta(other_total[5m])`, `resets(shop_requests_total[1h])`, `delta(shop_wait_milliseconds[5m])`,
		`deriv(rate(shop_requests_total[5m])[1h:5m])`,
	}},
	{code: codeRawCounter, wrong: []string{
		`shop_requests_total > 1000`, `sum(shop_errors_total) >= 5`, `10 < shop_errors_total`, `shop_latency_seconds_count > 100`,
	}, silent: []string{
		`shop_requests_total == 0`, `shop_requests_total > 0`, `shop_requests_total - shop_requests_total offset 5m > 10`,
		`absent(shop_requests_total) == 1`, `count(shop_requests_total) > 3`, `changes(shop_requests_total[1h]) > 2`,
		`resets(shop_requests_total[1h]) > 2`, `topk by (job) (5, shop_requests_total)`, `rate(shop_requests_total[5m]) > 5`,
		`shop_requests_total > shop_requests_total offset 5m`, `shop_errors_total / shop_requests_total > 0.5`, `other_total > 5`,
		`timestamp(shop_requests_total) > 5`,
	}},
	{code: codeOppositeWindows, wrong: []string{
		`a:rate1h > 0.1 and a:rate5m < 0.1`, `sum(rate(a[1h])) > 0.1 and (sum(rate(a[5m])) <= 0.1)`,
	}, silent: []string{
		`a:rate1h > 0.1 and a:rate5m > 0.1`, `a:rate1h > 0.1 and a:rate1h < 0.1`, `a > 1 and a < 5`, `a:rate1h > 0.1 and b:rate5m < 0.1`,
		`a:rate1h > 0.1 and a:rate5m < 0.2`, `a:rate1h > 0.1 or a:rate5m < 0.1`, `a:rate1h > 0.1 unless a:rate5m < 0.1`,
	}},
	{code: codeWindowThresholds, wrong: []string{
		`a:rate1h > 0.1 and a:rate5m > 10`, `a:rate1h > (14.4 * 0.005) and a:rate5m > 0.01 * (14.4 * 0.005)`, `rate(a[1h]) < 1 and rate(a[5m]) < 1000`,
	}, silent: []string{
		`a:rate1h > 0.1 and a:rate5m > 0.1`, `a:rate1h > 0.1 and a:rate5m > 0.2`, `a:rate1h > 0.1 and b:rate5m > 10`, `a:rate1h > 0.1 or a:rate5m > 10`,
		`a:rate1h > 0.1 and a:rate1h > 10`, `a:rate1h > 0 and a:rate5m > 10`,
	}},
	{code: codeRateWithIncrease, wrong: []string{`sum(increase(a[5m])) * 60`, `3600 * increase(a[10m])`}, silent: []string{
		`increase(a[1m]) * 60`, `sum(rate(a[5m])) * 60`, `increase(a[5m]) * 12`, `increase(a[1h]) * 2`,
	}},
	{code: codeUnreachableComp, wrong: []string{
		`sum_over_time(shop:bad:rate5m[1h]) / sum_over_time(shop:all:rate5m[1h]) > 2`, `shop:bad:rate5m / shop:all:rate5m > 1`,
		`sum_over_time(shop:bad:rate5m[1d:5m]) / sum_over_time(shop:all:rate5m[1d:5m]) > 2`, `shop:slow:rate5m / shop:all:rate5m > 1`,
		`shop:rest:rate5m / shop:all:rate5m > 1`,
		`shop:slow:rate5m / shop:all:rate5m < 0`,
	}, silent: []string{
		`sum_over_time(shop:bad:rate5m[1h]) / sum_over_time(shop:all:rate5m[2h]) > 2`, `shop:all:rate5m / shop:bad:rate5m > 2`,
		`shop:bad:rate5m offset 1h / shop:all:rate5m > 2`, `shop:bad:rate5m{job="x"} / shop:all:rate5m > 2`,
		`shop:bad:rate5m / shop:all:rate5m > 0.5`, `shop:bad:rate5m / other:all:rate5m > 1`, `sum_over_time(shop:bad:rate5m[1h:1m]) / sum_over_time(shop:all:rate5m[1h:5m]) > 2`,
		`max_over_time(shop:bad:rate5m[1h]) / max_over_time(shop:all:rate5m[1h]) > 1`, `shop:loop / shop:pool > 1`, `1 - shop:bad:rate5m / shop:all:rate5m < 0.1`,
	}},
	{code: codeRawCounter, use: UseGraph, wrong: []string{`shop_requests_total`, `sum by (method) (shop_requests_total)`}, silent: []string{
		`sum(rate(shop_requests_total[5m]))`, `shop_queue_depth`, `shop_wait_milliseconds`, `count(shop_requests_total)`, `increase(shop_requests_total[1h])`,
	}},
	{code: codeChangesOfInfo, wrong: []string{`changes(shop_build_info[1h]) > 0`, `sum(changes(shop_build_info{version="1"}[1h]))`}, silent: []string{
		`changes(shop_started_seconds[1h]) > 2`, `changes(up[1h])`, `count by (version) (shop_build_info)`, `changes(other_info[1h])`,
		`changes(count(shop_build_info)[1h:])`,
	}},
	{code: codeQuantileNoLe, wrong: []string{
		`histogram_quantile(0.9, sum(rate(shop_latency_seconds_bucket[5m])))`, `histogram_quantile(0.9, sum by (method) (rate(shop_latency_seconds_bucket[5m])))`,
		`histogram_quantile(0.9, sum without (le) (rate(shop_latency_seconds_bucket[5m])))`,
		`histogram_quantile(0.9, sum(rate(other_seconds_bucket[5m])) by (job))`,
	}, silent: []string{
		`histogram_quantile(0.9, sum by (le) (rate(shop_latency_seconds_bucket[5m])))`, `histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m]))`,
		`histogram_quantile(0.9, sum(rate(shop_wait_milliseconds[5m])))`, `histogram_quantile(0.9, sum(rate(other_seconds[5m])))`,
		`histogram_quantile(0.9, sum without (instance) (rate(shop_latency_seconds_bucket[5m])))`, `histogram_quantile(0.9, job:other:sum_rate)`,
		`histogram_quantile(0.9, sum by (le, job) (rate(other_seconds_bucket[5m])))`, `histogram_quantile(0.5, sum by (le) (rate(shop_both_seconds[5m])))`,
	}},
	{code: codeQuantileOf, wrong: []string{
		`histogram_quantile(0.9, rate(shop_latency_seconds_count[5m]))`, `histogram_quantile(0.9, shop_queue_depth)`,
		`histogram_quantile(0.9, shop_latency_seconds_bucket)`, `histogram_quantile(0.9, max by (le) (rate(shop_latency_seconds_bucket[5m])))`,
	}, silent: []string{
		`histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m]))`, `histogram_quantile(0.9, avg by (le) (rate(shop_latency_seconds_bucket[5m])))`,
		`histogram_quantile(0.9, other_bucket)`, `histogram_quantile(0.9, increase(shop_latency_seconds_bucket[1h]))`,
		`histogram_quantile(0.9, rate(shop_wait_milliseconds[5m]))`, `histogram_quantile(0.9, sum by (le) (shop:loop))`,
		`quantile(0.9, shop_queue_depth)`, `histogram_quantile(0.9, sum(histogram_other))`,
	}},
	{code: codeQuantileRange, wrong: []string{
		`histogram_quantile(95, rate(shop_latency_seconds_bucket[5m]))`, `quantile(50, shop_queue_depth)`, `quantile_over_time(-0.1, shop_queue_depth[1h])`,
		`histogram_quantiles(rate(shop_latency_seconds_bucket[5m]), "q", 0.5, 99)`,
	}, silent: []string{
		`histogram_quantile(0.95, rate(shop_latency_seconds_bucket[5m]))`, `quantile(0, shop_queue_depth)`, `quantile_over_time(1, shop_queue_depth[1h])`,
		`quantile(scalar(other), shop_queue_depth)`, `topk(5, shop_queue_depth)`, `quantile(95 / 100, shop_queue_depth)`,
		`histogram_quantiles(rate(shop_latency_seconds_bucket[5m]), "q", 0.5, 0.99)`, `histogram_fraction(0, 5, rate(shop_wait_milliseconds[5m]))`,
	}},
	{code: codeUnknownLabel, wrong: []string{
		`shop_requests_total{code="200"} == 0`, `sum by (code) (rate(shop_requests_total[5m]))`, `sum by (method) (sum by (job) (rate(shop_requests_total[5m])))`,
		`shop:requests:rate5m{method="GET"}`, `shop_queue_depth * on (job, instance) group_left (tag) shop_build_info`,
		`sum(shop_queue_depth) / on (job) sum(shop_queue_depth)`,
	}, silent: []string{
		`shop_requests_total{status="200"} == 0`, `sum by (status) (rate(shop_requests_total[5m]))`, `shop_requests_total{pod="a", endpoint="web"} == 0`,
		`sum by (anything) (rate(other_total[5m]))`, `kube_limits{node="a"}`, `shop_requests_total{code=""} == 0`,
		`sum without (code) (rate(shop_requests_total[5m]))`, `shop_queue_depth * on (job, instance) group_left (version) shop_build_info`,
		`sum by (tag) (label_replace(shop_queue_depth, "tag", "$1", "pod", "(.*)"))`, `shop_requests_total{code=~".*"} == 0`,
		`sum by (__name__) (shop_queue_depth)`, `shop_queue_depth / ignoring (code, priority) group_left sum without (priority) (shop_queue_depth)`,
	}},
	{code: codeLabelValue, wrong: []string{
		`shop_requests_total{status="501"} == 0`, `shop_requests_total{method=~"PUT|PATCH"} == 0`, `shop_requests_total{method!="get"} == 0`,
		`shop_requests_total{method!~"GET|POST"} == 0`, `shop_requests_total{method=""} == 0`, `shop_queue_depth{priority="high", priority="low"}`,
		`rate(shop_latency_seconds_bucket{le="0.3"}[5m])`, `shop:errors:ratio{window="1h"}`, `other{code="5.."}`, `other{name="prod-.*"}`, `other{method="GET|POST"}`,
		`shop_cost_dollars_total{tier="t4"} == 0`, `shop_cost_dollars_total{tier=~"t[45]"} == 0`, `shop_cost_dollars_total{tier!="t4"} == 0`,
		`shop_cost_dollars_total{tier!~"x.*"} == 0`,
	}, silent: []string{
		`shop_requests_total{status=~"5.."} == 0`, `shop_requests_total{status!~"4.."} == 0`, `shop_requests_total{status=~"$status"} == 0`,
		`shop_requests_total{status=~"${status:regex}"} == 0`, `shop_requests_total{method=~"GET|HEAD"} == 0`, `shop_requests_total{method!=""} == 0`,
		`rate(shop_latency_seconds_bucket{le="0.5"}[5m])`, `rate(shop_latency_seconds_bucket{le=~"5(\\.0)?"}[5m])`,
		`rate(shop_latency_seconds_bucket{le="+Inf"}[5m])`, `rate(shop_latency_seconds_bucket{le="1"}[5m])`, `rate(shop_latency_seconds_bucket{le!="+Inf"}[5m])`,
		`shop:errors:ratio{window="5m"}`, `kube_limits{resource="gpu"}`, `shop_requests_total{pod="x", pod!="y"} == 0`,
		`other{handler="/api/.*"}`, `other{code=~"5.."}`, `other{name="a..b"}`, `other{code="5xx"}`, `other{code="$code"}`, `other{name="a.b[0]"}`,
		`shop_requests_total{status=~"[[status]]"} == 0`, `shop_requests_total{pod=~"a|b", pod!="a"} == 0`, `shop_cost_dollars_total{model="any"} == 0`,
		`shop_cost_dollars_total{tier="t3"} == 0`, `shop_cost_dollars_total{tier="other"} == 0`, `shop_cost_dollars_total{tier=~"t[34]"} == 0`,
		`shop_cost_dollars_total{tier=~"$tier"} == 0`, `shop_cost_dollars_total{tier!="t1"} == 0`, `rate(shop_cost_dollars_total{tier="t1"}[5m])`, `shop_cost_dollars_total{tier!~"t3|x"} == 0`, `sum by (tier) (shop_cost_dollars_total) == 0`,
	}},
	{code: codeNeverMatches, wrong: []string{
		`sum(rate(shop_errors_total[5m])) / shop_queue_depth`, `sum by (method) (rate(shop_errors_total[5m])) / sum by (status) (rate(shop_requests_total[5m]))`,
		`shop_requests_total{status="500"} / shop_requests_total{status="200"}`, `shop_queue_depth and on (priority) shop_memory_bytes`,
		`shop_queue_depth unless sum(up)`, `shop_memory_bytes / on (instance) sum by (job) (shop_memory_limit_bytes)`,
		`shop_queue_depth{priority="high"} / shop_memory_bytes`,
	}, silent: []string{
		`sum(rate(shop_errors_total[5m])) / sum(rate(shop_requests_total[5m]))`, `shop_memory_bytes / shop_memory_limit_bytes`,
		`shop_requests_total{status="500"} / ignoring (status) shop_requests_total{status="200"}`, `shop_queue_depth and on (job) shop_memory_bytes`,
		`sum(other) / another`, `sum(up) / count(up)`, `shop_queue_depth or vector(0)`, `sum(shop_queue_depth) / on () vector(5)`,
		`shop_queue_depth / on (job) group_left sum by (job) (shop_queue_depth)`, `other / sum by (a) (another)`, `sum(a) / (sum(b) or c)`,
		`shop_queue_depth unless on (job) up == 0`, `sum by (pod) (kube_limits) / sum by (pod) (shop_memory_bytes)`,
		`shop_queue_depth + fill (0) sum(up)`, `sum(a) or shop_queue_depth`,
		`sum(info(shop_queue_depth)) / sum(up)`, `shop_queue_depth{priority="high"} / ignoring (priority) shop_memory_bytes`,
	}},
	{code: codeManyToOne, wrong: []string{
		`shop_queue_depth / on (job, instance) shop_memory_bytes`, `shop_memory_bytes * on (job) shop_requests_total`,
		`shop_memory_bytes / ignoring (priority) shop_queue_depth`, `shop_memory_bytes * on (job) group_left shop_queue_depth`,
	}, silent: []string{
		`shop_queue_depth / on (job, instance) group_left shop_memory_bytes`, `shop_queue_depth{priority="high"} / on (job, instance) shop_memory_bytes`,
		`sum by (job) (shop_queue_depth) / on (job) sum by (job) (shop_memory_bytes)`, `shop_queue_depth and on (job) shop_memory_bytes`,
		`topk by (job) (1, shop_queue_depth) / on (job) sum by (job) (up)`, `shop_memory_bytes / on (job) shop_memory_limit_bytes`,
		`(shop_queue_depth > 5) / on (job) sum by (job) (up)`, `shop_cost_dollars_total / on (job, instance) shop_memory_bytes`,
		`shop_queue_depth unless on (job) shop_queue_depth`, `other / on (job) another`,
	}},
	{code: codeUnitMismatch, wrong: []string{
		`shop_memory_bytes + shop_uptime_seconds`, `shop_memory_bytes > shop_month_dollars`, `rate(shop_received_bytes_total[5m]) > shop_memory_bytes`,
		`shop_uptime_seconds - on (job) histogram_avg(rate(shop_wait_milliseconds[5m]))`, `shop_started_seconds + shop_started_seconds`,
		`shop_started_seconds > 26 * 3600`, `86400 < max(shop_started_seconds)`,
		`increase(shop_cost_dollars_total[1h]) > on (job) shop_uptime_seconds`, `shop_memory_bytes / 1024 > shop_memory_limit_bytes`,
	}, silent: []string{
		`shop_memory_bytes > 0.9 * shop_memory_limit_bytes`, `shop_memory_bytes > 1e9`, `shop_memory_bytes - shop_memory_limit_bytes`,
		`shop_started_seconds > 1`, `shop_started_seconds == 0`, `shop_started_seconds > 1.6e9`, `max(shop_started_seconds) - min(shop_started_seconds) > 3600`,
		`time() - shop_started_seconds > 3600`, `time() - shop_started_seconds > shop_uptime_seconds`, `shop_started_seconds + shop_uptime_seconds`,
		`shop_queue_depth + ignoring (priority) sum without (priority) (shop_requests_total)`, `shop_month_dollars > shop_budget_dollars`,
		`rate(shop_requests_total[5m]) * 300 > shop_queue_depth`, `shop_memory_bytes > other`, `shop_hit_ratio > shop_cpu_load`,
		`rate(shop_cpu_seconds_total[5m]) > count(up)`, `rate(shop_cpu_seconds_total[5m]) > 0.8 * kube_limits{resource="cpu"}`,
		`shop_uptime_seconds * 1000 > histogram_avg(rate(shop_wait_milliseconds[5m]))`, `shop_memory_bytes * shop_queue_depth > shop_memory_limit_bytes`,
		`kube_limits{resource="memory"} > shop_memory_bytes`, `kube_limits > shop_uptime_seconds`, `shop_memory_bytes / shop_uptime_seconds > rate(shop_received_bytes_total[5m])`,
		`shop_memory_bytes * on (job) group_left (version) shop_build_info > shop_memory_limit_bytes`, `shop_queue_depth + shop_hit_ratio`,
		`shop_memory_bytes / count(up) > shop_memory_limit_bytes`, `time() - 3600 > shop_started_seconds`, `1 - shop_hit_ratio > shop_hit_ratio`,
	}},
	{code: codeUnreachableComp, wrong: []string{
		`sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m])) > 5`, `clamp_max(shop_queue_depth, 100) > 100`,
		`histogram_quantile(0.99, sum by (le) (rate(shop_latency_seconds_bucket[5m]))) > 10`, `shop_memory_bytes / shop_memory_bytes > 1`,
		`rate(shop_requests_total[5m]) < 0`, `count(up) == 0`, `count(up == 1) < 1`, `up > 1`, `day_of_week() == 7`, `shop_hit_ratio > 5`,
		`1000 * histogram_quantile(0.99, sum by (le) (rate(shop_latency_seconds_bucket[5m]))) > 10000`, `absent(up) == 0`, `sum(up == 1) == 0`,
		`(sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(shop_requests_total[5m]))) * 100 > 200`, `2 < up`, `hour() >= 24`,
		`1 - sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(shop_requests_total[5m])) > 1`, `shop_build_info == 0`,
	}, silent: []string{
		`sum(rate(shop_requests_total{status=~"5.."}[5m])) / sum(rate(shop_requests_total[5m])) > 0.05`, `clamp_max(shop_queue_depth, 100) >= 100`,
		`histogram_quantile(0.99, sum by (le) (rate(shop_latency_seconds_bucket[5m]))) >= 5`, `shop_memory_bytes / shop_memory_limit_bytes > 1`,
		`rate(shop_requests_total[5m]) == 0`, `count(up or vector(0)) == 1`, `count(up) < 3`, `up == 0`, `up == bool 1`, `day_of_week() == 0`,
		`shop_hit_ratio >= 1`, `sum(up) > 5`, `absent(up) == 1`, `sum(shop_hit_ratio) > 5`, `rate(shop_errors_total[5m]) / rate(shop_requests_total[5m]) > 1`,
		`sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(shop_requests_total[10m])) > 1`, `(count(up) or vector(0)) == 0`,
		`sum(rate(shop_requests_total[5m])) / sum(rate(shop_requests_total{status="500"}[5m])) > 1`, `delta(shop_queue_depth[5m]) < 0`,
		`histogram_quantile(0.99, rate(other_bucket[5m])) > 1e9`, `sum(shop_queue_depth > 100) > 5`, `shop_queue_depth < 0`, `shop_started_seconds == 0`,
		`shop_memory_bytes - shop_memory_limit_bytes < 0`, `sum(up) == 0`, `max(up) < 1`, `1 == bool 2`, `vector(1) == 1`, `other / other2 > 1`,
		`histogram_quantile(0.9, rate(shop_wait_milliseconds[5m])) > 1e9`, `1000 * histogram_quantile(0.99, sum by (le) (rate(shop_latency_seconds_bucket[5m]))) > 4000`,
		`sum(rate(shop_requests_total{status="500"}[5m] offset 1h)) / sum(rate(shop_requests_total[5m])) > 1`, `rate(shop_requests_total[5m]) != 0`,
		`-shop_hit_ratio < 0`, `resets(shop_requests_total[1h]) > 0`, `count_over_time(up[1h]) < 10`, `shop_uptime_seconds < 300`, `year() < 2030`,
	}},
	{code: codeConstant, wrong: []string{
		`rate(shop_requests_total[5m]) >= -1`, `clamp(shop_queue_depth, 0, 5) < 10`, `up < 2`, `count(up) > 0.5`, `shop_hit_ratio < 50`,
	}, silent: []string{
		`rate(shop_requests_total[5m]) >= 0`, `shop_hit_ratio <= 1`, `count(up) > 0`, `count(up) >= 1`, `absent(up) == 1`, `up != 0`, `shop_build_info == 1`,
		`up < 1`, `clamp(shop_queue_depth, 0, 5) < 5`, `vector(1) > 0`, `shop_queue_depth >= 0`, `1 < bool 2`, `day_of_week() < 6`,
	}},
	{code: codeAbsentNever, wrong: []string{`absent(up or vector(0))`, `absent(vector(1)) > 0`, `absent(sum(up or vector(0)) * 2)`}, silent: []string{
		`absent(up)`, `absent(up or other)`, `absent(up) or vector(0)`, `absent((up or vector(0)) > 0)`, `absent(up or vector(0) == 1)`,
		`absent_over_time((up or vector(0))[5m:])`, `absent(up * vector(1))`,
	}},
	{code: codeBool, use: UseAlert, wrong: []string{`up == bool 0`, `(sum(up) < bool 2)`}, silent: []string{
		`up == 0`, `(up == bool 0) == 1`, `up == bool 0 and shop_queue_depth > 1`, `sum(up == bool 0) > 1`, `vector(1)`, `(up == bool 0) * 5 > 1`,
	}},
	{code: codeRangeShort, wrong: []string{`rate(shop_requests_total[30s])`, `increase(shop_errors_total[1m])`, `delta(shop_queue_depth[90s])`}, silent: []string{
		`rate(shop_requests_total[2m])`, `rate(other_total[10s])`, `max_over_time(shop_queue_depth[30s])`, `rate(sum(shop_requests_total)[1m:10s])`,
		`changes(up[30s])`, `rate(shop:requests:rate5m[10s])`, `count_over_time(shop_requests_total[30s])`,
	}},
	{code: codeLabelReplace, wrong: []string{`label_replace(up, "a", "$1", "b", "(")`}, silent: []string{
		`label_replace(up, "a", "$1", "b", "(.*)")`, `label_replace(up, "a", "x", "", "")`, `label_replace(up, "a", "$1", "b", "$regex")`,
	}},
}

// pairCases are findings about two operands.
var pairCases = []findingCase{
	{code: codeRateWithIncrease, wrong: []string{
		`sum(rate(other_total[5m])) / sum(increase(others_total[5m]))`, `increase(a[1h]) > irate(b[1h])`,
		`(sum(rate(a{code="500"}[5m])) or 0 * sum(rate(a[5m]))) / sum(increase(a[5m]))`, `max(increase(a[5m])) + sum(rate(b[5m]))`,
		`sum(increase(a[5m])) / shop:all:rate5m`, `clamp_min(sum(rate(a[5m])) - sum(rate(b[5m])), 0) / sum(increase(a[5m]))`,
	}, silent: []string{
		`sum(rate(a[5m])) / sum(rate(b[1h]))`, `sum(rate(a[1m])) * 60 + sum(increase(b[1m]))`, `sum(increase(a[1h])) / 3600 / sum(rate(b[1h]))`, `shop:all:rate5m / sum(rate(b[5m]))`,
		`rate(a[5m]) or increase(b[5m])`, `increase(a[5m]) > 0 and rate(b[5m]) > 1`, `sum(rate(a[5m])) / count(increase(b[5m]))`,
	}},
	{code: codeInvertedShare, wrong: []string{
		`sum(rate(shop_requests_total[5m])) / sum(rate(shop_requests_total{status="500"}[5m]))`,
		`sum(rate(shop_requests_total[5m])) / (sum(rate(shop_requests_total{status="500"}[5m])) or vector(0))`,
		`node_filesystem_size_bytes{mountpoint="/"} / node_filesystem_avail_bytes{mountpoint="/"}`, `count(a) / count(a{b="c"})`,
		`sum(x_connections_max) / sum(x_connections_active)`,
		`sum by (pod) (kube_pod_container_resource_limits{resource="cpu"}) / sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))`,
	}, silent: []string{
		`sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(shop_requests_total[5m]))`, `sum(rate(a[5m])) / sum(rate(a[5m]))`,
		`sum(rate(a[5m])) / sum(rate(b[5m]))`, `sum(rate(a[5m])) / sum(rate(a{b="c"}[10m]))`, `max(a) / max(a{b="c"})`,
		`sum(x_connections_active) / sum(x_connections_max)`, `x_queue_max / x_threads_active`, `x_heap_max / x_heap_size`, `requests_total / requests_failed`,
	}},
	{code: codeZeroDivisor, wrong: []string{
		`sum(rate(a[5m])) / (sum(rate(b[5m])) or 0 * sum(rate(a[5m])))`, `sum(a) / (sum(b) or vector(0))`, `sum(a) / sum(sum by (c) (b) or 0 * sum by (c) (a))`,
	}, silent: []string{
		`(sum(rate(b[5m])) or 0 * sum(rate(a[5m]))) / sum(rate(a[5m]))`, `sum(a) / (sum(b) or vector(1))`, `sum(a) / ((sum(b) or vector(0)) > 0)`,
		`sum(a) / clamp_min(sum(b) or vector(0), 1)`, `sum(a) / (1 + (sum(b) or vector(0)))`, `sum(a) / count(b or 0 * a)`,
	}},
	{code: codeOrAlways, use: UseAlert, wrong: []string{`(up or vector(0)) < 1`, `(shop_queue_depth or vector(0)) == 0`}, silent: []string{
		`(sum(up) or vector(0)) < 1`, `(up or vector(0)) > 1`, `(other or vector(0)) < 1`, `up or vector(0)`, `(up or on () vector(0)) < 1`,
		`(sum by (shop) (other) or vector(0)) < 1`,
	}},
	{code: codeOrAlways, wrong: []string{`rate(shop_errors_total[5m]) or 0 * sum(rate(shop_requests_total[5m]))`}, silent: []string{
		`sum(rate(shop_errors_total[5m])) or 0 * sum(rate(shop_requests_total[5m]))`, `sum by (method) (rate(a[5m])) or 0 * sum by (method) (rate(b[5m]))`,
		`rate(shop_errors_total[5m]) or sum(rate(shop_requests_total[5m]))`, `sum by (shop) (other) or 0 * sum(other)`,
	}},
	{code: codeUnitMismatch, wrong: []string{`shop_memory_bytes or shop_uptime_seconds`, `sum(rate(shop_cost_dollars_total[5m])) or shop_month_dollars`}, silent: []string{
		`shop_memory_bytes or vector(0)`, `shop_memory_bytes or 0 * shop_uptime_seconds`, `shop_memory_bytes or shop_memory_limit_bytes`, `shop_memory_bytes or other`,
	}},
	{code: codeAggregatesOne, wrong: []string{`sum(max(shop_queue_depth))`, `max((sum(other)))`}, silent: []string{
		`sum(max by (priority) (shop_queue_depth))`, `count(sum(other))`, `sum(count(other))`, `sum(max without (pod) (other))`, `sum by (job) (max(other))`,
	}},
	{code: codeNeverMatches, wrong: []string{
		`(sum(a) or shop_memory_bytes) / shop_memory_limit_bytes`, `(rate(shop_errors_total[5m]) or sum(rate(shop_errors_total[5m]))) / sum(shop_queue_depth)`,
	}, silent: []string{`(sum(a) or sum(b)) / sum(c)`, `(a or b) / c`, `(shop_memory_bytes or sum(a)) > 5`}},
	{code: codeRawCounter, use: UseGraph, wrong: []string{
		`sum(shop_errors_total) / sum(rate(shop_requests_total[5m]))`, `sum(increase(shop_errors_total[1h])) / sum(shop_requests_total)`,
		`shop_queue_depth or shop_errors_total`, `sum(label_replace(sum(shop_errors_total), "a", "b", "", "") or shop_queue_depth)`,
	}, silent: []string{
		`shop_latency_seconds_sum / shop_latency_seconds_count`, `increase(shop_errors_total[1h]) or shop_queue_depth`, `shop_queue_depth - shop_errors_total`,
	}},
	{code: codeUnknownMetric, wrong: []string{`node_filesystem_avai_bytes`, `node_filesystem_aval_bytes`, `node_cpu_seconds`}, silent: []string{
		`node_filesystem_avail_byte`, `node_filesystem_avail_bytes`, `node_filesystem_device_error`, `node_cpu`,
	}},
	{code: codeUnknownLabel, wrong: []string{`shop_queue_depth{prioritty!="low"}`, `kube_limits{namspace="x"}`, `kube_limits{resuorce="cpu"}`,
		`other{namspace="x"}`, `up{instnce="x"}`, `sum by (instnce) (other)`, `other + on (namspace) another`}, silent: []string{
		`kube_limits{namespaces="x"}`, `kube_limits{node="x"}`, `kube_limits{namespace="x"}`, `other{namespaces="x"}`, `other{inode="x"}`, `other{jobs="x"}`,
		`sum by (instnce) (label_replace(other, "instnce", "x", "", ""))`, `sum by (instance) (other)`, `other{resuorce="x"}`, `other + on (pods) another`,
	}},
	{code: codeLabelValue, wrong: []string{`team:requests:rate5m{team="shop"}`, `team:requests:rate5m{team!~"web|x"}`}, silent: []string{
		`team:requests:rate5m{team="web"}`, `team:requests:rate5m{team=~"$team"}`, `team:requests:rate5m{job="x"}`,
	}},
}

func TestFindings(t *testing.T) {
	table := shop(t)
	for _, c := range slices.Concat(findingCases, pairCases) {
		for _, text := range c.wrong {
			var got []string
			for _, f := range table.Analyze(parseAll(t, text), c.use).Findings {
				got = append(got, f.Code)
			}
			switch c.code {
			case codeRateOfGauge, codeAbsentNever, codeUnknownLabel, codeManyToOne, codeInvertedShare, codeOrAlways, codeRateWithIncrease: // others may follow from it
				if len(got) > 0 {
					got = got[:1]
				}
			}
			if diff := cmp.Diff([]string{c.code}, got); diff != "" {
				t.Errorf("%s: %s", text, diff)
			}
		}
		for _, text := range c.silent {
			for _, f := range table.Analyze(parseAll(t, text), c.use).Findings {
				if f.Code == c.code {
					t.Errorf("%s: must be silent, but %s", text, f)
				}
			}
		}
	}
}
