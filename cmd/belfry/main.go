// Command belfry compiles a spec of a service's monitoring into every file that monitors it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
)

// The exit codes, as every command documents them.
const (
	exitFine     = 0
	exitFindings = 1 // diagnostics, drift
	exitCannot   = 2 // it could not run: wrong usage, unreadable files
)

func main() {
	tuneCollector()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run executes one command line and returns its exit code.
func run(arguments []string, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(arguments)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(context.Background())
	var code exitError
	var refused *generator.RefusedError
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &refused):
		_ = diag.Print(stderr, diag.Text, refused.Findings, diag.Options{Color: colored(stderr)})
		return exitFindings
	}
	fmt.Fprintf(stderr, "belfry: %s\n", strings.TrimSpace(err.Error())) // cobra's suggestions end with an empty line
	return exitCannot
}

// exitError ends a command with an exit code after it has said why.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "belfry",
		Short: "Compile one spec of a service's monitoring into every file that monitors it",
		Long: `Belfry compiles one CUE spec of a service's metrics, signals, SLOs, alerts, receivers and dashboards into
Prometheus rules, Alertmanager's configuration, Grafana dashboards, Kubernetes manifests, runbooks and code.

Exit codes: 0 fine, 1 findings (mistakes in the spec, drift), 2 it could not run.`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(initCommand(), generateCommand(), checkCommand(), driftCommand(), diffCommand(), renderCommand(), explainCommand(), lintCommand(), importCommand(), proveCommand(), fireCommand(), versionCommand())
	root.SetVersionTemplate("belfry {{.Version}}\n")
	fitHelp(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %q", err, cmd.CommandPath()+" --help")
	})
	return root
}
