// Package cuetext writes CUE for people to read and go on with: fields, comments and quoted texts come in, formatted source
// goes out.
package cuetext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/literal"
)

// Writer gathers CUE that Source lays out.
type Writer struct{ bytes.Buffer }

// commentWidth is where comments are broken.
const commentWidth = 110

// Line writes one line.
func (w *Writer) Line(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// Field writes a field with a text; none where the text is empty.
func (w *Writer) Field(name, text string) {
	if text != "" {
		w.Line("%s: %s", name, Quoted(text))
	}
}

// Comment writes a text as a comment, broken at words.
func (w *Writer) Comment(text string) {
	width := 0
	w.WriteString("//")
	for _, word := range strings.Fields(strings.Map(printable, text)) {
		if width > 0 && width+len(word) > commentWidth {
			w.WriteString("\n//")
			width = 0
		}
		w.WriteString(" " + word)
		width += 1 + len(word)
	}
	w.WriteByte('\n')
}

// Source formats what was written.
func (w *Writer) Source() []byte {
	formatted, err := format.Source(w.Bytes(), format.Simplify())
	if err != nil {
		// Every text is quoted by CUE's own package: what is printed is CUE.
		panic(fmt.Sprintf("%v in\n%s", err, w.Bytes()))
	}
	return formatted
}

// printable replaces what a line of CUE cannot hold.
func printable(r rune) rune {
	if unicode.IsPrint(r) || unicode.IsSpace(r) {
		return r
	}
	return '?'
}

// Quoted is a text in CUE: raw where it has quotes or backslashes of its own, as PromQL has.
func Quoted(text string) string {
	isRaw := !strings.Contains(text, `"#`) && !strings.Contains(text, `\#`) && !strings.HasPrefix(text, `""`) && isPrintable(text)
	if isRaw && strings.ContainsAny(text, "\"\\") {
		return `#"` + text + `"#`
	}
	return literal.String.Quote(text)
}

func isPrintable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// Label is a field's name, quoted where CUE needs it.
func Label(name string) string {
	if ast.StringLabelNeedsQuoting(name) {
		return literal.Label.Quote(name)
	}
	return name
}
