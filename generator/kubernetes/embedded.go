package kubernetes

import (
	"bytes"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// withoutVerified takes out of a resource what is there byte for byte as a file of its own: dashboards and rule groups have
// been verified as those, by parsers that know more about them, and are the bulk of what is packaged. What is not the same
// stays, and is decoded with the rest.
func withoutVerified(document []byte, verified []artifact.Artifact) []byte {
	switch {
	case bytes.Contains(document, []byte("kind: PrometheusRule\n")):
		return withoutGroups(document, verified)
	case bytes.Contains(document, []byte("kind: ConfigMap\n")):
		return withoutDashboard(document, verified)
	}
	return document
}

// withoutGroups empties the list of groups where rules.yaml has the same ones.
func withoutGroups(document []byte, verified []artifact.Artifact) []byte {
	const deeper = 2 // columns that a PrometheusRule's groups stand further right
	head, groups, found := bytes.Cut(document, []byte("\nspec:\n  groups:\n"))
	if !found {
		return document
	}
	moved, whole := dedent(groups, deeper)
	for _, a := range verified {
		if whole && a.Kind == artifact.Rules && containsGroups(a.Data, moved) {
			return append(head[:len(head):len(head)], "\nspec:\n  groups: []\n"...)
		}
	}
	return document
}

// containsGroups reports whether a rule file has exactly these groups next to each other, none of them cut short.
func containsGroups(file, groups []byte) bool {
	group := []byte("  - name: ")
	_, rest, found := bytes.Cut(file, groups)
	return found && bytes.HasPrefix(groups, group) && (len(rest) == 0 || bytes.HasPrefix(rest, group))
}

// withoutDashboard empties the one key of a ConfigMap where it is a dashboard's file.
func withoutDashboard(document []byte, verified []artifact.Artifact) []byte {
	mark := []byte(": |\n")
	head, block, found := bytes.Cut(document, mark)
	if !found {
		return document
	}
	for _, a := range verified {
		if a.Kind == artifact.Dashboards && isIndented(block, a.Data, dataIndent) {
			return append(head[:len(head):len(head)], ": \"\"\n"...)
		}
	}
	return document
}

// isIndented reports whether a block is a text whose lines, but for empty ones, were moved to the right.
func isIndented(block, text []byte, columns int) bool {
	indentation := bytes.Repeat([]byte(" "), columns)
	for line := range bytes.Lines(text) {
		if len(line) > 1 {
			var moved bool
			if block, moved = bytes.CutPrefix(block, indentation); !moved {
				return false
			}
		}
		var same bool
		if block, same = bytes.CutPrefix(block, line); !same {
			return false
		}
	}
	return len(block) == 0
}

// dedent moves lines to the left, and reports whether all of them stand far enough right; empty ones do.
func dedent(text []byte, columns int) ([]byte, bool) {
	moved := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		indentation := min(columns, len(line)-1)
		if indentation < columns && len(bytes.TrimSpace(line)) > 0 || len(bytes.TrimLeft(line[:max(indentation, 0)], " ")) > 0 {
			return nil, false
		}
		moved = append(moved, line[max(indentation, 0):]...)
	}
	return moved, true
}
