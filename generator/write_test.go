package generator

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/artifact"
)

func TestFirstRunWritesEverything(t *testing.T) {
	out := filepath.Join(t.TempDir(), "deep", "out")
	artifacts := set("prometheus/rules.yaml", "groups: []\n", "runbooks/A.md", "# A\n")
	report := write(t, out, artifacts)
	requireReport(t, report, WriteReport{Written: []string{"prometheus/rules.yaml", "runbooks/A.md"}})
	requireTree(t, out, treeOf(t, artifacts))
}

func TestUnchangedFilesAreNotTouched(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1", "b", "1"))
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, name := range []string{"a", "b", manifestName} {
		if err := os.Chtimes(filepath.Join(out, name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	requireReport(t, write(t, out, set("a", "1", "b", "1")), WriteReport{Unchanged: []string{"a", "b"}})
	requireTimes(t, out, long, map[string]bool{"a": true, "b": true, manifestName: true})
	requireReport(t, write(t, out, set("a", "1", "b", "2")), WriteReport{Written: []string{"b"}, Unchanged: []string{"a"}})
	requireTimes(t, out, long, map[string]bool{"a": true, "b": false, manifestName: false})
}

func requireTimes(t *testing.T, out string, when time.Time, untouched map[string]bool) {
	t.Helper()
	got := map[string]bool{}
	for name := range untouched {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = info.ModTime().Equal(when)
	}
	if diff := cmp.Diff(untouched, got); diff != "" {
		t.Fatalf("untouched (-want +got):\n%s", diff)
	}
}

func TestPruningRemovesOwnFilesAndEmptyFoldersOnly(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("keep", "1", "old/deep/file", "1", "shared/old", "1"))
	put(t, out, "shared/notes.txt", "the user's")
	report := write(t, out, set("keep", "1"))
	requireReport(t, report, WriteReport{Unchanged: []string{"keep"}, Pruned: []string{"old/deep/file", "shared/old"}})
	want := treeOf(t, set("keep", "1"))
	want["shared/notes.txt"] = "the user's"
	requireTree(t, out, want)
}

func TestEditedFileThatIsNoLongerGeneratedIsKept(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("keep", "1", "old/file", "1"))
	put(t, out, "old/file", "edited")
	requireReport(t, write(t, out, set("keep", "1")), WriteReport{Unchanged: []string{"keep"}, KeptEdited: []string{"old/file"}})
	want := treeOf(t, set("keep", "1"))
	want["old/file"] = "edited"
	requireTree(t, out, want)
	// From now on the file is the user's: it is not reported again.
	requireReport(t, write(t, out, set("keep", "1")), WriteReport{Unchanged: []string{"keep"}})
}

func TestEditedGeneratedFileIsReportedAndOverwritten(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1", "b", "1", "c", "1"))
	put(t, out, "a", "edited")
	put(t, out, "b", "2") // edited to just what the spec now gives
	report := write(t, out, set("a", "1", "b", "2", "c", "2"))
	requireReport(t, report, WriteReport{Written: []string{"a", "c"}, Unchanged: []string{"b"}, Edited: []string{"a"}})
	requireTree(t, out, treeOf(t, set("a", "1", "b", "2", "c", "2")))
}

func TestFileThatTheManifestDoesNotListIsReportedWhenOverwritten(t *testing.T) {
	out := t.TempDir()
	put(t, out, "a", "the user's")
	requireReport(t, write(t, out, set("a", "1")), WriteReport{Written: []string{"a"}, Edited: []string{"a"}})
}

func TestOtherKindsStayAsTheyAre(t *testing.T) {
	out := t.TempDir()
	first := append(set("rules/a", "1", "rules/b", "1"),
		artifact.Artifact{Path: "runbooks/A.md", Kind: artifact.Runbooks, Data: []byte("1")},
		artifact.Artifact{Path: "runbooks/B.md", Kind: artifact.Runbooks, Data: []byte("1")})
	write(t, out, first)
	second := append(set("rules/a", "2"), artifact.Artifact{Path: "runbooks/A.md", Kind: artifact.Runbooks, Data: []byte("2")})
	report := write(t, out, second, artifact.Rules)
	requireReport(t, report, WriteReport{Written: []string{"rules/a"}, Pruned: []string{"rules/b"}})
	requireTree(t, out, treeOf(t, append(set("rules/a", "2"), first[2:]...)))
}

func TestFileMayBecomeAFolderAndAFolderAFile(t *testing.T) {
	out := t.TempDir()
	first, second := set("a", "1", "b/c/d", "1", "b/e", "1"), set("a/x/y", "2", "b", "2")
	write(t, out, first)
	requireReport(t, write(t, out, second), WriteReport{Written: []string{"a/x/y", "b"}, Pruned: []string{"a", "b/c/d", "b/e"}})
	requireTree(t, out, treeOf(t, second))

	// A crash may have removed the files and left their folder.
	write(t, out, first)
	for _, name := range []string{"b/c/d", "b/e"} {
		if err := os.Remove(filepath.Join(out, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, out, second)
	requireTree(t, out, treeOf(t, second))
}

func TestThingsInTheWayAreNamedAndNothingIsTouched(t *testing.T) {
	for name, prepare := range map[string]func(t *testing.T, out string) string{
		"folder": func(t *testing.T, out string) string {
			put(t, out, "b/c/mine", "x")
			return "out/b/c: error[output/in-the-way]: a folder"
		},
		"empty folder": func(t *testing.T, out string) string {
			if err := os.MkdirAll(filepath.Join(out, "b/c"), 0o755); err != nil {
				t.Fatal(err)
			}
			return "out/b/c: error[output/in-the-way]: a folder"
		},
		"file where a folder goes": func(t *testing.T, out string) string {
			put(t, out, "b", "mine")
			return "out/b: error[output/in-the-way]: a file that Belfry did not write stands where Belfry needs a folder for b/c"
		},
		"manifest is a folder": func(t *testing.T, out string) string {
			put(t, out, "manifest.json/x", "mine")
			return "out/manifest.json: error[output/in-the-way]: a folder"
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			want := prepare(t, "out")
			listing := names(t, "out")
			_, err := Write("out", set("a", "1", "b/c", "1"), WriteOptions{})
			requireRefused(t, err, "output/in-the-way", want)
			if diff := cmp.Diff(listing, names(t, "out")); diff != "" {
				t.Fatalf("files (-before +after):\n%s", diff)
			}
		})
	}
}

func names(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		found = append(found, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPathsThatMustNotBeWritten(t *testing.T) {
	for _, c := range []struct{ paths, want string }{
		{"", "is empty"},
		{"/etc/passwd", "is absolute"},
		{"../x", `".."`},
		{"a/../../x", `".."`},
		{"a/..", `".."`},
		{`a\b`, "backslash"},
		{".", "not clean"},
		{"a//b", "not clean"},
		{"./a", "not clean"},
		{"a/", "not clean"},
		{"a\xff", "not clean"},
		{"a\nb", "control character"},
		{"a\x00b", "control character"},
		{"manifest.json", "manifest"},
		{"Manifest.JSON", "manifest"},
		{".belfry-staging-0123456789abcdef/1", "staging"},
		{"a/" + strings.Repeat("x", 256), "256 bytes"},
		{"a a", "two artifacts"},
		{"A a", "only by case"},
		{"straße STRASSE ΌΣΟΣ όσος", "only by case"},
		{"dir/a Dir/b", "only by case"},
		{"a a/b", "file of another"},
		{"a/b/c A", "file of another"},
		{"A/b/c a", "folder of other"},
	} {
		t.Run(c.paths, func(t *testing.T) {
			parent := t.TempDir()
			var artifacts []artifact.Artifact
			for _, p := range append([]string{"fine"}, strings.Split(c.paths, " ")...) {
				artifacts = append(artifacts, set(p, "1")...)
			}
			_, err := Write(filepath.Join(parent, "out"), artifacts, WriteOptions{})
			requireRefused(t, err, "output/path", c.want)
			requireTree(t, parent, tree{})
		})
	}
}

func TestLongestNameAndUnusualCharactersAreWritten(t *testing.T) {
	out := t.TempDir()
	artifacts := set(strings.Repeat("x", 255), "1", "a b/ü'\"&<>.md", "2", "..c/d..", "3")
	write(t, out, artifacts)
	requireTree(t, out, treeOf(t, artifacts))
}

func TestEmptySetWritesAnEmptyManifest(t *testing.T) {
	out := t.TempDir()
	requireReport(t, write(t, out, nil), WriteReport{})
	requireTree(t, out, tree{manifestName: "[\n]\n"})
}

func BenchmarkWriteUnchanged(b *testing.B) { benchmarkWrite(b, func(int) string { return "same" }) }
func BenchmarkWriteChanged(b *testing.B) {
	benchmarkWrite(b, func(run int) string { return fmt.Sprint(run) })
}

// benchmarkWrite writes 1,000 services of 45 files of 4 KiB.
func benchmarkWrite(b *testing.B, mark func(run int) string) {
	out := b.TempDir()
	artifacts := func(run int) []artifact.Artifact {
		var all []artifact.Artifact
		for service := range 1000 {
			for file := range 45 {
				data := strings.Repeat(mark(run)+fmt.Sprintf(" %d %d\n", service, file), 4096/16)
				all = append(all, set(fmt.Sprintf("s%d/k%d/f%d", service, file%8, file), data)...)
			}
		}
		return all
	}
	if _, err := Write(out, artifacts(-1), WriteOptions{}); err != nil {
		b.Fatal(err)
	}
	run := 0
	for b.Loop() {
		b.StopTimer()
		next := artifacts(run)
		run++
		b.StartTimer()
		if _, err := Write(out, next, WriteOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
