package lint

import (
	"fmt"
	"strings"
)

// mostListed is how many names a message lists.
const mostListed = 3

// listed writes names for a message: "a, b and c", or "a, b, c and 4 more".
func listed(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "nothing"
	case n == 1:
		return names[0]
	case n <= mostListed:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), n-mostListed)
	}
}
