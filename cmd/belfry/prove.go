package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/prove"
)

// proveFlags are the flags of belfry prove.
type proveFlags struct {
	compile compileFlags
	format  choice[diag.Format]
	alerts  []string
	out     string
	write   bool
	verbose bool
	// of files that others wrote
	rules        []string
	metrics      metricsFlags
	alertmanager string
}

func proveCommand() *cobra.Command {
	var flags proveFlags
	cmd := &cobra.Command{
		Use:   "prove [PACKAGE...]",
		Short: "Prove that every alert fires, resolves and reaches somebody",
		Long: `Prove that every alert fires, resolves and reaches somebody.

The rules and Alertmanager's configuration, as they are generated, are run by Prometheus' and Alertmanager's own code over made-up
series: just under each threshold, past it and back, as bad as it can be, and with series missing. An alert is PROVEN when it is
silent, fires and resolves as it should, and a receiver is told. It is ASSUMED where it does so with series of a metric that nobody
has declared and no catalog knows: declare the metric, or look that its name is right.

With --rules, rules that others wrote are proven: rule files and PrometheusRules, several files or folders. Nobody has declared their metrics,
so that inputs are searched for: which series, with which labels and values, make each alert fire and resolve again, through the recording
rules that it reads. With --metrics, what a program exposes at /metrics, labels and buckets are known. UNPROVEN says why none were found, INSENSITIVE that the alert fires whatever its threshold is. With --alertmanager the
receivers come from that configuration; nothing is sent.

Exit codes: 0 all are proven or assumed, 1 some are not, 2 it could not run.`,
		Example: "  belfry prove\n  belfry prove --alert HighErrorRate --verbose\n  belfry prove --write\n  belfry prove --rules rules/ --alertmanager alertmanager.yml",
		RunE:    func(cmd *cobra.Command, arguments []string) error { return flags.run(cmd, arguments) },
	}
	flags.compile.register(cmd.Flags())
	flags.format.register(cmd.Flags(), "format", "FORMAT", "how proofs are printed", diag.Text, diag.Text, diag.JSON, diag.JUnit)
	cmd.Flags().StringArrayVar(&flags.alerts, "alert", nil, "prove the alert of this `NAME` alone (repeatable)")
	cmd.Flags().StringVarP(&flags.out, "out", "o", "out", "output `FOLDER` of --write")
	cmd.Flags().BoolVar(&flags.write, "write", false, "write the proofs into the output folder as "+prove.RecordPath)
	cmd.Flags().BoolVar(&flags.verbose, "verbose", false, "show the course of each incident, what is sent, and what an alert cannot see")
	cmd.Flags().StringArrayVar(&flags.rules, "rules", nil, "prove the alerts of this `FILE` or folder of rules instead of a spec's (repeatable)")
	flags.metrics.register(cmd.Flags(), "exposition of a program whose metrics these rules read, as a `FILE or URL` (repeatable)")
	cmd.Flags().StringVar(&flags.alertmanager, "alertmanager", "", "`FILE` with the configuration of the Alertmanager that is told of them")
	return cmd
}

func (f *proveFlags) run(cmd *cobra.Command, arguments []string) error {
	if err := f.validate(cmd.Flags(), arguments); err != nil {
		return err
	}
	if len(f.rules) > 0 {
		return f.runFiles(cmd)
	}
	began := time.Now()
	options := f.compile.options(arguments)
	options.Kinds = []artifact.Kind{artifact.Rules, artifact.Alertmanager}
	result, err := generator.Compile(options)
	if err != nil {
		return err
	}
	if result.Diagnostics.HasErrors() {
		return report{found: result.Diagnostics, format: diag.Text, unreadable: result.Unreadable}.print(cmd.ErrOrStderr())
	}
	var names []string
	for _, output := range result.Outputs {
		for _, a := range output.Program.Alerts {
			names = append(names, a.Name)
		}
	}
	if err := f.known(names); err != nil {
		return err
	}
	proofs, err := f.prove(cmd.Context(), result)
	if err != nil {
		return err
	}
	return f.tell(cmd, proofs, began)
}

