package generator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// helper returns a process of this test binary that writes outputs; see runHelper.
func helper(mode, folder string, seed int64) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %d", helperVariable, mode, folder, seed))
	command.Stderr = os.Stderr
	return command
}

// A writer is killed at a random moment, 100 times. After each, every file is whole: that of the last finished run or
// that of the run that was under way. The next run, of a third set, then leaves just its own files, and blames nobody.
func TestKilledWriterLeavesWholeFilesAndTheNextRunMends(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	random := rand.New(rand.NewSource(1))
	seed, last, dirty := int64(1), int64(0), 0
	write(t, out, largeSet(last))
	for round := range 100 {
		before, during := killWriter(t, out, seed, last, time.Duration(random.Intn(40))*time.Millisecond)
		if requireOldOrNew(t, out, before, during) {
			dirty++
		}
		next := []int64{before, during, during + 1}[random.Intn(3)]
		report := write(t, out, largeSet(next))
		if len(report.Edited)+len(report.KeptEdited) > 0 {
			t.Fatalf("round %d: after sets %d and %d, set %d takes files for edited by hand: %+v", round, before, during, next, report)
		}
		requireTree(t, out, treeOf(t, largeSet(next)))
		seed, last = during+2, next
	}
	if dirty < 20 {
		t.Fatalf("only %d of 100 kills hit a writer at work: the test proves too little", dirty)
	}
	t.Logf("%d of 100 kills hit a writer at work", dirty)
}

// killWriter lets a process write the sets from seed on and kills it. It returns the numbers of the last set that was
// finished and of the last one that was begun.
func killWriter(t *testing.T, out string, seed, last int64, after time.Duration) (before, during int64) {
	t.Helper()
	command := helper("forever", out, seed)
	pipe, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	before, during = last, last
	begun := false
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if !begun { // the time runs from the first write, however long the process took to start
			begun = true
			time.AfterFunc(after, func() { _ = command.Process.Kill() })
		}
		var word string
		var number int64
		if _, err := fmt.Sscan(lines.Text(), &word, &number); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		if word == "begin" {
			during = number
		} else {
			before = number
		}
	}
	if err := command.Wait(); err == nil || !begun {
		t.Fatalf("the writer was not killed at work: %v", err)
	}
	return before, during
}

// requireOldOrNew demands that each file has the bytes of one of two sets, and reports whether the kill left traces.
func requireOldOrNew(t *testing.T, out string, before, during int64) bool {
	t.Helper()
	older, newer, found := treeOf(t, largeSet(before)), treeOf(t, largeSet(during)), readTree(t, out)
	for name, data := range found {
		was, wasThere := older[name]
		is, isThere := newer[name]
		whole := (wasThere && was == data) || (isThere && is == data)
		if !whole && !strings.HasPrefix(name, stagingPrefix) && !strings.HasSuffix(name, "/") {
			t.Fatalf("%s has %d bytes, neither those of set %d nor of set %d", name, len(data), before, during)
		}
	}
	for name := range older {
		if _, stays := newer[name]; !stays {
			continue
		}
		if _, ok := found[name]; !ok {
			t.Fatalf("%s is in sets %d and %d, and missing", name, before, during)
		}
	}
	return !cmp.Equal(found, older) && !cmp.Equal(found, newer)
}

func TestTwoProcessesTakeTurns(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	var running []*exec.Cmd
	for _, seed := range []int64{11, 12} {
		command := helper("times", out, seed)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, command)
	}
	for _, command := range running {
		if err := command.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	found := readTree(t, out)
	one, two := cmp.Diff(treeOf(t, largeSet(11)), found), cmp.Diff(treeOf(t, largeSet(12)), found)
	if one != "" && two != "" {
		t.Fatalf("the folder holds neither set 11 nor set 12 as a whole; against 11:\n%s", one)
	}
}

