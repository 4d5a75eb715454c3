package drift

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// How much of the diffs is printed: a reader needs to see what kind of change it is, git shows the rest.
const (
	maxDiffLines = 40  // of one file
	maxLines     = 120 // of all files
)

// Print lists the drifted files, then shows how they differ as unified diffs (- is on disk, + is what the spec gives), then
// says what to do. With color, ANSI colours mark the diffs.
func (r *Report) Print(w io.Writer, color bool) error {
	var text bytes.Buffer
	if !r.Drifted() {
		fmt.Fprintf(&text, "no drift: %s as the spec gives %s\n", plural(r.Same, "file is", "files are"), pronoun(r.Same))
		_, err := w.Write(text.Bytes())
		return err
	}
	diffs := make([]string, len(r.Files))
	list := tabwriter.NewWriter(&text, 0, 0, 3, ' ', 0)
	for i, file := range r.Files {
		diffs[i] = file.diff(r.Out)
		fmt.Fprintf(list, "%s\t%s\n", r.display(file), file.describe(diffs[i]))
	}
	if err := list.Flush(); err != nil {
		return err
	}
	r.printDiffs(&text, diffs, color)
	fmt.Fprintf(&text, "%s drifted: run %s\n", plural(len(r.Files), "file", "files"), r.remedy())
	_, err := w.Write(text.Bytes())
	return err
}

// remedy names the commands that mend the drift.
func (r *Report) remedy() string {
	proofs := 0
	for _, file := range r.Files {
		if file.Kind == artifact.Proof {
			proofs++
		}
	}
	switch proofs {
	case 0:
		return "belfry generate"
	case len(r.Files):
		return "belfry prove --write"
	}
	return "belfry generate and belfry prove --write"
}

func (r *Report) printDiffs(w io.Writer, diffs []string, color bool) {
	lines, hidden := 0, 0
	for _, text := range diffs {
		switch {
		case text == "":
		case lines >= maxLines:
			hidden++
		default:
			lines += printDiff(w, text, color)
		}
	}
	if hidden > 0 {
		fmt.Fprintf(w, "… %s not shown\n", plural(hidden, "more diff", "more diffs"))
	}
}

// colors are ANSI sequences by the beginning of a diff's line. The first that fits counts.
var colors = []struct{ prefix, sequence string }{
	{"--- ", "\x1b[1m"},
	{"+++ ", "\x1b[1m"},
	{"@@", "\x1b[36m"},
	{"-", "\x1b[31m"},
	{"+", "\x1b[32m"},
}

// printDiff prints one diff, and returns how many lines it took.
func printDiff(w io.Writer, text string, color bool) int {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i, line := range lines {
		if i == maxDiffLines {
			fmt.Fprintf(w, "… %s\n", plural(len(lines)-i, "more line", "more lines"))
			return i + 1
		}
		line = printable(line)
		for _, c := range colors {
			header := strings.HasSuffix(c.prefix, " ")
			if color && strings.HasPrefix(line, c.prefix) && (!header || i < 2) {
				line = c.sequence + line + "\x1b[0m"
				break
			}
		}
		fmt.Fprintln(w, line)
	}
	return len(lines)
}

// printable shows control characters as \xNN, so that an edited file cannot steer the terminal it is shown on.
func printable(line string) string {
	if !strings.ContainsFunc(line, isControl) {
		return line
	}
	var safe strings.Builder
	for _, r := range line {
		if isControl(r) {
			fmt.Fprintf(&safe, `\x%02x`, r)
			continue
		}
		safe.WriteRune(r)
	}
	return safe.String()
}

func isControl(r rune) bool { return r != '\t' && unicode.IsControl(r) }

// diff returns the unified diff from the disk to the spec, or "" where one of them has no file or is not text.
func (f File) diff(out string) string {
	if f.State == Missing || f.State == Stale || f.Kind == artifact.Proof || !isText(f.Old) || !isText(f.New) {
		return ""
	}
	return unified(filepath.ToSlash(filepath.Join(out, f.Path)), string(f.Old), string(f.New))
}

// unified is the diff of two texts, with three lines around what differs.
func unified(name, old, now string) string {
	u, err := udiff.ToUnifiedDiff(name, "spec", old, udiff.Lines(old, now), udiff.DefaultContextLines)
	if err != nil {
		return "" // the edits do not fit the text that they were made of
	}
	shift := 0 // by how much lines have moved; the library forgets those that stay between two edits of a hunk
	for _, hunk := range u.Hunks {
		hunk.ToLine = hunk.FromLine + shift
		for _, line := range hunk.Lines {
			switch line.Kind {
			case udiff.Insert:
				shift++
			case udiff.Delete:
				shift--
			}
		}
	}
	return u.String()
}

func isText(data []byte) bool { return utf8.Valid(data) && !bytes.ContainsRune(data, 0) }

// describe says in words how the file has drifted.
func (f File) describe(diff string) string {
	switch f.State {
	case Edited:
		return "edited by hand"
	case Missing:
		return "missing"
	case Stale:
		return "stale: the spec no longer gives it"
	case Outdated:
		return "outdated: it proves other rules or another Alertmanager configuration than the spec gives"
	}
	if diff == "" {
		return "differs from spec (not text)"
	}
	return fmt.Sprintf("differs from spec (%s)", plural(changedLines(diff), "line", "lines"))
}

// changedLines counts a line that was replaced once: in each run of changes the longer side.
func changedLines(diff string) int {
	total, removed, added := 0, 0, 0
	for i, line := range strings.Split(diff, "\n") {
		switch {
		case i < 2: // file names
		case strings.HasPrefix(line, "-"):
			removed++
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, `\`): // no newline at the end of the file
		default:
			total += max(removed, added)
			removed, added = 0, 0
		}
	}
	return total + max(removed, added)
}

// JSON prints the report as one object: out, same (a count), and files with path, kind, state, lines (0 where there is no
// diff) and the whole unified diff.
func (r *Report) JSON(w io.Writer) error {
	type file struct {
		Path  string        `json:"path"`
		Kind  artifact.Kind `json:"kind,omitempty"`
		State State         `json:"state"`
		Lines int           `json:"lines,omitempty"`
		Diff  string        `json:"diff,omitempty"`
	}
	report := struct {
		Out   string `json:"out"`
		Same  int    `json:"same"`
		Files []file `json:"files"`
	}{filepath.ToSlash(r.Out), r.Same, []file{}}
	for _, f := range r.Files {
		text := f.diff(r.Out)
		report.Files = append(report.Files, file{f.Path, f.Kind, f.State, changedLines(text), text})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// display is a file's path as the user would type it.
func (r *Report) display(f File) string { return filepath.ToSlash(filepath.Join(r.Out, f.Path)) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func pronoun(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
