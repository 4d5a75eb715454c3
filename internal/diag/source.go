package diag

import (
	"strings"
	"unicode/utf8"
)

// sources are the lines of the files that findings point into, each read once.
type sources struct {
	read  func(file string) ([]byte, error)
	lines map[string][]string
	last  *counted
}

// counted is a place that was turned into characters. Findings come sorted, so that counting goes on from the last one: a
// dashboard can be one line of megabytes.
type counted struct {
	file             string
	line             int
	bytes, character int
}

// line returns the text of the line that p points at, without its line break; false where the file or line is not there.
func (s sources) line(p Pos) (string, bool) {
	if !p.IsValid() || p.Line < 1 {
		return "", false
	}
	lines, known := s.lines[p.File]
	if !known {
		if data, err := s.read(p.File); err == nil {
			lines = strings.Split(string(data), "\n")
		}
		s.lines[p.File] = lines
	}
	if p.Line > len(lines) {
		return "", false
	}
	return strings.TrimSuffix(lines[p.Line-1], "\r"), true
}

// columns returns the first column of p and the one after its last, in characters from 1. Where the line cannot be read,
// bytes stand for characters. Both are 0 where no column is known.
func (s sources) columns(p Pos) (start, end int) {
	if p.Line < 1 || p.Col < 1 {
		return 0, 0
	}
	line, ok := s.line(p)
	if !ok {
		return p.Col, p.Col + max(1, p.Len)
	}
	from, to := p.within(line)
	last := s.last
	if last.file != p.File || last.line != p.Line || last.bytes > from {
		*last = counted{file: p.File, line: p.Line}
	}
	last.character += utf8.RuneCountInString(line[last.bytes:from])
	last.bytes = from
	start = last.character + 1
	return start, max(start+1, start+utf8.RuneCountInString(line[from:to]))
}

// within returns the bytes of the line that p marks, from its start to behind its end: inside the line, and never
// between the bytes of one character.
func (p Pos) within(line string) (from, to int) {
	from = runeStart(line, min(max(p.Col-1, 0), len(line)))
	to = min(from+max(1, p.Len), len(line))
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to++
	}
	return from, to
}

// Marked gives the text that positions mark, from files that are read once each: what stands above the carets.
func Marked(read func(file string) ([]byte, error)) func(Pos) string {
	s := newSources(read)
	return func(p Pos) string {
		line, ok := s.line(p)
		if !ok || p.Col < 1 {
			return ""
		}
		from, to := p.within(line)
		return line[from:to]
	}
}

// runeStart is the start of the character that an offset is in.
func runeStart(line string, offset int) int {
	for offset > 0 && offset < len(line) && !utf8.RuneStart(line[offset]) {
		offset--
	}
	return offset
}

func newSources(read func(file string) ([]byte, error)) sources {
	return sources{read: read, lines: map[string][]string{}, last: &counted{}}
}
