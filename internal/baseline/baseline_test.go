package baseline_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/baseline"
	"github.com/belfry-dev/belfry/internal/diag"
)

// text gives what a finding marks: its column stands for it.
func text(at diag.Pos) string { return fmt.Sprintf("mark %d", at.Col) }

// finding is one in a line; what it marks hangs on its column.
func finding(folder, file string, line, column int) diag.Diagnostic {
	return diag.Diagnostic{Code: "promql/bool", Severity: diag.Warning, Path: "Rule", Message: "m",
		Pos: diag.Pos{File: filepath.Join(folder, file), Line: line, Col: column}}
}

func written(t *testing.T, folder string, found diag.List) *baseline.Baseline {
	t.Helper()
	b := baseline.New(filepath.Join(folder, "baseline"))
	b.Replace(found, text, []string{folder})
	if err := b.Write(); err != nil {
		t.Fatal(err)
	}
	read, err := baseline.Read(b.Path())
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestAFindingIsKnownWhereverItMoves(t *testing.T) {
	folder := t.TempDir()
	b := written(t, folder, diag.List{finding(folder, "a", 3, 1), finding(folder, "a", 5, 1), finding(folder, "a", 7, 2)})
	got := b.Compare(diag.List{finding(folder, "a", 30, 1), finding(folder, "a", 50, 1), finding(folder, "a", 60, 1), finding(folder, "b", 1, 2)},
		text, []string{folder})
	want := baseline.Comparison{
		New:   diag.List{finding(folder, "a", 60, 1), finding(folder, "b", 1, 2)}, // one more of its kind, and one of another file
		Known: 2,
		Gone:  []baseline.Entry{{File: "a", Code: "promql/bool", Name: "Rule", Text: "mark 2", Count: 1}},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

func TestEntriesOfFilesThatWereNotLookedAtStay(t *testing.T) {
	folder := t.TempDir()
	b := written(t, folder, diag.List{finding(folder, "rules/a", 1, 1), finding(folder, "rules2/a", 1, 1)})
	paths := []string{filepath.Join(folder, "rules")}
	if got := b.Compare(nil, text, paths).Gone; len(got) != 1 || got[0].File != "rules/a" {
		t.Errorf("gone is what was looked at and not found, got %v", got)
	}
	b.Replace(nil, text, paths)
	if got := b.Compare(nil, text, []string{folder}).Gone; len(got) != 1 || got[0].File != "rules2/a" {
		t.Errorf("the other file's entry stays, got %v", got)
	}
}

func TestTheFileIsSortedAndHasALineAFinding(t *testing.T) {
	folder := t.TempDir()
	concealed := finding(folder, "secret", 1, 9)
	concealed.Conceal = true
	written(t, folder, diag.List{finding(folder, "b", 1, 1), finding(folder, "a", 9, 2), concealed, finding(folder, "a", 1, 2)})
	content, err := os.ReadFile(filepath.Join(folder, "baseline"))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"belfryBaseline":1}
{"file":"a","code":"promql/bool","name":"Rule","text":"mark 2","count":2}
{"file":"b","code":"promql/bool","name":"Rule","text":"mark 1"}
{"file":"secret","code":"promql/bool","name":"Rule"}
`
	if difference := cmp.Diff(want, string(content)); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

func TestABrokenBaselineIsNotGuessedAt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baseline")
	if _, err := baseline.Read(path); !errors.Is(err, baseline.ErrMissing) {
		t.Errorf("a file that is not there gives %v", err)
	}
	const header = "{\"belfryBaseline\":1}\n"
	for content, want := range map[string]string{
		"":                                "is empty, and no baseline",
		"groups: []\n":                    ":1: this is no baseline of belfry lint",
		"{\"belfryBaseline\":2}\n":        ":1: this baseline has version 2, and this belfry reads version 1",
		header + "=======\n":              ":2: this line is no finding (is it left from a merge?)",
		header + "{\"file\":\"a\"}\n":     ":2: this line is no finding: it is one JSON object with file and code",
		header + "\n{\"code\":\"a/b\"} 1": ":3: this line is no finding",
		header + "{\"codes\":\"a/b\"}":    ":2: this line is no finding",
	} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := baseline.Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %q", content, err, want)
		}
	}
	twice := header + "{\"file\":\"a\",\"code\":\"a/b\",\"count\":2}\r\n{\"file\":\"a\",\"code\":\"a/b\"}\r\n"
	if err := os.WriteFile(path, []byte(twice), 0o644); err != nil {
		t.Fatal(err)
	}
	if b, err := baseline.Read(path); err != nil || b.Len() != 2 {
		t.Errorf("a line that a merge left twice counts once, as often as both sides know, got %v, %v", b, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("{\"belfryBaseline\":1}\n{\"file\":\"a\",\"code\":\"a/b\",\"count\":2}\n"))
	path := filepath.Join(f.TempDir(), "baseline")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		b, err := baseline.Read(path)
		if err != nil {
			return
		}
		before := b.Len()
		if err := b.Write(); err != nil {
			t.Fatal(err)
		}
		if again, err := baseline.Read(path); err != nil || again.Len() != before {
			t.Errorf("what is written reads as %v, %v", again, err)
		}
	})
}
