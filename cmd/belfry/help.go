package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/belfry-dev/belfry/templates"
)

// helpWidth is how many columns help has at most: two terminals beside each other fit on a screen.
const helpWidth = 100

// fitHelp lays the help of a command and of those below it out in columns: its paragraphs, and what is said of flags.
func fitHelp(cmd *cobra.Command) {
	paragraphs := strings.Split(cmd.Long, "\n\n")
	for i, paragraph := range paragraphs {
		paragraphs[i] = strings.Join(templates.Wrap(paragraph, helpWidth), "\n")
	}
	cmd.Long = strings.Join(paragraphs, "\n\n")
	for _, below := range cmd.Commands() {
		fitHelp(below)
	}
	if !cmd.HasParent() {
		cmd.SetUsageTemplate(strings.ReplaceAll(cmd.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", helpWidth)))
	}
}
