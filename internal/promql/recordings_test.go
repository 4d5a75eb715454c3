package promql

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
)

func TestRecordingsAreTypedInAnyOrder(t *testing.T) {
	rules := []Recording{
		{Name: "shop:c", Expr: parseAll(t, `shop:b{status="500"} / ignoring (status) shop:b{status="200"}`)},
		{Name: "shop:b", Expr: parseAll(t, `sum without (instance) (shop:a)`)},
		{Name: "shop:a", Expr: parseAll(t, `sum by (instance, status) (rate(shop_requests_total[5m]))`), Labels: map[string]string{"team": "x"}},
	}
	for range rules {
		rules = append(rules[1:], rules[0])
		table := shop(t)
		table.AddRecordings(rules)
		for text, want := range map[string]string{
			`shop:a`: `rate, requests/s, 0 to +Inf; instance!, status!=200|404|500|503, team!=x`,
			`shop:b`: `rate, requests/s, 0 to +Inf; status!=200|404|500|503, team!=x`,
			`shop:c`: `gauge, ratio, 0 to +Inf; team!=x`,
		} {
			if diff := cmp.Diff(want, describe(table.Analyze(parseAll(t, text), UseAny).Root)); diff != "" {
				t.Errorf("%s: %s", text, diff)
			}
		}
	}
}

func TestRecordings(t *testing.T) {
	table := shop(t)
	table.AddRecordings([]Recording{
		{Name: "shop:self", Expr: parseAll(t, `shop:self + 1`)},
		{Name: "shop:ring1", Expr: parseAll(t, `shop:ring2`)},
		{Name: "shop:ring2", Expr: parseAll(t, `sum(shop:ring1)`)},
		{Name: "shop:broken"},
		{Name: "shop:scalar", Expr: parseAll(t, `1`), Labels: map[string]string{"a": "b"}},
		{Name: "shop:two", Expr: parseAll(t, `sum by (job) (up)`), Labels: map[string]string{"verb": "read"}},
		{Name: "shop:two", Expr: parseAll(t, `sum by (pod) (up)`), Labels: map[string]string{"verb": "write"}},
		{Name: "shop:parts", Expr: parseAll(t, `sum(shop_uptime_seconds)`), Labels: map[string]string{"part": "time"}},
		{Name: "shop:parts", Expr: parseAll(t, `sum(rate(shop_received_bytes_total[5m]))`), Labels: map[string]string{"part": "bytes"}},
		{Name: "shop:dropped", Expr: parseAll(t, `sum by (job, pod) (up)`), Labels: map[string]string{"pod": ""}},
		{Name: "stranger:up", Expr: parseAll(t, `sum(up)`), Labels: map[string]string{"verb": "read"}},
		{Name: "shop:buckets", Expr: parseAll(t, `sum by (le) (rate(shop_latency_seconds_bucket[5m]))`)},
	})
	for text, want := range map[string]string{
		`shop:self`:   `unknown, unknown; …`,
		`shop:ring1`:  `unknown, unknown; …`,
		`shop:broken`: `unknown, unknown; …`,
		`shop:scalar`: `gauge, unknown, 1; a!=b`,
		`shop:two`:    `gauge, targets, 0 to +Inf; job?, pod?, verb!=read|write`,
		// The verb tells the rules apart.
		`shop:two{verb="read"}`:                   `gauge, targets, 0 to +Inf; job!, verb!=read`,
		`shop:parts`:                              `unknown, unknown; part!=bytes|time`,
		`shop:parts{part="time"}`:                 `gauge, s; part!=time`,
		`shop:dropped`:                            `gauge, targets, 0 to +Inf; job!`,
		`stranger:up`:                             `gauge, targets, 0 to +Inf; verb!`,
		`histogram_quantile(0.5, shop:buckets)`:   `gauge, s, 0 to 5; none`,
		`histogram_quantile(0.5, shop:buckets)*2`: `gauge, a time, in an unknown scale, 0 to 10; none`,
	} {
		if diff := cmp.Diff(want, describe(table.Analyze(parseAll(t, text), UseAny).Root)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// What one file of several knows of a series is no proof that the series has nothing else.
func TestOthersMetricsAreNoErrors(t *testing.T) {
	table := NewTable(nil,
		Metric{Name: "kube_phase", Type: GaugeMetric, Labels: []Label{{Name: "phase", Values: []string{"Running", "Pending"}}}},
		Metric{Name: "kube_seconds", Type: HistogramMetric, Classic: true})
	table.AddRecordings([]Recording{{Name: "job:kube:sum", Expr: parseAll(t, `sum by (job) (kube_phase)`)}})
	for text, want := range map[string][]diag.Severity{
		`kube_phase{phase="Hibernated"}`: {diag.Warning}, `kube_phase{phase="Runing"}`: {diag.Error}, `job:kube:sum{pod="x"}`: {diag.Warning},
		`rate(kube_seconds[5m])`: {diag.Warning}, `kube_phase{cluster="x", node="y"}`: nil, `kube_unknown`: nil, `sum by (cluster) (kube_phase)`: nil,
	} {
		var got []diag.Severity
		for _, f := range table.Analyze(parseAll(t, text), UseAny).Findings {
			got = append(got, f.Severity)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestTablesAreReadByManyAtOnce(t *testing.T) {
	table := shop(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, c := range findingCases {
				for _, text := range slices.Concat(c.wrong, c.silent) {
					if expr, err := ParseAny(text); err == nil {
						table.Analyze(expr, c.use)
					}
				}
			}
		})
	}
	group.Wait()
}
