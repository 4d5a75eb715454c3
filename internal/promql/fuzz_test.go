package promql

import (
	"testing"
	"unicode/utf8"

	"github.com/prometheus/prometheus/promql/parser"
)

// typical are alerts as people write them.
var typical = []string{
	`sum(rate(shop_requests_total{status=~"5..",job="shop"}[5m])) / sum(rate(shop_requests_total{job="shop"}[5m])) > 0.05`,
	`histogram_quantile(0.95, sum by (le, method) (rate(shop_latency_seconds_bucket{job="shop"}[5m]))) > 2`,
	`sum by (instance) (shop_memory_bytes) / sum by (instance) (shop_memory_limit_bytes) > 0.9`,
	`absent(up{job="shop"} == 1)`,
}

func FuzzAnalyze(f *testing.F) {
	for _, c := range findingCases {
		for _, text := range append(c.wrong, c.silent...) {
			f.Add(text)
		}
	}
	for _, c := range inferences {
		f.Add(c.text)
	}
	for _, text := range typical {
		f.Add(text)
	}
	f.Add(`a + on (x) group_left (y) (b or c or d or e or f or g or h or i)`)
	f.Add(`label_replace(label_join(a, "", "", ""), "", "", "", "")`)
	f.Add(`quantile(NaN, -Inf ^ a) % 0 / -0`)
	table := shop(f)
	table.AddRecordings([]Recording{{Name: "bad", Labels: map[string]string{"a": ""}}})
	p := parser.NewParser(experimental)
	f.Fuzz(func(t *testing.T, text string) {
		expr, err := p.ParseExpr(text)
		if err != nil || !utf8.ValidString(text) {
			return
		}
		for _, use := range []Use{UseAny, UseAlert, UseRecord, UseGraph} {
			analysis := table.Analyze(expr, use)
			for _, finding := range analysis.Findings {
				if finding.Range.Start < 0 || finding.Range.Start > finding.Range.End || int(finding.Range.End) > len(text) {
					t.Errorf("%s at %v, but the text has %d bytes", finding, finding.Range, len(text))
				}
				if finding.Message == "" {
					t.Error("a finding says nothing")
				}
			}
			if got := analysis.Root.Value; got != expr.Type() {
				t.Errorf("%s is a %s, not a %s", text, expr.Type(), got)
			}
			if r := analysis.Root.Range; !(r.Low <= r.High) {
				t.Errorf("values lie between %v and %v", r.Low, r.High)
			}
		}
	})
}

func BenchmarkAnalyze(b *testing.B) {
	table := shop(b)
	expressions := make([]parser.Expr, len(typical))
	for i, text := range typical {
		expressions[i] = parseAll(b, text)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		table.Analyze(expressions[i%len(expressions)], UseAlert)
	}
}
