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
	var servers liveFlags
	var format choice[diag.Format]
	cmd := &cobra.Command{
		Use:   "drift [PACKAGE...]",
		Short: "Compare the output folder, or servers that run, with what the specs compile to",
		Long: `Compare the output folder with what the specs compile to, and write nothing.

Exit code 1 says that files differ; CI runs it so that nobody forgets to generate.

With --prometheus or --alertmanager the servers are asked what they have loaded, and that is compared instead: which rules, routes,
receivers and inhibitions are missing, changed or too much, and which rules cannot be evaluated. Nothing is changed there. Rules of
others are left alone: a rule group is the service's own if the spec has one of its name, or if its rules carry the labels service
and namespace of the service. Alertmanager's configuration is compared as a whole, which needs the package that declares the platform.
Alertmanager does not show secrets, so that these are not compared.

Exit codes: 0 no drift, 1 drift, 2 it could not run, such as when a server does not answer.`,
		Example: `  belfry drift
  belfry drift --prometheus http://localhost:9090 --alertmanager http://localhost:9093
  belfry drift --tag env=prod --prometheus https://prometheus.example.com --bearer-token-file token`,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			options := compile.options(arguments)
			live, err := servers.asked(cmd.Flags())
			if err != nil {
				return err
			}
			if live {
				return servers.compare(cmd, options, format.value)
			}
			if options.Kinds, err = output.kinds(); err != nil {
				return err
			}
			if format.value != diag.Text && format.value != diag.JSON {
				return fmt.Errorf("drift of the output folder prints text or json, not %s", format.value)
			}
			return compareOutput(cmd, options, output.out, format.value)
		},
	}
	compile.register(cmd.Flags())
	output.register(cmd.Flags())
	servers.register(cmd.Flags())
	registerFormat(cmd.Flags(), &format)
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
