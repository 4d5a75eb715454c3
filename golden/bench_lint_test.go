//go:build unix

package golden

import (
	"fmt"
	"math"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// The bars: what belfry lint may take of a file of 4,000 alerts on two cores, and the typing of one expression.
const (
	benchAlerts   = 4000
	barWall       = 2 * time.Second
	barMegabytes  = 300
	barExpression = 10 * time.Microsecond
)

// exposedForBench is what a program of 20 metrics exposes.
func exposedForBench() string {
	var b strings.Builder
	for i := range 4 {
		for _, m := range []struct{ name, kind, samples string }{
			{"requests_total", "counter", `{method="GET",status="200"} 10|{method="GET",status="500"} 1`},
			{"queue_depth", "gauge", `{priority="high"} 3|{priority="low"} 5`},
			{"memory_bytes", "gauge", ` 1e+08`},
			{"last_run_timestamp_seconds", "gauge", ` 1.7e+09`},
			{"latency_seconds", "histogram", `_bucket{method="GET",le="0.1"} 5|_bucket{method="GET",le="1"} 8|_bucket{method="GET",le="+Inf"} 9|_sum{method="GET"} 4|_count{method="GET"} 9`},
		} {
			name := fmt.Sprintf("shop_part%d_%s", i, m.name)
			fmt.Fprintf(&b, "# HELP %s Of the shop.\n# TYPE %s %s\n", name, name, m.kind)
			for sample := range strings.SplitSeq(m.samples, "|") {
				b.WriteString(name + sample + "\n")
			}
		}
	}
	return b.String()
}

// benchForms are the expressions of alerts as people write them, with the part of the shop, a namespace and a threshold.
var benchForms = []string{
	`sum(rate(shop_part%[1]d_requests_total{namespace="%[2]s",status=~"5.."}[5m])) / sum(rate(shop_part%[1]d_requests_total{namespace="%[2]s"}[5m])) > 0.%02[3]d`,
	`histogram_quantile(0.95, sum by (le) (rate(shop_part%[1]d_latency_seconds_bucket{namespace="%[2]s"}[5m]))) > 0.%02[3]d`,
	`sum by (pod) (shop_part%[1]d_memory_bytes{namespace="%[2]s"}) > %[3]de6`,
	`max by (priority) (shop_part%[1]d_queue_depth{namespace="%[2]s"}) > %[3]d`,
	`time() - max(shop_part%[1]d_last_run_timestamp_seconds{namespace="%[2]s"}) > %[3]d * 3600`,
	`absent(shop_part%[1]d_requests_total{namespace="%[2]s"}) and on () vector(%[3]d) > 0`,
	`sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="%[2]s",container!=""}[5m])) / on (pod) group_left () sum by (pod) (kube_pod_container_resource_limits{namespace="%[2]s",resource="cpu"}) > 0.%02[3]d`,
	`kube_deployment_status_replicas_available{namespace="%[2]s"} < kube_deployment_spec_replicas{namespace="%[2]s"} - %[3]d`,
	`increase(kube_pod_container_status_restarts_total{namespace="%[2]s"}[1h]) > %[3]d`,
	`shop:part%[1]d_requests:rate5m{namespace="%[2]s"} > %[3]d`,
}

// rulesForBench is a PrometheusRule with as many alerts, of which no two expressions are the same.
func rulesForBench(alerts int) string {
	var b strings.Builder
	b.WriteString("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: shop\n  namespace: shop\n  labels:\n    release: prometheus\nspec:\n  groups:\n    - name: recordings\n      rules:\n")
	for i := range 4 {
		fmt.Fprintf(&b, "        - record: shop:part%[1]d_requests:rate5m\n          expr: sum by (namespace) (rate(shop_part%[1]d_requests_total[5m]))\n", i)
	}
	for i := range alerts {
		if i%20 == 0 {
			fmt.Fprintf(&b, "    - name: shop-%d\n      rules:\n", i/20)
		}
		expr := fmt.Sprintf(benchForms[i%len(benchForms)], i%4, fmt.Sprintf("team-%d", i/len(benchForms)), i%89+10)
		where := ""
		if i%len(benchForms) == 2 {
			where = " on {{ $labels.pod }}"
		}
		fmt.Fprintf(&b, `        - alert: Shop%04d
          expr: |
            %s
          for: 5m
          labels:
            severity: warning
            team: team-%d
          annotations:
            summary: Part %d of the shop is not well%s.
            description: "It is {{ $value | printf \"%%.2f\" }}, which is too much, for five minutes."
            runbook_url: https://wiki.example.com/runbooks/Shop%04d
`, i, expr, i/len(benchForms), i%4, where, i)
	}
	return b.String()
}

// BenchmarkLint measures the whole command on a file of alerts, without a network.
func BenchmarkLint(b *testing.B) {
	binary := buildBelfry(b)
	dir := b.TempDir()
	writeBenchFile(b, dir, "metrics.txt", exposedForBench())
	writeBenchFile(b, dir, "rules.yaml", rulesForBench(benchAlerts))
	var sum usage
	for range b.N {
		u := measure(b, dir, binary, "lint", "rules.yaml", "--metrics", "metrics.txt")
		sum.Wall, sum.CPU, sum.Peak = sum.Wall+u.Wall, sum.CPU+u.CPU, max(sum.Peak, u.Peak)
	}
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(b.N) }
	b.ReportMetric(0, "ns/op") // it holds the helper too
	b.ReportMetric(milliseconds(sum.Wall), "wall-ms/op")
	b.ReportMetric(milliseconds(sum.CPU), "cpu-ms/op")
	b.ReportMetric(float64(sum.Peak)/(1<<20), "peak-MB")
	if wall := sum.Wall / time.Duration(b.N); wall > barWall {
		b.Errorf("%d alerts take %s, and may take %s", benchAlerts, wall, barWall)
	}
	if megabytes := sum.Peak >> 20; megabytes > barMegabytes {
		b.Errorf("%d alerts take %d MB, and may take %d", benchAlerts, megabytes, barMegabytes)
	}
}

