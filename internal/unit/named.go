package unit

import "strings"

// nameWords are the words that metrics are named after (https://prometheus.io/docs/practices/naming/#base-units), and
// those that services use beside them.
var nameWords = map[string]string{
	"seconds": "s", "milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns", "minutes": "min", "hours": "h", "days": "d",
	"bytes": "B", "kilobytes": "kB", "megabytes": "MB", "gigabytes": "GB", "kibibytes": "KiB", "mebibytes": "MiB", "gibibytes": "GiB",
	"ratio": "ratio", "percent": "percent", "dollars": "USD", "usd": "USD", "euros": "EUR", "eur": "EUR",
}

// InName reads the unit that a metric's name ends with, before _total; false where it ends with none that is known.
func InName(name string) (Unit, bool) {
	name = strings.TrimSuffix(name, "_total")
	word, known := nameWords[name[strings.LastIndexByte(name, '_')+1:]]
	if !known {
		return None, false
	}
	u, err := Parse(word)
	return u, err == nil
}

// Noun reads what a name such as shop_http_requests_total counts: its last word before _total, where that is a plural and no
// other unit. It is empty where nothing is counted.
func Noun(name string) string {
	name = strings.TrimSuffix(name, "_total")
	word := name[strings.LastIndexByte(name, '_')+1:]
	u, err := Parse(word)
	if err != nil || !u.IsCount() || singular(word) == word {
		return ""
	}
	return word
}
