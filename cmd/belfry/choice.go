package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/internal/diag"
)

// choice is a flag that takes one of a few values. The help lists them; others are refused.
type choice[T ~string] struct {
	value T
	name  string // of the value, in the help
	of    []T
}

func (c *choice[T]) register(flags *pflag.FlagSet, flag, name, usage string, initial T, of ...T) {
	*c = choice[T]{initial, name, of}
	flags.Var(c, flag, usage+": "+either(of))
}

// Set reads the flag.
func (c *choice[T]) Set(text string) error {
	if !slices.Contains(c.of, T(text)) {
		return fmt.Errorf("write %s", either(c.of))
	}
	c.value = T(text)
	return nil
}

// String prints the flag.
func (c *choice[T]) String() string { return string(c.value) }

// Type names the flag's value in the help.
func (c *choice[T]) Type() string { return c.name }

// either lists alternatives: text, json or junit.
func either[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " or " + texts[last]
}

// registerFormat registers --format of commands that print findings.
func registerFormat(flags *pflag.FlagSet, format *choice[diag.Format]) {
	format.register(flags, "format", "FORMAT", "how findings are printed", diag.Text, diag.Formats()...)
}

// registerFailOn registers --fail-on of commands that print findings.
func registerFailOn(flags *pflag.FlagSet, failOn *choice[diag.Severity]) {
	failOn.register(flags, "fail-on", "SEVERITY", "mildest finding that ends with exit code 1", diag.Error, diag.Error, diag.Warning)
}
