package lint

import (
	"log/slog"
	"slices"

	amcompat "github.com/prometheus/alertmanager/matcher/compat"
	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/read"
)

// certainty is what is known of a question whose answer may hang on labels that only the running alert has.
type certainty uint8

const (
	no certainty = iota
	maybe
	yes
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
	result := yes
	for _, m := range matchers {
		result = min(result, accepts(m, alert.Values(m.Name)))
	}
	return result
}

// accepts says whether a matcher accepts a label of which the values are known, or nil.
func accepts(m *amlabels.Matcher, values []string) certainty {
	if values == nil {
		return maybe
	}
	matching := 0
	for _, value := range values {
		if m.Matches(value) {
			matching++
		}
	}
	switch matching {
	case 0:
		return no
	case len(values):
		return yes
	}
	return maybe
}

// finite are all the values that a matcher accepts, where those can be listed.
func finite(m *amlabels.Matcher) ([]string, bool) {
	switch m.Type {
	case amlabels.MatchEqual:
		return []string{m.Value}, true
	case amlabels.MatchRegexp:
		pattern, err := labels.NewFastRegexMatcher(m.Value)
		if err != nil {
			return nil, false
		}
		values := pattern.SetMatches()
		return values, len(values) > 0
	}
	return nil, false
}

// implies says that whatever one matcher accepts, the other does too. It may be so where this does not see it.
func implies(one, other *amlabels.Matcher) bool {
	if one.Name != other.Name {
		return false
	}
	if one.Type == other.Type && one.Value == other.Value {
		return true
	}
	if values, ok := finite(one); ok {
		return !slices.ContainsFunc(values, func(v string) bool { return !other.Matches(v) })
	}
	return false
}

// acceptsAll says that a matcher accepts every value.
func acceptsAll(m *amlabels.Matcher) bool {
	return m.Type == amlabels.MatchRegexp && (m.Value == ".*" || m.Value == "^.*$")
}

// covers says that whatever the narrow matchers accept, the wide ones do too.
func covers(wide, narrow amlabels.Matchers) bool {
	for _, w := range wide {
		if !acceptsAll(w) && !slices.ContainsFunc(narrow, func(n *amlabels.Matcher) bool { return implies(n, w) }) {
			return false
		}
	}
	return true
}

// contradiction finds a matcher with finite values none of which another matcher of its label accepts.
func contradiction(matchers amlabels.Matchers) (one, other *amlabels.Matcher) {
	for _, one := range matchers {
		values, ok := finite(one)
		if !ok {
			continue
		}
		for _, other := range matchers {
			if other.Name == one.Name && !slices.ContainsFunc(values, other.Matches) {
				return one, other
			}
		}
	}
	return nil, nil
}
