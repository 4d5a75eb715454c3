package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/belfry-dev/belfry/internal/baseline"
	"github.com/belfry-dev/belfry/internal/diag"
)

// openBaseline reads the file of known findings; nil where none is named.
func (f *lintFlags) openBaseline() (*baseline.Baseline, error) {
	if f.baseline == "" {
		if f.updateBaseline {
			return nil, errors.New("--update-baseline needs to know the file: add --baseline FILE")
		}
		return nil, nil
	}
	known, err := baseline.Read(f.baseline)
	if errors.Is(err, baseline.ErrMissing) {
		if f.updateBaseline {
			return baseline.New(f.baseline), nil
		}
		return nil, fmt.Errorf("%w; --update-baseline writes it", err)
	}
	return known, err
}

// updateBaseline makes what is found known.
func updateBaseline(w io.Writer, known *baseline.Baseline, found diag.List, paths []string) error {
	text := diag.Marked(os.ReadFile)
	before := known.Compare(found, text, paths)
	known.Replace(found, text, paths)
	if err := known.Write(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %s, %d new, %d gone\n", known.Path(), plural(known.Len(), "known finding"), len(before.New), count(before.Gone))
	return err
}

func count(entries []baseline.Entry) int {
	n := 0
	for _, e := range entries {
		n += e.Count
	}
	return n
}

// compare leaves out what a baseline knows, and tells of entries that are found no longer.
func (r *report) compare(w io.Writer, known *baseline.Baseline, paths []string) {
	if known == nil {
		return
	}
	c := known.Compare(r.found, diag.Marked(os.ReadFile), paths)
	r.found = c.New
	r.status = append(r.status, fmt.Sprintf("%s in %s", plural(c.Known, "known finding"), known.Path()))
	const most = 10
	for i, e := range c.Gone {
		if i == most {
			fmt.Fprintf(w, "and %d more\n", count(c.Gone[most:]))
			break
		}
		fmt.Fprintf(w, "%s: found no longer: %s: %s%s%s\n", known.Path(), e.File, e.Code, named(e.Name), times(e.Count))
	}
	if len(c.Gone) > 0 {
		fmt.Fprintln(w, "--update-baseline removes what is found no longer")
	}
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return ": " + name
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d times)", n)
}
