// Package unit knows what numbers mean. Texts from a spec come in ("ms", "USD/ticket", "99.5%", "1h30m"); units with a
// dimension and a scale, converted quantities, and their spellings for people, for Grafana and for Prometheus templates
// go out.
package unit

import (
	"fmt"
	"slices"
	"strings"
)

// Unit is what a number is measured in: a dimension, which is a product of words and a power of time, and a scale to the
// base units (second, byte, ratio, core, one of a currency, one thing). Units compare with == where nouns are spelled
// alike; SameDimension and Factor see through that. The zero Unit is None.
type Unit struct {
	over  string // base words above the fraction bar, sorted, joined by *: "USD", "B", "ratio", "cores", "tickets"
	under string // base words below it, nouns in the singular: "ticket"
	time  int8   // power of seconds: 1 for a time, -1 for what is per time
	scale scale
}

// Units that code names. None is a plain number.
var (
	None    = Unit{}
	Ratio   = Unit{over: "ratio"}
	Percent = Unit{over: "ratio", scale: scale{0, 100}}
	Second  = Unit{time: 1}
	Cores   = Unit{over: "cores"}
)

// Limits against absurd input; what people write is far below them.
const (
	maxText   = 80
	maxWords  = 6
	maxDigits = 30
)

// SyntaxError says why a text is not a unit or a quantity.
type SyntaxError struct {
	Text   string // what the user wrote
	Reason string // a clause about it, such as "is no unit"
	Advice string // what to write instead; empty where nothing can be said
}

// Error returns the text and what is wrong with it.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%q %s", shorten(e.Text), e.Reason) }

// Help says what to write instead, or nothing.
func (e *SyntaxError) Help() string { return e.Advice }

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= 40 {
		return text
	}
	return string(runes[:40]) + "…"
}

// Parse reads a unit: a word, or words joined by * and divided by the words after each /, such as "ms", "USD/ticket" or
// "tickets/min". A word that is no unit of time, data, money, share or cores counts things. A month is 30 days. The empty
// text is None. Errors are *SyntaxError.
func Parse(text string) (Unit, error) {
	if len(text) > maxText {
		return None, &SyntaxError{Text: text, Reason: "is too long for a unit"}
	}
	if text == "" {
		return None, nil
	}
	words, factor, scaled := strings.Cut(text, "×")
	sides := strings.Split(words, "/")
	if len(sides)+strings.Count(sides[0], "*") > maxWords {
		return None, &SyntaxError{Text: text, Reason: "has too many words for a unit"}
	}
	result, err := parseProduct(text, sides[0])
	if err != nil {
		return None, err
	}
	for _, side := range sides[1:] {
		divisor, err := parseWord(text, side)
		if err != nil {
			return None, err
		}
		result = result.Per(divisor)
	}
	if scaled {
		extra, err := parseScale(factor)
		if err != nil {
			return None, &SyntaxError{Text: text, Reason: "is no unit: " + err.Error()}
		}
		result.scale = result.scale.times(extra)
	}
	if !result.scale.printable() {
		return None, &SyntaxError{Text: text, Reason: "is a unit beyond all measure"}
	}
	return result, nil
}

func parseProduct(text, product string) (Unit, error) {
	if product == "1" {
		return None, nil
	}
	result := None
	for i, one := range strings.Split(product, "*") {
		factor, err := parseWord(text, one)
		if err != nil {
			return None, err
		}
		if i == 0 {
			result = factor
			continue
		}
		result = result.Times(factor)
	}
	return result, nil
}

func parseWord(text, one string) (Unit, error) {
	if alias, ok := aliases[one]; ok {
		one = alias
	}
	if advice, ok := ambiguous[one]; ok {
		return None, &SyntaxError{Text: text, Reason: "is no unit", Advice: "write " + advice}
	}
	for _, known := range timeWords {
		if known.text == one {
			return Unit{time: 1, scale: known.scale}, nil
		}
	}
	for _, words := range [][]word{dataWords, ratioWords, coreWords} {
		for _, known := range words {
			if known.text == one {
				return Unit{over: words[0].text, scale: known.scale}, nil
			}
		}
	}
	if !isName(one) {
		return None, &SyntaxError{Text: text, Reason: "is no unit",
			Advice: `write a unit such as "ms", "ratio", "USD", "tickets" or "tickets/min"`}
	}
	return Unit{over: one}, nil
}

// isName reports whether the word can be a noun: a letter, then letters, digits and underscores.
func isName(word string) bool {
	for i := range len(word) {
		c := word[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '_') {
			return false
		}
	}
	return word != ""
}

// String returns the canonical spelling, which Parse reads back to an equal unit. None is the empty text.
func (u Unit) String() string {
	s := u.spell()
	over := slices.Clone(s.over)
	for range u.time {
		over = append(over, s.time)
	}
	text := strings.Join(over, "*")
	if text == "" && (len(s.under) > 0 || u.time < 0 || s.rest != (scale{})) {
		text = "1"
	}
	for _, one := range s.under {
		text += "/" + one
	}
	for range -u.time {
		text += "/" + s.time
	}
	if s.rest != (scale{}) {
		text += "×" + s.rest.String()
	}
	return text
}

// spelling is a unit taken apart into words that together have its scale.
type spelling struct {
	over, under []string
	time        string // the word for time, where time has a power
	rest        scale  // what no words express
}

// spell finds the words. One word of data, share or cores and the word for time can carry a scale; the first pair whose
// product is the unit's wins.
func (u Unit) spell() spelling {
	s := spelling{over: split(u.over), under: split(u.under), time: timeWords[0].text}
	carrier, words, inverse := s.carrier()
	times := timeWords
	if u.time == 0 {
		times = timeWords[:1]
	}
	for _, time := range times {
		for _, one := range words {
			product := one.scale
			if inverse {
				product = product.inverse()
			}
			if product.times(power(time.scale, u.time)) != u.scale {
				continue
			}
			s.time = time.text
			if carrier != nil {
				*carrier = one.text
			}
			return s
		}
	}
	s.rest = u.scale
	return s
}

// carrier returns the first word that has several scales, with these, and whether it stands below the fraction bar.
func (s spelling) carrier() (carrier *string, words []word, inverse bool) {
	for i := range s.over {
		if words := scalable(s.over[i]); words != nil {
			return &s.over[i], words, false
		}
	}
	for i := range s.under {
		if words := scalable(s.under[i]); words != nil {
			return &s.under[i], words, true
		}
	}
	return nil, []word{{}}, false
}

func power(s scale, exponent int8) scale {
	result := scale{}
	for range exponent {
		result = result.times(s)
	}
	for range -exponent {
		result = result.times(s.inverse())
	}
	return result
}

func split(words string) []string {
	if words == "" {
		return nil
	}
	return strings.Split(words, "*")
}
