package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/check"
)

func checkCommand() *cobra.Command {
	var compile compileFlags
	cmd := &cobra.Command{
		Use:   "check [PACKAGE...]",
		Short: "Report mistakes in specs and write nothing",
		RunE: func(cmd *cobra.Command, arguments []string) error {
			options, format, err := compile.options(arguments)
			if err != nil {
				return err
			}
			options.CheckOnly = true
			result, err := generator.Compile(options)
			if err != nil {
				return err
			}
			return printFindings(cmd.OutOrStdout(), result.Diagnostics, format, typed(result), result.Unreadable)
		},
	}
	compile.register(cmd.Flags())
	return cmd
}

// typed says how much of the queries is understood.
func typed(result *generator.Result) string {
	known, all := 0, 0
	for _, output := range result.Outputs {
		k, a := check.Typed(output.Program)
		known, all = known+k, all+a
	}
	if all == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d signals fully typed", known, all)
}
