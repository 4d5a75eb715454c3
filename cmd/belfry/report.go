package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
)

// report is what a command found, and how it is told.
type report struct {
	found  diag.List
	format diag.Format
	status []string      // what follows the number of findings; empty ones are left out
	failOn diag.Severity // the mildest finding that ends with exit code 1; empty means an error
	// unreadable says that the command could not run because of what it found.
	unreadable bool
}

// print prints the findings. It returns the exit code that they ask for.
func (r report) print(w io.Writer) error {
	describe := func(code string) string {
		explained, _ := check.Explain(code)
		return explained.Doc.Summary
	}
	status := slices.DeleteFunc(slices.Clone(r.status), func(one string) bool { return one == "" })
	options := diag.Options{Color: colored(w), Status: strings.Join(status, " · "), Describe: describe, Folder: folderInWorkspace()}
	if err := diag.Print(w, r.format, r.found, options); err != nil {
		return err
	}
	switch {
	case r.unreadable:
		return exitError(exitCannot)
	case r.found.HasErrors(), r.failOn == diag.Warning && len(r.found) > 0:
		return exitError(exitFindings)
	}
	return nil
}

// folderInWorkspace is where the working folder lies in the repository that a workflow of GitHub works on; empty elsewhere.
func folderInWorkspace() string {
	workspace := os.Getenv("GITHUB_WORKSPACE")
	here, err := os.Getwd()
	if workspace == "" || err != nil {
		return ""
	}
	below, err := filepath.Rel(workspace, here)
	if err != nil || !filepath.IsLocal(below) || below == "." {
		return ""
	}
	return filepath.ToSlash(below)
}

// verboseUsage is the help of --verbose.
const verboseUsage = "list the expressions that are not fully typed, with the first reason"

// printGaps lists the expressions that are not fully typed.
func printGaps(w io.Writer, gaps []lint.Gap) {
	for _, gap := range gaps {
		typed := "not typed"
		if gap.IsPart {
			typed = "typed in part"
		}
		fmt.Fprintf(w, "%s%s: %s: %s\n", gap.At, named(gap.Name), typed, gap.Reason)
	}
}
