package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
)

// report is what a command found, and how it is told.
type report struct {
	found  diag.List
	format diag.Format
	status []string // what follows the number of findings; empty ones are left out
	failOn failOn
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
	options := diag.Options{Color: colored(w), Status: strings.Join(status, " · "), Describe: describe}
	if err := diag.Print(w, r.format, r.found, options); err != nil {
		return err
	}
	switch {
	case r.unreadable:
		return exitError(exitCannot)
	case r.failOn.applies(r.found):
		return exitError(exitFindings)
	}
	return nil
}

// failOn is the mildest severity that a command fails on; empty means errors.
type failOn diag.Severity

func (f *failOn) register(flags *pflag.FlagSet) {
	*f = failOn(diag.Error)
	flags.Var(f, "fail-on", "mildest finding that ends with exit code 1: error or warning")
}

// Set reads the flag.
func (f *failOn) Set(text string) error {
	severity := diag.Severity(text)
	if severity != diag.Error && severity != diag.Warning {
		return fmt.Errorf("write %s or %s", diag.Error, diag.Warning)
	}
	*f = failOn(severity)
	return nil
}

// String prints the flag.
func (f *failOn) String() string { return string(*f) }

// Type names the flag's values in the help.
func (f *failOn) Type() string { return "severity" }

func (f failOn) applies(found diag.List) bool {
	return found.HasErrors() || diag.Severity(f) == diag.Warning && len(found) > 0
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
