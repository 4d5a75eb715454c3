package schema

// closest returns the candidate that is most like the name, or "" where none is within a third of its length.
func closest(name string, candidates []string) string {
	best, least := "", len(name)/3+1
	for _, candidate := range candidates {
		if distance := editDistance(name, candidate); distance <= least && (best == "" || distance < least) {
			best, least = candidate, distance
		}
	}
	return best
}

// editDistance is Levenshtein's.
func editDistance(a, b string) int {
	previous := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range len(a) {
		current := make([]int, len(b)+1)
		current[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			current[j+1] = min(previous[j+1]+1, current[j]+1, previous[j]+cost)
		}
		previous = current
	}
	return previous[len(b)]
}
