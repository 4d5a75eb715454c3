package diff

import (
	"slices"
	"strconv"
	"strings"
)

// fewest is how many alerts are told of in one line at least, where the same is to be said of each.
const fewest = 3

// together are the changes as people read them: what one change of a route, a receiver or a label means for many alerts is one line, where
// the first of the alerts would stand. The order is kept.
func together(changes []Change) []Change {
	key := func(c Change) string {
		return strings.Join(append([]string{string(c.Mark), strconv.FormatBool(c.Danger), c.Text}, c.Where...), "\x00")
	}
	same := map[string][]string{}
	for _, c := range changes {
		if c.Kind == Alert && c.Mark == Changed {
			same[key(c)] = append(same[key(c)], c.Name)
		}
	}
	var lines []Change
	told := map[string]bool{}
	for _, c := range changes {
		names := same[key(c)]
		switch {
		case c.Kind != Alert || c.Mark != Changed || len(names) < fewest:
			lines = append(lines, c)
		case !told[key(c)]:
			told[key(c)] = true
			lines = append(lines, Change{
				Mark: c.Mark, Kind: Alerts, Name: plural(len(names), "alert"), Danger: c.Danger, Text: "each " + c.Text, Where: c.Where, names: names,
			})
		}
	}
	return lines
}

// meaning is what a change means, with what is many and where it is.
func (c Change) meaning() string {
	text := c.Text
	if len(c.names) > 0 {
		text += ": " + some(c.names)
	}
	if len(c.Where) > 0 {
		text += " (in " + some(c.Where) + ")"
	}
	return text
}

// dangerousOf counts the dangerous ones.
func dangerousOf(changes []Change) int {
	n := slices.IndexFunc(changes, func(c Change) bool { return !c.Danger })
	if n < 0 {
		return len(changes)
	}
	return n
}
