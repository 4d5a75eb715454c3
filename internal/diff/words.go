package diff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

const arrow = " → "

// plural counts: "1 alert", "2 alerts".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// count is how many there are of something.
type count struct {
	n    int
	noun string
}

// counts says how many there are, leaving out what there is none of.
func counts(all []count) []string {
	var said []string
	for _, c := range all {
		if c.n > 0 {
			said = append(said, plural(c.n, c.noun))
		}
	}
	return said
}

// list joins words as people do: "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// some names a few, and counts the rest.
func some(names []string) string {
	few := firstOf(names)
	if len(few) == len(names) {
		return list(names)
	}
	return strings.Join(few, ", ") + fmt.Sprintf(" and %d more", len(names)-len(few))
}

// firstOf are the names that stand in a line: all, unless they are many.
func firstOf(names []string) []string {
	const most = 4
	if len(names) <= most {
		return names
	}
	return names[:most-1]
}

// orNone is what stands for nothing.
func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// turned says what something was and is.
func turned(was, is string) string { return orNone(was) + arrow + orNone(is) }

func duration(d time.Duration) string { return unit.FormatDuration(d.Round(time.Millisecond)) }

// bound is a threshold in its unit: "above 5 %".
func bound(q *ir.Query, t ir.Threshold) string { return boundOf(q.Unit, t) }

func boundOf(u unit.Unit, t ir.Threshold) string {
	side := "below"
	if t.Above {
		side = "above"
	}
	return side + " " + u.Format(t.Value)
}

// reaches are the receivers of an alert: "→ pager", or "reaches nobody".
func reaches(receivers []string) string {
	if len(receivers) == 0 {
		return "reaches nobody"
	}
	return "→ " + list(receivers)
}

// parts are what is only in one of two lists, and in the other.
func parts(before, after []string) (gone, come []string) {
	for _, one := range before {
		if !slices.Contains(after, one) {
			gone = append(gone, one)
		}
	}
	for _, one := range after {
		if !slices.Contains(before, one) {
			come = append(come, one)
		}
	}
	return gone, come
}

// beforeAfter are the lines of two texts.
func beforeAfter(before, after string) []string {
	return append(lines("- ", before), lines("+ ", after)...)
}

// lines are the lines of a text that was there before ("- ") or is there now ("+ ").
func lines(mark, text string) []string {
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		all = append(all, mark+line)
	}
	return all
}
