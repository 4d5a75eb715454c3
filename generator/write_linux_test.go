package generator

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// unprivileged lets the test touch files as somebody to whom something is forbidden, also where root runs it: as nobody, on
// this thread alone (setfsuid(2)).
func unprivileged(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	const nobody = 65534
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err == nil {
			runtime.UnlockOSThread() // else the thread ends with the test
		}
	})
}

func TestAFolderThatTakesNoFileIsToldByTheFileThatIsMissing(t *testing.T) {
	unprivileged(t)
	out := t.TempDir()
	write(t, out, set("a/b", "1"))
	if err := os.Chmod(filepath.Join(out, "a"), 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(out, "a"), 0o755)
	_, err := Write(out, set("a/b", "2"), WriteOptions{})
	if want := "cannot write " + out + "/a/b: permission denied"; err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}
