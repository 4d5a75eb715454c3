package unit

import "golang.org/x/text/currency"

// word is the spelling of one scale of a dimension.
type word struct {
	text  string
	scale scale
}

// The words of each dimension that has more than one scale. The first of each list is the base unit; where two spellings
// of a compound would fit, the earlier word wins.
var (
	timeWords = []word{
		{"s", scale{}},
		{"min", scale{60, 0}},
		{"h", scale{3600, 0}},
		{"d", scale{86400, 0}},
		{"month", scale{30 * 86400, 0}}, // budgets are per 30 days, as the SLO windows are
		{"ms", scale{0, 1e3}},
		{"us", scale{0, 1e6}},
		{"ns", scale{0, 1e9}},
		{"w", scale{7 * 86400, 0}},
		{"y", scale{365 * 86400, 0}}, // as in a Prometheus duration
	}
	dataWords = []word{
		{"B", scale{}},
		{"KiB", scale{1 << 10, 0}},
		{"MiB", scale{1 << 20, 0}},
		{"GiB", scale{1 << 30, 0}},
		{"TiB", scale{1 << 40, 0}},
		{"PiB", scale{1 << 50, 0}},
		{"kB", scale{1e3, 0}},
		{"MB", scale{1e6, 0}},
		{"GB", scale{1e9, 0}},
		{"TB", scale{1e12, 0}},
		{"PB", scale{1e15, 0}},
		{"bit", scale{0, 8}},
	}
	ratioWords = []word{{"ratio", scale{}}, {"percent", scale{0, 100}}}
	coreWords  = []word{{"cores", scale{}}, {"millicores", scale{0, 1000}}}
)

// aliases are other spellings that people use, with the word that is meant.
var aliases = map[string]string{
	"%": "percent", "core": "cores", "millicore": "millicores", "KB": "kB", "bits": "bit", "byte": "B", "bytes": "B",
	"nanosecond": "ns", "nanoseconds": "ns", "microsecond": "us", "microseconds": "us", "µs": "us", "μs": "us", "hr": "h", "hrs": "h",
	"millisecond": "ms", "milliseconds": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "mins": "min", "minute": "min", "minutes": "min",
	"hour": "h", "hours": "h", "day": "d", "days": "d", "week": "w", "weeks": "w", "months": "month", "year": "y", "years": "y",
}

// ambiguous are spellings that could mean two things, with what to write instead.
var ambiguous = map[string]string{
	"m":   `"min" or "meters"`,
	"M":   `"min" or "month"`,
	"kb":  `"kB" or "KiB"`,
	"mb":  `"MB" or "MiB"`,
	"gb":  `"GB" or "GiB"`,
	"tb":  `"TB" or "TiB"`,
	"Mb":  `"MB" or "MiB"`,
	"Gb":  `"GB" or "GiB"`,
	"usd": `"USD"`, "eur": `"EUR"`, "gbp": `"GBP"`,
	"dollars": `the currency's code, such as "USD"`, "dollar": `the currency's code, such as "USD"`,
	"euros": `"EUR"`, "euro": `"EUR"`, "cents": `the currency's code, such as "USD"`,
}

// scalable returns the words for the scales of a base word, or nil where it has only one.
func scalable(base string) []word {
	switch base {
	case "B":
		return dataWords
	case "ratio":
		return ratioWords
	case "cores":
		return coreWords
	default:
		return nil
	}
}

// isCurrency reports whether the word is the code of a currency (ISO 4217), which stands in capitals.
func isCurrency(word string) bool {
	if len(word) != 3 {
		return false
	}
	for i := range word {
		if word[i] < 'A' || word[i] > 'Z' {
			return false
		}
	}
	_, err := currency.ParseISO(word)
	return err == nil
}

// isNoun reports whether the word counts things.
func isNoun(word string) bool { return scalable(word) == nil && !isCurrency(word) }
