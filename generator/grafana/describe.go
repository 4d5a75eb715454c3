package grafana

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// describe is the text behind a panel's "i": what it shows, its bounds in words, and which variables do not filter it.
func describe(p *ir.Panel) string {
	text := p.Description
	if text == "" {
		text = p.Title
	}
	paragraphs := []string{text}
	if bounds := describeBounds(p); bounds != "" {
		paragraphs = append(paragraphs, bounds)
	}
	if len(p.Unfiltered) > 0 {
		label := "that label"
		if len(p.Unfiltered) > 1 {
			label = "those labels"
		}
		paragraphs = append(paragraphs, "Not filtered by "+list(p.Unfiltered)+", because not everything that it is computed from has "+label+".")
	}
	return strings.Join(paragraphs, "\n\n")
}

// describeBounds lists each series' bounds in its unit; series that have the same are not told apart.
func describeBounds(p *ir.Panel) string {
	bounds, same := shared(p)
	if same {
		if len(bounds) == 0 {
			return ""
		}
		return "Thresholds: " + boundsText(bounds, p.Series[0]) + "."
	}
	var parts []string
	for i, series := range p.Series {
		if len(series.Thresholds) > 0 {
			parts = append(parts, seriesTitle(p, i)+" "+boundsText(series.Thresholds, series))
		}
	}
	return "Thresholds: " + strings.Join(parts, "; ") + "."
}

func boundsText(bounds []ir.Threshold, series ir.Series) string {
	var parts []string
	for _, bound := range bounds {
		direction := "below"
		if bound.Above {
			direction = "above"
		}
		text := bound.Severity + " " + direction + " " + series.Query.Unit.Format(bound.Value)
		if bound.Alert != "" {
			text += " (" + bound.Alert + ")"
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ", ")
}

// list joins words with commas and a last "and".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
