package main

import (
	"bytes"
	"fmt"
	"io"
	"path"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
)

func renderCommand() *cobra.Command {
	var compile compileFlags
	var output outputFlags // only its kinds: nothing is written
	var format choice[diag.Format]
	var stdout bool
	cmd := &cobra.Command{
		Use:   "render --stdout [PACKAGE...]",
		Short: "Print what specs compile to instead of writing files",
		Long: `Print what specs compile to instead of writing files.

Without --only these are the Kubernetes resources as one YAML stream, for kubectl and GitOps tools. With --only, each file
of the kinds follows a line with its path.

Exit codes: 0 everything is printed, 1 there are errors in specs, 2 it could not run.`,
		Example: "  belfry render --stdout | kubectl apply --server-side -f -\n  belfry render --stdout --only rules",
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if !stdout {
				return fmt.Errorf("say where to: render --stdout prints; belfry generate writes files")
			}
			options := compile.options(arguments)
			kinds, err := output.kinds()
			if err != nil {
				return err
			}
			options.Kinds = kinds
			if len(kinds) == 0 {
				options.Kinds = []artifact.Kind{artifact.Kubernetes}
			}
			result, err := generator.Compile(options)
			if err != nil {
				return err
			}
			if result.Diagnostics.HasErrors() {
				return report{found: result.Diagnostics, format: format.value, unreadable: result.Unreadable}.print(cmd.ErrOrStderr())
			}
			return render(cmd.OutOrStdout(), result.Outputs, len(kinds) == 0)
		},
	}
	compile.register(cmd.Flags())
	output.registerKinds(cmd.Flags())
	registerFormat(cmd.Flags(), &format)
	cmd.Flags().BoolVar(&stdout, "stdout", false, "print to standard output")
	return cmd
}

// render prints Kubernetes resources as one stream, or files after their paths.
func render(w io.Writer, outputs []generator.Output, resources bool) error {
	var b bytes.Buffer
	for _, output := range outputs {
		for _, a := range output.Artifacts {
			switch {
			case !resources:
				fmt.Fprintf(&b, "# %s\n", path.Join(output.Folder, a.Path))
			case a.Path == "kubernetes/kustomization.yaml" || a.Path == "kubernetes/values.yaml":
				continue // no resources of the cluster
			default:
				b.WriteString("---\n")
			}
			b.Write(a.Data)
		}
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
