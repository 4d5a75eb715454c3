package promql

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type message struct {
	use  Use
	text string
	want string
}

// messages are what a user reads, one or two for each code.
var messages = []message{
	{text: `shop_requests == 0`, want: `error[promql/unknown-metric]: there is no metric shop_requests
note: prometheus_client appends _total to counters and _info to infos
help: write shop_requests_total`},
	{text: `rate(shop_latency_seconds[5m])`, want: `error[promql/unknown-metric]: there are no series shop_latency_seconds: it is a classic histogram
help: its series are shop_latency_seconds_bucket, shop_latency_seconds_count and shop_latency_seconds_sum`},
	{text: `rate(shop_queue_depth[5m])`, want: `error[promql/rate-of-gauge]: rate() needs a counter, but shop_queue_depth is a gauge
help: use the gauge as it is, or delta() for how it moved`},
	{text: `delta(shop_errors_total[1h])`, want: `warning[promql/delta-of-counter]: delta() takes a restart of the counter in shop_errors_total[1h] for a fall
help: use increase() or rate()`},
	{text: `shop_errors_total > 10`, want: `warning[promql/raw-counter]: a counter is compared as it is: shop_errors_total counts since its process started
help: compare increase(shop_errors_total[1h]) or rate(shop_errors_total[5m])`},
	{text: `changes(shop_build_info[1h]) > 0`, want: `error[promql/changes-of-info]: changes() is always 0: shop_build_info[1h] is an info, which is always 1
help: count the sets of labels: count by (…) (…) > 1`},
	{text: `histogram_quantile(0.9, sum(rate(shop_latency_seconds_bucket[5m])))`,
		want: `error[promql/quantile-without-le]: histogram_quantile() finds no buckets: sum(rate(shop_latency_seconds_bucket[5m])) has no label le
note: sum removes every label
help: keep le, as in sum by (le) (…)`},
	{text: `histogram_quantile(0.9, shop_queue_depth)`, want: `error[promql/quantile-of-non-bucket]: histogram_quantile() needs buckets, but shop_queue_depth is a plain gauge
help: write sum by (le) (rate(…_bucket[5m]))`},
	{text: `quantile(95, shop_queue_depth)`, want: `error[promql/quantile-range]: a quantile lies between 0 and 1, and 95 does not
help: write 0.95`},
	{text: `shop_queue_depth{prioritty="high"}`, want: `error[promql/unknown-label]: prioritty="high" selects nothing: shop_queue_depth has no label prioritty
help: did you mean "priority"?`},
	{text: `sum by (method) (sum by (job) (rate(shop_errors_total[5m])))`, want: `warning[promql/unknown-label]: sum by (method) groups by nothing: no series has a label method
note: sum by (job) keeps only job
help: write "job"`},
	{text: `shop_queue_depth{priority="urgent"}`, want: `error[promql/label-value]: priority="urgent" matches no value of label priority of shop_queue_depth
note: priority is one of high, low
help: choose one of high, low`},
	{text: `shop_queue_depth{priority=""}`, want: `error[promql/label-value]: priority="" selects nothing: every series of shop_queue_depth has a label priority
help: remove the matcher`},
	{text: `sum(rate(shop_errors_total[5m])) / shop_queue_depth`, want: `error[promql/never-matches]: the two sides of / can never match
note: left, sum(rate(shop_errors_total[5m])), has no instance: sum removes every label
note: right, shop_queue_depth, has instance
help: keep instance on both sides, or match without it: ignoring (instance)`},
	{text: `shop_queue_depth / on (job, instance) shop_memory_bytes`, want: `error[promql/many-to-one]: several series of the left side match one of the other: they differ in priority
note: shop_queue_depth has priority high, low
help: add group_left, or aggregate priority away`},
	{text: `shop_memory_bytes > shop_uptime_seconds`, want: `error[promql/unit-mismatch]: the sides of > are in different units
note: left, shop_memory_bytes, is bytes in B
note: right, shop_uptime_seconds, is a time in s
help: convert one side, or compare what is measured alike`},
	{text: `sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(shop_requests_total[5m])) > 5`,
		want: `error[promql/unreachable-comparison]: sum(rate(shop_requests_total{status="500"}[5m])) / sum(rate(… is never above 500 %
note: a share of a total is at most 100 %
help: write 0.05 if you mean 5 %`},
	{text: `histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m])) > 1500`,
		want: `error[promql/unreachable-comparison]: histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m]… is never above 25m
note: the last bucket of shop_latency_seconds ends at 5 s, and histogram_quantile() never exceeds it
help: write 1.5 if you mean 1500 ms`},
	{text: `shop_started_seconds > 26 * 3600`, want: `error[promql/unit-mismatch]: shop_started_seconds is a point in time, and is compared with 1d2h after 1970
help: did you forget time()? Write time() - shop_started_seconds > 93600`},
	{text: `rate(shop_gc_seconds_sum[5m]) > shop_memory_bytes`, want: `error[promql/unit-mismatch]: the sides of > are in different units
note: left, rate(shop_gc_seconds_sum[5m]), is seconds per second (a share of time)
note: right, shop_memory_bytes, is bytes in B
help: convert one side, or compare what is measured alike`},
	{text: `shop_requests_total{status="5.."} == 0`, want: `error[promql/label-value]: status="5.." matches no value of label status of shop_requests_total
note: status is one of 200, 404, 500, 503
help: = takes no regular expression: write status=~"5.."`},
	{text: `other{code!="5.."}`, want: `warning[promql/label-value]: code!="5.." compares code with the text 5..
help: != takes no regular expression: write code!~"5.."`},
	{text: `sum by (providr) (shop_errors_total) / sum by (providr) (shop_requests_total)`,
		want: `error[promql/unknown-label]: sum by (providr) groups by nothing: shop_errors_total has no label providr
help: choose one of container, endpoint, instance, job, method, namespace, pod, service
error[promql/unknown-label]: sum by (providr) groups by nothing: shop_requests_total has no label providr
help: choose one of container, endpoint, instance, job, method, namespace, pod, service, status`},
	{text: `histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m])) > 10`,
		want: `error[promql/unreachable-comparison]: histogram_quantile(0.9, rate(shop_latency_seconds_bucket[5m]… is never above 10 s
note: the last bucket of shop_latency_seconds ends at 5 s, and histogram_quantile() never exceeds it
help: compare with a value that it can reach`},
	{text: `count(up == 0) == 0`, want: `error[promql/unreachable-comparison]: count(up == 0) is never equal to 0
note: count() of nothing has no result, not 0
help: write absent(…), or add or vector(0) to count nothing as 0`},
	{text: `up < 2`, want: `warning[promql/constant-comparison]: up < 2 always holds
note: up lies between 0 targets and 1 target
help: remove the comparison, or compare with another value`},
	{text: `absent(up or vector(0))`, want: `error[promql/absent-never]: absent(up or vector(0)) has no result, ever: up or vector(0) is never absent
help: remove or vector(…) inside absent()`},
	{text: `up == bool 0`, use: UseAlert, want: `warning[promql/bool]: the alert fires for every series: with bool, up == bool 0 is 0 or 1 and never empty
help: remove bool`},
	{text: `rate(shop_errors_total[30s])`, want: `error[promql/range-too-short]: a range of 30s is too short for rate(): shop_errors_total is scraped every 30s
note: it often holds only one sample, and two are needed
help: write at least 2m`},
	{text: `sum(increase(shop_errors_total[1h])) / sum(rate(shop_requests_total[1h]))`,
		want: `warning[promql/rate-with-increase]: a rate meets an increase: one side of / is per second, the other is of the whole range
note: left, sum(increase(shop_errors_total[1h])), is an increase
note: right, sum(rate(shop_requests_total[1h])), is a rate
help: write increase() on both sides, or rate()`},
	{text: `sum(rate(shop_requests_total[5m])) / sum(rate(shop_requests_total{status="500"}[5m]))`,
		want: `warning[promql/inverted-share]: the whole is divided by its part: the result is never below 1
note: sum(rate(shop_requests_total{status="500"}[5m])) is a part of sum(rate(shop_requests_total[5m]))
help: exchange the sides of /`},
	{text: `sum(a) / (sum(b) or vector(0))`, want: `warning[promql/zero-divisor]: the divisor is filled up with zeros: sum(a) by them is +Inf or NaN
help: exchange the sides of /, or let the divisor be absent where there is nothing`},
	{text: `(up or vector(0)) < 1`, use: UseAlert, want: `error[promql/or-always]: the alert always fires: vector(0) is there beside every series of up
help: aggregate the labels away: sum(up) or vector(0)`},
	{text: `a:rate1h > 0.1 and a:rate5m < 0.1`, want: `warning[promql/opposite-windows]: one window must be above 0.1 and the other below it: a:rate1h and a:rate5m
help: compare both windows in one direction`},
	{text: `a:rate1h > 0.1 and a:rate5m > 10`, want: `warning[promql/window-thresholds]: two windows of one quantity are compared with 0.1 and 10
note: the windows are a:rate1h and a:rate5m
help: compare both windows with the same threshold`},
	{text: `sum(max(shop_queue_depth))`, want: `warning[promql/aggregates-one]: sum() has only one series to take: max(shop_queue_depth) leaves one
help: write max by (…) (…) inside, or remove sum()`},
	{text: `label_replace(up, "a", "$1", "job", "(")`, want: `error[promql/label-replace]: label_replace() cannot read the pattern (
help: write a regular expression of RE2`},
}

