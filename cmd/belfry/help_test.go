package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEveryCommandExplainsItself wants of each command what it does, how it ends and what its flags take, in lines that fit.
func TestEveryCommandExplainsItself(t *testing.T) {
	withoutFindings := []string{"belfry version", "belfry import"}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, below := range cmd.Commands() {
			visit(below)
		}
		path := cmd.CommandPath()
		if !strings.Contains(cmd.Long, "\nExit codes: 0 ") && !strings.Contains(strings.Join(withoutFindings, "|"), path) {
			t.Errorf("%s does not say its exit codes", path)
		}
		help := cmd.Long + "\n" + cmd.UsageString()
		for line := range strings.Lines(help) {
			if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > helpWidth {
				t.Errorf("%s: longer than %d columns: %s", path, helpWidth, line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			name, _ := pflag.UnquoteUsage(f)
			if f.Value.Type() != "bool" && name != strings.ToUpper(name) && name != "FILE or URL" {
				t.Errorf("%s: the help of --%s says %q and not what the flag takes", path, f.Name, name)
			}
		})
	}
	visit(rootCommand())
}
