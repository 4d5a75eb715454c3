package diag

import "strings"

// Closest returns the candidate that the word was most likely meant to be, for "did you mean": the one with the fewest
// typing errors (a letter too many, too few, wrong, or two swapped), if those are at most a third of the longer of the
// two words. The case of letters does not count. Among equals the first in alphabetical order wins.
func Closest(word string, candidates []string) (string, bool) {
	best, bestDistance, found := "", 0, false
	wanted := []rune(strings.ToLower(word))
	for _, candidate := range candidates {
		given := []rune(strings.ToLower(candidate))
		limit := max(len(wanted), len(given)) / 3
		if max(len(wanted)-len(given), len(given)-len(wanted)) > limit {
			continue
		}
		if found {
			limit = min(limit, bestDistance)
		}
		d := distance(wanted, given, limit)
		if d > limit {
			continue
		}
		if !found || d < bestDistance || d == bestDistance && candidate < best {
			best, bestDistance, found = candidate, d, true
		}
	}
	return best, found
}

// distance is the Damerau–Levenshtein distance in its restricted form, which edits no substring twice (optimal string
// alignment). Above the limit it is any number above the limit: most words are nothing alike, which a few letters tell.
func distance(a, b []rune, limit int) int {
	rows := make([]int, 3*(len(b)+1))
	twoBack, previous, current := rows[:len(b)+1], rows[len(b)+1:2*(len(b)+1)], rows[2*(len(b)+1):]
	for j := range previous {
		previous[j] = j
	}
	least := 0 // of the row before: a swap looks two rows back
	for i := range a {
		current[0] = i + 1
		leastBefore := least
		least = current[0]
		for j := range b {
			replaced := previous[j]
			if a[i] != b[j] {
				replaced++
			}
			current[j+1] = min(previous[j+1]+1, current[j]+1, replaced)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				current[j+1] = min(current[j+1], twoBack[j-1]+1)
			}
			least = min(least, current[j+1])
		}
		if least > limit && leastBefore > limit {
			return limit + 1
		}
		twoBack, previous, current = previous, current, twoBack
	}
	return previous[len(b)]
}

// IsSlip reports whether two words differ by one letter too many, or by two neighbours that are swapped. A letter for
// another does not count, nor do digits.
func IsSlip(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	switch len(a) - len(b) {
	case 0:
		return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] && !isDigit(a[i]) && !isDigit(a[i+1])
	case 1:
		return a[i+1:] == b[i:] && !isDigit(a[i])
	default:
		return false
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
