package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/live"
	"github.com/belfry-dev/belfry/internal/remote"
	"github.com/belfry-dev/belfry/schema"
)

// liveFlags say which servers are compared with the specs, and how they are asked.
type liveFlags struct {
	prometheus, alertmanager []string
	access                   accessFlags
}

func (f *liveFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.prometheus, "prometheus", nil, "compare the rules that the Prometheus at this `URL` has loaded, and not the output folder (repeatable)")
	flags.StringArrayVar(&f.alertmanager, "alertmanager", nil, "compare the configuration that the Alertmanager at this `URL` has loaded, and not the output folder (repeatable)")
	f.access.register(flags)
}

// asked reports whether servers are to be compared. Flags that would then do nothing, and those that do nothing else, are refused.
func (f *liveFlags) asked(flags *pflag.FlagSet) (bool, error) {
	asked := len(f.prometheus)+len(f.alertmanager) > 0
	if asked {
		if err := refuse(flags, "where servers are compared, and not the output folder", "out", "only"); err != nil {
			return asked, err
		}
	}
	return asked, f.access.validate(flags, asked, "--prometheus or --alertmanager names a server")
}

// comparison is a server and how it is compared.
type comparison struct {
	client *remote.Client
	with   func(context.Context, *remote.Client, []generator.Output) (live.Result, error)
}

func (f *liveFlags) comparisons() ([]comparison, error) {
	var out []comparison
	for _, server := range []struct {
		addresses []string
		program   string
		with      func(context.Context, *remote.Client, []generator.Output) (live.Result, error)
	}{{f.prometheus, "Prometheus", live.Prometheus}, {f.alertmanager, "Alertmanager", live.Alertmanager}} {
		for _, address := range server.addresses {
			client, err := f.access.Client(address, server.program)
			if err != nil {
				return nil, err
			}
			out = append(out, comparison{client, server.with})
		}
	}
	return out, nil
}

// compare compiles, asks each server and prints what is found.
func (f *liveFlags) compare(cmd *cobra.Command, options generator.Options, format diag.Format) error {
	comparisons, err := f.comparisons()
	if err != nil {
		return err
	}
	options.Kinds = live.Kinds()
	var outputs []generator.Output
	r := report{format: format}
	err = generator.Each(options, func(more []generator.Output, found diag.List) error {
		outputs = append(outputs, more...)
		r.found = append(r.found, found...)
		r.unreadable = r.unreadable || schema.Unreadable(found)
		return nil
	})
	if err != nil {
		return err
	}
	if r.found.HasErrors() {
		r.found = r.found.Sort()
		return r.print(cmd.ErrOrStderr())
	}
	if err := oneEnvironment(outputs); err != nil {
		return err
	}
	r.found = nil // warnings are what check is for
	for _, c := range comparisons {
		result, err := c.with(cmd.Context(), c.client, outputs)
		if err != nil {
			return err
		}
		r.found = append(r.found, result.Found...)
		r.status = append(r.status, result.Compared)
	}
	r.found = r.found.Sort()
	return r.print(cmd.OutOrStdout())
}

// oneEnvironment refuses to compare one server with several environments.
func oneEnvironment(outputs []generator.Output) error {
	for _, output := range outputs {
		if first := outputs[0].Program.Environment; output.Program.Environment != first {
			return fmt.Errorf("a server belongs to one environment, and there are %s and %s: choose with --tag env=NAME", first, output.Program.Environment)
		}
	}
	return nil
}
