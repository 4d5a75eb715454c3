package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain [CODE]",
		Short:   "Say what a diagnostic code means, with a wrong and a right example",
		Long:    "Say what a diagnostic code means, with a wrong and a right example. Without a code, list all of them.",
		Example: "  belfry explain quantity/unit",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return check.Codes(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(check.Codes(), "\n"))
				return err
			}
			code, ok := check.Explain(arguments[0])
			if !ok {
				help := "belfry explain lists all codes"
				if closest, found := diag.Closest(arguments[0], check.Codes()); found {
					help = fmt.Sprintf("did you mean %s?", closest)
				}
				return fmt.Errorf("there is no code %q; %s", arguments[0], help)
			}
			_, err := fmt.Fprint(cmd.OutOrStdout(), code.Text())
			return err
		},
	}
}
