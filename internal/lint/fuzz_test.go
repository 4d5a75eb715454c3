package lint_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/remote"
)

// largestSeed keeps the fuzzer fast: of what is longer, mutations rarely meet what they change.
const largestSeed = 20_000

// seeds are the examples of every code, and what the reference spec compiles to.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	var all [][]byte
	for _, root := range []string{"testdata", "../../out"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".json"}, filepath.Ext(path)) {
				return err
			}
			content, err := os.ReadFile(path)
			if len(content) <= largestSeed {
				all = append(all, content)
			}
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	return all
}

// FuzzLint lints whatever bytes as YAML and as JSON. Nothing may panic, and each finding stands inside the file, says something
// and can be printed.
func FuzzLint(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Add([]byte(rules))
	f.Add([]byte(dashboard))
	metrics := exposed(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		lintAll(t, "any.yaml", content, metrics)
		lintAll(t, "any.json", content, metrics)
	})
}

// FuzzTexts lints whatever texts stand in the places that are looked into most: an expression, an annotation, a legend.
func FuzzTexts(f *testing.F) {
	for _, seed := range seeds(f) {
		set, _ := read.Content("seed", seed)
		for _, group := range set.Groups {
			for _, rule := range group.Rules {
				f.Add(rule.Expr.Value, read.Find(rule.Annotations, "description").Value)
			}
		}
		for _, board := range set.Dashboards {
			for _, panel := range board.Panels {
				for _, target := range panel.Targets {
					f.Add(target.Expr.Value, target.LegendFormat.Value)
				}
			}
		}
	}
	metrics := exposed(f)
	f.Fuzz(func(t *testing.T, expr, text string) {
		type object = map[string]any
		content, err := json.Marshal(object{
			"groups": []object{{"name": "shop", "rules": []object{
				{"alert": "A", "expr": expr, "labels": object{"severity": text}, "annotations": object{"summary": text, "description": text}},
				{"record": "shop:a", "expr": expr}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		lintAll(t, "rules.json", content, metrics)
		content, err = json.Marshal(object{
			"title": text, "uid": "shop", "schemaVersion": 36,
			"templating": object{"list": []object{{"name": "x", "type": "query", "query": "label_values(" + expr + ", pod)"}, {"name": "y", "type": "custom", "query": text}}},
			"panels": []object{{"id": 1, "type": "timeseries", "title": text, "targets": []object{{"refId": "A", "expr": expr, "legendFormat": text}},
				"fieldConfig": object{"defaults": object{"unit": text}, "overrides": []object{{"matcher": object{"id": "byName", "options": text}}}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		lintAll(t, "board.json", content, metrics)
	})
}

// exposed is what the examples' program exposes.
func exposed(f *testing.F) []promql.Metric {
	f.Helper()
	described, _, err := read.ExpositionFrom(f.Context(), remote.Access{}, "testdata/metrics.txt")
	if err != nil {
		f.Fatal(err)
	}
	var metrics []promql.Metric
	for _, m := range described {
		metrics = append(metrics, m.Described())
	}
	return metrics
}

// lintAll lints a content and looks at what is found.
func lintAll(t *testing.T, name string, content []byte, metrics []promql.Metric) {
	t.Helper()
	set, found := read.Content(name, content)
	table := promql.NewTable([]string{"instance", "job", "pod"}, metrics...)
	table.Complete = []string{"shop_"}
	table.AddRecordings(lint.Recordings(set))
	more, coverage := lint.Run(set, table)
	found = append(found, more...).Sort()
	if coverage.Full < 0 || coverage.All() < coverage.Full {
		t.Errorf("coverage is %+v", coverage)
	}
	lines := bytes.Split(content, []byte("\n"))
	for _, d := range found {
		if at := d.Pos; at.File != name || at.Line < 0 || at.Line > len(lines) || at.Line > 0 && (at.Col < 1 || at.Col-1+at.Len > len(lines[at.Line-1])) {
			t.Errorf("%s[%s] stands at %+v, outside the file", d.Severity, d.Code, at)
		}
		if d.Message == "" || d.Help == "" && d.Code != "promql/syntax" { // of which the parser's message may say all
			t.Errorf("%s says %q, and %q of what to do", d.Code, d.Message, d.Help)
		}
	}
	for _, format := range diag.Formats() {
		options := diag.Options{ReadFile: func(string) ([]byte, error) { return content, nil }}
		if err := diag.Print(&bytes.Buffer{}, format, found, options); err != nil {
			t.Error(err)
		}
	}
}
