package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/prove"
)

func proveCommand() *cobra.Command {
	var compile compileFlags
	var alerts []string
	cmd := &cobra.Command{
		Use: "prove [PACKAGE...]", Short: "Prove that every alert fires, resolves and reaches somebody",
		RunE: func(cmd *cobra.Command, arguments []string) error {
			options, _, err := compile.options(arguments)
			if err != nil {
				return err
			}
			options.Kinds = []artifact.Kind{artifact.Rules}
			result, err := generator.Compile(options)
			if err != nil {
				return err
			}
			for _, o := range result.Outputs {
				groups, err := prove.ReadGroups(o.Artifacts[0].Data, o.Program.Platform.Prometheus.EvaluationInterval)
				if err != nil {
					return err
				}
				proofs, err := prove.Prove(cmd.Context(), prove.Input{Program: o.Program, Groups: groups}, alerts...)
				if err != nil {
					return err
				}
				for _, p := range proofs {
					fmt.Fprintf(cmd.OutOrStdout(), "%-34s %-9s", p.Alert.Name, p.Verdict)
					for _, i := range p.Incidents {
						fmt.Fprintf(cmd.OutOrStdout(), " %v %v %g", i.FiresAfter, i.ResolvesAfter, i.Value)
					}
					fmt.Fprintln(cmd.OutOrStdout(), p.Reason)
				}
			}
			return nil
		},
	}
	compile.register(cmd.Flags())
	cmd.Flags().StringArrayVar(&alerts, "alert", nil, "prove only this alert (repeatable)")
	return cmd
}
