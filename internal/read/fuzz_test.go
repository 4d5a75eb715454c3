package read_test

import (
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// checkAll reads a file and looks at the places of all that is found. Nothing may panic, whatever the file.
func checkAll(t *testing.T, name string, data []byte) {
	t.Helper()
	set, findings := read.Content(name, data)
	lines := strings.Split(string(data), "\n")
	inside := func(at diag.Pos) {
		if at.File != name || at.Line < 0 || at.Line > len(lines) || at.Line > 0 && (at.Col < 1 || at.Col-1+at.Len > len(lines[at.Line-1])) {
			t.Errorf("%+v is outside the file", at)
		}
	}
	for _, d := range findings {
		inside(d.Pos)
	}
	characters := func(text read.Text) {
		for offset := range text.Value {
			inside(text.Pos(offset, 1))
		}
	}
	for _, group := range set.Groups {
		inside(group.Pos)
		for _, rule := range group.Rules {
			inside(rule.Pos)
			characters(rule.Expr)
			for _, pair := range append(rule.Labels, rule.Annotations...) {
				characters(pair.Name)
				characters(pair.Value)
			}
		}
	}
	for _, board := range set.Dashboards {
		for _, panel := range board.Panels {
			inside(panel.Pos)
			for _, target := range panel.Targets {
				characters(target.Expr)
				read.Grafana(target.Expr.Value, board.Variables)
			}
		}
	}
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte(rulesText))
	f.Add([]byte("\ufeffgroups:\r\n- &a {name: x, rules: [{expr: !!str 'a''\r\n  b', labels: {<<: [*a]}}]}\r\n---\r\n..."))
	f.Add([]byte("groups:\n- name: \"\\\n  x\"\n  rules:\n  - expr: >2-\n      a\n\n     b\n    annotations: {? [a] : b, x: |+\n\n }\n"))
	f.Add([]byte("apiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    groups:\n    - rules:\n      - expr: up\n"))
	f.Add([]byte("route: {routes: [{}]}\nreceivers: [{name: a, x_configs: [{}]}]\n# belfry: ignore a/b c\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkAll(t, "f", data) })
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(boardText))
	f.Add([]byte(`{"groups": [{"rules": [{"expr": "\ud83d\ude00\u00e9\ud800\n\"", "labels": {"a": 1e3, "a": true}}]}]} {}`))
	f.Fuzz(func(t *testing.T, data []byte) { checkAll(t, "f.json", data) })
}

func FuzzGrafana(f *testing.F) {
	f.Add("sum by ($label) (rate(a_${metric:raw}{job=~\"$job\", $x}[$__rate_interval] offset [[window]])) > $n # $c")
	f.Fuzz(func(t *testing.T, query string) {
		s := read.Grafana(query, variables())
		for _, hole := range s.Holes {
			if hole.Start < 0 || hole.Length < 1 || hole.Start+hole.Length > len(query) {
				t.Errorf("%+v is outside %q", hole, query)
			}
		}
		for i := range s.Text {
			if offset, length := s.Original(i, i+1); offset < 0 || length < 0 || offset+length > len(query) {
				t.Errorf("%d of %q is mapped to %d+%d of %q", i, s.Text, offset, length, query)
			}
		}
	})
}

func FuzzExposition(f *testing.F) {
	f.Add(prometheusText)
	f.Add("# TYPE a counter\n# UNIT b_s s\na_total{x=\"\\\"\"} 1 2.5 # {} 1\n# EOF\n")
	f.Fuzz(func(t *testing.T, text string) {
		metrics, findings, err := read.Exposition(strings.NewReader(text), "metrics")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range metrics {
			if m.Name == "" || m.Pos.Line < 1 {
				t.Errorf("got %+v", m)
			}
			m.Described()
		}
		if len(findings) > 21 {
			t.Errorf("%d findings", len(findings))
		}
	})
}
