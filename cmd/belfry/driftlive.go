package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/live"
	"github.com/belfry-dev/belfry/schema"
)

// liveFlags say which servers are compared with the specs, and how they are asked.
type liveFlags struct {
	prometheus, alertmanager []string
	access                   live.Access
}

// defaultTimeout is how long one answer may take; a Prometheus with tens of thousands of rules needs seconds.
const defaultTimeout = 30 * time.Second

// accessFlags are of no use without a server.
var accessFlags = []string{"ca-file", "cert-file", "key-file", "bearer-token-file", "basic-auth-file", "timeout"}

func (f *liveFlags) register(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.prometheus, "prometheus", nil, "compare the rules that the Prometheus at this `URL` has loaded, and not the output folder (repeatable)")
	flags.StringArrayVar(&f.alertmanager, "alertmanager", nil, "compare the configuration that the Alertmanager at this `URL` has loaded, and not the output folder (repeatable)")
	flags.StringVar(&f.access.CAFile, "ca-file", "", "certificate of the authority that signs the servers' certificates, as PEM")
	flags.StringVar(&f.access.CertFile, "cert-file", "", "certificate to show to the servers, as PEM")
	flags.StringVar(&f.access.KeyFile, "key-file", "", "key of that certificate, as PEM")
	flags.StringVar(&f.access.TokenFile, "bearer-token-file", "", "file with the bearer token that is sent to the servers")
	flags.StringVar(&f.access.BasicAuthFile, "basic-auth-file", "", "file with user:password that is sent to the servers")
	flags.DurationVar(&f.access.Timeout, "timeout", defaultTimeout, "how long a server may take to answer")
}

// asked reports whether servers are to be compared. Flags that would then do nothing, and those that do nothing else, are refused.
func (f *liveFlags) asked(flags *pflag.FlagSet) (bool, error) {
	useless, because := accessFlags, "--prometheus or --alertmanager names a server"
	asked := len(f.prometheus)+len(f.alertmanager) > 0
	if asked {
		useless, because = []string{"out", "only"}, "servers are compared, and not the output folder"
	}
	for _, name := range useless {
		if !flags.Changed(name) {
			continue
		}
		if asked {
			return asked, fmt.Errorf("--%s has no meaning where %s", name, because)
		}
		return asked, fmt.Errorf("--%s has a meaning only where %s", name, because)
	}
	if f.access.Timeout <= 0 {
		return asked, errors.New("--timeout wants a time above zero, such as 30s")
	}
	return asked, nil
}

// comparison is a server and how it is compared.
type comparison struct {
	client *live.Client
	with   func(context.Context, *live.Client, []generator.Output) (live.Result, error)
}

func (f *liveFlags) comparisons() ([]comparison, error) {
	var out []comparison
	for _, server := range []struct {
		addresses []string
		with      func(context.Context, *live.Client, []generator.Output) (live.Result, error)
	}{{f.prometheus, live.Prometheus}, {f.alertmanager, live.Alertmanager}} {
		for _, address := range server.addresses {
			client, err := f.access.NewClient(address)
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
