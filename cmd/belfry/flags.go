package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
)

// compileFlags are the flags of every command that compiles.
type compileFlags struct {
	tags      []string
	templates string
}

func (f *compileFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.tags, "tag", "t", nil, "set a CUE tag to a value, as `TAG=VALUE`, such as env=staging (repeatable)")
	flags.StringVar(&f.templates, "templates", "", "`FOLDER` with templates that replace the built-in ones")
}

// options reads the flags. Without arguments the spec is ./spec where that exists, else the current folder.
func (f *compileFlags) options(arguments []string) generator.Options {
	var packages []string
	for _, argument := range arguments {
		packages = append(packages, asFolder(argument))
	}
	switch {
	case len(packages) > 0:
	case isFolder("spec"):
		packages = []string{"./spec"}
	default:
		packages = []string{"."}
	}
	return generator.Options{Packages: packages, Tags: f.tags, Templates: f.templates}
}

// refuse refuses flags that would do nothing. Why completes "--out has no meaning".
func refuse(flags *pflag.FlagSet, why string, names ...string) error {
	for _, name := range names {
		if flags.Changed(name) {
			return fmt.Errorf("--%s has no meaning %s", name, why)
		}
	}
	return nil
}

// many arguments are more than anybody writes.
const many = math.MaxInt

// arguments wants so many of them; the error says what is wanted, and how the command is written.
func arguments(least, most int, wanted string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if len(given) < least || len(given) > most {
			return fmt.Errorf("%s: %s", wanted, cmd.UseLine())
		}
		return nil
	}
}

// asFolder names a folder as cue does: it reads "spec" as an import path, which here can only mean the folder.
func asFolder(argument string) string {
	if strings.HasPrefix(argument, ".") || strings.HasPrefix(argument, "/") {
		return argument
	}
	return "./" + argument
}

// outputFlags are the flags of commands that know the output folder.
type outputFlags struct {
	out  string
	only []string
}

func (f *outputFlags) register(flags *pflag.FlagSet) {
	flags.StringVarP(&f.out, "out", "o", "out", "output `FOLDER`")
	f.registerKinds(flags)
}

func (f *outputFlags) registerKinds(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.only, "only", nil, "only these `KINDS`, separated by commas: "+either(artifact.Kinds()))
}

func (f *outputFlags) kinds() ([]artifact.Kind, error) {
	var kinds []artifact.Kind
	for _, name := range f.only {
		if !slices.Contains(artifact.Kinds(), artifact.Kind(name)) {
			return nil, fmt.Errorf("--only: unknown kind %q: write some of %s", name, either(artifact.Kinds()))
		}
		kinds = append(kinds, artifact.Kind(name))
	}
	return kinds, nil
}

// colored reports whether colour may be written: on a terminal, unless NO_COLOR is set (https://no-color.org).
func colored(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	return isTerminal(file)
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
