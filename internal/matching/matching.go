// Package matching says what is certain of Alertmanager's routes and inhibitions before an alert fires, when some of its labels are
// not known yet. In come matchers and what is known of labels; out go answers of yes, no and maybe.
package matching

import (
	"slices"

	"github.com/prometheus/alertmanager/pkg/labels"
	promlabels "github.com/prometheus/prometheus/model/labels"
)

// Certainty is what is known of a question whose answer may hang on labels that only the running alert has. The smaller of two is
// what is known of both together.
type Certainty uint8

// The answers.
const (
	No Certainty = iota
	Maybe
	Yes
)

// Values are all values that a label can have, "" where it can be missing; nil where nobody knows.
type Values func(label string) []string

// Decide says whether an alert has labels that all matchers accept.
func Decide(matchers labels.Matchers, alert Values) Certainty {
	result := Yes
	for _, m := range matchers {
		result = min(result, Accepts(m, alert(m.Name)))
	}
	return result
}

// Accepts says whether a matcher accepts a label of which the values are known, or nil.
func Accepts(m *labels.Matcher, values []string) Certainty {
	if values == nil {
		return Maybe
	}
	matching := 0
	for _, value := range values {
		if m.Matches(value) {
			matching++
		}
	}
	switch matching {
	case 0:
		return No
	case len(values):
		return Yes
	}
	return Maybe
}

// Equal says whether two labels of which the values are known, or nil, have one value.
func Equal(a, b []string) Certainty {
	switch {
	case a == nil || b == nil:
		return Maybe
	case len(a) == 1 && len(b) == 1 && a[0] == b[0]:
		return Yes
	case slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) }):
		return Maybe
	default:
		return No
	}
}

// Finite are all the values that a matcher accepts, where those can be listed.
func Finite(m *labels.Matcher) ([]string, bool) {
	switch m.Type {
	case labels.MatchEqual:
		return []string{m.Value}, true
	case labels.MatchRegexp:
		pattern, err := promlabels.NewFastRegexMatcher(m.Value)
		if err != nil {
			return nil, false
		}
		values := pattern.SetMatches()
		return values, len(values) > 0
	}
	return nil, false
}

// implies says that whatever one matcher accepts, the other does too. It may be so where this does not see it.
func implies(one, other *labels.Matcher) bool {
	if one.Name != other.Name {
		return false
	}
	if one.Type == other.Type && one.Value == other.Value {
		return true
	}
	if values, ok := Finite(one); ok {
		return !slices.ContainsFunc(values, func(v string) bool { return !other.Matches(v) })
	}
	return false
}

// acceptsAll says that a matcher accepts every value.
func acceptsAll(m *labels.Matcher) bool {
	return m.Type == labels.MatchRegexp && (m.Value == ".*" || m.Value == "^.*$")
}

// Covers says that whatever the narrow matchers accept, the wide ones do too.
func Covers(wide, narrow labels.Matchers) bool {
	for _, w := range wide {
		if !acceptsAll(w) && !slices.ContainsFunc(narrow, func(n *labels.Matcher) bool { return implies(n, w) }) {
			return false
		}
	}
	return true
}

// Contradiction finds a matcher with finite values none of which another matcher of its label accepts.
func Contradiction(matchers labels.Matchers) (one, other *labels.Matcher) {
	for _, one := range matchers {
		values, ok := Finite(one)
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
