package lint

import (
	"log/slog"

	amcompat "github.com/prometheus/alertmanager/matcher/compat"
	amlabels "github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/read"
)

// certainty is what is known of a question whose answer may hang on labels that only the running alert has.
type certainty = matching.Certainty

const (
	no    = matching.No
	maybe = matching.Maybe
	yes   = matching.Yes
)

// parseMatchers reads matchers as Alertmanager does since 0.27: by its new parser, and by the old one where they differ.
var parseMatchers = amcompat.FallbackMatchersParser(slog.New(slog.DiscardHandler))

// compileMatchers reads all three forms. The texts that are no matchers are returned with what is wrong.
func compileMatchers(written read.Matchers) (amlabels.Matchers, []brokenMatcher) {
	var all amlabels.Matchers
	var broken []brokenMatcher
	for _, text := range written.Matchers {
		matchers, err := parseMatchers(text.Value, "lint")
		if err != nil {
			broken = append(broken, brokenMatcher{text, err})
			continue
		}
		all = append(all, matchers...)
	}
	for _, old := range []struct {
		pairs []read.Pair
		kind  amlabels.MatchType
	}{{written.Match, amlabels.MatchEqual}, {written.MatchRE, amlabels.MatchRegexp}} {
		for _, pair := range old.pairs {
			matcher, err := amlabels.NewMatcher(old.kind, pair.Name.Value, pair.Value.Value)
			if err != nil {
				broken = append(broken, brokenMatcher{pair.Value, err})
				continue
			}
			all = append(all, matcher)
		}
	}
	return all, broken
}

// brokenMatcher is a text that Alertmanager does not take for a matcher.
type brokenMatcher struct {
	read.Text
	why error
}

// decide says whether an alert has labels that all matchers accept.
func decide(matchers amlabels.Matchers, alert *Alert) certainty {
	return matching.Decide(matchers, alert.Values)
}
