package promql

import (
	"regexp/syntax"
	"unicode"

	"github.com/prometheus/prometheus/model/labels"
)

// Names reports whether the text or regular expression of a matcher, which it asks for or excludes, can be a value of a label
// whose values all match the pattern. It is true without a pattern, for the empty text, and where nobody can tell.
func Names(m *labels.Matcher, pattern string) bool {
	switch {
	case pattern == "" || m.Value == "":
		return true
	case m.Type == labels.MatchEqual || m.Type == labels.MatchNotEqual:
		allowed, err := labels.NewMatcher(labels.MatchRegexp, m.Name, pattern)
		return err != nil || allowed.Matches(m.Value)
	case m.Matches("") == (m.Type == labels.MatchRegexp):
		return true // it names the missing label too
	default:
		return overlap(m.Value, pattern)
	}
}

// largestProduct is how many pairs of instructions are looked at. Labels' patterns and matchers have dozens of instructions.
const largestProduct = 1 << 20

// overlap reports whether some text matches both regular expressions as a whole. It walks both programs side by side, as the
// product of their automata. Assertions such as \b are taken to hold: it may say yes where there is no text, never no where
// there is one.
func overlap(a, b string) bool {
	left, right := program(a), program(b)
	if left == nil || right == nil || len(left.Inst)*len(right.Inst) > largestProduct {
		return true
	}
	type pair struct{ left, right uint32 }
	start := pair{uint32(left.Start), uint32(right.Start)}
	seen, open := map[pair]bool{start: true}, []pair{start}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		l, r := &left.Inst[at.left], &right.Inst[at.right]
		var next []pair
		switch silentL, silentR := silent(l), silent(r); {
		case silentL != nil:
			for _, to := range silentL {
				next = append(next, pair{to, at.right})
			}
		case silentR != nil:
			for _, to := range silentR {
				next = append(next, pair{at.left, to})
			}
		case l.Op == syntax.InstMatch && r.Op == syntax.InstMatch:
			return true
		case shareRune(runes(l), runes(r)):
			next = append(next, pair{l.Out, r.Out})
		}
		for _, to := range next {
			if !seen[to] {
				seen[to] = true
				open = append(open, to)
			}
		}
	}
	return false
}

// program compiles a regular expression with the flags of Prometheus' matchers (model/labels/regexp.go); nil for one that is none.
func program(text string) *syntax.Prog {
	parsed, err := syntax.Parse(text, syntax.Perl|syntax.DotNL)
	if err != nil {
		return nil
	}
	compiled, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil
	}
	return compiled
}

// silent lists where an instruction leads that reads nothing; nil for one that reads a character, matches or fails.
func silent(i *syntax.Inst) []uint32 {
	switch i.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return []uint32{i.Out, i.Arg}
	case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
		return []uint32{i.Out}
	default:
		return nil
	}
}

// runes are the characters that an instruction reads, as ranges: first and last, in turn.
func runes(i *syntax.Inst) []rune {
	switch i.Op {
	case syntax.InstRuneAny:
		return []rune{0, unicode.MaxRune}
	case syntax.InstRuneAnyNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	case syntax.InstRune1:
		return []rune{i.Rune[0], i.Rune[0]}
	case syntax.InstRune:
		if len(i.Rune) != 1 {
			return i.Rune
		}
		ranges := []rune{i.Rune[0], i.Rune[0]}
		if syntax.Flags(i.Arg)&syntax.FoldCase != 0 {
			for folded := unicode.SimpleFold(i.Rune[0]); folded != i.Rune[0]; folded = unicode.SimpleFold(folded) {
				ranges = append(ranges, folded, folded)
			}
		}
		return ranges
	default:
		return nil
	}
}

func shareRune(a, b []rune) bool {
	for i := 0; i+1 < len(a); i += 2 {
		for j := 0; j+1 < len(b); j += 2 {
			if a[i] <= b[j+1] && b[j] <= a[i+1] {
				return true
			}
		}
	}
	return false
}
