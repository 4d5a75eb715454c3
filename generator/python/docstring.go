package python

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// docstring says what a method records: the metric's name, unit and help, and the limits of its labels.
func docstring(m *ir.Metric) []string {
	text := fmt.Sprintf("The %s %s", m.Type, m.Name)
	if m.Type == ir.Info {
		text = "Sets the facts of the info " + m.Name
	}
	if spelling := m.Unit.String(); spelling != "" {
		text += ", in " + spelling
	}
	help := strings.TrimSpace(m.Help)
	if !strings.HasSuffix(help, ".") && !strings.HasSuffix(help, "!") && !strings.HasSuffix(help, "?") {
		help += "."
	}
	lines := wrap(text + ": " + help)
	if m.Type == ir.Info {
		return append(lines, "", "The facts set before are no longer exposed.")
	}
	for _, label := range m.Labels {
		if label.Values == nil {
			lines = append(lines, "")
			lines = append(lines, wrap(fmt.Sprintf("The first %d values of %s get series of their own, all others share the value 'other'.",
				label.Max, label.Name))...)
		}
	}
	return lines
}

// wrap breaks a text into lines of a docstring.
func wrap(text string) []string {
	text = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
	return templates.Wrap(text, templates.CommentWidth)
}