// tell prints the proofs. The error is the exit code that they ask for.
func (f *proveFlags) tell(cmd *cobra.Command, proofs []prove.Proof, began time.Time) error {
	if err := f.print(cmd.OutOrStdout(), proofs, time.Since(began)); err != nil {
		return err
	}
	if slices.ContainsFunc(proofs, func(p prove.Proof) bool { return !p.Fires() }) {
		return exitError(exitFindings)
	}
	return nil
}

// known refuses names of alerts that are not among those that there are.
func (f *proveFlags) known(names []string) error {
	for _, name := range f.alerts {
		if !slices.Contains(names, name) {
			hint := ""
			if near, ok := diag.Closest(name, names); ok {
				hint = fmt.Sprintf("; did you mean %s?", near)
			}
			return fmt.Errorf("there is no alert %s%s", name, hint)
		}
	}
	return nil
}

// prove proves package by package. Where a package does not own Alertmanager's configuration, the platform's routes its alerts.
func (f *proveFlags) prove(ctx context.Context, result *generator.Result) ([]prove.Proof, error) {
	shared, err := pipelineOf(result)
	if err != nil {
		return nil, err
	}
	if shared != nil {
		defer shared.Close()
	}
	var all []prove.Proof
	for _, output := range result.Outputs {
		rules := find(output.Artifacts, prometheus.RulesPath)
		if rules == nil {
			continue
		}
		groups, err := prove.ReadGroups(rules, output.Program.Platform.Prometheus.EvaluationInterval)
		if err != nil {
			return nil, err
		}
		proofs, err := prove.Prove(ctx, prove.Input{Program: output.Program, Groups: groups, Notify: shared, Table: tableOf(output.Program), Timelines: f.verbose}, f.alerts...)
		if err != nil {
			return nil, err
		}
		if f.write {
			record := prove.Record(output.Program.Name(), prove.Hash(output.Artifacts), proofs)
			folder := filepath.Join(f.out, filepath.FromSlash(output.Folder))
			if _, err := generator.Write(folder, []artifact.Artifact{record}, generator.WriteOptions{Kinds: []artifact.Kind{artifact.Proof}}); err != nil {
				return nil, err
			}
		}
		all = append(all, proofs...)
	}
	return all, nil
}

// tableOf makes what is known of the metrics that a Program's queries read, once somebody asks.
func tableOf(p *ir.Program) func() (*promql.Table, error) {
	return sync.OnceValues(func() (*promql.Table, error) { return check.OpenWorld(check.World{Specs: []*ir.Program{p}}) })
}

// pipelineOf reads the configuration of the cluster's Alertmanager; nil where no package has one.
func pipelineOf(result *generator.Result) (*notify.Pipeline, error) {
	for _, output := range result.Outputs {
		if config := find(output.Artifacts, alertmanager.ConfigPath); config != nil {
			return notify.New(config, notify.Options{})
		}
	}
	return nil, nil
}

func find(artifacts []artifact.Artifact, path string) []byte {
	for _, a := range artifacts {
		if a.Path == path {
			return a.Data
		}
	}
	return nil
}

func (f *proveFlags) print(w io.Writer, proofs []prove.Proof, took time.Duration) error {
	switch f.format.value {
	case diag.JSON:
		return prove.PrintJSON(w, proofs)
	case diag.JUnit:
		return prove.PrintJUnit(w, proofs)
	}
	if f.verbose {
		for i := range proofs {
			if err := prove.PrintDetails(w, &proofs[i]); err != nil {
				return err
			}
		}
	} else if err := prove.Print(w, proofs); err != nil {
		return err
	}
	sum := fmt.Sprintf("%d of %d proven", prove.Count(proofs, prove.Proven), len(proofs))
	if assumed := prove.Count(proofs, prove.Assumed); assumed > 0 {
		sum += fmt.Sprintf(", %d assumed", assumed)
	}
	_, err := fmt.Fprintf(w, "%s · %s s\n", sum, strings.TrimSuffix(fmt.Sprintf("%.1f", took.Seconds()), ".0"))
	return err
}
