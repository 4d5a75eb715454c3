//go:build unix

package golden

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestKilledAtAnyMomentEachFileIsOldOrNew kills generate a hundred times while it goes back and forth between two specs
// that differ in almost every file. After each kill every file must be whole, and one run must mend everything.
func TestKilledAtAnyMomentEachFileIsOldOrNew(t *testing.T) {
	const kills = 100
	binary := filepath.Join(t.TempDir(), "belfry")
	if output, err := exec.Command("go", "build", "-o", binary, "../cmd/belfry").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	specs := []string{"../spec", otherTeam(t)}
	generate := func(spec, out string) *exec.Cmd { return exec.Command(binary, "generate", spec, "--out", out) }
	var whole []map[string][]byte
	var longest time.Duration
	for _, spec := range specs {
		out := t.TempDir()
		began := time.Now()
		if output, err := generate(spec, out).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		longest = max(longest, time.Since(began))
		whole = append(whole, files(t, out))
	}
	out := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	interrupted := 0
	for i := range kills {
		cmd := generate(specs[i%2], out)
		// Writing comes last: half of the kills fall into the last third of a run.
		delay := time.Duration(random.Int64N(int64(longest)))
		if i%4 < 2 {
			delay = longest - delay/3
		}
		if took := runFor(t, cmd, delay); took == 0 {
			interrupted++
		} else {
			longest = took // the machine had other work before
		}
		for path, content := range files(t, out) {
			if !bytes.Equal(content, whole[0][path]) && !bytes.Equal(content, whole[1][path]) {
				t.Fatalf("after kill %d, %s is neither the old nor the new file", i, path)
			}
		}
	}
	if interrupted < kills/4 {
		t.Errorf("only %d of %d runs were killed before they ended", interrupted, kills)
	}
	output, err := generate(specs[0], out).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if strings.Contains(string(output), "by hand") {
		t.Errorf("the run after the kills takes Belfry's own files for edited ones:\n%s", output)
	}
	if diff := cmp.Diff(whole[0], files(t, out)); diff != "" {
		t.Errorf("one run does not mend everything:\n%s", diff)
	}
	if left, _ := filepath.Glob(filepath.Join(out, ".belfry*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestAFleetKilledAtAnyMomentIsMendedByOneRun kills runs that know of earlier ones, while what all services share changes
// from one run to the next. What the cache says after a kill must not keep the next run from mending anything.
func TestAFleetKilledAtAnyMomentIsMendedByOneRun(t *testing.T) {
	const kills, services = 24, 6
	binary := filepath.Join(t.TempDir(), "belfry")
	if output, err := exec.Command("go", "build", "-o", binary, "../cmd/belfry").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	dir, out, caches := fleetOf(t, services), t.TempDir(), t.TempDir()
	generate := func(out string, flags ...string) *exec.Cmd {
		cmd := exec.Command(binary, append([]string{"generate", "./services/...", "--out", out}, flags...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "XDG_CACHE_HOME="+caches, "HOME="+caches)
		return cmd
	}
	share := func(channel int) {
		writeBenchFile(t, dir, "services/platform.cue", strings.Replace(benchPlatform, "#shops", fmt.Sprintf("#shops-%d", channel), 1))
	}
	began := time.Now()
	if output, err := generate(out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	longest := time.Since(began)
	random := rand.New(rand.NewPCG(1, 2))
	interrupted := 0
	for i := range kills {
		share(i % 3)
		cmd := generate(out)
		if took := runFor(t, cmd, time.Duration(random.Int64N(int64(longest)))); took == 0 {
			interrupted++
		} else {
			longest = took
		}
		if i%4 > 0 {
			continue // the next run meets what several have left
		}
		if output, err := generate(out).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		whole := t.TempDir()
		if output, err := generate(whole, "--no-cache").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		if diff := cmp.Diff(files(t, whole), files(t, out)); diff != "" {
			t.Fatalf("one run does not mend everything after kill %d:\n%s", i, diff)
		}
		left, _ := filepath.Glob(filepath.Join(out, "*", ".belfry*"))
		if len(left) > 0 {
			t.Fatalf("left behind: %v", left)
		}
	}
	if interrupted < kills/4 {
		t.Errorf("only %d of %d runs were killed before they ended", interrupted, kills)
	}
}

// runFor starts a command and kills it after a delay. Where it ends by itself before, it must succeed, and runFor returns how long it
// took.
func runFor(t *testing.T, cmd *exec.Cmd, delay time.Duration) (took time.Duration) {
	t.Helper()
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() >= 0 { // it was not killed
		t.Fatalf("%v\n%s", err, &printed)
	}
	if err != nil {
		return 0
	}
	return time.Since(began)
}

// otherTeam copies the reference spec and gives it to another team, whose name stands in almost every file.
func otherTeam(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "spec")
	if err := os.CopyFS(dir, os.DirFS("../spec")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "service.cue")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(content, []byte(`"support-platform"`), []byte(`"another-team"`))
	changed = bytes.ReplaceAll(changed, []byte(`"AI support agent"`), []byte(`"Another agent"`))
	if err := os.WriteFile(path, changed, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files reads every file below a folder, but for what a run stages and its manifest, which may be from either run.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".belfry") {
			return fs.SkipDir
		}
		if entry.IsDir() || entry.Name() == "manifest.json" {
			return nil
		}
		content, err := os.ReadFile(path)
		relative, _ := filepath.Rel(dir, path)
		found[relative] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
