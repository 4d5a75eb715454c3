package lint

import (
	"fmt"
	"strings"

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

// list joins names for a sentence.
func list(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and more"
	}
	return strings.Join(names, ", ")
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
