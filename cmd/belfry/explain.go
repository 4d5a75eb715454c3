package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Say what a diagnostic code means, with a wrong and a right example",
		Long: `Say what a diagnostic code means, with a wrong and a right example.

Without a code, list all of them; with the group of a code, such as promql, those of the group.

Exit codes: 0 fine, 2 there is no such code.`,
		Example: "  belfry explain quantity/unit\n  belfry explain promql",
		Args:    arguments(0, 1, "name one code"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return check.Codes(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if len(arguments) == 0 {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(check.Codes(), "\n"))
				return err
			}
			if group := groupOf(arguments[0]); group != "" {
				_, err := fmt.Fprint(cmd.OutOrStdout(), group)
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

// groupOf lists the codes of a group, each with its summary; empty where there is no such group.
func groupOf(group string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, name := range check.Codes() {
		if strings.HasPrefix(name, strings.TrimSuffix(group, "/")+"/") {
			code, _ := check.Explain(name)
			fmt.Fprintf(w, "%s\t%s\n", name, code.Doc.Summary)
		}
	}
	w.Flush() // a strings.Builder takes everything
	return b.String()
}
