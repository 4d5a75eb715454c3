package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/goldenfile"
)

// TestWrongSpecs loads each wrong spec of testdata/wrong and holds the diagnostics to the last file of its archive: what
// is said, where it points (the line with ^ repeats the text that is underlined), and that nothing else is said.
func TestWrongSpecs(t *testing.T) {
	archives, err := filepath.Glob("testdata/wrong/*.txtar")
	if err != nil || len(archives) < 25 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := extract(t, archive)
			packages, found, err := Load(optionsOf(archive, dir))
			if err != nil {
				t.Fatal(err)
			}
			for _, loaded := range packages {
				if len(packages) == 1 && loaded.Spec != nil && !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == "spec/tag" }) {
					t.Errorf("package %s has a Spec in spite of %v", loaded.Folder, found)
				}
			}
			compareOrUpdate(t, path, archive, describe(t, dir, found))
		})
	}
}

// optionsOf reads the lines of an archive's comment that begin with "load" or "tag".
func optionsOf(archive *txtar.Archive, dir string) LoadOptions {
	options := LoadOptions{Dir: dir, Patterns: []string{"./spec"}}
	for line := range strings.Lines(string(archive.Comment)) {
		switch words := strings.Fields(line); {
		case len(words) > 1 && words[0] == "load":
			options.Patterns = words[1:]
		case len(words) > 1 && words[0] == "tag":
			options.Tags = words[1:]
		}
	}
	return options
}

func extract(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range archive.Files {
		if file.Name == "want" {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// describe prints diagnostics with everything that a user sees of them.
func describe(t *testing.T, dir string, found diag.List) string {
	t.Helper()
	var text strings.Builder
	for _, d := range found {
		fmt.Fprintln(&text, d)
		if d.Pos.Len > 0 {
			fmt.Fprintln(&text, "    ^", underlined(t, dir, d.Pos))
		}
		for _, note := range d.Notes {
			fmt.Fprintln(&text, "    =", note)
		}
		if d.Help != "" {
			fmt.Fprintln(&text, "    = help:", d.Help)
		}
	}
	return text.String()
}

func underlined(t *testing.T, dir string, at diag.Pos) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(at.File)))
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Split(string(content), "\n")[at.Line-1]
	return line[at.Col-1 : at.Col-1+at.Len]
}

func compareOrUpdate(t *testing.T, path string, archive *txtar.Archive, have string) {
	t.Helper()
	last := len(archive.Files) - 1
	if archive.Files[last].Name != "want" {
		t.Fatal("the last file of the archive must be want")
	}
	diff := cmp.Diff(string(archive.Files[last].Data), have)
	if diff == "" {
		return
	}
	if !goldenfile.Updating(t) {
		t.Fatalf("diagnostics (-want +have):\n%s", diff)
	}
	archive.Files[last].Data = []byte(have)
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
