package search_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// fireable are expressions that can fire and resolve, as alerts are really written.
var fireable = []struct{ name, expr, hold string }{
	{"threshold", `node_load1 > 20`, "5m"},
	{"equal", `up{job="api"} == 0`, "5m"},
	{"no comparison", `kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}`, "10m"},
	{"two bounds", `temperature_celsius > 30 < 40`, "5m"},
	{"ratio of rates", `sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05`, "10m"},
	{"percent of a share", `100 * sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) > 1`, "5m"},
	{"one minus", `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.9`, "15m"},
	{"predict_linear", `node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.4 and predict_linear(node_filesystem_avail_bytes[6h], 24*60*60) < 0`, "1h"},
	{"predict_linear alone", `predict_linear(disk_free_bytes{mountpoint="/"}[1h], 4 * 3600) < 0`, "5m"},
	{"absent", `absent(up{job="prometheus"})`, "5m"},
	{"absent of a comparison", `absent(up{job="api"} == 1)`, "5m"},
	{"absent_over_time", `absent_over_time(batch_last_success{job="backup"}[1h])`, ""},
	{"group_left", `kube_pod_container_resource_limits{resource="memory"} * on (namespace, pod) group_left (node) kube_pod_info > 1e10`, "5m"},
	{"group_left of a share", `container_memory_working_set_bytes{container!=""} / on (namespace, pod, container) group_left kube_pod_container_resource_limits{resource="memory"} > 0.9`, "5m"},
	{"unless", `kube_job_status_failed > 0 unless on (job_name, namespace) kube_job_owner{owner_kind="CronJob"}`, "5m"},
	{"unless of a comparison", `rate(writes_total[5m]) > 100 unless on (instance) maintenance == 1`, "5m"},
	{"and on", `queue_length > 100 and on (instance) rate(processed_total[5m]) < 1`, "5m"},
	{"or", `up{job="db"} == 0 or on (job) absent(up{job="db"})`, "5m"},
	{"or of thresholds", `disk_used_ratio > 0.9 or memory_used_ratio > 0.95`, "5m"},
	{"bool", `(cpu_usage > bool 0.9) + (memory_usage > bool 0.9) == 2`, "5m"},
	{"bool sum", `sum(up == bool 0) > 2`, "5m"},
	{"offset", `orders_per_minute < 0.5 * orders_per_minute offset 1d`, "10m"},
	{"offset of rates", `sum(rate(http_requests_total[10m])) < 0.3 * sum(rate(http_requests_total[10m] offset 1w))`, "10m"},
	{"z-score over time", `(latency_seconds - avg_over_time(latency_seconds[1d])) / stddev_over_time(latency_seconds[1d]) > 3`, "5m"},
	{"z-score over instances", `(request_latency - on (job) group_left avg by (job) (request_latency)) / on (job) group_left stddev by (job) (request_latency) > 3`, "5m"},
	{"subquery", `max_over_time(rate(errors_total[5m])[30m:1m]) > 10`, ""},
	{"subquery of a comparison", `count_over_time((up{job="x"} == 0)[30m:1m]) > 10`, ""},
	{"hour", `backup_running == 1 and on () hour() >= 8 and on () hour() < 18`, "5m"},
	{"day of week", `orders_open > 10 and on () day_of_week() > 0 < 6`, "5m"},
	{"native histogram", `histogram_quantile(0.99, sum(rate(http_request_duration_seconds[5m]))) > 2`, "5m"},
	{"native fraction", `histogram_fraction(0, 0.5, sum(rate(http_request_duration_seconds[5m]))) < 0.9`, "5m"},
	{"native average", `histogram_avg(rate(http_request_duration_seconds[5m])) > 1`, "5m"},
	{"native count", `histogram_count(rate(http_request_duration_seconds[5m])) > 1000`, "5m"},
	{"classic quantile", `histogram_quantile(0.95, sum by (le, job) (rate(http_request_duration_seconds_bucket[5m]))) > 0.75`, "10m"},
	{"share of a bucket", `1 - sum(rate(latency_bucket{le="0.5"}[5m])) / sum(rate(latency_count[5m])) > 0.1`, "5m"},
	{"average of a histogram", `rate(latency_sum[5m]) / rate(latency_count[5m]) > 0.5`, "5m"},
	{"changes", `changes(leader_is_me[1h]) > 4`, ""},
	{"resets", `resets(process_cpu_seconds_total[1h]) > 3`, ""},
	{"restarts", `changes(process_start_time_seconds[15m]) > 2`, "5m"},
	{"age", `time() - backup_last_success_timestamp_seconds > 86400`, "5m"},
	{"age in milliseconds", `time() - last_seen_milliseconds / 1000 > 600`, "5m"},
	{"age of the newest", `time() - max(batch_last_success_unixtime{job="etl"}) > 3 * 3600`, "5m"},
	{"expiry", `probe_ssl_earliest_cert_expiry - time() < 86400 * 14`, "1h"},
	{"age of a sample", `time() - timestamp(heartbeat) > 120`, ""},
	{"count", `count(up{job="node"} == 0) > 3`, "5m"},
	{"count by", `count by (cluster) (kube_node_status_condition{condition="Ready", status="true"} == 0) > 2`, "5m"},
	{"count of versions", `count(count by (version) (build_info)) > 1`, "1h"},
	{"too few", `count(up{job="etcd"} == 1) < 2`, "5m"},
	{"no instance", `(count(up{job="api"} == 1) or vector(0)) < 1`, "5m"},
	{"delta", `delta(temperature_celsius[10m]) > 5`, ""},
	{"deriv", `deriv(queue_length[30m]) > 2`, "5m"},
	{"increase", `increase(job_failures_total[1h]) > 3`, ""},
	{"increase of nothing", `increase(ticks_total[15m]) == 0`, "5m"},
	{"without", `sum without (path) (free_bytes) / (rate(rows_total[1h]) * sum without (type) (data_bytes{type!="index"}) / sum without (type) (rows{type!="index"})) < 3600`, "5m"},
	{"without on both sides", `sum without (name, net) (increase(a_errors_total[5m])) + sum without (path, protocol) (increase(b_errors_total[5m])) > 0`, "15m"},
	{"alerts as series", `ALERTS{severity="info", alertname!="Inhibitor"} == 1 unless on (namespace) ALERTS{alertname!="Inhibitor", severity=~"warning|critical", alertstate="firing"} == 1`, "5m"},
	{"label_replace", `label_replace(node_memory_used_ratio, "node", "$1", "instance", "(.+):.*") * on (node) group_left (role) kube_node_role > 0.9`, "5m"},
	{"topk", `topk(3, sum by (tenant) (rate(requests_total[5m]))) > 1000`, "5m"},
	{"quantile aggregation", `quantile(0.9, load) > 5`, "5m"},
	{"scalar", `queue_length > scalar(queue_limit)`, "5m"},
	{"clamp", `clamp_min(free_bytes, 0) / clamp_min(total_bytes, 1) < 0.1`, "5m"},
	{"absolute", `abs(clock_offset_seconds) > 0.05`, "5m"},
	{"negative", `balance < -100`, "5m"},
	{"regular expressions", `rate(http_requests_total{path=~"/api/v[0-9]+/.+", method!~"GET|HEAD", code=~"4..|5.."}[5m]) > 1`, "5m"},
	{"name by pattern", `sum({__name__=~"app_.*_errors_total"}) > 10`, "5m"},
	{"other metric as threshold", `kafka_lag > on (group) group_left kafka_lag_limit`, "5m"},
	{"burn rate", `(sum(rate(e_total[1h])) / sum(rate(t_total[1h])) > 14.4 * 0.001) and (sum(rate(e_total[5m])) / sum(rate(t_total[5m])) > 14.4 * 0.001)`, "2m"},
	{"clock skew", `(node_timex_offset_seconds > 0.05 and deriv(node_timex_offset_seconds[5m]) >= 0) or (node_timex_offset_seconds < -0.05 and deriv(node_timex_offset_seconds[5m]) <= 0)`, "10m"},
	{"parts differ", `kube_deployment_spec_replicas != kube_deployment_status_replicas_available`, "15m"},
	{"stuck rollout", `(kube_statefulset_status_replicas_ready != kube_statefulset_status_replicas) and (changes(kube_statefulset_status_replicas_updated[10m]) == 0)`, "15m"},
}

