// Package goldenfile holds what tests make against files that are committed. With -update they are written anew, which is refused
// under CI: there a difference is a failure.
package goldenfile

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the tests make to the files that they compare with")

// Updating reports whether files are to be written anew.
func Updating(t testing.TB) bool {
	t.Helper()
	if *update && os.Getenv("CI") != "" {
		t.Fatal("-update is refused under CI")
	}
	return *update
}

// Compare holds files, by slash-separated path, against those of a folder: missing, different and stale ones fail.
func Compare(t testing.TB, folder string, got map[string]string) {
	t.Helper()
	if Updating(t) {
		rewrite(t, folder, got)
	}
	if diff := cmp.Diff(tree(t, folder), got); diff != "" {
		t.Errorf("%s differs (-want +got); run make golden and review the diff:\n%s", folder, diff)
	}
}

// CompareFile holds a text against a file.
func CompareFile(t testing.TB, file, got string) {
	t.Helper()
	if Updating(t) {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run make golden", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run make golden and review the diff:\n%s", file, diff)
	}
}

func rewrite(t testing.TB, folder string, files map[string]string) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func tree(t testing.TB, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, file)
		found[filepath.ToSlash(relative)] = string(content)
		return err
	})
	if err != nil {
		t.Fatalf("%v: run make golden", err)
	}
	return found
}
