package lint

import (
	"regexp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// secretField is the name of a field whose value may be a secret. An address is one where it ends in a token, as those of webhooks do.
var secretField = regexp.MustCompile(`(?:^|_)(?:key|url|token|id|password|secret|credentials|identity)$`)

// secretLines are the lines of Alertmanager configurations in which secrets may stand, also beside what a finding is about. They
// are not printed.
func secretLines(set *read.Set) map[diag.Pos]bool {
	lines := map[diag.Pos]bool{}
	for _, config := range set.Alertmanagers {
		markSecrets(lines, config.Global)
		for _, receiver := range config.Receivers {
			for _, integration := range receiver.Integrations {
				markSecrets(lines, integration.Settings)
			}
		}
	}
	return lines
}

func markSecrets(lines map[diag.Pos]bool, value read.Value) {
	for name, below := range value.Fields() {
		if text := below.Text(); !text.IsZero() && secretField.MatchString(name.Value) {
			lines[lineAt(text.At())] = true
		}
		markSecrets(lines, below)
	}
	for _, item := range value.Items() {
		markSecrets(lines, item)
	}
}

// lineAt is the line of a place, without the column.
func lineAt(at diag.Pos) diag.Pos { return diag.Pos{File: at.File, Line: at.Line} }
