package read

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// flowStyle is a YAML scalar inside a line or folded over several.
type flowStyle uint8

const (
	flowPlain flowStyle = iota
	flowSingle
	flowDouble
)

// flow decodes a plain or quoted YAML scalar from its first byte on. A plain scalar has no mark of its end, so that the
// value says where to stop; the caller compares what comes out with the value in any case.
func (b *builder) flow(raw string, i int, style flowStyle, value string) {
	if style != flowPlain {
		i++
		b.end = i
	} else {
		b.end = i
	}
	afterEscapedBreak := false
	for i < len(raw) {
		if style == flowPlain && len(b.decoded) >= len(value) {
			return
		}
		if isBlank(raw[i]) || breakWidth(raw[i:]) > 0 {
			i = b.folded(raw, i, afterEscapedBreak)
			afterEscapedBreak = false
			continue
		}
		afterEscapedBreak = false
		switch {
		case style == flowSingle && raw[i] == '\'':
			if !strings.HasPrefix(raw[i:], "''") {
				return
			}
			b.made("'", i, i+2)
			i += 2
		case style == flowDouble && raw[i] == '"':
			return
		case style == flowDouble && raw[i] == '\\':
			i, afterEscapedBreak = b.escape(raw, i)
		default:
			_, width := utf8.DecodeRuneInString(raw[i:])
			b.copied(raw, i, i+width)
			i += width
		}
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// folded decodes white space: blanks stay, one line break becomes a space, several become all but one line breaks. After an
// escaped line break blanks vanish and every further line break stays.
func (b *builder) folded(raw string, i int, afterEscapedBreak bool) int {
	start := i
	var breaks []string
	var places []int
	for i < len(raw) {
		width := breakWidth(raw[i:])
		if width == 0 && !isBlank(raw[i]) {
			break
		}
		if width == 0 {
			i++
			continue
		}
		breaks, places = append(breaks, breakValue(raw[i:i+width])), append(places, i)
		i += width
	}
	switch {
	case len(breaks) == 0 && !afterEscapedBreak:
		b.copied(raw, start, i)
		return i
	case len(breaks) == 1 && !afterEscapedBreak && breaks[0] == "\n":
		b.made(" ", start, i)
		return i
	case !afterEscapedBreak && breaks[0] == "\n":
		breaks, places = breaks[1:], places[1:]
	}
	for k, one := range breaks {
		b.made(one, places[k], places[k]+len(one))
	}
	return i
}

// breakValue is what a line break is decoded to.
func breakValue(written string) string {
	if len(written) == 3 { // LS and PS stay what they are
		return written
	}
	return "\n"
}

// yamlEscapes are the escapes of one character (YAML 1.2, section 5.7).
var yamlEscapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b", ' ': " ",
	'"': `"`, '\'': "'", '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// hexDigits is how many digits follow an escape's letter.
var hexDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// escape decodes what starts with a backslash in a double-quoted YAML scalar; whether it is an escaped line break.
func (b *builder) escape(raw string, i int) (next int, isBreak bool) {
	if i+1 >= len(raw) {
		return len(raw), false
	}
	if width := breakWidth(raw[i+1:]); width > 0 {
		next = i + 1 + width
		for next < len(raw) && isBlank(raw[next]) {
			next++
		}
		return next, true
	}
	if digits := hexDigits[raw[i+1]]; digits > 0 && i+2+digits <= len(raw) {
		code, err := strconv.ParseUint(raw[i+2:i+2+digits], 16, 32)
		if err != nil {
			return i + 2, false
		}
		b.made(string(rune(code)), i, i+2+digits)
		return i + 2 + digits, false
	}
	b.made(yamlEscapes[raw[i+1]], i, i+2)
	return i + 2, false
}

// json decodes a JSON string from its opening quote on. What is not valid UTF-8 becomes U+FFFD, as encoding/json has it.
func (b *builder) json(raw string, i int) {
	i++
	b.end = i
	for i < len(raw) && raw[i] != '"' {
		if raw[i] == '\\' {
			i = b.jsonEscape(raw, i)
			continue
		}
		r, width := utf8.DecodeRuneInString(raw[i:])
		if r == utf8.RuneError && width == 1 {
			b.made(string(utf8.RuneError), i, i+1)
		} else {
			b.copied(raw, i, i+width)
		}
		i += width
	}
}

func (b *builder) jsonEscape(raw string, i int) int {
	end := i + 2
	if end > len(raw) {
		return len(raw)
	}
	if raw[i+1] == 'u' {
		end = i + 6
		if end > len(raw) {
			return len(raw)
		}
		if first, ok := unicodeEscape(raw[i:]); ok && utf16.IsSurrogate(first) {
			if second, ok := unicodeEscape(raw[end:]); ok && utf16.DecodeRune(first, second) != utf8.RuneError {
				end += 6
			}
		}
	}
	var decoded string
	if err := json.Unmarshal([]byte(`"`+raw[i:end]+`"`), &decoded); err != nil {
		return end // cannot be: the document was parsed before
	}
	b.made(decoded, i, end)
	return end
}

// unicodeEscape is the code unit of \uXXXX at the start of text.
func unicodeEscape(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(text[2:6], 16, 32)
	return rune(code), err == nil
}
