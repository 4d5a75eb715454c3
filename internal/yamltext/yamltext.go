// Package yamltext writes strings as YAML. In comes any string, out goes a scalar that parsers of YAML 1.1 (Prometheus,
// Kubernetes) and 1.2 read back as that same string. It exists because marshalling through reflection costs 60 µs a rule,
// and a fleet has a hundred thousand rules.
package yamltext

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// indentStep is how far a block literal stands to the right of its key.
const indentStep = 2

// words are the plain words that a parser of YAML 1.1 or 1.2 takes for a boolean or null (yaml.org/type/bool.html,
// yaml.org/type/null.html, YAML 1.2.2 §10.3.2).
var words = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true, "true": true, "false": true, "null": true,
}

// AppendString appends s as a scalar on one line: plain where YAML allows it, in quotes where it does not. YAML cannot
// hold bytes that are not UTF-8; each becomes U+FFFD.
func AppendString(b []byte, s string) []byte {
	if isPlain(s) {
		return append(b, s...)
	}
	if !isPrintable(s, false) {
		return appendDouble(b, s)
	}
	if strings.ContainsAny(s, `"\`) {
		return appendSingle(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// AppendText appends s as the value of a key that stands indent spaces from the left: a string of several lines as a
// block literal, whose lines stay as they are, every other string as AppendString writes it.
func AppendText(b []byte, s string, indent int) []byte {
	if !isLiteral(s) {
		return AppendString(b, s)
	}
	if strings.HasSuffix(s, "\n") {
		b = append(b, '|')
	} else {
		b = append(b, '|', '-')
	}
	// A dashboard has thousands of lines: growing by and by would copy it several times.
	b = slices.Grow(b, len(s)+(indent+indentStep)*(strings.Count(s, "\n")+1))
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		b = append(b, '\n')
		if line != "" {
			b = AppendIndent(b, indent+indentStep)
			b = append(b, line...)
		}
	}
	return b
}

// AppendIndent appends n spaces.
func AppendIndent(b []byte, n int) []byte {
	const spaces = "                                "
	for n > len(spaces) {
		b, n = append(b, spaces...), n-len(spaces)
	}
	return append(b, spaces[:n]...)
}

// AppendMap appends the entries of a map of strings as lines that stand indent spaces from the left, sorted by key. Each
// line begins with a line break and has none at its end. A key may have 1,024 characters as it is written (YAML 1.1 §9.3.2).
func AppendMap(b []byte, entries map[string]string, indent int) []byte {
	var space [16]string // most maps fit, so that most need no allocation
	keys := space[:0]
	for key := range entries {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		b = append(b, '\n')
		b = AppendIndent(b, indent)
		b = AppendString(b, key)
		b = append(b, ':', ' ')
		b = AppendText(b, entries[key], indent)
	}
	return b
}

// isLiteral reports whether a block literal holds s exactly. A first line that begins with white space would need an
// indentation indicator, and several line breaks at the end another chomping: such strings are rare and go into quotes.
func isLiteral(s string) bool {
	if !strings.Contains(strings.TrimSuffix(s, "\n"), "\n") {
		return false
	}
	if s[0] == ' ' || s[0] == '\n' || s[0] == '\t' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	return isPrintable(s, true)
}

// isPrintable reports whether s may stand outside double quotes: YAML's printable characters (YAML 1.1 §4.1) without tabs
// and without anything that some parser takes for a line break or a byte order mark. In a block, "\n" and "\t" may stand.
func isPrintable(s string, block bool) bool {
	for i := 0; i < len(s); {
		for i+8 <= len(s) && allPrintable(s[i:i+8]) {
			i += 8
		}
		if i == len(s) {
			break
		}
		c := s[i]
		if ' ' <= c && c < 0x7f || block && (c == '\n' || c == '\t') {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			return false
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || isSpecial(r) {
			return false
		}
		i += size
	}
	return true
}

// allPrintable reports whether eight bytes are all from the space to the tilde. It looks at them at once: the text of a
// dashboard is long.
func allPrintable(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	del := w ^ 0x7f*ones
	// A byte below the space borrows, and so does a zero, which is what a DEL has become; above the tilde the high bit is set.
	return ((w-' '*ones)|(del-ones)|w)&high == 0
}

// isSpecial reports whether r, which is not ASCII, must be written as an escape.
func isSpecial(r rune) bool {
	return r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// isPlain reports whether s needs no quotes as a key or value in a block.
func isPlain(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' || !isPlainStart(s) {
		return false
	}
	ascii := true
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' && s[i-1] == ':', c == '#' && s[i-1] == ' ', c < ' ', c == 0x7f:
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !(ascii && s[0] < utf8.RuneSelf || isPrintable(s, false)) {
		return false
	}
	return len(s) > len("false") || !words[strings.ToLower(s)]
}

// isPlainStart reports whether the beginning of s cannot be taken for an indicator, a number, a date or a word such as .nan.
func isPlainStart(s string) bool {
	c := s[0]
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == '/', c == '(', c == '$', c >= utf8.RuneSelf:
		return true
	case '0' <= c && c <= '9', c == '+', c == '.':
		return strings.ContainsAny(s, "()[]{}*/<>=")
	default:
		return false
	}
}

func appendSingle(b []byte, s string) []byte {
	b = append(b, '\'')
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' {
			b = append(b, '\'')
		}
		b = append(b, s[i])
	}
	return append(b, '\'')
}

// appendDouble writes escapes that YAML 1.1 and 1.2 share.
func appendDouble(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r < ' ' || r == 0x7f:
			b = append(b, '\\', 'x')
			b = appendHex(b, r, 2)
		case r >= utf8.RuneSelf && isSpecial(r):
			b = append(b, '\\', 'u')
			b = appendHex(b, r, 4)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func appendHex(b []byte, r rune, width int) []byte {
	digits := strconv.FormatInt(int64(r), 16)
	for range width - len(digits) {
		b = append(b, '0')
	}
	return append(b, digits...)
}
