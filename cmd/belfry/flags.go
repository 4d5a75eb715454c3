package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
)

// compileFlags are the flags of every command that compiles.
type compileFlags struct {
	tags      []string
	templates string
	format    string
}

func (f *compileFlags) register(flags *pflag.FlagSet) {
	f.registerInput(flags)
	flags.StringVar(&f.format, "format", string(diag.Text), "how findings are printed: text, json, github, sarif or junit")
}

// registerInput registers the flags that say what is compiled, for commands with a format of their own.
func (f *compileFlags) registerInput(flags *pflag.FlagSet) {
	f.format = string(diag.Text)
	flags.StringArrayVarP(&f.tags, "tag", "t", nil, "set a CUE tag, such as env=staging (repeatable)")
	flags.StringVar(&f.templates, "templates", "", "folder with templates that replace the built-in ones")
}

// options reads the flags. Without arguments the spec is ./spec where that exists, else the current folder.
func (f *compileFlags) options(arguments []string) (generator.Options, diag.Format, error) {
	format, err := diag.ParseFormat(f.format)
	if err != nil {
		return generator.Options{}, "", err
	}
	if len(arguments) == 0 {
		arguments = []string{"."}
		if info, err := os.Stat("spec"); err == nil && info.IsDir() {
			arguments = []string{"./spec"}
		}
	}
	for i, argument := range arguments {
		arguments[i] = asFolder(argument)
	}
	return generator.Options{Packages: arguments, Tags: f.tags, Templates: f.templates}, format, nil
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
	flags.StringVarP(&f.out, "out", "o", "out", "output folder")
	f.registerKinds(flags)
}

func (f *outputFlags) registerKinds(flags *pflag.FlagSet) {
	names := make([]string, 0, len(artifact.Kinds()))
	for _, kind := range artifact.Kinds() {
		names = append(names, string(kind))
	}
	flags.StringSliceVar(&f.only, "only", nil, "only these kinds: "+strings.Join(names, ", "))
}

func (f *outputFlags) kinds() ([]artifact.Kind, error) {
	var known []string
	for _, kind := range artifact.Kinds() {
		known = append(known, string(kind))
	}
	var kinds []artifact.Kind
	for _, name := range f.only {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--only: unknown kind %q: write some of %s", name, strings.Join(known, ", "))
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
