// Package e2e loads what the reference spec compiles to into the programs that it is for: Prometheus, Alertmanager and their
// command line tools at both ends of the range of versions, the schemas of the Prometheus Operator, and Grafana's types.
// In comes the repository, out come verdicts.
//
// What cannot run here is skipped with the reason. BELFRY_E2E_REQUIRE=1 makes that a failure.
package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// root is the repository.
const root = ".."

// work is a folder for this run. The programs run in it, so that they see out/ under the path that is committed.
var work string

func TestMain(m *testing.M) {
	flag.Parse()
	if !onCommandLine("test.parallel") {
		// Parallel tests wait for servers most of the time: there may be more of them than processors.
		if err := flag.Set("test.parallel", "16"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	var err error
	if work, err = os.MkdirTemp("", "belfry-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	if err := os.RemoveAll(work); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// onCommandLine reports whether a flag stands there.
func onCommandLine(name string) bool {
	found := false
	flag.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// generated compiles the reference spec with the real command and returns the folder that holds out/.
func generated(t *testing.T) string {
	t.Helper()
	if err := generateOnce(); err != nil {
		t.Fatal(err)
	}
	return work
}

var generateOnce = sync.OnceValue(func() error {
	belfry, err := buildBelfry()
	if err != nil {
		return err
	}
	_, err = command(root, belfry, "generate", "./spec", "--out", filepath.Join(work, "out"))
	return err
})

// buildBelfry builds the command and returns its path.
var buildBelfry = sync.OnceValues(func() (string, error) {
	path := filepath.Join(work, "belfry")
	_, err := command(root, "go", "build", "-o", path, "./cmd/belfry")
	return path, err
})

// unavailable ends a test for which something is not installed.
func unavailable(t *testing.T, format string, arguments ...any) {
	t.Helper()
	if os.Getenv("BELFRY_E2E_REQUIRE") == "1" {
		t.Fatalf(format, arguments...)
	}
	t.Skipf(format, arguments...)
}

// run runs a program beside out/ and returns what it printed. It must succeed.
func run(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	text, err := attempt(t, generated(t), program, arguments...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", filepath.Base(program), arguments, err, text)
	}
	return text
}

// refused runs a program beside out/ and returns what it printed. It must fail.
func refused(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	text, err := attempt(t, generated(t), program, arguments...)
	if err == nil {
		t.Fatalf("%s %q accepts it:\n%s", filepath.Base(program), arguments, text)
	}
	return text
}

func attempt(t *testing.T, dir, program string, arguments ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir = dir
	text, err := command.CombinedOutput()
	return string(text), err
}

// write puts a file for a program to read into a folder of the test's own, and returns its path.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// artifact is what a file of out/ holds.
func artifact(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(generated(t), "out", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
