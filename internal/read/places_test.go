//go:build unix

package read_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/read"
)

// TestFilesThatAreNoneEndARunWithTheReason gives paths that cannot be read: none may block, or read without end.
func TestFilesThatAreNoneEndARunWithTheReason(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	if err := syscall.Mkfifo(at("pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("loop.yaml"), at("loop.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("secret.yaml"), []byte(rulesText), 0); err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{
		at("pipe.yaml"): "is no regular file: save what it gives to one", "/dev/zero": "is no regular file",
		at("loop.yaml"): "too many levels of symbolic links", at("gone.yaml"): "no such file",
	}
	if os.Geteuid() != 0 { // root may read everything
		reasons[at("secret.yaml")] = "permission denied"
	}
	for path, want := range reasons {
		if _, _, err := read.Files([]string{path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
}

func TestLinksLeadToFoldersThatAreNamedAndNeverRound(t *testing.T) {
	folder := t.TempDir()
	inner := filepath.Join(folder, "rules")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(inner, "a.yaml"), []byte(rulesText), 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	for from, to := range map[string]string{filepath.Join(inner, "round"): folder, filepath.Join(inner, "loop.yaml"): "loop.yaml", link: inner} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(inner, "pipe.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	for named, want := range map[string][]string{folder: {"rules/a.yaml"}, link: {"link/a.yaml"}, link + "/": {"link/a.yaml"}} {
		set, findings, err := read.Files([]string{named})
		if err != nil || len(findings) > 0 {
			t.Fatal(findings, err)
		}
		var got []string
		for _, file := range set.Files {
			got = append(got, strings.TrimPrefix(file.Path, filepath.ToSlash(folder)+"/"))
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s (-want +got):\n%s", named, difference)
		}
	}
}

func TestAFolderWithNothingKnownIsTold(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "values.yaml"), []byte("replicas: 3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, findings, err := read.Files([]string{folder})
	if err != nil || len(findings) != 1 || findings[0].Message != "nothing in this folder is known here" {
		t.Errorf("got %v, %v", findings, err)
	}
	if err := os.WriteFile(filepath.Join(folder, "rules.yaml"), []byte(rulesText), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, findings, err = read.Files([]string{folder, folder}); err != nil || len(findings) > 0 {
		t.Errorf("got %v, %v", findings, err)
	}
}

func TestAFileOfAHundredMegabytesIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(path, []byte("groups:\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 100<<20); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, findings, err := read.Files([]string{path})
	runtime.ReadMemStats(&after)
	if err != nil || len(findings) != 1 || findings[0].Code != "read/too-large" {
		t.Errorf("got %v, %v", findings, err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
		t.Errorf("%d bytes are allocated for a file that is refused", allocated)
	}
}
