package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/schema"
)

// checkFlags are the flags of belfry check.
type checkFlags struct {
	compile compileFlags
	metrics metricsFlags
	format  choice[diag.Format]
	failOn  choice[diag.Severity]
	verbose bool
}

func (f *checkFlags) register(flags *pflag.FlagSet) {
	f.compile.register(flags)
	registerFormat(flags, &f.format)
	f.metrics.register(flags, "what the running service exposes, as a `FILE or URL`, to compare with its spec (repeatable)")
	registerFailOn(flags, &f.failOn)
	flags.BoolVar(&f.verbose, "verbose", false, verboseUsage)
}

func checkCommand() *cobra.Command {
	var flags checkFlags
	cmd := &cobra.Command{
		Use:   "check [PACKAGE...]",
		Short: "Report mistakes in specs and write nothing",
		Long: `Report mistakes in specs and write nothing.

With --metrics a running service is compared with its spec as well: metrics that are missing, unknown or of another type or unit,
labels, values and buckets that differ, labels with more values than their max, and series that should stand at zero. Compare
after the service has done some work: series of labels that are not known beforehand come with their first use.

Exit codes: 0 no errors (there may be warnings, unless --fail-on warning), 1 errors, 2 it could not run.`,
		Example: `  belfry check
  belfry check ./services/... --fail-on warning
  belfry check ./services/shop --metrics http://localhost:8080/metrics`,
		RunE: func(cmd *cobra.Command, arguments []string) error { return flags.check(cmd, arguments) },
	}
	flags.register(cmd.Flags())
	return cmd
}

// check keeps what is found and counted of each package, and no package: a fleet may have thousands.
func (f *checkFlags) check(cmd *cobra.Command, arguments []string) error {
	if err := f.metrics.validate(cmd.Flags()); err != nil {
		return err
	}
	options := f.compile.options(arguments)
	options.CheckOnly = true
	r := report{format: f.format.value, failOn: f.failOn.value}
	running := &runningService{}
	var err error
	if running.expositions, r.found, err = f.metrics.read(cmd.Context()); err != nil {
		return err
	}
	if len(running.expositions) > 0 {
		options.Inspect = running.compare
	}
	var typed lint.Coverage
	err = generator.Each(options, func(outputs []generator.Output, more diag.List) error {
		r.found = append(r.found, more...)
		r.unreadable = r.unreadable || schema.Unreadable(more)
		for _, output := range outputs {
			typed.Join(check.Typed(output.Program))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := running.comparedOne(); err != nil && (running.services > 1 || !r.found.HasErrors()) {
		return err
	}
	if typed.All() > 0 {
		r.status = []string{fmt.Sprintf("%d of %d signals fully typed", typed.Full, typed.All())}
	}
	if f.verbose {
		printGaps(cmd.ErrOrStderr(), typed.Gaps)
	}
	r.found = r.found.Sort()
	return r.print(cmd.OutOrStdout())
}
