package read

import "strings"

// Notation of PromQL, as far as a query must be told apart before it can be parsed.

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isWord reports whether c may stand in a name or a number. Characters beyond ASCII may stand in nothing else either.
func isWord(c byte) bool {
	return c == '_' || c == ':' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

func wordLength(text string) int {
	n := 0
	for n < len(text) && isWord(text[n]) {
		n++
	}
	return n
}

// lengthUntil is how far it is to a mark or to the end.
func lengthUntil(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i
	}
	return len(text)
}

// stringLength is the length of the string literal at the start of text, with its quotes; to the end if it is not closed.
func stringLength(text string) int {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i + 1
		case text[i] == '\\' && quote != '`':
			i++
		}
	}
	return len(text)
}

// operatorLength is the length of the matching operator at the start of text: =, !=, =~ or !~.
func operatorLength(text string) int {
	if len(text) > 1 && (text[1] == '~' || text[0] == '!' && text[1] == '=') {
		return 2
	}
	return 1
}
