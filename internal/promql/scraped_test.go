package promql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestALabelThatAProgramDoesNotExposeIsDoubtfulUnlessScrapingAddsIt types queries of a program that was seen, whose targets'
// labels nobody knows.
func TestALabelThatAProgramDoesNotExposeIsDoubtfulUnlessScrapingAddsIt(t *testing.T) {
	table := NewTable(nil,
		Metric{Name: "shop_orders_total", Type: CounterMetric, Closed: true, Labels: []Label{{Name: "method", Presence: Must}, {Name: "status", Presence: Must}}},
		Metric{Name: "shop_up", Type: GaugeMetric, Closed: true},
		Metric{Name: "kube_pod_info", Type: InfoMetric, Labels: []Label{{Name: "namespace"}}})
	table.Added = []string{"cost_center"}
	for text, want := range map[string][]string{
		`sum by (metod) (rate(shop_orders_total[5m]))`:                      {"error[promql/unknown-label]: sum by (metod) groups by nothing: shop_orders_total has no label metod"},
		`shop_orders_total{stauts="500"}`:                                   {`error[promql/unknown-label]: stauts="500" selects nothing: shop_orders_total has no label stauts`},
		`shop_orders_total{stats!="500"}`:                                   {`error[promql/unknown-label]: stats!="500" excludes nothing: shop_orders_total has no label stats`},
		`shop_orders_total{code="500"}`:                                     {`warning[promql/unknown-label]: code="500" selects nothing: shop_orders_total has no label code`},
		`sum by (code) (shop_up)`:                                           {"warning[promql/unknown-label]: sum by (code) groups by nothing: shop_up has no label code"},
		`sum by (code) (shop_orders_total{code="500"})`:                     {`warning[promql/unknown-label]: code="500" selects nothing: shop_orders_total has no label code`},
		`shop_orders_total{code=""}`:                                        nil,
		`shop_orders_total{code=~".*"}`:                                     nil,
		`shop_orders_total{code="$code",cluster="a",cost_center="x"}`:       nil,
		`sum by (cluster, pod, label_app, cost_center) (shop_orders_total)`: nil,
		`sum by (code) (label_replace(shop_up, "code", "1", "", ""))`:       nil,
		`sum by (code) (kube_pod_info)`:                                     nil,
		`sum by (code) (shop_up or strangers)`:                              nil,
		`sum by (__name__) (shop_up)`:                                       nil,
	} {
		var got []string
		for _, f := range table.Analyze(parseAll(t, text), UseAny).Findings {
			got = append(got, f.String())
			if f.Help == "" {
				t.Errorf("%s gives no help", f)
			}
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s (-want +got):\n%s", text, difference)
		}
	}
}