// impossible are expressions that never fire, or fire always, with words that the reason has to have.
var impossible = []struct{ name, expr, words string }{
	{"clamped", `clamp_max(x, 100) > 100`, "100"},
	{"divided by itself", `x / x > 1`, "never above 1"},
	{"contradiction", `x > 5 < 3`, "never below 3"},
	{"sides never match", `sum by (a) (x) / sum by (b) (y) > 0.5`, "match"},
	{"known labels never match", `known_free > known_used`, "match"},
	{"known label that is not there", `sum by (disk) (known_used) > on (disk) known_free`, ""},
	{"on a label lost by count", `(count(x) > 1) * on (instance) group_left (node) y`, "match"},
	{"on a lost label", `sum by (job) (x) > on (instance) group_left sum by (job, instance) (y)`, "instance"},
	{"values exclude each other", `x{env="prod"} and on (env) y{env="dev"}`, "match"},
	{"unless itself", `x > 5 unless x`, "unless"},
	{"unless a weaker one", `x > 5 unless x > 4`, "unless"},
	{"minus itself", `x - x > 0`, "never above 0"},
	{"quantile without le", `histogram_quantile(0.99, sum by (job) (rate(latency_bucket[5m]))) > 1`, "le"},
	{"quantile of 95", `histogram_quantile(0.95, sum by (le) (rate(known_seconds_bucket[5m]))) > 10`, "10"},
	{"absent of vector", `absent(vector(1))`, "absent"},
	{"too many", `absent(x) > 1`, "1"},
	{"negative count", `count(x) < 0`, "0"},
	{"negative rate", `rate(x_total[5m]) < 0`, "0"},
	{"share above one", `count(x > 1) / count(x) > 1`, "1"},
	{"hour 24", `x > 1 and on () hour() > 23`, ""},
	{"eighth day", `day_of_week() > 6`, "6"},
	{"always", `vector(1)`, "heartbeat"},
	{"or vector", `x > 5 or vector(1)`, "fires"},
	{"bool filters nothing", `x > bool 5`, "bool"},
	{"matcher on the empty", `x{env="prod", env="dev"} > 1`, ""},
	{"count of none", `count(up{job="api"} == 1) < 1 or absent(up{job="api"})`, "threshold out of reach"},
	{"looks back for ever", `avg_over_time(x[50y]) > 5`, "looks back 50y"},
	{"subquery of very small steps", `max_over_time(x[6h:1ms]) > 5`, "too much"},
	{"short range", `deriv(x[10s]) > 1`, "range"},
	{"product of counter and zero", `0 * x > 1`, "never above 1"},
	{"many to many", `x{a=~"1|2"} * on (job) group_left y{a=~"1|2"} > 100 and on () vector(1) > 2`, ""},
}

