package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/belfry-dev/belfry/internal/goldenfile"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"belfry": func() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestCommandLine runs golden/cli: each script is what a user does and sees.
func TestCommandLine(t *testing.T) { runScripts(t, "../../golden/cli") }

// TestWrongSpecs runs golden/cli/wrong: each script is one mistake, and the one finding that it gives.
func TestWrongSpecs(t *testing.T) { runScripts(t, "../../golden/cli/wrong") }

func runScripts(t *testing.T, dir string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		UpdateScripts:       goldenfile.Updating(t),
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": status, "fill": fill, "serve": serve},
	})
}

// status CODE COMMAND… runs a command and compares its exit code, which testscript's own exec does not.
func status(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 2 {
		ts.Fatalf("usage: status code command [argument...]")
	}
	want, err := strconv.Atoi(arguments[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(arguments[1], arguments[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// serve FILE [AUTHORIZATION] answers every request with a file until the script ends, at the address in $URL; with an authorization,
// those that show it.
func serve(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 1 || len(arguments) > 2 {
		ts.Fatalf("usage: serve file [authorization]")
	}
	content := ts.ReadFile(arguments[0])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(arguments) == 2 && r.Header.Get("Authorization") != arguments[1] {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, content)
	}))
	ts.Defer(server.Close)
	ts.Setenv("URL", server.URL)
}

// fill FILE SIZE PREFIX makes a file of spaces after a prefix, larger than a script should hold.
func fill(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 3 {
		ts.Fatalf("usage: fill file size prefix")
	}
	size, err := strconv.Atoi(arguments[1])
	ts.Check(err)
	content := arguments[2] + strings.Repeat(" ", size)
	ts.Check(os.WriteFile(ts.MkAbs(arguments[0]), []byte(content), 0o644))
}
