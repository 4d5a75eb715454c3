package search

import (
	"regexp/syntax"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
)

// usual is the value of every label that nothing is asked of. It is the same for all, so that series match each other, whatever labels
// an expression matches by, and whatever label is copied to which.
const usual = "a"

// samplesOf are values that a matcher speaks of; those of a negative one are what it refuses.
func samplesOf(m *labels.Matcher) []string {
	if m.Type == labels.MatchEqual || m.Type == labels.MatchNotEqual {
		return []string{m.Value}
	}
	return samplesOfPattern(m.Value)
}

// maxSamples bounds the texts that are made of one pattern.
const maxSamples = 16

// samplesOfPattern are short texts that a regular expression matches, one for each alternative.
func samplesOfPattern(pattern string) []string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	return expand(parsed, []string{""})
}

// expand continues each of the texts by what an expression matches.
func expand(re *syntax.Regexp, before []string) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return each(before, func(string) string { return string(re.Rune) })
	case syntax.OpCharClass:
		return each(before, func(string) string { return string(readable(re.Rune)) })
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return each(before, anyCharacter)
	case syntax.OpCapture:
		return expand(re.Sub[0], before)
	case syntax.OpStar, syntax.OpPlus:
		return expand(re.Sub[0], before)
	case syntax.OpQuest:
		return append(expand(re.Sub[0], before), before...)
	case syntax.OpRepeat:
		for range max(re.Min, 1) {
			before = expand(re.Sub[0], before)
			if len(before) > maxSamples || len(before) > 0 && len(before[0]) > 200 {
				break
			}
		}
		return before
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			before = expand(sub, before)
		}
		return before
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			all = append(all, expand(sub, before)...)
			if len(all) > maxSamples {
				return all[:maxSamples]
			}
		}
		return all
	}
	return before
}

func each(before []string, next func(string) string) []string {
	all := make([]string, len(before))
	for i, text := range before {
		all[i] = text + next(text)
	}
	return all
}

// anyCharacter goes on as a text has begun: 5.. is 500.
func anyCharacter(before string) string {
	if before != "" && strings.ContainsRune("0123456789", rune(before[len(before)-1])) {
		return "0"
	}
	return usual
}

// readable chooses a letter or digit of a class of characters, which is a list of ranges.
func readable(class []rune) rune {
	for _, wanted := range usual + "1A" {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= wanted && wanted <= class[i+1] {
				return wanted
			}
		}
	}
	if len(class) == 0 {
		return 'a'
	}
	return class[0]
}
