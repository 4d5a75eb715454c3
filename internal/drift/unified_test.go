package drift

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestADiffLeadsFromOneTextToTheOther applies diffs as strictly as can be: every line number of every hunk must be right.
func TestADiffLeadsFromOneTextToTheOther(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func(lines []string) string {
		if len(lines) == 0 {
			return ""
		}
		return strings.Join(lines, "\n") + "\n"
	}
	for range 2000 {
		var old, now []string
		for range random.IntN(60) {
			line := fmt.Sprint(random.IntN(8))
			if random.IntN(10) > 0 {
				old = append(old, line)
			}
			if random.IntN(10) > 0 {
				now = append(now, line)
			}
		}
		diff := unified("f", text(old), text(now))
		if got, err := applied(old, diff); err != nil || text(got) != text(now) {
			t.Fatalf("%v\nold %q\nnew %q\ngot %q\n%s", err, old, now, got, diff)
		}
	}
}

// applied applies a unified diff.
func applied(old []string, diff string) (now []string, err error) {
	read := 0 // lines of old
	for _, line := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n") {
		switch {
		case line == "", strings.HasPrefix(line, "--- f"), strings.HasPrefix(line, "+++ spec"):
		case strings.HasPrefix(line, "@@"):
			from, to, err := starts(line)
			if err != nil {
				return nil, err
			}
			for read < from {
				now = append(now, old[read])
				read++
			}
			if len(now) != to {
				return now, fmt.Errorf("%s begins after line %d", line, len(now))
			}
		case line[0] == '+':
			now = append(now, line[1:])
		default:
			if read >= len(old) || old[read] != line[1:] {
				return now, fmt.Errorf("%q is not line %d", line, read+1)
			}
			if line[0] == ' ' {
				now = append(now, old[read])
			}
			read++
		}
	}
	return append(now, old[read:]...), nil
}

// starts are how many lines of each side stand before a hunk.
func starts(header string) (from, to int, err error) {
	fields := strings.Fields(header)
	for i, to := range []*int{&from, &to} {
		first, count, several := strings.Cut(fields[i+1][1:], ",")
		if _, err := fmt.Sscan(first, to); err != nil {
			return 0, 0, err
		}
		if !several || count != "0" {
			*to--
		}
	}
	return from, to, nil
}
