package read

import "strings"

// widestIndent is up to which column the text of a block scalar is looked for where its own lines do not tell.
const widestIndent = 64

// locateBlock finds the bytes of a literal (|) or folded (>) YAML scalar that starts at its indicator. An explicit
// indentation counts from the parent's, which is not known here: indentations are tried until the value comes out.
func locateBlock(raw string, start int, literal bool, value string) spans {
	header, lines := blockLines(raw, start)
	likely := likelyIndent(raw, lines)
	for _, indent := range candidates(likely) {
		b := builder{end: min(start+len(header), len(raw))}
		b.block(raw, lines, indent, literal, header)
		if string(b.decoded) == value {
			return b.finish()
		}
	}
	return nil
}

func candidates(likely int) []int {
	tried := []int{likely}
	for indent := range widestIndent {
		if indent != likely {
			tried = append(tried, indent)
		}
	}
	return tried
}

// rawLine is raw[start:end] and the line break behind it, decoded.
type rawLine struct {
	start, end int
	lineBreak  string
}

// blockLines splits what follows a block scalar's header, to the end of the text.
func blockLines(raw string, start int) (header string, lines func(yield func(rawLine) bool)) {
	i := start
	for i < len(raw) && breakWidth(raw[i:]) == 0 {
		i++
	}
	header = raw[start:i]
	i += breakWidth(raw[i:])
	return header, func(yield func(rawLine) bool) {
		for from := i; from < len(raw); {
			end := from
			for end < len(raw) && breakWidth(raw[end:]) == 0 {
				end++
			}
			width := breakWidth(raw[end:])
			line := rawLine{start: from, end: end}
			if width > 0 {
				line.lineBreak = breakValue(raw[end : end+width])
			}
			if !yield(line) {
				return
			}
			from = end + width
		}
	}
}

// likelyIndent is the indentation of the first line that is not empty, or of a longer line of blanks before it.
func likelyIndent(raw string, lines func(yield func(rawLine) bool)) int {
	widest := 0
	for line := range lines {
		spaces := leadingSpaces(raw, line)
		widest = max(widest, spaces)
		if line.start+spaces < line.end {
			break
		}
	}
	return widest
}

func leadingSpaces(raw string, line rawLine) int {
	n := 0
	for line.start+n < line.end && raw[line.start+n] == ' ' {
		n++
	}
	return n
}

// block decodes the lines by the rules of YAML 1.1's scanner: a folded scalar joins lines by a space unless one of them
// starts with a blank, and the header says which line breaks at the end stay.
func (b *builder) block(raw string, lines func(yield func(rawLine) bool), indent int, literal bool, header string) {
	var pending, trailing []placed // the break of the last line of text, those of empty lines behind it
	leadingBlank := false
	for line := range lines {
		spaces := leadingSpaces(raw, line)
		if min(spaces, indent) == line.end-line.start && line.lineBreak != "" {
			trailing = append(trailing, placed{line.lineBreak, line.end})
			continue
		}
		if spaces < indent || line.start+indent >= line.end {
			break
		}
		text := line.start + indent
		blank := isBlank(raw[text])
		fold := !literal && !leadingBlank && !blank && len(pending) > 0 && pending[0].value == "\n"
		switch {
		case !fold:
			b.breaks(pending)
		case len(trailing) == 0:
			b.made(" ", pending[0].at, pending[0].at+1)
		}
		b.breaks(trailing)
		pending, trailing, leadingBlank = nil, nil, blank
		b.copied(raw, text, line.end)
		if line.lineBreak != "" {
			pending = []placed{{line.lineBreak, line.end}}
		}
	}
	indicator, _, _ := strings.Cut(header, "#")
	if !strings.Contains(indicator, "-") {
		b.breaks(pending)
	}
	if strings.Contains(indicator, "+") {
		b.breaks(trailing)
	}
}

// placed is a line break and where it stands.
type placed struct {
	value string
	at    int
}

func (b *builder) breaks(all []placed) {
	for _, one := range all {
		b.made(one.value, one.at, one.at+len(one.value))
	}
}
