package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/slospec"
)

func importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Print what other tools' files say as a spec",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New(`say what to import: "belfry import slo FILE..."`)
		},
	}
	cmd.AddCommand(importSLOCommand())
	return cmd
}

func importSLOCommand() *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "slo FILE...",
		Short: "Print the objectives of Sloth and OpenSLO files as a spec",
		Long: `Print the objectives of Sloth's prometheus/v1 and PrometheusServiceLevel, and of OpenSLO's openslo/v1, as a spec in CUE.
Folders are read with everything below them, but for hidden folders.

What the spec cannot say is reported on standard error, at the line and column of the file, and stands as a comment at its place.
An objective that is invalid is left out in the same way: the others are printed, and the exit code is 1.
What the files do not say, such as the namespace or who is notified, is a placeholder: look at it before you generate.

Exit codes: 0 fine (there may be warnings, unless --fail-on warning), 1 a file is broken, or holds something invalid or nothing that can be carried over: what could be is printed, 2 it could not run.`,
		Example: `  belfry import slo slos.yaml > spec/slos.cue && belfry check ./spec
  belfry import slo --service checkout slos/`,
		Args: arguments(1, many, "say which files"),
		RunE: func(cmd *cobra.Command, files []string) error { return flags.importSLO(cmd, files) },
	}
	flags.register(cmd.Flags())
	return cmd
}

// importFlags are the flags of belfry import slo.
type importFlags struct {
	service string
	format  choice[diag.Format]
	failOn  choice[diag.Severity]
}

func (f *importFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.service, "service", "", "`NAME` of the service to import, where the files have several")
	registerFailOn(flags, &f.failOn)
	registerFormat(flags, &f.format)
}

// importSLO prints the spec on standard output, and what is found on standard error.
func (f *importFlags) importSLO(cmd *cobra.Command, paths []string) error {
	files, found, err := read.Documents(paths)
	if err != nil {
		return err
	}
	spec, more := slospec.Import(files, f.service)
	if _, err := cmd.OutOrStdout().Write(spec); err != nil {
		return err
	}
	return report{found: append(found, more...).Sort(), format: f.format.value, failOn: f.failOn.value}.print(cmd.ErrOrStderr())
}
