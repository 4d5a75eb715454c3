package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// unitWords are the words for units in texts that people write, and what package unit calls them. Words that mean too many
// things, such as m, are left out.
const unitWords = `%|percent|milliseconds?|ms|seconds?|secs?|s|microseconds?|us|µs|nanoseconds?|ns|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|` +
	`bytes?|[KMGTP]iB|[kKMGTP]B|B|bits?|millicores?|cores?|USD|EUR|GBP|dollars?|euros?`

// perTimeWords say what something is per.
const perTimeWords = `seconds?|secs?|s|minutes?|mins?|min|hours?|h|days?|d|months?`

var (
	// claimBehind is a unit that a text gives the number before it.
	claimBehind = regexp.MustCompile(`^ ?(` + unitWords + `)(?:$|[^\pL\pN_%])`)
	// perTimeBehind is what follows a unit or a noun: "/s", " per hour", " a day".
	perTimeBehind = regexp.MustCompile(`^(?: ?/ ?| per | an? )(` + perTimeWords + `)(?:$|[^\pL\pN_])`)
)

// spokenUnits are words of texts that package unit does not take.
var spokenUnits = map[string]string{"dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "minutes": "min", "mins": "min"}

// singularUnits are units that describe the noun behind them: in "3 bit errors" it is errors that are counted.
var singularUnits = map[string]bool{"bit": true, "byte": true, "core": true, "second": true, "minute": true, "hour": true, "day": true}

var (
	// nextWord is a word right behind another.
	nextWord = regexp.MustCompile(`^[ -](\pL+)`)
	// smallWords follow a unit that stands for itself.
	smallWords = strings.Fields("a an ago and are as at behind but by for from has have if in into is late left long of old on or over per " +
		"since than that the to until was were which while with")
)

// currencySigns stand before an amount.
var currencySigns = map[string]string{"$": "USD", "€": "EUR", "£": "GBP"}

// claim is the unit in which a text says that a number is.
type claim struct {
	unit   unit.Unit
	text   string // as written
	length int    // of what stands behind the number
}

// claimOf reads the unit around a printed number; false where the text does not say any.
func claimOf(before, behind string) (claim, bool) {
	for sign, code := range currencySigns {
		if strings.HasSuffix(before, sign) {
			return claim{unit: spokenUnit(code), text: sign}.per(behind), true
		}
	}
	found := claimBehind.FindStringSubmatchIndex(behind)
	if found == nil {
		return claim{}, false
	}
	word := behind[found[2]:found[3]]
	if next := nextWord.FindStringSubmatch(behind[found[3]:]); next != nil && singularUnits[word] && !slices.Contains(smallWords, next[1]) {
		return claim{}, false // "3 bit errors", "a 5 second-level alarm"
	}
	return claim{unit: spokenUnit(word), text: word, length: found[3]}.per(behind[found[3]:]), true
}

// per adds what the text says that the amount is per.
func (c claim) per(behind string) claim {
	found := perTimeBehind.FindStringSubmatchIndex(behind)
	if found == nil {
		return c
	}
	word := behind[found[2]:found[3]]
	c.unit, c.text, c.length = c.unit.Per(spokenUnit(word)), c.text+behind[:found[3]], c.length+found[3]
	return c
}

func spokenUnit(word string) unit.Unit {
	if other, ok := spokenUnits[word]; ok {
		word = other
	}
	parsed, err := unit.Parse(word)
	if err != nil {
		return unit.None // every word above parses, which a test checks
	}
	return parsed
}

// contradicts reports whether values in a measure cannot be in the unit that a text claims. Kilobytes for kibibytes are
// near enough for a text.
func contradicts(m promql.Measure, claimed unit.Unit) bool {
	if !m.Known() || !m.Clashes(promql.In(claimed)) {
		return m.Known() && claimed.IsRatio() && m.Unit.IsCount() && m.Unit.Noun() != ""
	}
	factor, same := m.Unit.Factor(claimed)
	return !same || factor < 0.8 || factor > 1.25
}
