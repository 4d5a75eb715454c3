// Package diag is how Belfry talks about mistakes in a spec: one Diagnostic says what is wrong, where in the user's own
// file, what was expected and what to do. Diagnostics come in from the loader, lowering and the checks, and go out as
// text, JSON, GitHub annotations, SARIF or JUnit.
package diag

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity is how bad a finding is.
type Severity string

// The severities, worst first. Errors stop generation, warnings do not.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Pos is a place in a user's file. The zero Pos means that no place is known.
type Pos struct {
	File string `json:"file"` // path as the user would type it: relative to the working directory where possible, with slashes
	Line int    `json:"line"` // from 1; 0 where only the file is known
	Col  int    `json:"col"`  // in bytes, from 1
	// Len is how many bytes of the line the caret underlines; 0 means one.
	Len int `json:"len,omitempty"`
}

// IsValid reports whether p names a file.
func (p Pos) IsValid() bool { return p.File != "" }

// String prints file:line:col, without what is not known.
func (p Pos) String() string {
	switch {
	case p.File == "":
		return "-"
	case p.Line == 0:
		return p.File
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
}

// Diagnostic is one finding.
type Diagnostic struct {
	Code     string   `json:"code"` // group/name, such as "quantity/unit"
	Severity Severity `json:"severity"`
	Pos      Pos      `json:"pos"`
	Path     string   `json:"path,omitempty"` // path in the spec, such as alerts.HighErrorRate.above
	Message  string   `json:"message"`        // what is wrong, as one sentence without a full stop
	Notes    []string `json:"notes,omitempty"`
	Help     string   `json:"help,omitempty"` // what to do about it
	// Conceal keeps the user's line out of what is printed: it may hold a secret, and logs are read by more people.
	Conceal bool `json:"-"`
}

// String prints the finding on one line.
func (d Diagnostic) String() string {
	path := ""
	if d.Path != "" {
		path = d.Path + ": "
	}
	return fmt.Sprintf("%s: %s[%s]: %s%s", d.Pos, d.Severity, d.Code, path, d.Message)
}

// List collects findings.
type List []Diagnostic

// HasErrors reports whether one of the findings is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Count returns how many findings have the severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Sort orders the findings by file, line, column, code and message, and drops those that say the same twice.
func (l List) Sort() List {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(l, func(a, b Diagnostic) bool {
		return a.Pos.File == b.Pos.File && a.Pos.Line == b.Pos.Line && a.Pos.Col == b.Pos.Col && a.Severity == b.Severity &&
			a.Code == b.Code && a.Path == b.Path && a.Message == b.Message
	})
}