func TestMessages(t *testing.T) {
	table := shop(t)
	for _, c := range messages {
		var lines []string
		for _, f := range table.Analyze(parseAll(t, c.text), c.use).Findings {
			lines = append(lines, f.String())
			for _, note := range f.Notes {
				lines = append(lines, "note: "+note)
			}
			lines = append(lines, "help: "+f.Help)
		}
		if diff := cmp.Diff(c.want, strings.Join(lines, "\n")); diff != "" {
			t.Errorf("%s:\n%s", c.text, diff)
		}
	}
}

func TestEveryCodeIsListedAndTested(t *testing.T) {
	var listed []string
	for _, c := range Codes {
		listed = append(listed, c.Code)
		if c.Summary == "" || c.Why == "" {
			t.Errorf("%s is not explained", c.Code)
		}
		for name, shown := range map[string]bool{
			"findingCases": slices.ContainsFunc(slices.Concat(findingCases, pairCases), func(other findingCase) bool { return other.code == c.Code }),
			"messages":     slices.ContainsFunc(messages, func(m message) bool { return strings.Contains(m.want, "["+c.Code+"]") }),
		} {
			if !shown {
				t.Errorf("%s is not among the %s", c.Code, name)
			}
		}
	}
	if !slices.IsSorted(listed) {
		t.Errorf("codes are not sorted: %s", listed)
	}
}

func TestSilentLookAlikesOutnumberMistakes(t *testing.T) {
	wrong, silent := map[string]int{}, map[string]int{}
	for _, c := range findingCases {
		wrong[c.code] += len(c.wrong)
		silent[c.code] += len(c.silent)
	}
	for code, n := range wrong {
		if silent[code] < 2*n {
			t.Errorf("%s: %d mistakes are found, but only %d look-alikes prove that it is silent", code, n, silent[code])
		}
	}
}