// BenchmarkExpression measures what parsing and typing one of those expressions takes, side by side.
func BenchmarkExpression(b *testing.B) {
	set, _ := read.Content("rules.yaml", []byte(rulesForBench(benchAlerts)))
	described, _, err := read.Exposition(strings.NewReader(exposedForBench()), "metrics.txt")
	if err != nil {
		b.Fatal(err)
	}
	var metrics []promql.Metric
	for _, m := range described {
		metrics = append(metrics, m.Described())
	}
	table := promql.NewTable(nil, metrics...)
	table.AddRecordings(lint.Recordings(set))
	var texts []string
	for _, group := range set.Groups {
		for _, rule := range group.Rules {
			texts = append(texts, rule.Expr.Value)
		}
	}
	// The best of several rounds: what else the machine does is not theirs.
	parsing, typing := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	defer debug.SetGCPercent(debug.SetGCPercent(1600)) // as the command does
	expressions := make([]parser.Expr, len(texts))
	for b.Loop() {
		for range 10 {
			began := time.Now()
			for i, text := range texts {
				if expressions[i], err = promql.ParseAny(text); err != nil {
					b.Fatal(err)
				}
			}
			parsed := time.Now()
			for _, expr := range expressions {
				table.Analyze(expr, promql.UseAlert)
			}
			parsing, typing = min(parsing, parsed.Sub(began)), min(typing, time.Since(parsed))
		}
	}
	each := func(d time.Duration) time.Duration { return d / time.Duration(len(texts)) }
	b.ReportMetric(0, "ns/op") // of all expressions
	b.ReportMetric(float64(each(parsing).Nanoseconds())/1000, "parse-µs/expression")
	b.ReportMetric(float64(each(typing).Nanoseconds())/1000, "type-µs/expression")
	if each(typing) > barExpression {
		b.Errorf("typing takes %s an expression beside parsing, and may take %s", each(typing), barExpression)
	}
}

// TestTheMeasuredFileHasNoFindings refuses to measure a file that stops early, or that is misunderstood.
func TestTheMeasuredFileHasNoFindings(t *testing.T) {
	set, found := read.Content("rules.yaml", []byte(rulesForBench(100)))
	described, wrong, err := read.Exposition(strings.NewReader(exposedForBench()), "metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	var metrics []promql.Metric
	for _, m := range described {
		metrics = append(metrics, m.Described())
	}
	table := promql.NewTable(nil, metrics...)
	table.Seen = []string{"shop_"}
	table.AddRecordings(lint.Recordings(set))
	more, coverage := lint.Run(set, table)
	for _, d := range append(append(found, wrong...), more...) {
		t.Error(d)
	}
	if coverage.All() != 104 {
		t.Errorf("%d expressions are read, want 104", coverage.All())
	}
}
