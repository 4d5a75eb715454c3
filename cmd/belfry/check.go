package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
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
			return checkPackages(cmd, options, format)
		},
	}
	compile.register(cmd.Flags())
	return cmd
}

// checkPackages keeps what is found and counted of each package, and no package: a fleet may have thousands.
func checkPackages(cmd *cobra.Command, options generator.Options, format diag.Format) error {
	var found diag.List
	unreadable := false
	typed, all := 0, 0
	err := generator.Each(options, func(outputs []generator.Output, more diag.List) error {
		found = append(found, more...)
		unreadable = unreadable || schema.Unreadable(more)
		for _, output := range outputs {
			t, a := check.Typed(output.Program)
			typed, all = typed+t, all+a
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := ""
	if all > 0 {
		status = fmt.Sprintf("%d of %d signals fully typed", typed, all)
	}
	return printFindings(cmd.OutOrStdout(), found.Sort(), format, status, unreadable)
}
