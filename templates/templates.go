// Package templates holds the layout of prose and source code, and nothing else: names of templates and typed views come
// in, text goes out. Everything that means something is computed before, in the generators. A folder of the user's may
// hold files of the same names, which then replace the embedded ones.
package templates

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/belfry-dev/belfry/internal/diag"
)

//go:embed *.tmpl
var embedded embed.FS

// Set is one parsed version of every template. It is safe for concurrent use.
type Set struct {
	templates *template.Template // all in one, because they may use each other's definitions
	names     []string           // files, by name
	files     map[string]string  // where a replaced file stands on disk
}

// parseEmbedded parses our own templates once for all, because every service of a fleet uses the same.
var parseEmbedded = sync.OnceValues(func() (*Set, error) {
	names, err := fs.Glob(embedded, "*.tmpl")
	if err != nil {
		return nil, err
	}
	set := &Set{templates: template.New("").Option("missingkey=error"), names: names, files: map[string]string{}}
	for _, name := range names {
		text, err := embedded.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if _, err := set.templates.New(name).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("embedded template: %w", err)
		}
	}
	return set, nil
})

// Load returns the embedded templates, those replaced that have a file of the same name in overrideDir; an empty
// overrideDir replaces none. Findings (templates/unknown, templates/parse) are errors in the user's files; the Set is
// nil where there are any. Files whose names begin with a dot are not looked at. The error is a failure to read.
func Load(overrideDir string) (*Set, diag.List, error) {
	base, err := parseEmbedded()
	if err != nil || overrideDir == "" {
		return base, nil, err
	}
	entries, err := os.ReadDir(overrideDir)
	if err != nil {
		return nil, nil, fmt.Errorf("read the folder of templates: %w", err)
	}
	set, err := base.clone()
	if err != nil {
		return nil, nil, err
	}
	var findings diag.List
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		file := filepath.Join(overrideDir, entry.Name())
		if !slices.Contains(base.names, entry.Name()) || entry.IsDir() {
			findings = append(findings, base.unknown(file, entry.Name()))
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, fmt.Errorf("read a template: %w", err)
		}
		set.files[entry.Name()] = filepath.ToSlash(file)
		if _, err := set.templates.New(entry.Name()).Parse(string(text)); err != nil {
			findings = append(findings, finding("templates/parse", filepath.ToSlash(file), err))
		}
	}
	if len(findings) > 0 {
		return nil, findings.Sort(), nil
	}
	return set, nil, nil
}

// Execute lays out a view by the template of that name. A failure in a template that the user replaced is an *Error.
func (s *Set) Execute(name string, view any) ([]byte, error) {
	var out bytes.Buffer
	if err := s.templates.ExecuteTemplate(&out, name, view); err != nil {
		return nil, s.Fail(name, "templates/execute", err)
	}
	return out.Bytes(), nil
}

// Fail says what is wrong with a template, or with the text that it made: an *Error where the user replaced the file, an
// error of ours otherwise.
func (s *Set) Fail(name, code string, err error) error {
	if inner := fileOf(err); inner != "" {
		name = inner
	}
	file, replaced := s.files[name]
	if !replaced {
		return fmt.Errorf("embedded template %s: %w", name, err)
	}
	return &Error{finding(code, file, err)}
}

func (s *Set) clone() (*Set, error) {
	copied, err := s.templates.Clone()
	if err != nil {
		return nil, err
	}
	return &Set{templates: copied, names: s.names, files: map[string]string{}}, nil
}
