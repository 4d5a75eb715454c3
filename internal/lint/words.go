package lint

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// indexFrom is where a word stands in a text, not before an offset; the offset itself where it stands nowhere.
func indexFrom(text, word string, from int) int {
	from = min(max(from, 0), len(text))
	if i := strings.Index(text[from:], word); i >= 0 {
		return from + i
	}
	return from
}

// meant suggests one of several names, or lists them.
func meant(word string, names []string) string {
	if best, ok := diag.Closest(word, names); ok {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(names) == 0 {
		return "remove it"
	}
	return "what is there: " + list(names)
}
