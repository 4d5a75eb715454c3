package main

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

func generateCommand() *cobra.Command {
	var compile compileFlags
	var output outputFlags
	cmd := &cobra.Command{
		Use:   "generate [PACKAGE...]",
		Short: "Compile specs and write what changed into the output folder",
		Long: `Compile specs and write what changed into the output folder.

A package is a folder of CUE files; ./services/... means every package below. Without one it is ./spec where that exists,
else the current folder. A package with an error leaves its files as they were.`,
		Example: "  belfry generate\n  belfry generate ./services/... --out deploy\n  belfry generate --only rules,dashboards",
		RunE: func(cmd *cobra.Command, arguments []string) error {
			options, format, err := compile.options(arguments)
			if err != nil {
				return err
			}
			if options.Kinds, err = output.kinds(); err != nil {
				return err
			}
			return generate(cmd, options, output.out, format)
		},
	}
	compile.register(cmd.Flags())
	output.register(cmd.Flags())
	return cmd
}

// generate writes package by package as it is compiled.
func generate(cmd *cobra.Command, options generator.Options, out string, format diag.Format) error {
	var s summary
	var found diag.List
	unreadable := false
	waiting := func() { fmt.Fprintf(cmd.ErrOrStderr(), "waiting for another run that writes to %s\n", out) }
	err := generator.Each(options, func(outputs []generator.Output, more diag.List) error {
		found = append(found, more...)
		unreadable = unreadable || schema.Unreadable(more)
		for _, output := range outputs {
			report, err := generator.Write(filepath.Join(out, filepath.FromSlash(output.Folder)), output.Artifacts,
				generator.WriteOptions{Kinds: options.Kinds, Waiting: waiting})
			if err != nil {
				return err
			}
			s.add(output, report)
		}
		return nil
	})
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

// summary counts what was compiled and written.
type summary struct {
	outputs                                           int
	metrics, signals, alerts, slos, receivers, panels int
	files                                             int
	changed, removed, edited, kept                    []string
}

func (s *summary) add(output generator.Output, report *generator.WriteReport) {
	s.outputs++
	p := output.Program
	for _, m := range p.Metrics {
		if m.Own() {
			s.metrics++
		}
	}
	s.signals += len(p.Signals)
	s.slos += len(p.SLOs)
	for _, a := range p.Alerts {
		if a.SLO == nil {
			s.alerts++
		}
	}
	if p.Notifications != nil {
		s.receivers += len(p.Notifications.Receivers)
	}
	s.panels += len(p.Dashboards)
	s.files += len(report.Written) + len(report.Unchanged)
	s.changed = append(s.changed, below(output.Folder, report.Written)...)
	s.removed = append(s.removed, below(output.Folder, report.Pruned)...)
	s.edited = append(s.edited, below(output.Folder, report.Edited)...)
	s.kept = append(s.kept, below(output.Folder, report.KeptEdited)...)
}

func below(folder string, paths []string) []string {
	joined := make([]string, len(paths))
	for i, p := range paths {
		joined[i] = path.Join(folder, p)
	}
	return joined
}

func (s *summary) print(w io.Writer) {
	if s.outputs == 0 {
		return
	}
	counts := []string{plural(s.metrics, "metric"), plural(s.signals, "signal"), plural(s.alerts, "alert"),
		plural(s.slos, "SLO"), plural(s.receivers, "receiver"), plural(s.panels, "dashboard")}
	if s.outputs > 1 {
		counts = append([]string{plural(s.outputs, "package")}, counts...)
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
	for _, p := range s.kept {
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
