package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/remote"
)

// accessFlags say how servers are asked, in every command that asks one.
type accessFlags struct{ remote.Access }

// defaultTimeout is how long one answer may take; a Prometheus with tens of thousands of rules needs seconds.
const defaultTimeout = 30 * time.Second

// accessNames are their names. Without a server they are of no use.
var accessNames = []string{"ca-file", "cert-file", "key-file", "bearer-token-file", "basic-auth-file", "timeout"}

func (f *accessFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.CAFile, "ca-file", "", "`FILE` with the certificate of the authority that signed the server's, as PEM")
	flags.StringVar(&f.CertFile, "cert-file", "", "`FILE` with the certificate to show to the server, as PEM")
	flags.StringVar(&f.KeyFile, "key-file", "", "`FILE` with the key of that certificate, as PEM")
	flags.StringVar(&f.TokenFile, "bearer-token-file", "", "`FILE` with the bearer token to show to the server")
	flags.StringVar(&f.BasicAuthFile, "basic-auth-file", "", "`FILE` with user:password to show to the server")
	flags.DurationVar(&f.Timeout, "timeout", defaultTimeout, "`DURATION` that the server may take for an answer")
}

// validate refuses flags that would do nothing. Asked says whether a server is, because of the flag or argument in words.
func (f *accessFlags) validate(flags *pflag.FlagSet, asked bool, because string) error {
	if f.Timeout <= 0 {
		return errors.New("--timeout wants a time above zero, such as 30s")
	}
	if !asked {
		return refuse(flags, "unless "+because, accessNames...)
	}
	return nil
}

// metricsFlags name expositions: what programs expose at /metrics.
type metricsFlags struct {
	flag   string
	places []string // files and addresses
	access accessFlags
}

func (f *metricsFlags) register(flags *pflag.FlagSet, usage string) {
	f.flag = "metrics"
	flags.StringArrayVar(&f.places, f.flag, nil, usage)
	f.access.register(flags)
}

func (f *metricsFlags) validate(flags *pflag.FlagSet) error {
	return f.access.validate(flags, slices.ContainsFunc(f.places, remote.IsAddress), "--"+f.flag+" names an address")
}

// read reads the expositions, one after the other. Wrong lines are findings; the error is for one that is not there or has nothing.
func (f *metricsFlags) read(ctx context.Context) ([][]read.Metric, diag.List, error) {
	var all [][]read.Metric
	var found diag.List
	for _, place := range f.places {
		metrics, wrong, err := read.ExpositionFrom(ctx, f.access.Access, place)
		switch {
		case errors.Is(err, fs.ErrNotExist) && strings.Contains(place, ":"):
			return nil, nil, fmt.Errorf("--%s: %w; an address begins with http:// or https://", f.flag, err)
		case err != nil:
			return nil, nil, fmt.Errorf("--%s: %w", f.flag, err)
		case len(metrics) == 0 && len(wrong) == 0:
			return nil, nil, fmt.Errorf("--%s: %s exposes no metrics", f.flag, place)
		}
		found = append(found, wrong...)
		all = append(all, metrics)
	}
	return all, found, nil
}

// described reads the expositions as what they tell of metrics to those who type queries.
func (f *metricsFlags) described(ctx context.Context) ([][]promql.Metric, diag.List, error) {
	expositions, found, err := f.read(ctx)
	if err != nil {
		return nil, nil, err
	}
	var all [][]promql.Metric
	for _, metrics := range expositions {
		var described []promql.Metric
		for _, m := range metrics {
			described = append(described, m.Described())
		}
		all = append(all, described)
	}
	return all, found, nil
}
