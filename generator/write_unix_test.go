//go:build darwin || freebsd || linux

package generator

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilesAndFoldersAreReadableByOthersWhateverTheUmask(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	out := t.TempDir()
	write(t, out, set("a/b/c", "x"))
	want := map[string]fs.FileMode{"a": 0o755, "a/b": 0o755, "a/b/c": 0o644, manifestName: 0o644}
	got := map[string]fs.FileMode{}
	for name := range want {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = info.Mode().Perm()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("modes (-want +got):\n%s", diff)
	}
}

// Opening a pipe that nobody writes to would block for ever.
func TestAPipeInTheWayIsNamedAndNotOpened(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "out", "b/x", "mine")
	if err := syscall.Mkfifo("out/b/c", 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Write("out", set("a", "1", "b/c", "1"), WriteOptions{})
	requireRefused(t, err, "output/in-the-way", "out/b/c: error[output/in-the-way]: a device, socket or pipe")
}

func TestAStalePipeIsKept(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1"))
	if err := os.Remove(filepath.Join(out, "a")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(out, "a"), 0o644); err != nil {
		t.Fatal(err)
	}
	requireReport(t, write(t, out, nil), WriteReport{KeptEdited: []string{"a"}})
}

// No name of a staged file is told: the user has never seen it.
func TestAFullDiskIsToldInPlainWords(t *testing.T) {
	failed := &fs.PathError{Op: "write", Path: "out/.belfry-staging-0123456789abcdef/6", Err: syscall.ENOSPC}
	if got := cannotWrite("out", failed).Error(); got != "cannot write into out: no space left on device" {
		t.Error(got)
	}
}
