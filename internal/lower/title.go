package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// title is the signal's title with what a use sets anew: another quantile, or matchers. Nobody may read p95 where the
// median is meant, or all requests where some are.
func title(s *signal, use schema.Params, b build) string {
	text := s.Title
	if use.Q != nil && (s.spec.Q == nil || *use.Q != *s.spec.Q) {
		text = otherQuantile(text, s.spec.Q, b.q)
	}
	if use.Where != "" && use.Where != s.spec.Where {
		if open, ok := strings.CutSuffix(text, ")"); ok {
			return open + ", " + matcherWords(b.where) + ")"
		}
		text += " (" + matcherWords(b.where) + ")"
	}
	return text
}

// otherQuantile writes p50 where the title says p95, or adds it.
func otherQuantile(text string, own *float64, q float64) string {
	if own != nil && strings.Contains(text, percentile(*own)) {
		return strings.ReplaceAll(text, percentile(*own), percentile(q))
	}
	return text + " (" + percentile(q) + ")"
}

// percentile is how people call a quantile: p99.9 for 0.999.
func percentile(q float64) string { return fmt.Sprintf("p%v", roundTo(q*100, 6)) }

// matcherWords says matchers as people do: "method POST" for method="POST".
func matcherWords(ms []*labels.Matcher) string {
	words := make([]string, len(ms))
	for i, m := range ms {
		words[i] = m.String()
		if m.Type == labels.MatchEqual && m.Value != "" {
			words[i] = m.Name + " " + m.Value
		}
	}
	return strings.Join(words, ", ")
}

// meaning says what a panel's signals mean. Where there are several, each is named, so that the one that says something
// does not seem to speak for all.
func meaning(series []ir.Series) string {
	var titles, texts []string
	var signals []*ir.Signal
	helpful := false
	for _, s := range series {
		if !slices.Contains(titles, s.Query.Title) {
			titles = append(titles, s.Query.Title)
		}
		signal := s.Query.Signal
		if slices.Contains(signals, signal) {
			continue
		}
		signals = append(signals, signal)
		text := signal.Title + "."
		if signal.Help != "" {
			helpful, text = true, signal.Title+": "+signal.Help
		}
		texts = append(texts, text)
	}
	switch {
	case !helpful:
		return strings.Join(titles, ", ") + "."
	case len(signals) == 1:
		return signals[0].Help
	}
	return strings.Join(texts, " ")
}
