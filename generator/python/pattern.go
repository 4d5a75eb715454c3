package python

import (
	"fmt"
	"regexp/syntax"
	"strings"
)

// pattern writes a regular expression of RE2, which Prometheus uses, as Python's re takes it: both languages have the same
// ideas, but spell classes, the ends of texts and code points differently. It matches whole values, across lines.
func pattern(text string) (string, error) {
	parsed, err := syntax.Parse("(?s:"+text+")", syntax.Perl)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	writePattern(&out, parsed)
	return out.String(), nil
}

// fixed are the parts that are the same wherever they stand.
var fixed = map[syntax.Op]string{
	syntax.OpNoMatch: `(?!)`, syntax.OpEmptyMatch: `(?:)`, syntax.OpAnyChar: `(?s:.)`, syntax.OpAnyCharNotNL: `[^\n]`,
	syntax.OpBeginLine: `(?m:^)`, syntax.OpEndLine: `(?m:$)`, syntax.OpBeginText: `\A`, syntax.OpEndText: `\Z`,
	syntax.OpWordBoundary: `(?a:\b)`, syntax.OpNoWordBoundary: `(?a:\B)`,
}

func writePattern(out *strings.Builder, e *syntax.Regexp) {
	switch e.Op {
	case syntax.OpLiteral:
		writeLiteral(out, e)
	case syntax.OpCharClass:
		writeClass(out, e.Rune)
	case syntax.OpCapture, syntax.OpConcat:
		for _, part := range e.Sub {
			writeGroup(out, part, e.Op == syntax.OpConcat && part.Op != syntax.OpAlternate)
		}
	case syntax.OpAlternate:
		for i, part := range e.Sub {
			if i > 0 {
				out.WriteByte('|')
			}
			writePattern(out, part)
		}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		writeGroup(out, e.Sub[0], isSingle(e.Sub[0]))
		out.WriteString(repetition(e))
		if e.Flags&syntax.NonGreedy != 0 {
			out.WriteByte('?')
		}
	default:
		out.WriteString(fixed[e.Op])
	}
}

// isSingle reports whether a repetition that follows the expression takes all of it.
func isSingle(e *syntax.Regexp) bool {
	return e.Op == syntax.OpCharClass || e.Op == syntax.OpAnyChar || e.Op == syntax.OpAnyCharNotNL ||
		e.Op == syntax.OpLiteral && len(e.Rune) == 1
}

func writeGroup(out *strings.Builder, e *syntax.Regexp, bare bool) {
	if bare {
		writePattern(out, e)
		return
	}
	out.WriteString("(?:")
	writePattern(out, e)
	out.WriteByte(')')
}

func repetition(e *syntax.Regexp) string {
	switch {
	case e.Op == syntax.OpStar:
		return "*"
	case e.Op == syntax.OpPlus:
		return "+"
	case e.Op == syntax.OpQuest:
		return "?"
	case e.Max < 0:
		return fmt.Sprintf("{%d,}", e.Min)
	default:
		return fmt.Sprintf("{%d,%d}", e.Min, e.Max)
	}
}

func writeLiteral(out *strings.Builder, e *syntax.Regexp) {
	if e.Flags&syntax.FoldCase != 0 {
		out.WriteString("(?i:")
		defer out.WriteByte(')')
	}
	for _, r := range e.Rune {
		writeRune(out, r)
	}
}

// writeClass writes the ranges of a class, which lie in pairs. Without any it matches nothing.
func writeClass(out *strings.Builder, ranges []rune) {
	if len(ranges) == 0 {
		out.WriteString(fixed[syntax.OpNoMatch])
		return
	}
	out.WriteByte('[')
	for i := 0; i+1 < len(ranges); i += 2 {
		writeRune(out, ranges[i])
		if ranges[i+1] > ranges[i] {
			out.WriteByte('-')
			writeRune(out, ranges[i+1])
		}
	}
	out.WriteByte(']')
}

// writeRune writes a character so that it stands for itself, in a class as well.
func writeRune(out *strings.Builder, r rune) {
	switch {
	case r > 0xffff:
		out.WriteString(`\U` + hex(r, 8))
	case r > 0x7e:
		out.WriteString(`\u` + hex(r, 4))
	case r < ' ':
		out.WriteString(`\x` + hex(r, 2))
	case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_':
		out.WriteRune(r)
	default:
		out.WriteString(`\` + string(r))
	}
}
