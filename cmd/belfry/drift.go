package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/drift"
	"github.com/belfry-dev/belfry/schema"
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
	compile.register(cmd.Flags())
	output.register(cmd.Flags())
	return cmd
}

// compareOutput compares package by package. What cannot be compiled is reported, and compared with nothing.
func compareOutput(cmd *cobra.Command, options generator.Options, out string, format diag.Format) error {
	var found diag.List
	unreadable := false
	whole := &drift.Report{Out: out}
	err := generator.Each(options, func(outputs []generator.Output, more diag.List) error {
		found = append(found, more...)
		unreadable = unreadable || schema.Unreadable(more)
		for _, output := range outputs {
			folder := filepath.Join(out, filepath.FromSlash(output.Folder))
			report, err := drift.Compare(folder, output.Artifacts, options.Kinds...)
			if err != nil {
				return err
			}
			whole.Add(output.Folder, report)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found.HasErrors() {
		return report{found: found.Sort(), format: format, unreadable: unreadable}.print(cmd.ErrOrStderr())
	}
	if format == diag.JSON {
		err = whole.JSON(cmd.OutOrStdout())
	} else {
		err = whole.Print(cmd.OutOrStdout(), colored(cmd.OutOrStdout()))
	}
	if err == nil && whole.Drifted() {
		return exitError(exitFindings)
	}
	return err
}
