package lint

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

const alertsText = `groups:
  - name: g
    rules:
      - {record: 'a:sum', expr: sum(a), labels: {slo: x}}
      - {record: 'b:sum', expr: sum(b)}
      - {record: 'b:sum', expr: sum(c)}
      - {alert: Recorded, expr: 'a:sum{slo="x"} > 10'}
      - {alert: OtherWay, expr: '0.5 > 100 * (sum by (y, x) (d))'}
      - {alert: Calculated, expr: sum(e) / 1000 > 14.4 * (1 - 0.5)}
      - {alert: Filtered, expr: 'sum(f{job="api", shop="one"}) > 1'}
      - {alert: Guarded, expr: sum(g) > 5 and sum(h) > 100}
      - {alert: Windows, expr: (sum(i) > 3 and sum(j) > 3) or sum(k) > 4}
      - {alert: TwiceRecorded, expr: 'b:sum > 1'}
      - {record: 'l:ratio', expr: sum(l), labels: {slo: x}}
      - {record: 'l:ratio', expr: sum(l), labels: {slo: y}}
      - {record: 'l:burn', expr: 'l:ratio{slo="x"} / 0.01', labels: {slo: x}}
      - {alert: OfX, expr: 'l:ratio{slo="x"} > 0.1'}
      - {alert: OfY, expr: 'l:ratio{slo="y"} > 0.2'}
`

func TestAlertsAreFoundByTheExpressionThatTheyCompare(t *testing.T) {
	set, _ := read.Content("rules.yaml", []byte(alertsText))
	files := newFiles(set, promql.NewTable(nil))
	board := &read.Dashboard{}
	for expr, want := range map[string][]string{
		"sum(a)": {"Recorded"}, "(sum((a)))": {"Recorded"}, `a:sum`: {"Recorded"}, `a:sum{slo="y"}`: nil,
		"sum by (x, y) (d)": {"OtherWay"}, "sum by (x) (d)": nil,
		"sum(e)": {"Calculated"}, "2 * sum(e)": {"Calculated"},
		`sum(f{shop="one", job="api"})`: {"Filtered"}, `sum(f{shop=~"$shop", job="api"})`: {"Filtered"}, `sum(f{job="api"})`: nil,
		"sum(g)": {"Guarded"}, "sum(h)": nil, "sum(i)": {"Windows"}, "sum(j)": {"Windows"}, "sum(k)": {"Windows"},
		"sum(b)": nil, "b:sum": {"TwiceRecorded"},
		`l:ratio{slo="x"}`: {"OfX"}, `l:burn{slo="x"}`: {"OfX"}, "sum(l)": {"OfX", "OfY"}, `l:ratio{slo=~"$slo"}`: {"OfX", "OfY"},
	} {
		query := files.query(board, &read.Panel{}, read.Target{Expr: read.Text{Value: expr}})
		found, _ := files.alertsOn().of(&query)
		var got []string
		for _, c := range found {
			got = append(got, c.rule.Alert.Value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", expr, diff)
		}
	}
}

func TestThresholdsAreThoseOfThePanelsScale(t *testing.T) {
	set, _ := read.Content("rules.yaml", []byte(alertsText))
	files := newFiles(set, promql.NewTable(nil))
	for expr, want := range map[string]float64{"sum(e)": 7200, "sum(e) / 1000": 7.2, "100 * sum by (x, y) (d)": 0.5, "sum by (y, x) (d)": 0.005} {
		query := files.query(&read.Dashboard{}, &read.Panel{}, read.Target{Expr: read.Text{Value: expr}})
		found, factor := files.alertsOn().of(&query)
		if got := found[0].threshold / found[0].factor * factor; !same(got, want) {
			t.Errorf("%s: the threshold is %g, want %g", expr, got, want)
		}
	}
}
