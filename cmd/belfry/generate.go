package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

func generateCommand() *cobra.Command {
	var compile compileFlags
	var output outputFlags
	var format choice[diag.Format]
	var uncached bool
	cmd := &cobra.Command{
		Use:   "generate [PACKAGE...]",
		Short: "Compile specs and write what changed into the output folder",
		Long: `Compile specs and write what changed into the output folder.

A package is a folder of CUE files; ./services/... means every package below. Without one it is ./spec where that exists,
else the current folder. A package with an error leaves its files as they were.

What is known of earlier runs is kept in the user's cache folder: a package is passed over while neither its files, nor what
they import, nor what was written for it has changed. Written files are known by size, times and inode; --no-cache compiles
everything, and compares every byte.

Exit codes: 0 everything is written, 1 there are errors in specs, 2 it could not run.`,
		Example: "  belfry generate\n  belfry generate ./services/... --out deploy\n  belfry generate --only rules,dashboards",
		RunE: func(cmd *cobra.Command, arguments []string) error {
			kinds, err := output.kinds()
			if err != nil {
				return err
			}
			options := compile.options(arguments)
			options.Kinds = kinds
			return generate(cmd, options, output.out, format.value, !uncached)
		},
	}
	compile.register(cmd.Flags())
	output.register(cmd.Flags())
	registerFormat(cmd.Flags(), &format)
	cmd.Flags().BoolVar(&uncached, "no-cache", false, "compile every package, whatever is known of earlier runs")
	return cmd
}

// generate writes package by package as it is compiled.
func generate(cmd *cobra.Command, options generator.Options, out string, format diag.Format, cached bool) error {
	var s summary
	var found diag.List
	unreadable := false
	shown := newProgress(cmd.ErrOrStderr())
	how := generator.GenerateOptions{
		Waiting: func() {
			shown.clear()
			fmt.Fprintf(cmd.ErrOrStderr(), "waiting for another run that writes to %s\n", out)
		},
		Progress: shown.show,
		Held:     func(folder string) { s.held = append(s.held, folder) },
	}
	if folder, err := os.UserCacheDir(); cached && err == nil {
		how.Cache = generator.OpenCache(filepath.Join(folder, "belfry"), out, options)
	}
	err := generator.Generate(options, out, how, func(all []generator.Written, more diag.List) error {
		found = append(found, more...)
		unreadable = unreadable || schema.Unreadable(more)
		for _, one := range all {
			s.add(one)
		}
		if isBroken(more) {
			s.broken++
		}
		return nil
	})
	shown.clear()
	if err != nil {
		return err
	}
	s.print(cmd.OutOrStdout())
	found = found.Sort()
	if found.HasErrors() || format != diag.Text {
		return report{found: found, format: format, unreadable: unreadable}.print(cmd.ErrOrStderr())
	}
	if n := found.Count(diag.Warning); n > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "%s (belfry check)\n", plural(n, "warning"))
	}
	return nil
}

// isBroken reports whether findings are errors in a package's files, and not about what was asked for.
func isBroken(found diag.List) bool {
	return slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Severity == diag.Error && d.Pos.IsValid() })
}

// summary counts what was compiled and written.
type summary struct {
	outputs, kept          int
	broken                 int // packages with errors
	counts                 generator.Counts
	files                  int
	changed, removed       []string
	edited, unlisted, held []string
}

func (s *summary) add(one generator.Written) {
	s.outputs++
	if one.Kept {
		s.kept++
	}
	s.counts.Add(one.Counts)
	s.files += len(one.Report.Written) + len(one.Report.Unchanged)
	s.changed = append(s.changed, below(one.Folder, one.Report.Written)...)
	s.removed = append(s.removed, below(one.Folder, one.Report.Pruned)...)
	s.edited = append(s.edited, below(one.Folder, one.Report.Edited)...)
	s.unlisted = append(s.unlisted, below(one.Folder, one.Report.KeptEdited)...)
}

func below(folder string, paths []string) []string {
	joined := make([]string, len(paths))
	for i, p := range paths {
		joined[i] = path.Join(folder, p)
	}
	return joined
}

func (s *summary) print(w io.Writer) {
	if s.outputs > 0 {
		s.printWritten(w)
	}
	for _, folder := range s.held {
		fmt.Fprintf(w, "      ! %s stays as it was until every package compiles: it holds the routes of all\n", folder)
	}
}

func (s *summary) printWritten(w io.Writer) {
	n := s.counts
	counts := []string{plural(n.Metrics, "metric"), plural(n.Signals, "signal"), plural(n.Alerts, "alert"),
		plural(n.SLOs, "SLO"), plural(n.Receivers, "receiver"), plural(n.Dashboards, "dashboard")}
	if s.outputs+s.broken > 1 {
		packages := plural(s.outputs, "package")
		var about []string
		if s.kept > 0 {
			about = append(about, fmt.Sprintf("%d unchanged", s.kept))
		}
		if s.broken > 0 {
			about = append(about, fmt.Sprintf("%d more with errors", s.broken))
		}
		if len(about) > 0 {
			packages += " (" + strings.Join(about, ", ") + ")"
		}
		counts = append([]string{packages}, counts...)
	}
	fmt.Fprintf(w, "spec  %s\n", strings.Join(counts, " · "))
	fmt.Fprintf(w, "out   %s, %d changed", plural(s.files, "file"), len(s.changed))
	if len(s.removed) > 0 {
		fmt.Fprintf(w, ", %d removed", len(s.removed))
	}
	fmt.Fprintln(w)
	printPaths(w, "~", s.changed)
	printPaths(w, "-", s.removed)
	for _, p := range s.edited {
		fmt.Fprintf(w, "      ! %s had been edited by hand; it is generated again\n", p)
	}
	for _, p := range s.unlisted {
		fmt.Fprintf(w, "      ! %s is no longer generated, but was edited by hand: it stays, and is yours now\n", p)
	}
}

// printPaths prints a few paths; a long list is counted instead.
func printPaths(w io.Writer, mark string, paths []string) {
	const most = 12
	if len(paths) == 0 || len(paths) > most {
		return
	}
	for _, p := range paths {
		fmt.Fprintf(w, "      %s %s\n", mark, p)
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