// table knows a histogram, whose last bucket is 5, and two gauges with one label each.
func table() *promql.Table {
	gauge := func(name, label string) promql.Metric {
		return promql.Metric{Name: name, Type: promql.GaugeMetric, Derived: true, Closed: true, Labels: []promql.Label{{Name: label, Presence: promql.Must}}}
	}
	return promql.NewTable(nil, promql.Metric{Name: "known_seconds", Type: promql.HistogramMetric, Classic: true, Buckets: []float64{0.1, 1, 5}},
		gauge("known_used", "volume"), gauge("known_free", "disk"))
}

func input(t testing.TB, expr, hold string, records ...simulate.Rule) search.Input {
	t.Helper()
	parsed, err := promql.Parse(expr)
	if err != nil {
		t.Fatal(err)
	}
	wait := time.Duration(0)
	if hold != "" {
		if wait, err = time.ParseDuration(hold); err != nil {
			t.Fatal(err)
		}
	}
	rules := append(records, simulate.Rule{Alert: "Alert", Expr: parsed, For: wait, Labels: labels.FromStrings("severity", "page")})
	groups := []simulate.Group{{Name: "group", Interval: time.Minute, Rules: rules}}
	return search.Input{Groups: groups, Group: &groups[0], Rule: &groups[0].Rules[len(rules)-1], Table: table()}
}

func TestAlertsThatCanFireGetAWitness(t *testing.T) {
	found := 0
	for _, one := range fireable {
		t.Run(one.name, func(t *testing.T) {
			result, err := search.Find(t.Context(), input(t, one.expr, one.hold))
			if err != nil {
				t.Fatal(err)
			}
			if result.Verdict != search.Found {
				t.Logf("%s: %s after %d: %s %s", one.expr, result.Verdict, result.Tried, result.Code, result.Reason)
				return
			}
			found++
			t.Logf("%d tried; %s; %v", result.Tried, result.Witness.Turns, result.Witness.Series)
			holdAgainstPrometheus(t, result.Witness)
		})
	}
	t.Logf("%d of %d", found, len(fireable))
	if found*10 < len(fireable)*9 {
		t.Errorf("only %d of %d expressions that can fire got a witness", found, len(fireable))
	}
}

func TestAlertsThatCannotFireAreExplained(t *testing.T) {
	for _, one := range impossible {
		t.Run(one.name, func(t *testing.T) {
			result, err := search.Find(t.Context(), input(t, one.expr, ""))
			if err != nil {
				t.Fatal(err)
			}
			if result.Verdict == search.Found {
				t.Fatalf("%s is said to fire: %v", one.expr, result.Witness.Series)
			}
			t.Logf("%s after %d: %s %s", result.Verdict, result.Tried, result.Code, result.Reason)
			if !strings.Contains(result.Reason, one.words) {
				t.Errorf("%s: the reason does not speak of %q: %s", one.expr, one.words, result.Reason)
			}
		})
	}
}

func TestRecordingRulesAreDrivenFromRawSeries(t *testing.T) {
	record := func(name, expr string) simulate.Rule {
		parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
		if err != nil {
			t.Fatal(err)
		}
		return simulate.Rule{Record: name, Expr: parsed}
	}
	in := input(t, `job:errors:ratio5m > 0.1`, "5m",
		record("job:errors:rate5m", `sum by (job) (rate(errors_total[5m]))`),
		record("job:errors:ratio5m", `job:errors:rate5m / sum by (job) (rate(requests_total[5m]))`))
	result, err := search.Find(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if result.Verdict != search.Found {
		t.Fatalf("%s: %s", result.Verdict, result.Reason)
	}
	for _, course := range result.Witness.Series {
		if strings.Contains(course.Series, "job:") {
			t.Errorf("the recorded series %s is an input", course.Series)
		}
	}
	holdAgainstPrometheus(t, result.Witness)
}
