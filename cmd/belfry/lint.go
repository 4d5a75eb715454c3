package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// lintFlags are the flags of belfry lint.
type lintFlags struct {
	specs          []string
	metrics        metricsFlags
	targetLabels   []string
	client         choice[promql.Client]
	baseline       string
	updateBaseline bool
	format         choice[diag.Format]
	failOn         choice[diag.Severity]
	verbose        bool
}

func (f *lintFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.specs, "spec", nil, "`FOLDER` of a spec whose metrics the files may read (repeatable)")
	f.metrics.register(flags, "exposition of a program whose metrics the files may read, as a `FILE or URL` (repeatable)")
	f.client.register(flags, "client", "LIBRARY", "client library of those programs, whose rules for names hold", "", promql.Clients()...)
	flags.StringArrayVar(&f.targetLabels, "target-label", nil, "`LABEL` that scraping adds besides the usual ones, such as cost_center (repeatable)")
	flags.StringVar(&f.baseline, "baseline", "", "`FILE` of known findings, which are counted and not reported")
	flags.BoolVar(&f.updateBaseline, "update-baseline", false, "write what is found into the baseline, and report nothing")
	registerFailOn(flags, &f.failOn)
	flags.BoolVar(&f.verbose, "verbose", false, verboseUsage)
	registerFormat(flags, &f.format)
}

func lintCommand() *cobra.Command {
	var flags lintFlags
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Check rules, dashboards and Alertmanager configurations that others wrote",
		Long: `Check files that others wrote, or that were there before Belfry: rule files, PrometheusRules, Grafana dashboards,
Alertmanager configurations, prometheus.yaml, the operator's resources, Services, values of kube-prometheus-stack and
kustomizations. Their PromQL is typed: labels that cannot be there, sides that never
match, units that cannot be compared, rates of gauges and more. Folders are read with everything below them, but for hidden
folders. Nothing is sent anywhere.

What is known of metrics comes from the catalogs of kube-state-metrics, cAdvisor, node_exporter and Prometheus' own metrics,
from recording rules in the files, from --spec, and from --metrics: what a program exposes at /metrics. With --client the names in the code are
explained by the names that the library makes of them. What is not known is no finding; the last line says how much is understood,
and --verbose what is not, and why.

A comment "# belfry: ignore CODE reason" silences a finding on its line or the next. A repository with many findings starts
with --baseline FILE --update-baseline, commits the file, and is told of new ones from then on.

Exit codes: 0 no errors (there may be warnings, unless --fail-on warning), 1 errors, 2 it could not run, a file is no YAML
or JSON, or there was nothing to check in a folder.`,
		Example: `  belfry lint rules/ dashboards/
  belfry lint --metrics http://localhost:8080/metrics --client python alerts.yaml
  belfry lint --spec ./spec --baseline lint-baseline.jsonl --format github .`,
		Args: arguments(1, many, "say which files"),
		RunE: func(cmd *cobra.Command, files []string) error { return flags.lint(cmd, files) },
	}
	flags.register(cmd.Flags())
	return cmd
}

// lint reads the files, and what is known of their metrics, and reports what is wrong.
func (f *lintFlags) lint(cmd *cobra.Command, files []string) error {
	if err := f.validate(cmd.Flags(), files); err != nil {
		return err
	}
	known, err := f.openBaseline()
	if err != nil {
		return err
	}
	world, found, err := f.world(cmd.Context())
	if err != nil {
		return err
	}
	if world == nil {
		return report{found: found, format: f.format.value, status: []string{"the spec must be mended first"}, unreadable: true}.print(cmd.OutOrStdout())
	}
	set, more, err := read.Files(files)
	if err != nil {
		return err
	}
	found = append(found, more...)
	if len(set.Files) == 0 && !more.HasErrors() && slices.ContainsFunc(files, isFolder) {
		return report{found: found, format: f.format.value, status: []string{"nothing was checked"}, unreadable: true}.print(cmd.OutOrStdout())
	}
	world.Recordings = lint.Recordings(set)
	table, err := check.OpenWorld(*world)
	if err != nil {
		return err
	}
	more, coverage := lint.Run(set, table)
	found = append(found, more...).Sort()
	if f.updateBaseline {
		return updateBaseline(cmd.OutOrStdout(), known, found, files)
	}
	report := report{found: found, format: f.format.value, status: []string{counted(set), covered(coverage)}, failOn: f.failOn.value, unreadable: notRead(found)}
	report.compare(cmd.ErrOrStderr(), known, files)
	if f.verbose {
		printGaps(cmd.ErrOrStderr(), coverage.Gaps)
	}
	return report.print(cmd.OutOrStdout())
}

// notRead reports whether a file was named that is none of those that are read.
func notRead(found diag.List) bool {
	return slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == "read/unrecognised" && d.Severity == diag.Error })
}

// isFolder reports whether a path is a folder. Hooks name each changed file, of which none may be of those that are checked;
// a folder in which nothing is known is most likely the wrong one.
func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// validate refuses what cannot be meant.
func (f *lintFlags) validate(flags *pflag.FlagSet, files []string) error {
	if slices.Contains(files, "-") {
		return errors.New("lint reads files and not the standard input, so that findings have a place: save it to a file")
	}
	if err := f.metrics.validate(flags); err != nil {
		return err
	}
	if f.updateBaseline {
		if err := refuse(flags, "with --update-baseline, which reports nothing", "format", "fail-on", "verbose"); err != nil {
			return err
		}
	}
	if f.client.value != "" && len(f.specs)+len(f.metrics.places) == 0 {
		return errors.New("--client says how the names of a program's metrics are made: say which program, with --metrics or --spec")
	}
	return nil
}

// world is what is known of metrics but for the files' own recording rules; nil where a spec has errors, which are reported.
func (f *lintFlags) world(ctx context.Context) (*check.World, diag.List, error) {
	world := &check.World{Client: f.client.value, Added: f.targetLabels}
	for _, spec := range f.specs {
		result, err := generator.Compile(generator.Options{Packages: []string{asFolder(spec)}, CheckOnly: true})
		if err != nil {
			return nil, nil, err
		}
		if result.Diagnostics.HasErrors() || len(result.Outputs) == 0 {
			return nil, result.Diagnostics, nil
		}
		for _, output := range result.Outputs {
			world.Specs = append(world.Specs, output.Program)
		}
	}
	exposed, found, err := f.metrics.described(ctx)
	if err != nil {
		return nil, nil, err
	}
	world.Exposed = exposed
	return world, found, nil
}

// counted says what was looked at; nothing where that is nothing.
func counted(set *read.Set) string {
	rules := 0
	for _, group := range set.Groups {
		rules += len(group.Rules)
	}
	var parts []string
	for _, kind := range []struct {
		n    int
		noun string
	}{{len(set.Files), "file"}, {rules, "rule"}, {len(set.Dashboards), "dashboard"}, {len(set.Alertmanagers), "Alertmanager configuration"}} {
		if kind.n > 0 {
			parts = append(parts, plural(kind.n, kind.noun))
		}
	}
	return strings.Join(parts, ", ")
}

// covered says how much of the queries is understood; nothing where there are none.
func covered(c lint.Coverage) string {
	switch {
	case c.All() == 0:
		return ""
	case c.Partial == 0:
		return fmt.Sprintf("%d of %s fully typed", c.Full, plural(c.All(), "expression"))
	default:
		return fmt.Sprintf("%d of %s fully typed, %d in part", c.Full, plural(c.All(), "expression"), c.Partial)
	}
}
