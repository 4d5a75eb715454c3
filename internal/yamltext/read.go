package yamltext

import (
	"math"
	"strings"
)

// Reader reads block mappings and lists of them line by line, where they are written as this package writes them. It is
// for large files that are mostly that, because a parser of all of YAML takes ten times as long. It reads a part of YAML
// and never guesses: what it reads, parsers of YAML 1.1 and 1.2 read alike, and what it does not know it refuses, so that
// one of them can be asked.
type Reader struct {
	rest    string
	deepest int // how far right the next line may begin: further right, it would go on with the value before it
}

// Entry is one key with its value, or with the mapping or list below it.
type Entry struct {
	Column int    // of the key, from 0
	First  bool   // the key begins an item of a list: a dash stands two columns to the left
	Key    string // as parsers read it
	Text   string // the value, as parsers read it
	Nested bool   // there is no value on the line: a mapping or a list follows, further to the right
}

// NewReader reads a document of which lines that begin with # are left out at the top.
func NewReader(document string) *Reader {
	for strings.HasPrefix(document, "#") {
		comment, rest, _ := strings.Cut(document, "\n")
		if !isPrintable(comment, false) {
			break // Next refuses it
		}
		document = rest
	}
	return &Reader{rest: document}
}

// Done reports whether all of the document was read.
func (r *Reader) Done() bool { return r.rest == "" }

// Next reads the next entry. It is false where the document goes on with something that this reader does not know.
func (r *Reader) Next() (entry Entry, known bool) {
	line, rest, whole := strings.Cut(r.rest, "\n")
	if !whole || !isPrintable(line, false) {
		return entry, false
	}
	r.rest = rest
	text := strings.TrimLeft(line, " ")
	entry.Column = len(line) - len(text)
	if entry.Column > r.deepest {
		return entry, false
	}
	if item, ok := strings.CutPrefix(text, "- "); ok {
		entry.First, entry.Column, text = true, entry.Column+2, item
	}
	end := keyLength(text)
	if end < 0 || end+1 > len(text) || text[end] != ':' {
		return entry, false
	}
	if entry.Key, known = scalar(text[:end]); !known {
		return entry, false
	}
	value, hasValue := strings.CutPrefix(text[end+1:], " ")
	r.deepest = entry.Column
	switch {
	case value == "":
		entry.Nested, known = true, !hasValue
		r.deepest = math.MaxInt
	case !hasValue:
		known = false
	case value == "|" || value == "|-":
		entry.Text, known = r.block(entry.Column+indentStep, value == "|")
	default:
		entry.Text, known = scalar(value)
	}
	return entry, known
}

// longestKey is below the 1,024 characters that a key may have (YAML 1.1 §9.3.2).
const longestKey = 256

// keyLength is where the key at the beginning of a line ends, or -1.
func keyLength(text string) int {
	end := strings.IndexByte(text, ':')
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		end = 1 + strings.IndexByte(text[1:], text[0]) + 1 // one with quotes in it ends early, and no colon follows
	}
	if end <= 0 || end > longestKey {
		return -1
	}
	return end
}

// scalar reads a value on one line: plain where it is certainly a string, or in quotes without escapes.
func scalar(text string) (string, bool) {
	quote := text[0]
	if quote != '"' && quote != '\'' {
		return text, isCertain(text)
	}
	if len(text) < 2 || text[len(text)-1] != quote {
		return "", false
	}
	inner := text[1 : len(text)-1]
	if quote == '"' {
		return inner, !strings.ContainsAny(inner, `"\`)
	}
	return strings.ReplaceAll(inner, "''", "'"), !strings.Contains(strings.ReplaceAll(inner, "''", ""), "'")
}

// isCertain reports whether plain text is a string and nothing else, in any version of YAML: it begins with a letter or
// holds an operator, so that it is no number, and is none of the words.
func isCertain(text string) bool {
	c := text[0]
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '(':
	case '0' <= c && c <= '9':
		if !isDuration(text) && !strings.ContainsAny(text, "(/*<>=") {
			return false
		}
	default:
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") || text[len(text)-1] == ':' || text[len(text)-1] == ' ' {
		return false
	}
	return len(text) > len("false") || !words[strings.ToLower(text)]
}

// isDuration reports whether text is made of digits and the units of Prometheus' durations in turn, such as 1h30m.
func isDuration(text string) bool {
	for text != "" {
		rest := strings.TrimLeft(text, "0123456789")
		if len(rest) == len(text) || rest == "" {
			return false
		}
		unit := strings.TrimLeft(rest, "msdhwy")
		if len(rest)-len(unit) > len("ms") || len(rest) == len(unit) {
			return false
		}
		text = unit
	}
	return true
}

// block reads the lines of a block literal whose text begins at the column.
func (r *Reader) block(column int, lastBreak bool) (string, bool) {
	margin := strings.Repeat(" ", column)
	var text strings.Builder
	for blank := 0; ; {
		line, rest, whole := strings.Cut(r.rest, "\n")
		inside, deep := strings.CutPrefix(line, margin)
		switch {
		case line == "" && whole && text.Len() > 0:
			blank++
			r.rest = rest
			continue
		case !deep:
			// Empty lines at the end of a block are dropped; that they stand there was not this package's doing.
			return finish(text.String(), lastBreak), text.Len() > 0 && blank == 0
		case !whole || strings.TrimSpace(inside) == "" || !isPrintable(inside, true):
			return "", false
		case inside[0] == '\t' || text.Len() == 0 && inside[0] == ' ':
			return "", false // it might move the margin
		case text.Len() > 0:
			text.WriteString(strings.Repeat("\n", blank+1))
		}
		blank = 0
		text.WriteString(inside)
		r.rest = rest
	}
}

func finish(text string, lastBreak bool) string {
	if lastBreak {
		return text + "\n"
	}
	return text
}
