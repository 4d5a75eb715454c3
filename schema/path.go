package schema

import (
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
)

// segment is one step of a path: a field's name or an index of a list.
type segment struct {
	name    string
	index   int
	isIndex bool
	hidden  bool // a hidden field or a definition, whose name is never quoted
}

// Path joins names and indexes to a path as Package.Locate and diagnostics write it: strings are names, quoted where CUE
// quotes them, and ints are indexes, as in Path("dashboards", "ops", "rows", 0).
func Path(steps ...any) string {
	segments := make([]segment, 0, len(steps))
	for _, step := range steps {
		switch value := step.(type) {
		case string:
			segments = append(segments, segment{name: value})
		case int:
			segments = append(segments, segment{index: value, isIndex: true})
		default:
			panic("schema.Path takes strings and ints")
		}
	}
	return pathText(segments)
}

func pathText(path []segment) string {
	var text strings.Builder
	for i, step := range path {
		if step.isIndex {
			text.WriteString("[" + strconv.Itoa(step.index) + "]")
			continue
		}
		if i > 0 {
			text.WriteByte('.')
		}
		if step.hidden {
			text.WriteString(step.name)
			continue
		}
		text.WriteString(quotedName(step.name))
	}
	return text.String()
}

// quotedName writes a name as CUE writes the label of a regular field.
func quotedName(name string) string {
	if ast.StringLabelNeedsQuoting(name) {
		return literal.Label.Quote(name)
	}
	return name
}

// parsePath reads what pathText writes. A malformed rest is taken as one name, so that the nearest parent is still found.
func parsePath(text string) []segment {
	var path []segment
	for text != "" {
		text = strings.TrimPrefix(text, ".")
		switch {
		case strings.HasPrefix(text, "["):
			digits, rest, _ := strings.Cut(text[1:], "]")
			index, err := strconv.Atoi(digits)
			if err != nil {
				return append(path, segment{name: text})
			}
			path = append(path, segment{index: index, isIndex: true})
			text = rest
		case strings.HasPrefix(text, `"`):
			end := quoteEnd(text)
			name, err := literal.Unquote(text[:end])
			if err != nil {
				return append(path, segment{name: text})
			}
			path = append(path, segment{name: name})
			text = text[end:]
		default:
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			path = append(path, segment{name: text[:end]})
			text = text[end:]
		}
	}
	return path
}

// quoteEnd returns the length of the quoted string that text begins with.
func quoteEnd(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// errorPath reads the path of a CUE error, whose indexes are plain digits and whose quoted names carry their quotes.
func errorPath(steps []string) []segment {
	path := make([]segment, 0, len(steps))
	for _, step := range steps {
		if index, err := strconv.Atoi(step); err == nil {
			path = append(path, segment{index: index, isIndex: true})
			continue
		}
		if unquoted, err := literal.Unquote(step); err == nil {
			path = append(path, segment{name: unquoted})
			continue
		}
		path = append(path, segment{name: step, hidden: strings.HasPrefix(step, "_") || strings.HasPrefix(step, "#")})
	}
	return path
}
