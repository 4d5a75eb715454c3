package promql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAValueThatIsATypingErrorOfOneThatWasSeenIsDoubtful types queries of a program that had some values at one moment.
func TestAValueThatIsATypingErrorOfOneThatWasSeenIsDoubtful(t *testing.T) {
	table := NewTable(nil, Metric{Name: "shop_orders_total", Type: CounterMetric, Closed: true, Labels: []Label{
		{Name: "method", Presence: Must, Seen: []string{"GET", "POST", "a|b"}}, {Name: "status", Presence: Must, Seen: []string{"accepted", "refused"}}}})
	for text, want := range map[string][]string{
		`shop_orders_total{status="acepted"}`:            {"warning[promql/label-value]: label status of shop_orders_total was not seen with the value acepted"},
		`shop_orders_total{status=~"refsued|lost"}`:      {"warning[promql/label-value]: label status of shop_orders_total was not seen with the value refsued"},
		`shop_orders_total{method="get"}`:                {"warning[promql/label-value]: label method of shop_orders_total was not seen with the value get"},
		`shop_orders_total{status="acc.*"}`:              {`warning[promql/label-value]: status="acc.*" compares status with the text acc.*`},
		`shop_orders_total{status="[a-d]ccepted"}`:       {`warning[promql/label-value]: status="[a-d]ccepted" compares status with the text [a-d]ccepted`},
		`shop_orders_total{status="lost"}`:               nil,
		`shop_orders_total{status="accepted"}`:           nil,
		`shop_orders_total{method="a|b"}`:                nil,
		`shop_orders_total{method=~"PUT|$method"}`:       nil,
		`shop_orders_total{status!="acepted"}`:           nil,
		`shop_orders_total{status="$status",method=""}`:  {`error[promql/label-value]: method="" selects nothing: every series of shop_orders_total has a label method`},
		`shop_orders_total{instnce="x"}`:                 {`warning[promql/unknown-label]: instnce="x" selects nothing: shop_orders_total has no label instnce`},
		`sum by (instnce) (shop_orders_total)`:           {"warning[promql/unknown-label]: sum by (instnce) groups by nothing: shop_orders_total has no label instnce"},
		`sum without (instnce) (shop_orders_total)`:      nil,
		`count by (instance, job) (shop_orders_total)`:   nil,
		`shop_orders_total{cluster="x",namespace=~".+"}`: nil,
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
