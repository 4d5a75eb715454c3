package unit

import (
	"cmp"
	"slices"
	"strings"
)

// Times returns the unit of a product of values in u and v: tokens × USD/token is USD. A ratio leaves the other's
// dimension alone, and cores × s is s.
func (u Unit) Times(v Unit) Unit {
	if u.IsRatio() && !v.IsRatio() {
		u.over = ""
	} else if v.IsRatio() {
		v.over = ""
	}
	return combine(u, v)
}

// Per returns the unit of a quotient of values in u and v. Equal dimensions give a ratio that keeps the scale (ms per s
// is a thousandth of a ratio: Factor to Ratio is 0.001). Counts of the same thing give a ratio, of different things a
// figure per thing (tokens/ticket), which still agrees with a ratio because counts are soft: errors/request may be
// compared with 5%. A plain number as divisor leaves the dimension alone, so that a sum per count() is a mean.
func (u Unit) Per(v Unit) Unit {
	if v.IsRatio() {
		return combine(u, Unit{scale: v.scale.inverse()})
	}
	result := combine(u, Unit{over: v.under, under: v.over, time: -v.time, scale: v.scale.inverse()})
	if result.over == "" && result.under == "" && result.time == 0 {
		result.over = Ratio.over
	}
	return result
}

// PerSecond returns the unit of rate() of a counter in u: tickets/s of tickets, B/s of bytes, cores of seconds.
func (u Unit) PerSecond() Unit {
	if u.IsTime() {
		return Unit{over: Cores.over, scale: u.scale}
	}
	return combine(u, Unit{time: -1})
}

// combine multiplies two units: equal words above and below the fraction bar cancel.
func combine(u, v Unit) Unit {
	over := append(split(u.over), split(v.over)...)
	under := append(split(u.under), split(v.under)...)
	for i := 0; i < len(over); {
		j := slices.IndexFunc(under, func(word string) bool { return sameWord(word, over[i]) })
		if j < 0 {
			i++
			continue
		}
		over, under = slices.Delete(over, i, i+1), slices.Delete(under, j, j+1)
	}
	for i, word := range under {
		under[i] = oneThing(word)
	}
	power := u.time + v.time
	if power != 0 { // cores are seconds per second
		over = without(over, Cores.over)
	}
	under = without(under, Ratio.over)
	if left := without(slices.Clone(over), Ratio.over); len(left) < len(over) { // a share of something is in its unit
		over = left
		if len(left) == 0 && len(under) == 0 {
			over = []string{Ratio.over}
		}
	}
	return Unit{over: join(over), under: join(under), time: power, scale: u.scale.times(v.scale)}
}

// oneThing returns a noun in the singular, where that is not the name of a unit, as the currency CUP of CUPs is.
func oneThing(word string) string {
	one := singular(word)
	if known, err := parseWord(one, one); err != nil || !isNoun(word) || known.over != one {
		return word
	}
	return one
}

func without(words []string, word string) []string {
	return slices.DeleteFunc(words, func(one string) bool { return one == word })
}

func join(words []string) string {
	slices.SortFunc(words, func(a, b string) int {
		return cmp.Or(cmp.Compare(singular(a), singular(b)), cmp.Compare(a, b))
	})
	return strings.Join(words, "*")
}

func sameWord(a, b string) bool {
	return a == b || isNoun(a) && isNoun(b) && sameNoun(a, b)
}

func sameWords(a, b []string) bool { return slices.EqualFunc(a, b, sameWord) }

// SameDimension reports whether values in u and v may be compared and added. Counts are soft: a plain number agrees with
// a count of anything, and things per thing agree with a ratio; counts of two different things do not agree, nor do two
// currencies.
func (u Unit) SameDimension(v Unit) bool {
	if u.time != v.time {
		return false
	}
	if u.IsRatio() && v.isCountPerCount() || u.isCountPerCount() && v.IsRatio() {
		return true
	}
	if !sameWords(split(u.under), split(v.under)) {
		return false
	}
	a, b := split(u.over), split(v.over)
	switch {
	case len(a) == 0:
		return !slices.ContainsFunc(b, isMeasure)
	case len(b) == 0:
		return !slices.ContainsFunc(a, isMeasure)
	default:
		return sameWords(a, b)
	}
}

func isMeasure(word string) bool { return !isNoun(word) }

// isCountPerCount reports whether u counts things per thing, as errors/request does.
func (u Unit) isCountPerCount() bool {
	return u.time == 0 && u.under != "" &&
		!slices.ContainsFunc(split(u.over), isMeasure) && !slices.ContainsFunc(split(u.under), isMeasure)
}

// Factor returns what a value in u is multiplied by to be a value in to, as the nearest float64; false where the
// dimensions differ. Convert is exact where a multiplication would not be.
func (u Unit) Factor(to Unit) (float64, bool) {
	if !u.SameDimension(to) {
		return 0, false
	}
	return u.scale.times(to.scale.inverse()).float(), true
}

// Convert returns the value v, which is in u, in another unit: the decimal number that v prints as is scaled exactly, so
// that 99.9 percent is 0.999. It returns false where the dimensions differ.
func (u Unit) Convert(v float64, to Unit) (float64, bool) {
	if !u.SameDimension(to) {
		return 0, false
	}
	return u.scale.times(to.scale.inverse()).apply(v), true
}

// IsRatio reports whether u is a share: a ratio, percent, or another scale of them.
func (u Unit) IsRatio() bool { return u.over == Ratio.over && u.under == "" && u.time == 0 }

// IsTime reports whether u is a time.
func (u Unit) IsTime() bool { return u.over == "" && u.under == "" && u.time == 1 }

// IsData reports whether u is bytes, or another scale of them.
func (u Unit) IsData() bool { return u.over == dataWords[0].text && u.under == "" && u.time == 0 }

// IsMoney reports whether u is an amount of one currency.
func (u Unit) IsMoney() bool { return isCurrency(u.over) && u.under == "" && u.time == 0 }

// IsCount reports whether u counts things or is a plain number.
func (u Unit) IsCount() bool {
	return u.under == "" && u.time == 0 && !slices.ContainsFunc(split(u.over), isMeasure)
}

// IsPerTime reports whether u is anything per time.
func (u Unit) IsPerTime() bool { return u.time == -1 }

// Currency returns the code of the currency that u is an amount of, per whatever; otherwise nothing.
func (u Unit) Currency() string {
	if !isCurrency(u.over) {
		return ""
	}
	return u.over
}

// Noun returns the things that u counts, per whatever, as the spec spells them; otherwise nothing.
func (u Unit) Noun() string {
	if u.over == "" || strings.Contains(u.over, "*") || !isNoun(u.over) {
		return ""
	}
	return u.over
}
