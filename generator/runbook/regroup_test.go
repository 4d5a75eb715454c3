package runbook

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

func TestRegroupKeepsTheLabelApartOnEverySide(t *testing.T) {
	for text, want := range map[string]string{
		`histogram_quantile(0.95, sum by (le) (rate(m_bucket[5m])))`: `histogram_quantile(0.95, sum by (le, x) (rate(m_bucket[5m])))`,
		`sum(rate(a[5m])) / on () sum(rate(b[5m]))`:                  `sum by (x) (rate(a[5m])) / on (x) sum by (x) (rate(b[5m]))`,
		`100 * (sum(a) or vector(0))`:                                `100 * (sum by (x) (a) or vector(0))`,
		`max without (instance, x) (a)`:                              `max without (instance) (a)`,
		`sum by (x) (a)`:                                             `sum by (x) (a)`,
		`-sum(max by (b) (a))`:                                       `-sum by (x) (max by (b, x) (a))`,
		`max_over_time(sum(a)[1h:5m])`:                               `max_over_time(sum by (x) (a)[1h:5m])`,
	} {
		expr, err := promql.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		before := expr.String()
		got, changed := regroup(expr, "x")
		if diff := cmp.Diff(want, got.String()); diff != "" || !changed {
			t.Errorf("%s: %s", text, diff)
		}
		if diff := cmp.Diff(before, expr.String()); diff != "" {
			t.Errorf("the given expression changed: %s", diff)
		}
		if _, err := promql.Parse(got.String()); err != nil {
			t.Error(err)
		}
	}
	expr, err := promql.Parse("a - b")
	if err != nil {
		t.Fatal(err)
	}
	if _, changed := regroup(expr, "x"); changed {
		t.Error("an expression that keeps all labels was said to change")
	}
}

func TestNumeratorAloneIsBrokenDownByLabelsThatTheDivisorLacks(t *testing.T) {
	tokens := &ir.Metric{Name: "tokens_total", Type: ir.Counter, Labels: []ir.Label{{Name: "model", Max: 20}}}
	budget := &ir.Metric{Name: "token_budget", Type: ir.Gauge}
	signal := &ir.Signal{Form: ir.FormRatio, Metrics: []*ir.Metric{tokens, budget}}
	alert := &ir.Alert{Signal: signal, Threshold: ir.Threshold{Above: true}}
	alert.Query = newQuery(t, signal, "sum(increase(tokens_total[1h])) / max(token_budget)", "", 0)
	var got []string
	for _, look := range breakdown(&ir.Program{}, alert) {
		got = append(got, look.Text+" "+look.Code)
	}
	want := []string{"The numerator by `model`, most first: topk(5, sum by (model) (increase(tokens_total[1h])))"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoteThatLeavesAFenceOpenDoesNotSwallowThePage(t *testing.T) {
	for note, want := range map[string]string{
		"text":                    "text",
		"```sh\nls":               "```sh\nls\n```",
		"```sh\nls\n```":          "```sh\nls\n```",
		"````\n```\n````\n```\nx": "````\n```\n````\n```\nx\n```",
	} {
		if diff := cmp.Diff(want, closeFences(note)); diff != "" {
			t.Error(diff)
		}
	}
}
