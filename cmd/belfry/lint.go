package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

func lintCommand() *cobra.Command {
	var spec, format string
	var expositions []string
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Type the PromQL of rule files and dashboards that others wrote",
		Long: `Type the PromQL of rule files, PrometheusRules and Grafana dashboards that others wrote: unknown labels, sides that
never match, units that cannot be compared, rates of gauges and more. Folders are read with everything below them.

What is known of metrics comes from the catalogs of kube-state-metrics, cAdvisor and node_exporter, from recording rules in the files, and
from --spec and --metrics. What is not known is no finding; the last line says how much is understood. A comment
"# belfry: ignore CODE reason" silences a finding on its line or the next.`,
		Example: "  belfry lint rules/ dashboards/\n  belfry lint --spec ./spec alerts.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			parsed, err := diag.ParseFormat(format)
			if err != nil {
				return err
			}
			return lintFiles(cmd, arguments, spec, expositions, parsed)
		},
	}
	cmd.Flags().StringVar(&spec, "spec", "", "spec whose metrics the files may read")
	cmd.Flags().StringArrayVar(&expositions, "metrics", nil, "exposition of a program whose metrics the files may read, as a file or a URL (repeatable)")
	cmd.Flags().StringVar(&format, "format", string(diag.Text), "how findings are printed: text, json, github, sarif or junit")
	return cmd
}

func lintFiles(cmd *cobra.Command, files []string, spec string, expositions []string, format diag.Format) error {
	var program *ir.Program
	if spec != "" {
		result, err := generator.Compile(generator.Options{Packages: []string{asFolder(spec)}, CheckOnly: true})
		if err != nil {
			return err
		}
		if result.Diagnostics.HasErrors() || len(result.Outputs) == 0 {
			return printFindings(cmd.OutOrStdout(), result.Diagnostics, format, "", true)
		}
		program = result.Outputs[0].Program
	}
	set, found, err := read.Files(files)
	if err != nil {
		return err
	}
	described, wrong, err := describedBy(cmd, expositions)
	if err != nil {
		return err
	}
	found = append(found, wrong...)
	table, err := check.OpenWorld(program, described, lint.Recordings(set))
	if err != nil {
		return err
	}
	more, coverage := lint.Run(set, table)
	status := fmt.Sprintf("%d of %d expressions fully typed, %d in part", coverage.Full, coverage.All(), coverage.Partial)
	return printFindings(cmd.OutOrStdout(), append(found, more...).Sort(), format, status, false)
}

// describedBy reads what programs say of their own metrics.
func describedBy(cmd *cobra.Command, expositions []string) ([]promql.Metric, diag.List, error) {
	var described []promql.Metric
	var found diag.List
	for _, place := range expositions {
		metrics, wrong, err := read.ExpositionFrom(cmd.Context(), place)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, wrong...)
		for _, m := range metrics {
			described = append(described, m.Described())
		}
	}
	return described, found, nil
}
