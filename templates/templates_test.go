package templates

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
)

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFileOfTheSameNameReplacesTheEmbeddedOne(t *testing.T) {
	dir := folder(t, map[string]string{"metrics.go.tmpl": "package {{.}}\n", ".metrics.go.tmpl.swp": "{{"})
	set, findings, err := Load(dir)
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	got, err := set.Execute("metrics.go.tmpl", "mine")
	if diff := cmp.Diff("package mine\n", string(got)); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestReplacingDoesNotChangeTheEmbeddedSet(t *testing.T) {
	if _, _, err := Load(folder(t, map[string]string{"metrics.go.tmpl": "mine"})); err != nil {
		t.Fatal(err)
	}
	set, _, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := set.Execute("metrics.go.tmpl", struct{}{}); err == nil {
		t.Errorf("the embedded template made %q of an empty view", got)
	}
}

func TestMistakesInTheFolderAreFindingsWithALine(t *testing.T) {
	dir := folder(t, map[string]string{"runbok.md.tmpl": "", "metrics.go.tmpl": "a\nb {{if}}\n"})
	set, findings, err := Load(dir)
	if err != nil || set != nil {
		t.Fatal(set, err)
	}
	dir = filepath.ToSlash(dir)
	for i := range findings {
		findings[i].Help = ""
	}
	want := diag.List{
		{
			Code: "templates/parse", Severity: diag.Error, Pos: diag.Pos{File: dir + "/metrics.go.tmpl", Line: 2, Col: 1},
			Message: "missing value for if",
		},
		{
			Code: "templates/unknown", Severity: diag.Error, Pos: diag.Pos{File: dir + "/runbok.md.tmpl"},
			Message: `there is no template "runbok.md.tmpl" to replace`,
		},
	}
	if diff := cmp.Diff(want, findings); diff != "" {
		t.Error(diff)
	}
}

func TestFailingTemplateOfTheUserIsAFinding(t *testing.T) {
	dir := folder(t, map[string]string{"metrics.go.tmpl": "a\nb\n  {{.Packge}}\n"})
	set, findings, err := Load(dir)
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	_, err = set.Execute("metrics.go.tmpl", struct{ Package string }{"metrics"})
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("%v is not an *Error", err)
	}
	want := diag.Pos{File: filepath.ToSlash(dir) + "/metrics.go.tmpl", Line: 3, Col: 5}
	if diff := cmp.Diff(want, failure.Finding.Pos); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(failure.Finding.Message, "Packge") {
		t.Errorf("%q does not name the field", failure.Finding.Message)
	}
}

func TestMissingFolderIsAnError(t *testing.T) {
	if _, _, err := Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
