package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/drift"
)

func driftCommand() *cobra.Command {
	var compile compileFlags
	var output outputFlags
	cmd := &cobra.Command{
		Use:   "drift [PACKAGE...]",
		Short: "Compare the output folder with what the specs compile to",
		Long: `Compare the output folder with what the specs compile to, and write nothing.

Exit code 1 says that files differ; CI runs it so that nobody forgets to generate.`,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			options, format, err := compile.options(arguments)
			if err != nil {
				return err
			}
			if options.Kinds, err = output.kinds(); err != nil {
				return err
			}
			if format != diag.Text && format != diag.JSON {
				return fmt.Errorf("drift prints text or json, not %s", format)
			}
			return compareOutput(cmd, options, output.out, format)
		},
	}
	compile.register(cmd)
	output.register(cmd)
	return cmd
}

func compareOutput(cmd *cobra.Command, options generator.Options, out string, format diag.Format) error {
	result, err := generator.Compile(options)
	if err != nil {
		return err
	}
	if result.Diagnostics.HasErrors() {
		return printFindings(cmd.ErrOrStderr(), result.Diagnostics, format, result.Unreadable)
	}
	drifted := false
	for _, output := range result.Outputs {
		report, err := drift.Compare(filepath.Join(out, filepath.FromSlash(output.Folder)), output.Artifacts, options.Kinds...)
		if err != nil {
			return err
		}
		drifted = drifted || report.Drifted()
		if format == diag.JSON {
			err = report.JSON(cmd.OutOrStdout())
		} else {
			err = report.Print(cmd.OutOrStdout(), colored(cmd.OutOrStdout()))
		}
		if err != nil {
			return err
		}
	}
	if drifted {
		return exitError(exitFindings)
	}
	return nil
}
