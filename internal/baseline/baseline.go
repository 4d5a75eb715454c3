// Package baseline remembers the findings that a repository had when it adopted Belfry, so that only new ones are reported.
// Findings come in; those that are not known, and what is known but found no longer, go out.
//
// A baseline is a text file to commit: a line of JSON that names its version, then a line of JSON for each known finding,
// sorted, so that branches which mend different findings merge. Findings are known by their file, code, the rule or panel,
// and the text that they mark, and not by their line: moving a rule makes no finding new.
package baseline

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Entry is a known finding, or several that differ only in their place.
type Entry struct {
	File  string `json:"file"` // with slashes, relative to the folder of the baseline
	Code  string `json:"code"`
	Name  string `json:"name,omitempty"` // of the alert, panel or receiver
	Text  string `json:"text,omitempty"` // what the finding marks
	Count int    `json:"count,omitempty"`
}

// Baseline is what a file of known findings holds.
type Baseline struct {
	path    string
	entries []Entry // sorted; each once
}

// Comparison is what a baseline says of findings.
type Comparison struct {
	New   diag.List
	Known int     // findings that are left out
	Gone  []Entry // that were known and are found no longer, with how many of them are gone
}

// Path is the file of the baseline.
func (b *Baseline) Path() string { return b.path }

// Len is how many findings are known.
func (b *Baseline) Len() int {
	n := 0
	for _, e := range b.entries {
		n += e.Count
	}
	return n
}

// Compare tells new findings from known ones. Text gives what a finding marks. Of files outside the paths, which were not
// looked at, nothing is gone.
func (b *Baseline) Compare(found diag.List, text func(diag.Pos) string, paths []string) Comparison {
	left := map[Entry]int{}
	for _, e := range b.entries {
		left[e.key()] = e.Count
	}
	var c Comparison
	for _, d := range found {
		key := b.entry(d, text)
		if left[key] == 0 {
			c.New = append(c.New, d)
			continue
		}
		left[key]--
		c.Known++
	}
	for _, e := range b.entries {
		if e.Count = left[e.key()]; e.Count > 0 && b.isBelow(e.File, paths) {
			c.Gone = append(c.Gone, e)
		}
	}
	return c
}

// Replace makes the findings the known ones of all files at the paths. Entries of other files stay.
func (b *Baseline) Replace(found diag.List, text func(diag.Pos) string, paths []string) {
	counts := map[Entry]int{}
	for _, e := range b.entries {
		if !b.isBelow(e.File, paths) {
			counts[e.key()] = e.Count
		}
	}
	for _, d := range found {
		counts[b.entry(d, text)]++
	}
	b.entries = sorted(counts)
}

func sorted(counts map[Entry]int) []Entry {
	entries := make([]Entry, 0, len(counts))
	for e, count := range counts {
		e.Count = count
		entries = append(entries, e)
	}
	slices.SortFunc(entries, compare)
	return entries
}

func compare(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Text, b.Text))
}

// key is what entries are compared by.
func (e Entry) key() Entry {
	e.Count = 0
	return e
}

// longestText is how much of what a finding marks is kept, in bytes: enough to tell findings of one rule apart.
const longestText = 200

func (b *Baseline) entry(d diag.Diagnostic, text func(diag.Pos) string) Entry {
	e := Entry{File: b.relative(d.Pos.File), Code: d.Code, Name: d.Path}
	if !d.Conceal { // a baseline is read by more people than a secret
		e.Text = strings.Join(strings.Fields(text(d.Pos)), " ")
	}
	if len(e.Text) > longestText {
		e.Text = strings.ToValidUTF8(e.Text[:longestText], "")
	}
	return e
}

// relative is a path as the baseline has it, whatever folder the command runs in.
func (b *Baseline) relative(file string) string {
	if file == "" || strings.Contains(file, "://") {
		return file
	}
	folder, err := filepath.Abs(filepath.Dir(b.path))
	if err != nil {
		return file
	}
	absolute, err := filepath.Abs(filepath.FromSlash(file))
	if err != nil {
		return file
	}
	relative, err := filepath.Rel(folder, absolute)
	if err != nil {
		return file // on another volume
	}
	return filepath.ToSlash(relative)
}

// isBelow reports whether a file of the baseline is one of the paths, or below one.
func (b *Baseline) isBelow(file string, paths []string) bool {
	return slices.ContainsFunc(paths, func(path string) bool {
		top := b.relative(path)
		return file == top || top == "." && !strings.HasPrefix(file, "../") || strings.HasPrefix(file, top+"/")
	})
}
