package lint

import (
	"fmt"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Check is one rule about files of others.
type Check struct {
	Code     string        // group/name, such as "rule/template"
	Severity diag.Severity // of what Pass.Report reports
	Warns    bool          // milder cases of the same rule are warnings, by Pass.Warn
	Summary  string        // what is wrong, as a clause
	Why      string        // why it matters, in a few sentences
	Run      func(*Pass)
}

// Pass is one run of one check.
type Pass struct {
	*Files
	check *Check
	found diag.List
}

// Place is what a finding is about.
type Place struct {
	At    diag.Pos
	Owner diag.Pos // of the rule, panel or route that it stands in: a comment beside it silences the finding too
	Name  string   // of the alert, panel, receiver; may be empty
	Notes []string
	// Secret keeps the line out of what is printed.
	Secret bool
}

// Noting adds what else helps to understand the finding.
func (p Place) Noting(format string, arguments ...any) Place {
	p.Notes = append(p.Notes[:len(p.Notes):len(p.Notes)], fmt.Sprintf(format, arguments...))
	return p
}

// Report adds a finding of the check's own severity. Help says what to do about it.
func (p *Pass) Report(at Place, help, format string, arguments ...any) {
	p.add(p.check.Severity, at, help, fmt.Sprintf(format, arguments...))
}

// Warn adds a warning, in a check whose findings are errors otherwise.
func (p *Pass) Warn(at Place, help, format string, arguments ...any) {
	p.add(diag.Warning, at, help, fmt.Sprintf(format, arguments...))
}

func (p *Pass) add(severity diag.Severity, at Place, help, message string) {
	// What should stand there may be missing: the place is that of what lacks it, and at the least a file.
	at.At = firstPlace(at.At, at.Owner, p.anyFile())
	if p.silenced(p.check.Code, at) {
		return
	}
	p.found = append(p.found, diag.Diagnostic{Code: p.check.Code, Severity: severity, Pos: at.At, Path: at.Name,
		Message: message, Notes: at.Notes, Help: help, Conceal: at.Secret})
}

// anyFile is the first file in which something was recognised.
func (f *Files) anyFile() diag.Pos {
	if len(f.Set.Files) == 0 {
		return diag.Pos{}
	}
	return diag.Pos{File: f.Set.Files[0].Path}
}

// firstPlace is the first of some places that is one.
func firstPlace(places ...diag.Pos) diag.Pos {
	for _, at := range places {
		if at.IsValid() {
			return at
		}
	}
	return diag.Pos{}
}
