package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/fire"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/prove"
	"github.com/belfry-dev/belfry/internal/remote"
)

// fireFlags are the flags of belfry fire.
type fireFlags struct {
	compile      compileFlags
	alertmanager string
	access       accessFlags
	lasts        time.Duration
	resolve      bool
}

func (f *fireFlags) register(flags *pflag.FlagSet) {
	f.compile.register(flags)
	flags.StringVar(&f.alertmanager, "alertmanager", "", "`URL` of the Alertmanager, such as http://localhost:9093 (required)")
	flags.DurationVar(&f.lasts, "for", 5*time.Minute, "`DURATION` that the test fires; Alertmanager ends it by itself")
	flags.BoolVar(&f.resolve, "resolve", false, "end a test that was sent before")
	f.access.register(flags)
}

func fireCommand() *cobra.Command {
	var flags fireFlags
	cmd := &cobra.Command{
		Use:   "fire ALERT [PACKAGE...] --alertmanager URL",
		Short: "Send a test of an alert to a real Alertmanager and see whom it reaches",
		Long: `Send a test of an alert to a real Alertmanager and see whom it reaches.

The alert is proven first, and sent with the labels and texts that it has when it fires. It carries the label ` + fire.MarkLabel + `="true", so
that it is another alert than the real one, and its texts begin with "` + strings.TrimSpace(fire.Mark) + `". To Alertmanager it is an alert like any other: it is grouped
with real ones, people are woken by it, and while it fires it inhibits what the real one would inhibit.

Exit codes: 0 it reaches whom the spec says, 1 it does not, or it is not proven, 2 it could not be sent.`,
		Example: "  belfry fire HighErrorRate --alertmanager http://localhost:9093 --for 10m\n" +
			"  belfry fire HighErrorRate --alertmanager http://localhost:9093 --resolve",
		Args: arguments(1, many, "say which alert"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return flags.fire(cmd, arguments[0], arguments[1:])
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

func (f *fireFlags) fire(cmd *cobra.Command, name string, packages []string) error {
	switch {
	case f.alertmanager == "":
		return errors.New("say which Alertmanager, with --alertmanager http://localhost:9093")
	case f.lasts <= 0:
		return fmt.Errorf("--for %s: the test must last some time", f.lasts)
	}
	if f.resolve {
		if err := refuse(cmd.Flags(), "with --resolve", "for"); err != nil {
			return err
		}
	}
	if err := f.access.validate(cmd.Flags(), true, "--alertmanager names one"); err != nil {
		return err
	}
	client, err := f.access.Client(f.alertmanager, "Alertmanager")
	if err != nil {
		return err
	}
	proof, program, err := f.proof(cmd, name, packages)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	fired := proof.Incidents[0].Episode
	test := fire.Test(fired.Labels.Map(), fired.Annotations.Map(), now, now.Add(f.lasts))
	if f.resolve {
		return resolveTest(cmd, client, test, now)
	}
	report, err := fire.Send(cmd.Context(), client, test, proof.Alert, program)
	if err != nil {
		return err
	}
	printFired(cmd.OutOrStdout(), report, client.Address())
	if len(report.Findings) > 0 {
		return exitError(exitFindings)
	}
	return nil
}

// proof proves the alert of a name. The program is that which has it.
func (f *fireFlags) proof(cmd *cobra.Command, name string, packages []string) (*prove.Proof, *ir.Program, error) {
	options := f.compile.options(packages)
	options.Kinds = []artifact.Kind{artifact.Rules}
	result, err := generator.Compile(options)
	if err != nil {
		return nil, nil, err
	}
	if result.Diagnostics.HasErrors() {
		return nil, nil, report{found: result.Diagnostics, format: diag.Text, unreadable: result.Unreadable}.print(cmd.ErrOrStderr())
	}
	output, err := outputWith(result.Outputs, name)
	if err != nil {
		return nil, nil, err
	}
	proof, err := proveOne(cmd.Context(), output, name)
	if err != nil {
		return nil, nil, err
	}
	if !proof.Fires() || len(proof.Incidents) == 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s is not sent, because nothing shows that it would fire: %s %s\nsee: belfry prove --alert %s\n", name, proof.Verdict,
			proof.Reason, name)
		return nil, nil, exitError(exitFindings)
	}
	return proof, output.Program, nil
}

// outputWith is the one package that has an alert.
func outputWith(outputs []generator.Output, name string) (*generator.Output, error) {
	var names []string
	var found *generator.Output
	for i := range outputs {
		for _, a := range outputs[i].Program.Alerts {
			names = append(names, a.Name)
			switch {
			case a.Name == name && found == nil:
				found = &outputs[i]
			case a.Name == name && found != &outputs[i]:
				return nil, fmt.Errorf("more than one package or environment has an alert %s: name the package, or choose with --tag", name)
			}
		}
	}
	if found != nil {
		return found, nil
	}
	if closest, ok := diag.Closest(name, names); ok {
		return nil, fmt.Errorf("the spec has no alert %s: did you mean %s?", name, closest)
	}
	return nil, fmt.Errorf("the spec has no alert %s", name)
}

func proveOne(ctx context.Context, output *generator.Output, name string) (*prove.Proof, error) {
	var groups []byte
	for _, a := range output.Artifacts {
		if a.Kind == artifact.Rules {
			groups = a.Data
			break
		}
	}
	read, err := prove.ReadGroups(groups, output.Program.Platform.Prometheus.EvaluationInterval)
	if err != nil {
		return nil, err
	}
	proofs, err := prove.Prove(ctx, prove.Input{Program: output.Program, Groups: read, Table: tableOf(output.Program)}, name)
	if err != nil {
		return nil, err
	}
	return &proofs[0], nil
}

func resolveTest(cmd *cobra.Command, client *remote.Client, test fire.Alert, now time.Time) error {
	name := test.Labels["alertname"]
	ended, err := fire.Resolve(cmd.Context(), client, test, now)
	if err != nil {
		return err
	}
	if !ended {
		fmt.Fprintf(cmd.ErrOrStderr(), "no test of %s fires at %s\n", name, client.Address())
		return exitError(exitFindings)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "ended     the test of %s at %s; whom it was told is told so with the group's next notification\n", name, client.Address())
	return nil
}

// printFired says what becomes of a test, the most important first.
func printFired(w io.Writer, r *fire.Report, address string) {
	name := r.Test.Labels["alertname"]
	fmt.Fprintf(w, "sent      %s, marked %s=\"true\", to Alertmanager %s at %s\n", name, fire.MarkLabel, r.Version, address)
	if len(r.Receivers) > 0 {
		fmt.Fprintf(w, "reaches   %s\n", strings.Join(r.Receivers, ", "))
	}
	for _, finding := range r.Findings {
		fmt.Fprintf(w, "but       %s\n", finding)
	}
	if r.GroupWait >= 0 && len(r.Findings) == 0 {
		fmt.Fprintf(w, "after     %s (group_wait), or with the next notification of its group\n", r.GroupWait)
	}
	if r.Title != "" {
		fmt.Fprintf(w, "reads     %s\n", r.Title)
	}
	if len(r.Mutes) > 0 {
		fmt.Fprintf(w, "mutes     %s while it fires\n", strings.Join(r.Mutes, ", "))
	}
	fmt.Fprintf(w, "ends      by itself at %s; sooner with: belfry fire %s --alertmanager %s --resolve\n", r.Test.EndsAt.Format("15:04:05 MST"), name, address)
}
