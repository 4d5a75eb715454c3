package promql

import (
	"slices"
	"sync"

	"github.com/prometheus/prometheus/model/labels"
)

// memo remembers what was made of a text. The same few texts come again and again while a Program is built: compiling
// their regular expressions each time took more than all the rest.
type memo[V any] struct {
	mutex sync.Mutex
	known map[string]V
}

// memoSize is how many texts are remembered before all are forgotten: those that come again do so soon.
const memoSize = 1024

func (m *memo[V]) get(text string) (V, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	v, ok := m.known[text]
	return v, ok
}

func (m *memo[V]) put(text string, v V) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.known == nil || len(m.known) >= memoSize {
		m.known = make(map[string]V, memoSize)
	}
	m.known[text] = v
}

var (
	parsedMatchers  memo[[]labels.Matcher] // by their text
	positiveRegexps memo[*labels.Matcher]  // by their expression
	negativeRegexps memo[*labels.Matcher]
)

// copies makes matchers that a caller may change. They share their compiled regular expressions, which never change.
func copies(matchers []labels.Matcher) []*labels.Matcher {
	own := slices.Clone(matchers)
	all := make([]*labels.Matcher, len(own))
	for i := range own {
		all[i] = &own[i]
	}
	return all
}

// matchRegexp makes a matcher of a regular expression.
func matchRegexp(matchType labels.MatchType, name, value string) *labels.Matcher {
	regexps := &positiveRegexps
	if matchType == labels.MatchNotRegexp {
		regexps = &negativeRegexps
	}
	compiled, ok := regexps.get(value)
	if !ok {
		compiled = labels.MustNewMatcher(matchType, name, value)
		regexps.put(value, compiled)
	}
	own := *compiled
	own.Name = name
	return &own
}
