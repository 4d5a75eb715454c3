package prometheus

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// partSize is how much of a rule file is read at a time, so that large ones are read side by side.
const partSize = 128 << 10

// verifyParts holds a rule file against Prometheus' rules a run of groups at a time. It is false where the file cannot be
// taken apart, and where a part would be refused: the whole then tells why, and in which line.
func verifyParts(data []byte, size int) bool {
	parts := ruleParts(data, size)
	var (
		workers sync.WaitGroup
		next    atomic.Int64
		refused atomic.Bool
		names   = make([][]string, len(parts))
	)
	for range min(runtime.GOMAXPROCS(0), len(parts)) {
		workers.Go(func() {
			v := newRuleVerifier()
			for i := int(next.Add(1)) - 1; i < len(parts) && !refused.Load(); i = int(next.Add(1)) - 1 {
				var err error
				if names[i], err = v.part(parts[i]); err != nil {
					refused.Store(true)
				}
			}
		})
	}
	workers.Wait()
	return len(parts) > 0 && !refused.Load() && unique(names)
}

// part verifies some of a file's groups and returns their names.
func (v *ruleVerifier) part(p rulePart) ([]string, error) {
	if groups, ok := readGroups(string(p.groups)); ok && clean(string(p.head)) {
		return v.groups(groups)
	}
	return v.file(slices.Concat(p.head, p.groups))
}

func unique(names [][]string) bool {
	seen := map[string]bool{}
	for _, part := range names {
		for _, name := range part {
			if seen[name] {
				return false
			}
			seen[name] = true
		}
	}
	return true
}

// rulePart is a rule file with some of the groups of a larger one.
type rulePart struct {
	head   []byte // up to and including groups:
	groups []byte
}

// ruleParts divides a rule file into parts of about a size. A group begins on a line that starts as the first one does,
// with the dash of a list at its indentation, because whatever belongs to a group is indented further. There are no parts
// of a file that is anything else but comments, groups: and a list that is indented.
func ruleParts(data []byte, size int) []rulePart {
	list, ok := groupsList(data)
	if !ok {
		return nil
	}
	indent := len(list) - len(bytes.TrimLeft(list, " "))
	start := []byte("\n" + strings.Repeat(" ", indent) + "- ")
	if indent == 0 || !bytes.HasPrefix(list, start[1:]) {
		return nil
	}
	var parts []rulePart
	head := data[:len(data)-len(list)] // the comments are read too
	for len(list) > 0 {
		length := len(list)
		if from := min(size, length); bytes.Contains(list[from:], start) {
			length = from + bytes.Index(list[from:], start) + 1
		}
		parts = append(parts, rulePart{head, list[:length]})
		head, list = []byte(groupsKey), list[length:]
	}
	return parts
}

const groupsKey = "groups:\n"

// groupsList is what follows groups: in a file that holds nothing else but comments before it.
func groupsList(data []byte) ([]byte, bool) {
	if bytes.IndexFunc(data, otherLineBreak) >= 0 {
		return nil, false
	}
	for bytes.HasPrefix(data, []byte("#")) {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	list, found := bytes.CutPrefix(data, []byte(groupsKey))
	return list, found && !unindented(list)
}

// otherLineBreak reports what YAML takes for the end of a line besides the usual.
func otherLineBreak(r rune) bool { return r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029' }

// unindented reports whether a line begins without a space: it may end the list, or the document.
func unindented(text []byte) bool {
	for len(text) > 0 {
		if text[0] != ' ' && text[0] != '\n' {
			return true
		}
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return false
}
