package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// ANSI sequences (ECMA-48, Select Graphic Rendition).
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	cyan   = "\x1b[36m"
	faint  = "\x1b[2m"
	reset  = "\x1b[0m"
)

// margin is the width of the line numbers; notes and help stand below the bar that follows them.
const margin = "     "

// maxExcerpt is how many characters of a source line are shown; a longer line is cut to a window around the caret.
const maxExcerpt = 160

// widest is how many bytes hold more characters than are shown.
const widest = (maxExcerpt + 1) * utf8.UTFMax

// painter colours text, or leaves it alone.
type painter bool

func (p painter) paint(color, text string) string {
	if !p {
		return text
	}
	return color + text + reset
}

func printText(w io.Writer, list List, sources sources, options Options) error {
	out, p := &strings.Builder{}, painter(options.Color)
	for _, d := range list {
		writeFinding(out, d, sources, p)
	}
	out.WriteString(list.Summary())
	if options.Status != "" {
		out.WriteString(" · " + options.Status)
	}
	out.WriteString("\n")
	_, err := io.WriteString(w, out.String())
	return err
}

// writeFinding writes one finding as file:line:col: severity[code]: path: message, then what helps to understand it.
func writeFinding(out *strings.Builder, d Diagnostic, sources sources, p painter) {
	color := red
	if d.Severity == Warning {
		color = yellow
	}
	if d.Pos.IsValid() {
		out.WriteString(p.paint(bold, Clean(d.Pos.String())) + ": ")
	}
	out.WriteString(p.paint(color, fmt.Sprintf("%s[%s]", d.Severity, d.Code)) + ": ")
	if d.Path != "" {
		out.WriteString(p.paint(bold, Clean(d.Path)) + ": ")
	}
	out.WriteString(Clean(d.Message) + "\n")
	if !d.Conceal {
		writeExcerpt(out, d.Pos, sources, p, color)
	}
	for _, note := range d.Notes {
		out.WriteString(margin + " " + p.paint(faint, "=") + " " + Clean(note) + "\n")
	}
	if d.Help != "" {
		out.WriteString(margin + " " + p.paint(faint, "=") + " " + p.paint(cyan, "help:") + " " + Clean(d.Help) + "\n")
	}
}

func writeExcerpt(out *strings.Builder, pos Pos, sources sources, p painter, color string) {
	line, ok := sources.line(pos)
	if !ok || strings.TrimSpace(line) == "" {
		return
	}
	shown := cut(line, pos)
	fmt.Fprintf(out, "%s %s\n", p.paint(faint, fmt.Sprintf("%*d |", len(margin), pos.Line)), shown.text)
	if pos.Col < 1 {
		return
	}
	fmt.Fprintf(out, "%s %s%s\n", p.paint(faint, margin+" |"), shown.indent, p.paint(color, strings.Repeat("^", shown.carets)))
}

// excerpt is a source line made ready to print above its caret line.
type excerpt struct {
	text   string
	indent string // what stands left of the carets: as wide as the text there, with its tabs
	carets int
}

// cut shortens a line to a window around the position and measures where the carets go.
func cut(line string, pos Pos) excerpt {
	from, to := pos.within(line)
	// Of a line of megabytes only what may be shown becomes characters: a dashboard can be one line with thousands of findings.
	to = min(to, max(from, runeStart(line, min(from+widest, len(line)))))
	end := max(to, runeStart(line, min(to+widest, len(line))))
	before, marked, after := []rune(line[runeStart(line, max(0, from-widest)):from]), []rune(line[from:to]), []rune(line[to:end])
	left, right := "", ""
	if len(before)+len(marked)+len(after) > maxExcerpt {
		if room := maxExcerpt - min(len(marked)+len(after), maxExcerpt/2); len(before) > room {
			before, left = before[len(before)-room:], "…"
		}
		if room := maxExcerpt - min(len(before), maxExcerpt/2); len(marked) > room {
			marked, after, right = marked[:room], nil, "…"
		} else if room -= len(marked); len(after) > room {
			after, right = after[:room], "…"
		}
	}
	head := left + Clean(string(before))
	return excerpt{
		text:   head + Clean(string(marked)) + Clean(string(after)) + right,
		indent: indent(head),
		carets: max(1, columns(Clean(string(marked)))),
	}
}

// indent returns blanks as wide as the text; tabs stay, so that the terminal aligns both lines alike.
func indent(text string) string {
	var blanks strings.Builder
	for _, r := range text {
		if r == '\t' {
			blanks.WriteRune(r)
			continue
		}
		blanks.WriteString(strings.Repeat(" ", cells(r)))
	}
	return blanks.String()
}

func columns(text string) int {
	n := 0
	for _, r := range text {
		n += cells(r)
	}
	return n
}

// cells is how many columns of a terminal a character takes.
func cells(r rune) int {
	if unicode.Is(unicode.Mn, r) || r == '\u200d' {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// Clean keeps what others wrote from moving the cursor or changing colours: a line break becomes a blank, other control
// characters and broken UTF-8 become the replacement character.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == '\n':
			return ' '
		case r == '\r':
			return -1
		case unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069': // and direction overrides
			return utf8.RuneError
		default:
			return r
		}
	}, text)
}
