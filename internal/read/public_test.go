package read_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// published are files of other projects in Go's module cache, with the least that must be found in them; of queries, how many
// can be analysed.
var published = []struct {
	folder                         string
	groups, rules, boards, queries int
}{
	{"github.com/thanos-io/thanos@v0.42.5/examples/alerts", 12, 60, 0, 0},
	{"github.com/thanos-io/thanos@v0.42.5/examples/dashboards", 0, 0, 9, 150},
	{"github.com/prometheus-operator/prometheus-operator@v0.85.0/example/mixin", 2, 9, 0, 0},
	{"github.com/prometheus-operator/prometheus-operator@v0.85.0/example/user-guides", 0, 0, 0, 0},
	{"github.com/grafana/mimir@v1.3.1-0.20260423142704-aced80d74930/operations/mimir-mixin-compiled", 30, 200, 27, 1300},
}

func moduleCache(t testing.TB) string {
	t.Helper()
	output, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(output))
}

func TestEveryRuleAndPanelOfPublishedFilesIsRead(t *testing.T) {
	cache := moduleCache(t)
	for _, want := range published {
		t.Run(want.folder, func(t *testing.T) {
			folder := filepath.Join(cache, filepath.FromSlash(want.folder))
			if _, err := os.Stat(folder); err != nil {
				t.Skipf("not in the module cache; go mod download brings it: %v", err)
			}
			set, findings, err := read.Files([]string{folder})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range findings {
				t.Errorf("refused: %s", d)
			}
			rules, queries := checkRules(t, set), checkBoards(t, set)
			if len(set.Groups) < want.groups || rules < want.rules || len(set.Dashboards) < want.boards || queries < want.queries {
				t.Errorf("found %d groups, %d rules, %d dashboards, %d queries: want at least %v",
					len(set.Groups), rules, len(set.Dashboards), queries, want)
			}
			t.Logf("%d groups, %d rules, %d dashboards, %d queries", len(set.Groups), rules, len(set.Dashboards), queries)
		})
	}
}

// checkRules checks that every expression parses and that each selector stands where its place says.
func checkRules(t *testing.T, set *read.Set) int {
	t.Helper()
	rules := 0
	for _, group := range set.Groups {
		for _, rule := range group.Rules {
			rules++
			if rule.Name().Value == "" {
				t.Errorf("%s: a rule has no name", rule.Pos)
			}
			checkExpression(t, rule.Expr, read.Substitution{Text: rule.Expr.Value})
			for _, pair := range append(rule.Labels, rule.Annotations...) {
				checkPlace(t, pair.Name, 0, len(pair.Name.Value))
				checkPlace(t, pair.Value, 0, 0)
			}
		}
	}
	return rules
}

func checkBoards(t *testing.T, set *read.Set) int {
	t.Helper()
	queries := 0
	for _, board := range set.Dashboards {
		if len(board.Panels) == 0 || board.Title.Value == "" {
			t.Errorf("%s: no panels or no title", board.Pos)
		}
		for _, panel := range board.Panels {
			if !panel.Pos.IsValid() || panel.Type.Value == "" {
				t.Errorf("%s: a panel has no place or no type", board.File)
			}
			for _, target := range panel.Targets {
				if !target.Datasource.IsPrometheus() || target.Expr.Value == "" {
					continue
				}
				substituted := read.Grafana(target.Expr.Value, board.Variables)
				checkExpression(t, target.Expr, substituted)
				if substituted.Blocked == "" {
					queries++
				}
			}
		}
	}
	return queries
}

// checkExpression parses an expression and looks at the place of every metric name in it.
func checkExpression(t *testing.T, text read.Text, s read.Substitution) {
	t.Helper()
	if s.Blocked != "" {
		return
	}
	expr, err := promql.Parse(s.Text)
	if err != nil {
		t.Errorf("%s: %v\n%s", text.At(), err, s.Text)
		return
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok && selector.Name != "" {
			start := int(selector.PosRange.Start)
			offset, length := s.Original(start, start+len(selector.Name))
			if got := text.Value[offset : offset+length]; got != selector.Name {
				t.Errorf("%s: %q is mapped to %q", text.At(), selector.Name, got)
			}
			checkPlace(t, text, offset, length)
		}
		return nil
	})
}

// files are the lines of files, each read once.
var files = map[string][]string{}

// checkPlace checks that what stands at the place of a part of a text is that part. Escapes are the property test's.
func checkPlace(t *testing.T, text read.Text, offset, length int) {
	t.Helper()
	at := text.Pos(offset, length)
	if !at.IsValid() || at.Line < 1 || at.Col < 1 {
		t.Errorf("%q has no place: %+v", text.Value, at)
		return
	}
	want := text.Value[offset : offset+length]
	if got := textAt(t, at); length > 0 && !strings.ContainsAny(want+got, "\\\"'\n") && got != want {
		t.Errorf("%s: %q stands there, want %q", at, got, want)
	}
}

func textAt(t *testing.T, at diag.Pos) string {
	t.Helper()
	lines, known := files[at.File]
	if !known {
		data, err := os.ReadFile(at.File)
		if err != nil {
			t.Fatal(err)
		}
		lines = strings.Split(string(data), "\n")
		files[at.File] = lines
	}
	return cut(lines, at)
}

func cut(lines []string, at diag.Pos) string {
	if at.Line < 1 || at.Line > len(lines) || at.Col < 1 || at.Col-1+at.Len > len(lines[at.Line-1]) {
		return "(outside the file)"
	}
	return lines[at.Line-1][at.Col-1 : at.Col-1+at.Len]
}
