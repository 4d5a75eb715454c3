package generator

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Fatal(err)
	}
}

func TestSymbolicLinksInsideTheOutputFolderAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ target, at, want string }{
		"folder to outside":          {"../outside", "out/a", "out/a: error[output/symlink]: a symbolic link stands where Belfry needs a folder for a/b/c"},
		"deep folder to outside":     {"../../outside", "out/a/b", "out/a/b: error"},
		"folder to inside":           {"elsewhere", "out/a", "out/a: error"},
		"absolute":                   {"/", "out/a", "out/a: error"},
		"dangling folder":            {"nowhere", "out/a", "out/a: error"},
		"loop":                       {"a", "out/a", "out/a: error"},
		"file to outside":            {"../../../outside/file", "out/a/b/c", "out/a/b/c: error[output/symlink]: a symbolic link stands where Belfry writes a file"},
		"file to inside":             {"../../elsewhere/file", "out/a/b/c", "out/a/b/c: error"},
		"dangling file":              {"nowhere", "out/a/b/c", "out/a/b/c: error"},
		"manifest":                   {"../outside/file", "out/manifest.json", "out/manifest.json: error"},
		"folder with the same bytes": {"../outside/same", "out/a", "out/a: error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			put(t, ".", "outside/file", "[\n]\n")
			put(t, ".", "outside/same/b/c", "1")
			put(t, ".", "out/elsewhere/file", "x")
			link(t, c.target, c.at)
			before := readTree(t, ".")
			_, err := Write("out", set("a/b/c", "1", "d", "1"), WriteOptions{})
			requireRefused(t, err, "output/symlink", c.want)
			_, err = PlanWrite("out", set("a/b/c", "1", "d", "1"), nil)
			requireRefused(t, err, "output/symlink", c.want)
			requireTree(t, ".", before)
		})
	}
}

func TestPruningDoesNotFollowOrRemoveLinks(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "out", set("keep", "1", "a/b", "1", "c", "1", "d/e/f", "1"))
	// The user moved the folders and the file away and left links to them: they hold just what the manifest lists.
	put(t, ".", "outside/a/b", "1")
	put(t, ".", "outside/c", "1")
	for _, name := range []string{"a", "c", "d"} {
		if err := os.RemoveAll("out/" + name); err != nil {
			t.Fatal(err)
		}
	}
	link(t, "../outside/a", "out/a")
	link(t, "../outside/c", "out/c")
	put(t, "out", "d", "a file now")
	report := write(t, "out", set("keep", "1"))
	requireReport(t, report, WriteReport{Unchanged: []string{"keep"}, KeptEdited: []string{"c"}})
	want := tree{"outside/a/b": "1", "outside/c": "1", "out/a": "-> ../outside/a", "out/c": "-> ../outside/c", "out/d": "a file now"}
	for name, data := range treeOf(t, set("keep", "1")) {
		want["out/"+name] = data
	}
	requireTree(t, ".", want)
}

func TestOutputFolderItselfMayBeALink(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("real", 0o755); err != nil {
		t.Fatal(err)
	}
	link(t, "real", "out")
	write(t, "out", set("a", "1", "b", "1"))
	write(t, "out", set("a", "2"))
	requireTree(t, "real", treeOf(t, set("a", "2")))
	requireTree(t, ".", tree{"out": "-> real", "real/a": "2", "real/manifest.json": treeOf(t, set("a", "2"))[manifestName]})
}

func TestStagingFoldersThatAreNotOursStay(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, ".", "outside/1", "x")
	link(t, "../outside", "out/.belfry-staging-0123456789abcdef")
	put(t, "out", ".belfry-staging-1123456789abcdef/notes.txt", "the user's")
	put(t, "out", ".belfry-staging-2123456789abcdef/1/1", "the user's")
	put(t, "out", ".belfry-staging-mine/1", "the user's")
	put(t, "out", ".belfry-staging-3123456789abcdef", "a file")
	before := readTree(t, ".")
	write(t, "out", set("a", "1"))
	for name, data := range treeOf(t, set("a", "1")) {
		before["out/"+name] = data
	}
	requireTree(t, ".", before)
}

// Somebody swaps a folder for a link to outside, over and over, while runs write and prune in it.
func TestNothingOutsideIsTouchedInARace(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, ".", "outside/b", "1")
	put(t, ".", "outside/c", "outside")
	put(t, ".", "out/a/c", "1")
	before := readTree(t, "outside")

	stop := make(chan struct{})
	var swapper sync.WaitGroup
	swapper.Go(func() {
		for {
			select {
			case <-stop:
				return
			default: // each step may fail: the writer is at work in the same places
				_ = os.Rename("out/a", "out/saved")
				_ = os.Symlink("../outside", "out/a")
				runtime.Gosched()
				_ = os.Remove("out/a")
				_ = os.Rename("out/saved", "out/a")
				_ = os.RemoveAll("out/saved")
			}
		}
	})
	failed := 0
	for run := range 1500 {
		artifacts := set("a/b", "1", "a/c", "1")
		if run%2 == 0 {
			artifacts = set("a/c", "2")
		}
		if _, err := Write("out", artifacts, WriteOptions{}); err != nil {
			failed++
		}
	}
	close(stop)
	swapper.Wait()
	t.Logf("%d of 1500 runs met the link or a folder on the move", failed)
	requireTree(t, "outside", before)
}
