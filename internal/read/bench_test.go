package read_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/read"
)

func BenchmarkRules(b *testing.B) {
	var text strings.Builder
	text.WriteString("groups:\n")
	for group := range 300 {
		fmt.Fprintf(&text, "- name: g%d\n  rules:\n", group)
		for rule := range 20 {
			fmt.Fprintf(&text, "  - alert: A%d\n    expr: |\n      sum by (job) (rate(x%d[5m]))\n        > 0.5\n    for: 5m\n    labels: {severity: page}\n"+
				"    annotations:\n      summary: 'It is {{ $value }}'\n", rule, rule)
		}
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if set, findings := read.Content("f", []byte(text.String())); len(set.Groups) != 300 || len(findings) > 0 {
			b.Fatal(findings)
		}
	}
}

func BenchmarkDashboard(b *testing.B) {
	b.SetBytes(int64(len(boardText)))
	b.ReportAllocs()
	for b.Loop() {
		if set, findings := read.Content("f.json", []byte(boardText)); len(set.Dashboards) != 1 || len(findings) > 0 {
			b.Fatal(findings)
		}
	}
}
