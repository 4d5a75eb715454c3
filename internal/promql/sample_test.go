package promql

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// experimental parses what a Prometheus with every feature flag takes.
var experimental = parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true}

func parseAll(t testing.TB, text string) parser.Expr {
	t.Helper()
	expr, err := parser.NewParser(experimental).ParseExpr(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return expr
}

func in(t testing.TB, text string) Measure {
	t.Helper()
	u, err := unit.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return In(u)
}

// shop is a service whose metrics are all known, beside one exporter of which a part is.
func shop(t testing.TB) *Table {
	t.Helper()
	label := func(name string, values ...string) Label { return Label{Name: name, Presence: Must, Values: values} }
	method, status := label("method", "GET", "POST"), label("status", "200", "404", "500", "503")
	own := func(m Metric) Metric {
		m.Closed, m.Interval, m.Client = true, 30*time.Second, ClientPython
		return m
	}
	table := NewTable([]string{"container", "endpoint", "instance", "job", "namespace", "pod", "service"},
		own(Metric{Name: "shop_requests_total", Type: CounterMetric, Unit: in(t, "requests"), Labels: []Label{method, status}}),
		own(Metric{Name: "shop_errors_total", Type: CounterMetric, Unit: in(t, "errors"), Labels: []Label{method}}),
		own(Metric{Name: "shop_received_bytes_total", Type: CounterMetric, Unit: in(t, "B")}),
		own(Metric{Name: "shop_cost_dollars_total", Type: CounterMetric, Unit: in(t, "USD"), Labels: []Label{label("model"), {Name: "tier", Presence: Must, Pattern: "t[1-3]|other"}}}),
		own(Metric{Name: "shop_cpu_seconds_total", Type: CounterMetric, Unit: in(t, "cores*s")}),
		own(Metric{Name: "shop_latency_seconds", Type: HistogramMetric, Classic: true, Unit: in(t, "s"), Labels: []Label{method}, Buckets: []float64{0.1, 0.5, 1, 5}}),
		own(Metric{Name: "shop_wait_milliseconds", Type: HistogramMetric, Native: true, Unit: in(t, "ms")}),
		own(Metric{Name: "shop_both_seconds", Type: HistogramMetric, Native: true, Classic: true, Unit: in(t, "s")}),
		own(Metric{Name: "shop_gc_seconds", Type: SummaryMetric, Unit: in(t, "s")}),
		own(Metric{Name: "shop_queue_depth", Type: GaugeMetric, Unit: in(t, "orders"), Labels: []Label{label("priority", "high", "low")}}),
		own(Metric{Name: "shop_memory_bytes", Type: GaugeMetric, Unit: in(t, "B")}),
		own(Metric{Name: "shop_memory_limit_bytes", Type: GaugeMetric, Unit: in(t, "B")}),
		own(Metric{Name: "shop_hit_ratio", Type: GaugeMetric, Unit: in(t, "ratio")}),
		own(Metric{Name: "shop_uptime_seconds", Type: GaugeMetric, Unit: in(t, "s")}),
		own(Metric{Name: "shop_budget_dollars", Type: GaugeMetric, Unit: in(t, "USD/month")}),
		own(Metric{Name: "shop_month_dollars", Type: GaugeMetric, Unit: in(t, "USD"), Resets: true}),
		own(Metric{Name: "shop_started_seconds", Type: GaugeMetric, Timestamp: true}),
		own(Metric{Name: "shop_build_info", Type: InfoMetric, Labels: []Label{label("version")}}),
		Metric{Name: "up", Type: GaugeMetric, Unit: in(t, "targets"), Closed: true},
		Metric{Name: "node_filesystem_avail_bytes", Type: GaugeMetric, Unit: in(t, "B")},
		Metric{Name: "node_cpu_seconds_total", Type: CounterMetric, Unit: in(t, "s")},
		Metric{Name: "kube_limits", Type: GaugeMetric, Labels: []Label{{Name: "namespace"}, {Name: "pod"}, {Name: "resource"}}, UnitWhen: []UnitCase{
			{Label: "resource", Value: "cpu", Unit: unit.Cores}, {Label: "resource", Value: "memory", Unit: in(t, "B").Unit}}},
	)
	table.Complete = []string{"shop_", "shop:"}
	table.AddRecordings([]Recording{
		{Name: "shop:bad:rate5m", Expr: parseAll(t, `sum(rate(shop_requests_total{status="500"}[5m])) or 0 * sum(rate(shop_requests_total[5m]))`)},
		{Name: "shop:slow:rate5m", Expr: parseAll(t, `clamp_min(sum(rate(shop_requests_total[5m])) - sum(rate(shop_requests_total{status="200"}[5m])), 0)`)},
		{Name: "shop:rest:rate5m", Expr: parseAll(t, `clamp_min(shop:all:rate5m - on () sum(rate(shop_requests_total{status="200"}[5m])), 0)`)},
		{Name: "shop:all:rate5m", Expr: parseAll(t, `sum(rate(shop_requests_total[5m]))`)},
		{Name: "team:requests:rate5m", Expr: parseAll(t, `sum(rate(shop_requests_total[5m]))`), Labels: map[string]string{"team": "web"}},
		{Name: "shop:requests:rate5m", Expr: parseAll(t, `sum by (job, status) (rate(shop_requests_total[5m]))`)},
		{Name: "shop:errors:ratio", Expr: parseAll(t, `sum by (job) (shop:requests:rate5m{status="500"}) / sum by (job) (shop:requests:rate5m)`), Labels: map[string]string{"window": "5m"}},
		{Name: "shop:loop", Expr: parseAll(t, `shop:pool + 1`)},
		{Name: "shop:pool", Expr: parseAll(t, `shop:loop`)},
	})
	return table
}
