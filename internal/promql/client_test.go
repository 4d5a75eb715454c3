package promql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAClientLibraryMakesTheStoredNameOfTheOneInTheCode(t *testing.T) {
	for _, c := range []struct {
		client Client
		metric Metric
		want   string
	}{
		{ClientGo, Metric{Name: "shop_orders", Type: CounterMetric}, "shop_orders"},
		{ClientPython, Metric{Name: "shop_orders", Type: CounterMetric}, "shop_orders_total"},
		{ClientPython, Metric{Name: "shop_orders_total", Type: CounterMetric}, "shop_orders_total"},
		{ClientPython, Metric{Name: "shop_build", Type: InfoMetric}, "shop_build_info"},
		{ClientPython, Metric{Name: "shop_latency", Type: HistogramMetric, Unit: in(t, "s")}, "shop_latency"},
		{ClientOTel, Metric{Name: "shop.latency", Type: HistogramMetric, Unit: in(t, "s")}, "shop_latency_seconds"},
		{ClientOTel, Metric{Name: "shop.sent", Type: CounterMetric, Unit: in(t, "B")}, "shop_sent_bytes_total"},
		{ClientOTel, Metric{Name: "shop.sent.total", Type: CounterMetric, Unit: in(t, "KiB")}, "shop_sent_kibibytes_total"},
		{ClientOTel, Metric{Name: "shop.orders", Type: CounterMetric, Unit: in(t, "orders")}, "shop_orders_total"},
		{ClientOTel, Metric{Name: "shop.hits", Type: GaugeMetric, Unit: in(t, "ratio")}, "shop_hits_ratio"},
		{ClientOTel, Metric{Name: "shop.humidity", Type: GaugeMetric, Unit: in(t, "percent")}, "shop_humidity_percent"},
		{"", Metric{Name: "shop_orders", Type: CounterMetric}, "shop_orders"},
	} {
		if difference := cmp.Diff(c.want, c.client.Exposed(c.metric)); difference != "" {
			t.Errorf("%s of %s (-want +got):\n%s", c.metric.Name, c.client, difference)
		}
	}
}

// TestAQueryOfANameInTheCodeIsToldTheStoredOne asks for names that the program uses and no series has.
func TestAQueryOfANameInTheCodeIsToldTheStoredOne(t *testing.T) {
	type told struct{ Finding, Note, Help string }
	openTelemetry := []Metric{
		{Name: "http_server_duration_milliseconds", Type: HistogramMetric, Classic: true, Client: ClientOTel},
		{Name: "http_sent_bytes_total", Type: CounterMetric, Client: ClientOTel},
	}
	rule := ClientOTel.rule()
	for text, want := range map[string][]told{
		"http_server_duration_bucket":                     {{"warning[promql/unknown-metric]: there is no metric http_server_duration_bucket", rule, "write http_server_duration_milliseconds_bucket"}},
		"http_sent":                                       {{"warning[promql/unknown-metric]: there is no metric http_sent", rule, "write http_sent_bytes_total"}},
		"http_sent_bytes":                                 {{"warning[promql/unknown-metric]: there is no metric http_sent_bytes", rule, "write http_sent_bytes_total"}},
		"http_server_duration_milliseconds_count":         nil,
		"http_received_bytes":                             nil,
		`{__name__=~"http_sent.*"}`:                       nil,
		"http_server_duration_milliseconds_created":       nil,
		`http_sent_bytes_total or ignoring (x) http_seen`: nil,
	} {
		var got []told
		for _, f := range NewTable(nil, openTelemetry...).Analyze(parseAll(t, text), UseAny).Findings {
			one := told{Finding: f.String(), Help: f.Help}
			if len(f.Notes) > 0 {
				one.Note = f.Notes[0]
			}
			got = append(got, one)
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s (-want +got):\n%s", text, difference)
		}
	}
}

func TestATypingErrorInTheNamesOfAProgramIsAMistakeAndAnotherNameIsDoubtful(t *testing.T) {
	table := NewTable(nil, Metric{Name: "shop_orders_total", Type: CounterMetric}, Metric{Name: "shop_rx_bytes_total", Type: CounterMetric},
		Metric{Name: "shop_latency_p90", Type: GaugeMetric})
	table.Seen = []string{"shop_"}
	for name, want := range map[string]string{
		"shop_order_total":    "error",
		"shop_oredrs_total":   "error",
		"shop_tx_bytes_total": "warning",
		"shop_latency_p95":    "warning",
		"shop_refunds_total":  "warning",
		"store_order_total":   "",
	} {
		got := ""
		for _, f := range table.Analyze(parseAll(t, name), UseAny).Findings {
			got += string(f.Severity)
		}
		if got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
