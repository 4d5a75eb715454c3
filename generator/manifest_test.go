package generator

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/artifact"
)

func TestManifestHasOneSortedLinePerFileAndIsJSON(t *testing.T) {
	out := t.TempDir()
	write(t, out, append(set("b", "1", "a/<&>", "1"), artifact.Artifact{Path: "a/A.md", Kind: artifact.Runbooks, Data: []byte("2")}))
	const one, two = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"
	want := `[
{"path":"a/<&>","kind":"rules","sha256":"` + one + `"},
{"path":"a/A.md","kind":"runbooks","sha256":"` + two + `"},
{"path":"b","kind":"rules","sha256":"` + one + `"}
]
`
	got := readTree(t, out)[manifestName]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("manifest (-want +got):\n%s", diff)
	}
	if !json.Valid([]byte(got)) {
		t.Fatal("the manifest is not JSON")
	}
}

const anyHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestBadManifestIsRefusedWithAdviceAndDeletesNothing(t *testing.T) {
	entry := func(path, kind, sum string) string {
		return `{"path":"` + path + `","kind":"` + kind + `","sha256":"` + sum + `"}`
	}
	good := entry("a", "rules", anyHash)
	for name, c := range map[string]struct{ manifest, want string }{
		"conflict":       {"[\n<<<<<<< HEAD\n" + good + ",\n=======\n>>>>>>> main\n]\n", "out/manifest.json:2:1: error[output/manifest]: git left a merge conflict here; delete the lines that begin with <<<<<<<, |||||||, =======, >>>>>>>, keep the entries of both sides, and run belfry generate"},
		"conflict first": {"<<<<<<< HEAD\n[\n" + good + "\n]\n=======\n[\n]\n>>>>>>> main\n", "out/manifest.json:1:1: error[output/manifest]: git left a merge conflict here"},
		"cut off":        {"[\n" + good + ",\n", "not a JSON array"},
		"another file":   {"hello\n", "not a JSON array"},
		"an object":      {"{}\n", "not a JSON array"},
		"broken line":    {"[\n" + good + ",\n{\"path\":\n]\n", "out/manifest.json:3:1: error[output/manifest]: this is not an entry"},
		"unknown field":  {"[\n{\"path\":\"a\",\"size\":1}\n]\n", `unknown field "size"`},
		"two arrays":     {"[\n]\n[\n]\n", "not an entry"},
		"leaves":         {"[\n" + entry("../a", "rules", anyHash) + "\n]\n", `the entry "../a" is not valid: the path leaves the output folder`},
		"absolute":       {"[\n" + entry("/etc/passwd", "rules", anyHash) + "\n]\n", "is absolute"},
		"leaves, merged": {"[\n" + good + "\n" + entry("../a", "rules", anyHash) + "\n]\n", `out/manifest.json:3:1: error[output/manifest]: the entry "../a"`},
		"itself":         {"[\n" + entry("manifest.json", "rules", anyHash) + "\n]\n", "that of the manifest"},
		"no hash":        {"[\n" + entry("a", "rules", "") + "\n]\n", "64 lower-case hex"},
		"no kind":        {"[\n" + entry("a", "", anyHash) + "\n]\n", "no kind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "out", set("a", "1", "b", "1"))
			put(t, ".", "a", "outside")
			put(t, "out", manifestName, c.manifest)
			before := readTree(t, ".")
			_, err := Write("out", set("a", "2"), WriteOptions{})
			requireRefused(t, err, "output/manifest", c.want)
			if !strings.Contains(err.Error(), "run belfry generate") {
				t.Fatalf("no advice in %v", err)
			}
			if _, err := PlanWrite("out", set("a", "2"), nil); err == nil {
				t.Fatal("drift must refuse the manifest too")
			}
			requireTree(t, ".", before)
		})
	}
}

func TestWithoutAManifestNothingIsPruned(t *testing.T) {
	for name, remove := range map[string]func(path string) error{
		"deleted":                    os.Remove,
		"emptied by a loss of power": func(path string) error { return os.Truncate(path, 0) },
		"zeroed by a loss of power":  func(path string) error { return os.WriteFile(path, make([]byte, 512), 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			write(t, out, set("a", "1", "b", "1"))
			if err := remove(filepath.Join(out, manifestName)); err != nil {
				t.Fatal(err)
			}
			requireReport(t, write(t, out, set("a", "1")), WriteReport{Unchanged: []string{"a"}})
			want := treeOf(t, set("a", "1"))
			want["b"] = "1"
			requireTree(t, out, want)
		})
	}
}

// Two branches each add, change and remove files; git merges both outputs, with its union driver where lines touch.
func TestManifestsOfTwoBranchesMerge(t *testing.T) {
	out := t.TempDir()
	git := func(arguments ...string) {
		t.Helper()
		arguments = append([]string{"-C", out, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, arguments...)
		command := exec.Command("git", arguments...)
		// Where the tests run from a hook, git's variables name the repository of the hook.
		command.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "GIT_") })
		command.Env = append(command.Env, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		if text, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", arguments, err, text)
		}
	}
	commit := func(artifacts []artifact.Artifact) {
		t.Helper()
		write(t, out, artifacts)
		git("add", "--all")
		git("commit", "--message", "generate")
	}
	git("init", "--initial-branch", "main")
	put(t, out, ".gitattributes", "manifest.json merge=union\n")
	commit(set("a", "1", "b", "1", "m", "1", "y", "1"))
	git("checkout", "-b", "other")
	commit(set("a", "1", "b", "2", "m", "1", "y", "1", "z", "1"))
	git("checkout", "main")
	commit(set("b", "1", "m", "1", "y", "1", "y2", "1"))
	git("merge", "other")

	merged := set("b", "2", "m", "1", "y", "1", "y2", "1", "z", "1")
	report := write(t, out, merged)
	requireReport(t, report, WriteReport{Unchanged: []string{"b", "m", "y", "y2", "z"}})
	if diff := cmp.Diff(treeOf(t, merged)[manifestName], readTree(t, out)[manifestName]); diff != "" {
		t.Fatalf("manifest (-want +got):\n%s", diff)
	}
}

func TestKeepingTheLinesOfBothSidesIsEnough(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1", "gone", "1"))
	one, two := hash([]byte("1")), hash([]byte("2"))
	// The file has the other side's bytes, and both sides end without a comma.
	put(t, out, "gone", "2")
	put(t, out, manifestName, `[
{"path":"a","kind":"rules","sha256":"`+one+`"},
{"path":"gone","kind":"rules","sha256":"`+one+`"}
{"path":"gone","kind":"rules","sha256":"`+two+`"}
]
`)
	requireReport(t, write(t, out, set("a", "1")), WriteReport{Unchanged: []string{"a"}, Pruned: []string{"gone"}})
	requireTree(t, out, treeOf(t, set("a", "1")))
}
