package slospec_test

import (
	"strings"
	"testing"

	"cuelang.org/go/cue/parser"

	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/slospec"
)

// FuzzImport holds that whatever a file says becomes CUE, and that findings stand inside the file.
func FuzzImport(f *testing.F) {
	f.Add([]byte(events(`sum(rate(a_bucket{le="0.5"}[{{.window}}]))`, `sum(rate(a_count[{{.window}}]))`)))
	f.Add([]byte("apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nmetadata: {labels: {a: b}}\nspec: {service: \"3\\0\\\"\\\"#\", labels: {team: [x]}, " +
		"slos: [{name: \"\\u2028-\", objective: 9, description: '\\', sli: {raw: {errorRatioQuery: '\"\"'}}, alerting: {pageAlert: {disable: true}}}]}"))
	f.Add([]byte("apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: \"\"}\nspec: {service: x, timeWindow: [{duration: 1Q}], objectives: [{target: NaN}, {op: lt, value: 1e99, targetPercent: 5}]," +
		"indicator: {spec: {thresholdMetric: {metricSource: {spec: 'histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))'}}}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, _ := read.DocumentsOf("f", data)
		made, findings := slospec.Import([]read.Untyped{{Path: "f", Named: true, Documents: documents}}, "")
		if _, err := parser.ParseFile("f.cue", made, parser.ParseComments); len(made) > 0 && err != nil {
			t.Errorf("%v in\n%s", err, made)
		}
		lines := strings.Split(string(data), "\n")
		for _, d := range findings {
			if at := d.Pos; at.Line < 0 || at.Line > len(lines) || at.Line > 0 && (at.Col < 1 || at.Col-1+at.Len > len(lines[at.Line-1])) {
				t.Errorf("%+v is outside the file", at)
			}
		}
	})
}
