package lint

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
)

// excerpt is a query in a message: on one line, and its beginning where it is long.
func excerpt(query string) string {
	const longest = 80
	text := []rune(strings.Join(strings.Fields(query), " "))
	if len(text) <= longest {
		return string(text)
	}
	return string(text[:longest]) + "…"
}

// listed writes the few names that a message is about: "a, b and c", or "a, b, c and 4 more".
func listed(names []string) string {
	const few = 3
	return upTo(few, names)
}

// choices writes the names that a help offers, of which more are worth reading.
func choices(names []string) string {
	const many = 10
	return upTo(many, names)
}

func upTo(most int, names []string) string {
	switch n := len(names); {
	case n == 0:
		return "nothing"
	case n == 1:
		return names[0]
	case n <= most:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n-most)
	}
}

// meant asks whether a word was meant to be one of several names, or else says what to do.
func meant(word string, names []string, otherwise string) string {
	if closest, ok := diag.Closest(word, names); ok {
		return fmt.Sprintf("did you mean %q?", closest)
	}
	return otherwise
}

// meantOneOf asks whether a word was meant to be one of several names, or else lists them.
func meantOneOf(word string, names []string) string {
	if len(names) == 0 {
		return "remove it"
	}
	return meant(word, names, "what is there: "+choices(names))
}

// indexFrom is where a word stands in a text, not before an offset; the offset itself where it stands nowhere.
func indexFrom(text, word string, from int) int {
	from = min(max(from, 0), len(text))
	if i := strings.Index(text[from:], word); i >= 0 {
		return from + i
	}
	return from
}

// figure is a number as a dashboard holds it.
func figure(v float64) string { return fmt.Sprintf("%.12g", v) }

// figureIn is a number, and what it means where its unit is known.
func figureIn(v float64, m promql.Measure) string {
	if !m.Known() || m.Unit.String() == "" {
		return figure(v)
	}
	return figure(v) + " (" + m.Unit.Format(v) + ")"
}
