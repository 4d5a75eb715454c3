package diff

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// The first screen: what is dangerous is told in full, of the rest a screen's worth.
const (
	screenLines = 20 // of changes that are not dangerous
	widestName  = 40 // names align up to here, in characters
)

// The ANSI sequences.
const (
	red, green, yellow, bold, dim, plain = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
)

// Print writes a screen for people, the dangerous changes first, then the details.
func (r *Report) Print(w io.Writer, color bool) error {
	var b bytes.Buffer
	paint := func(sequence, text string) string {
		if !color {
			return text
		}
		return sequence + text + plain
	}
	lines := together(r.Changes)
	width := nameWidth(lines)
	line := func(c Change) string {
		mark, sequence := string(c.Mark), map[Mark]string{Added: green, Removed: yellow, Changed: yellow}[c.Mark]
		if c.Danger {
			mark, sequence = "!", red
		}
		name := c.title()
		space := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(name)))
		return fmt.Sprintf("  %s %s%s  %s\n", paint(sequence, mark), paint(bold, diag.Clean(name)), space, diag.Clean(c.meaning()))
	}
	dangerous := dangerousOf(lines)
	hidden := max(0, len(lines)-dangerous-screenLines)
	for i, c := range lines[:len(lines)-hidden] {
		switch {
		case i == 0 && dangerous > 0:
			b.WriteString(paint(red+bold, "dangerous") + "\n")
		case i == dangerous:
			b.WriteString(paint(bold, "meaning") + "\n")
		}
		b.WriteString(line(c))
	}
	if hidden > 0 {
		fmt.Fprintf(&b, "  … %s below\n", plural(hidden, "more change"))
	}
	b.WriteString(r.summary() + "\n")
	r.printDetails(&b, lines, hidden, line, paint)
	_, err := w.Write(b.Bytes())
	return err
}

// printDetails writes what the screen has no room for.
func (r *Report) printDetails(b *bytes.Buffer, lines []Change, hidden int, line func(Change) string, paint func(sequence, text string) string) {
	var details bytes.Buffer
	for _, c := range lines[len(lines)-hidden:] {
		details.WriteString(line(c))
	}
	for _, c := range lines {
		if len(c.names) > len(firstOf(c.names)) {
			fmt.Fprintf(&details, "  %s %s\n", paint(bold, c.title()), diag.Clean(c.Text))
			for _, name := range c.names {
				fmt.Fprintf(&details, "    %s\n", diag.Clean(name))
			}
		}
	}
	for _, c := range r.Changes {
		if len(c.Details) == 0 {
			continue
		}
		fmt.Fprintf(&details, "  %s\n", paint(bold, diag.Clean(c.title())))
		for _, one := range c.Details {
			sequence := dim
			switch {
			case strings.HasPrefix(one, "+ "):
				sequence = green
			case strings.HasPrefix(one, "- "):
				sequence = red
			}
			fmt.Fprintf(&details, "    %s\n", paint(sequence, diag.Clean(one)))
		}
	}
	if len(r.Files) > 0 {
		fmt.Fprintf(&details, "  %s\n", paint(bold, "generated files"))
		for _, f := range r.Files {
			fmt.Fprintf(&details, "    %s %s\n", f.Mark, f.Path)
		}
	}
	if details.Len() > 0 {
		fmt.Fprintf(b, "\n%s\n%s", paint(bold, "details"), details.String())
	}
}

func nameWidth(changes []Change) int {
	width := 0
	for _, c := range changes {
		if n := utf8.RuneCountInString(c.title()); n <= widestName {
			width = max(width, n)
		}
	}
	return width
}

// title is what a change is about, in words.
func (c Change) title() string {
	switch {
	case c.Kind == Setting, c.Kind == Alerts, c.Kind == Route && !strings.ContainsAny(c.Name, `="`):
		return c.Name
	case c.Kind == Recording:
		return "rule " + c.Name
	}
	return string(c.Kind) + " " + c.Name
}

// summary is the last line of a screen: cost, files and how much is dangerous.
func (r *Report) summary() string {
	var said []string
	if len(r.Changes)+len(r.Uncompared) == 0 {
		said = append(said, "no change in meaning")
	}
	if r.Cost.differs() {
		said = append(said, "evaluation "+r.Cost.words())
	}
	if n := len(r.Files); n > 0 {
		said = append(said, plural(n, "generated file")+map[bool]string{true: " changes", false: " change"}[n == 1])
	}
	if n := r.Dangerous(); n > 0 {
		said = append(said, fmt.Sprintf("%d dangerous", n))
	}
	for _, u := range r.Uncompared {
		said = append(said, fmt.Sprintf("%s not compared: %s is broken", u.Package, u.Side))
	}
	return strings.Join(said, " · ")
}

// differs reports whether the two are told apart by what words prints.
func (c Cost) differs() bool { return shortNumber(c.Before) != shortNumber(c.After) }

func (c Cost) words() string {
	return shortNumber(c.Before) + arrow + shortNumber(c.After) + " samples/h"
}

// shortNumber prints three digits and a prefix: 1.21 M.
func shortNumber(v float64) string {
	for _, step := range []struct {
		size   float64
		prefix string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if v >= step.size {
			digits := max(0, 2-int(math.Log10(v/step.size)))
			return fmt.Sprintf("%.*f %s", digits, v/step.size, step.prefix)
		}
	}
	return unit.None.Format(float64(int64(v + 0.5)))
}
