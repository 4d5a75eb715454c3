package main

import (
	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
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
			return printFindings(cmd.OutOrStdout(), result.Diagnostics, format, result.Unreadable)
		},
	}
	compile.register(cmd.Flags())
	return cmd
}
