package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/internal/diff"
)

// diffFlags are the flags of belfry diff.
type diffFlags struct {
	compile compileFlags
	specs   []string
	format  choice[string]
	failOn  choice[string]
	noProof bool
}

// What --fail-on of belfry diff takes.
const (
	failOnAny       = "any"
	failOnDangerous = "dangerous"
	failOnNever     = "never"
)

func diffCommand() *cobra.Command {
	var flags diffFlags
	cmd := &cobra.Command{
		Use:   "diff BASE [HEAD]",
		Short: "Say what a change means for those who are paged",
		Long: `Say what a change means for those who are paged: alerts that are looser, later, unproven or reach somebody else, error budgets,
metrics that others may miss, panels, and what the rules cost. Dangerous changes come first.

BASE and HEAD are git revisions, or folders: what begins with ./, ../ or / is a folder, and so is what is no revision. Without HEAD
it is the working tree. main... compares with where the branch left main.

Alerts that may behave otherwise are proven on both sides. Evaluation is ` + diff.Estimate + `.

Exit codes: 0 no difference, 1 differences, 2 something could not be compared.`,
		Example: "  belfry diff main\n  belfry diff origin/main... --format markdown > comment.md\n  belfry diff v1.4 v1.5 --spec ./services/... --fail-on dangerous",
		Args:    arguments(1, 2, "say what to compare, such as main"),
		RunE:    func(cmd *cobra.Command, arguments []string) error { return flags.run(cmd, arguments) },
	}
	flags.compile.register(cmd.Flags())
	flags.format.register(cmd.Flags(), "format", "FORMAT", "how changes are printed, as markdown for a comment", "text", "text", "markdown", "json")
	cmd.Flags().StringArrayVar(&flags.specs, "spec", nil, "`FOLDER` of a spec on both sides (repeatable; without it ./spec where that exists, else the folder itself)")
	flags.failOn.register(cmd.Flags(), "fail-on", "DIFFERENCE", "what ends with exit code 1", failOnAny, failOnAny, failOnDangerous, failOnNever)
	cmd.Flags().BoolVar(&flags.noProof, "no-proof", false, "prove nothing: faster, without detection times and verdicts")
	return cmd
}

func (f *diffFlags) run(cmd *cobra.Command, arguments []string) error {
	scratch, err := os.MkdirTemp("", "belfry-diff-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // what is left there is no harm
	base, head, err := findSides(cmd.Context(), arguments, scratch, f.compile.templates)
	if err != nil {
		return err
	}
	if err := f.packages(base, head); err != nil {
		return err
	}
	for _, side := range []*side{base, head} {
		if err := side.compile(f); err != nil {
			return err
		}
	}
	report, err := f.compare(cmd.Context(), base, head)
	if err != nil {
		return err
	}
	return f.tell(cmd, report, base, head)
}

// tell prints the report, then the mistakes in specs that keep it from being whole.
func (f *diffFlags) tell(cmd *cobra.Command, report *diff.Report, base, head *side) error {
	broken := base.broken() || head.broken()
	out := cmd.OutOrStdout()
	var err error
	switch {
	case broken && len(base.outputs)+len(head.outputs) == 0 && f.format.value == "text":
	case f.format.value == "json":
		err = report.JSON(out)
	case f.format.value == "markdown":
		err = report.Markdown(out)
	default:
		err = report.Print(out, colored(out))
	}
	if err != nil {
		return err
	}
	for _, side := range []*side{base, head} {
		if err := side.complain(cmd.ErrOrStderr()); err != nil {
			return err
		}
	}
	switch {
	case broken:
		return exitError(exitCannot)
	case f.failOn.value == failOnNever:
	case report.Dangerous() > 0, f.failOn.value == failOnAny && !report.Empty():
		return exitError(exitFindings)
	}
	return nil
}
