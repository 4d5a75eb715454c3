package revision

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repository makes a git repository of files, with one commit.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	onlyThisRepository(t)
	for name, content := range files {
		put(t, dir, name, content)
	}
	git(t, dir, "init", "-q", "-b", "main")
	commit(t, dir)
	return dir
}

// onlyThisRepository keeps from git what is configured on this machine, and the repository from one of whose hooks the tests run.
func onlyThisRepository(t *testing.T) {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"} {
		t.Setenv(name, "") // so that it comes back after the test
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir string, arguments ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=dev", "-c", "user.email=dev@example.com"}, arguments...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "state")
}

// extracted reads back what Extract writes of a revision.
func extracted(t *testing.T, dir, name string, also ...string) map[string]string {
	t.Helper()
	r, err := Find(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Commit(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	into := t.TempDir()
	if err := r.Extract(t.Context(), id, into, also...); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err = filepath.WalkDir(into, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		name, _ := filepath.Rel(into, file)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestARevisionIsReadAsItWasCommitted(t *testing.T) {
	dir := repository(t, map[string]string{
		"cue.mod/module.cue": "module: \"example.com/a@v0\"\n", "cue.mod/pkg/x/data.bin": "\x00\x01", "spec/a.cue": "package a\n",
		"spec/embedded/levels.yaml": "a: 1\n", "spec/with space\nand line.cue": "package a\n", "templates/runbook.md.tmpl": "x\n",
		"src/main.go": "package main\n", "spec/empty.cue": "",
		".gitattributes": "spec/a.cue export-ignore\n*.cue export-subst\n",
	})
	put(t, dir, "spec/a.cue", "package changed\n")
	put(t, dir, "spec/untracked.cue", "package a\n")
	want := map[string]string{
		"cue.mod/module.cue": "module: \"example.com/a@v0\"\n", "cue.mod/pkg/x/data.bin": "\x00\x01", "spec/a.cue": "package a\n",
		"spec/embedded/levels.yaml": "a: 1\n", "spec/with space\nand line.cue": "package a\n", "templates/runbook.md.tmpl": "x\n",
		"spec/empty.cue": "",
	}
	if diff := cmp.Diff(want, extracted(t, dir, "main", "templates")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	commit(t, dir)
	if got := extracted(t, dir, "HEAD~1")["spec/a.cue"]; got != "package a\n" {
		t.Errorf("the commit before has %q", got)
	}
	if got := extracted(t, dir, "HEAD")["spec/a.cue"]; got != "package changed\n" {
		t.Errorf("the commit has %q", got)
	}
}

func TestLinksLeadNowhereElse(t *testing.T) {
	dir := repository(t, map[string]string{"spec/a.cue": "package a\n"})
	secret := filepath.Join(t.TempDir(), "secret")
	put(t, filepath.Dir(secret), "secret", "hidden")
	for name, target := range map[string]string{
		"spec/inside.cue": "a.cue", "spec/absolute.cue": secret, "spec/above.cue": "../../secret",
	} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Skip("no links here")
		}
	}
	commit(t, dir)
	want := map[string]string{"spec/a.cue": "package a\n", "spec/inside.cue": "package a\n"}
	if diff := cmp.Diff(want, extracted(t, dir, "main")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARevisionThatIsNotThereIsExplained(t *testing.T) {
	dir := repository(t, map[string]string{"spec/a.cue": "package a\n"})
	git(t, dir, "tag", "v1.4")
	r, err := Find(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"mian": "did you mean main?", "v1.5": "did you mean v1.4?", "--all": "", "main:spec": ""} {
		_, err := r.Commit(t.Context(), name)
		var unknown *NotFoundError
		if !errors.As(err, &unknown) || !strings.Contains(unknown.Help, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	shallow := filepath.Join(t.TempDir(), "shallow")
	put(t, dir, "spec/b.cue", "package a\n")
	commit(t, dir)
	git(t, dir, "clone", "-q", "--depth=1", "--no-tags", "file://"+filepath.ToSlash(dir), shallow)
	if r, err = Find(t.Context(), shallow); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Commit(t.Context(), "release-2031"); err == nil || !strings.Contains(err.Error(), "the clone is shallow") {
		t.Errorf("want a word about the shallow clone, got %v", err)
	}
	if _, err := r.Commit(t.Context(), "origin/mian"); err == nil || strings.Contains(err.Error(), "did you mean") {
		t.Errorf("a branch that was not fetched is taken for a misspelt one: %v", err)
	}
	git(t, dir, "switch", "-q", "-c", "feature", "HEAD~1")
	put(t, dir, "spec/c.cue", "package a\n")
	commit(t, dir)
	git(t, shallow, "fetch", "-q", "--depth=1", "origin", "feature:feature")
	if _, err := r.MergeBase(t.Context(), "main", "feature"); err == nil || !strings.Contains(err.Error(), "fetch-depth: 0") {
		t.Errorf("want a word about the shallow clone, got %v", err)
	}
}

func TestABranchIsComparedWithWhereItLeft(t *testing.T) {
	dir := repository(t, map[string]string{"spec/a.cue": "package a\n"})
	fork := git(t, dir, "rev-parse", "HEAD")
	git(t, dir, "switch", "-q", "-c", "feature")
	put(t, dir, "spec/a.cue", "package b\n")
	commit(t, dir)
	git(t, dir, "switch", "-q", "main")
	put(t, dir, "spec/c.cue", "package a\n")
	commit(t, dir)
	r, err := Find(t.Context(), filepath.Join(dir, "spec"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Prefix != "spec" {
		t.Errorf("the folder is %q below the root", r.Prefix)
	}
	if got, err := r.MergeBase(t.Context(), "main", "feature"); err != nil || got != fork {
		t.Errorf("merge base %s, %v, want %s", got, err, fork)
	}
	git(t, dir, "switch", "-q", "--orphan", "other")
	put(t, dir, "spec/a.cue", "package o\n")
	commit(t, dir)
	if _, err := r.MergeBase(t.Context(), "main", "other"); err == nil || !strings.Contains(err.Error(), "no commit in common") {
		t.Errorf("want a word about the history, got %v", err)
	}
}

func TestWithoutGitFoldersAreSuggested(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Find(context.Background(), t.TempDir()); err == nil || err.Error() != "git is not installed: name two folders instead of revisions" {
		t.Errorf("got %v", err)
	}
}
