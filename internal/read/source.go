package read

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/belfry-dev/belfry/internal/diag"
)

// source is a text that was parsed: a file, or a value inside another text, such as a dashboard in a ConfigMap.
type source struct {
	file  string
	text  string
	outer *Text // the value that the text is; nil for a file
	// lines are the offsets at which lines start, as editors and package diag count them: behind each \n. They are made once.
	lines []int
	once  sync.Once
	// byteOrderMark is how many bytes of a file stood before text.
	byteOrderMark int
}

// byteOrderMark may start a file; it belongs to no line's text, but diag counts its bytes.
const byteOrderMark = "\uFEFF"

func newFile(name string, data []byte) *source {
	text := string(data)
	s := &source{file: name}
	s.text = strings.TrimPrefix(text, byteOrderMark)
	s.byteOrderMark = len(text) - len(s.text)
	return s
}

func newEmbedded(value Text) *source {
	return &source{file: value.fileName(), text: value.Value, outer: &value}
}

// pos is the place of text[start:end], cut at the end of its first line.
func (s *source) pos(start, end int) diag.Pos {
	start = min(max(start, 0), len(s.text))
	end = min(max(end, start), len(s.text))
	if s.outer != nil {
		return s.outer.Pos(start, end-start)
	}
	s.once.Do(func() { s.lines = lineStarts(s.text) })
	line := sort.SearchInts(s.lines, start+1) - 1
	column := start - s.lines[line] + 1
	if line == 0 {
		column += s.byteOrderMark
	}
	if stop := strings.IndexAny(s.text[start:end], "\r\n"); stop >= 0 {
		end = start + stop
	}
	return diag.Pos{File: s.file, Line: line + 1, Col: column, Len: end - start}
}

// afterBlanks is the offset of what stands behind the blanks at an offset.
func (s *source) afterBlanks(start int) int {
	for start < len(s.text) && isBlank(s.text[start]) {
		start++
	}
	return start
}

// word is the place of the word that starts at an offset: what has no known end.
func (s *source) word(start int) diag.Pos {
	start = min(max(start, 0), len(s.text))
	end := start
	for end < len(s.text) && !strings.ContainsRune(" \t\r\n", rune(s.text[end])) {
		end++
	}
	return s.pos(start, end)
}

func lineStarts(text string) []int {
	starts := []int{0}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// marks turn the places of package yaml, lines and characters, into offsets. YAML 1.1 ends a line at more characters than
// editors do: a lone carriage return, NEL, LS and PS.
type marks struct {
	text   string
	starts []int
	// The last place that was asked for: places come in the order of the text, so that counting goes on from there.
	line, column, offset int
}

func newMarks(text string) *marks {
	starts := []int{0}
	for i := 0; i < len(text); {
		width := breakWidth(text[i:])
		if width == 0 {
			i++
			continue
		}
		i += width
		starts = append(starts, i)
	}
	return &marks{text: text, starts: starts, line: -1}
}

// at is the offset of a line and a column in characters, both from 1.
func (m *marks) at(line, column int) int {
	if line < 1 || line > len(m.starts) {
		return len(m.text)
	}
	from, characters := m.starts[line-1], column-1
	if line == m.line && column >= m.column {
		from, characters = m.offset, column-m.column
	}
	for ; characters > 0 && from < len(m.text); characters-- {
		_, width := utf8.DecodeRuneInString(m.text[from:])
		from += width
	}
	m.line, m.column, m.offset = line, column, from
	return from
}

// breakWidth is how many bytes the line break at the start of text has in YAML 1.1; 0 where there is none.
func breakWidth(text string) int {
	switch {
	case text == "":
		return 0
	case strings.HasPrefix(text, "\r\n"), strings.HasPrefix(text, "\u0085"):
		return 2
	case text[0] == '\n', text[0] == '\r':
		return 1
	case strings.HasPrefix(text, "\u2028"), strings.HasPrefix(text, "\u2029"):
		return 3
	}
	return 0
}