func TestARunWaitsForTheOneBefore(t *testing.T) {
	out := t.TempDir()
	first, err := openToWrite(out, nil)
	if err != nil {
		t.Fatal(err)
	}
	finished := startWaiting(t, out)
	requireTree(t, out, tree{})
	first.close()
	if err := <-finished; err != nil {
		t.Fatal(err)
	}
	requireTree(t, out, treeOf(t, set("a", "1")))
}

func TestAFolderReplacedWhileWaitingIsTheOneWrittenTo(t *testing.T) {
	for name, replace := range map[string]func(out string) error{
		"removed":       os.Remove,
		"another there": func(out string) error { return errors.Join(os.Rename(out, out+".old"), os.Mkdir(out, 0o755)) },
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			first, err := openToWrite(out, nil)
			if err != nil {
				t.Fatal(err)
			}
			finished := startWaiting(t, out)
			if err := replace(out); err != nil {
				t.Fatal(err)
			}
			first.close()
			if err := <-finished; err != nil {
				t.Fatal(err)
			}
			requireTree(t, out, treeOf(t, set("a", "1")))
		})
	}
}

// startWaiting starts a run and returns once it waits for the lock; the run's error comes when it has finished.
func startWaiting(t *testing.T, out string) <-chan error {
	t.Helper()
	waiting, finished := make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := Write(out, set("a", "1"), WriteOptions{Waiting: func() { close(waiting) }})
		finished <- err
	}()
	select {
	case <-waiting:
	case err := <-finished:
		t.Fatalf("the run did not wait for the lock (error: %v)", err)
	}
	return finished
}

// crash leaves the folder as a run does that dies after it moved some files: the staging folder stays.
func crash(t *testing.T, out string, pairs ...string) {
	t.Helper()
	artifacts := set(pairs...)
	manifest := treeOf(t, artifacts)[manifestName]
	put(t, out, ".belfry-staging-0123456789abcdef/manifest.json", manifest)
	put(t, out, ".belfry-staging-0123456789abcdef/7", "not moved")
	for _, a := range artifacts {
		put(t, out, a.Path, string(a.Data))
	}
}

func TestFilesOfADeadRunArePrunedWhenTheSpecMovesOn(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1"))
	crash(t, out, "a", "2", "new/b", "2")
	requireReport(t, write(t, out, set("a", "3")), WriteReport{Written: []string{"a"}, Pruned: []string{"new/b"}})
	requireTree(t, out, treeOf(t, set("a", "3")))
}

func TestARunOfOneKindKeepsWhatOnlyADeadRunKnowsOfOthers(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1"))
	crash(t, out, "a", "2", "new/b", "2")
	write(t, out, nil, "runbooks")
	requireReport(t, write(t, out, set("a", "3")), WriteReport{Written: []string{"a"}, Pruned: []string{"new/b"}})
	requireTree(t, out, treeOf(t, set("a", "3")))
}

func TestACutOffJournalIsIgnoredAndRemoved(t *testing.T) {
	out := t.TempDir()
	write(t, out, set("a", "1"))
	put(t, out, ".belfry-staging-0123456789abcdef/manifest.json", "[\n{\"path\":\"a\",\"ki")
	requireReport(t, write(t, out, set("a", "1")), WriteReport{Unchanged: []string{"a"}})
	requireTree(t, out, treeOf(t, set("a", "1")))
}

func TestAJournalCannotPruneOutsideOrEditedFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, ".", "outside", "1")
	put(t, "out", "mine", "edited")
	var journal bytes.Buffer
	for _, path := range []string{"../outside", "mine", "manifest.json"} {
		fmt.Fprintf(&journal, `,{"path":%q,"kind":"rules","sha256":%q}`, path, hash([]byte("1")))
	}
	put(t, "out", ".belfry-staging-0123456789abcdef/manifest.json", "["+journal.String()[1:]+"]")
	write(t, "out", set("a", "1"))
	want := tree{"outside": "1", "out/mine": "edited"}
	for name, data := range treeOf(t, set("a", "1")) {
		want["out/"+name] = data
	}
	requireTree(t, ".", want)
}
