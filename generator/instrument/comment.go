package instrument

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// comment says what a method records: the metric's name, unit and help, and the limits of its labels.
func comment(metric *ir.Metric, one *metricView) []string {
	verb := "is"
	if metric.Type == ir.Info {
		verb = "sets the facts of"
	}
	text := fmt.Sprintf("%s %s the %s %s", one.Method, verb, metric.Type, metric.Name)
	if spelling := metric.Unit.String(); spelling != "" {
		text += ", in " + spelling
	}
	lines := templates.Wrap(text+": "+sentence(metric.Help), templates.CommentWidth)
	if metric.Type == ir.Info {
		return append(lines, "", "The facts set before are no longer exposed.")
	}
	for _, label := range one.Labels {
		if label.Enum == nil {
			lines = append(lines, "")
			lines = append(lines, templates.Wrap(fmt.Sprintf("The first %d values of %s get series of their own, all others share the value \"other\".",
				label.Limit, label.Parameter), templates.CommentWidth)...)
		}
	}
	if len(one.Exclude) > 0 {
		lines = append(lines, "", "What is recorded with a combination of labels that the spec excludes is dropped.")
	}
	return lines
}

// sentence ends a text with a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
