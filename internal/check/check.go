// Package check inspects a lowered Program and reports what could not work, or would not do what its author meant: metrics
// that nothing reads, alerts that reach nobody, thresholds that no value can cross. A Program comes in, Diagnostics at the
// user's own lines go out; Apply then drops the warnings that the spec accepts by name. Each check is one file, and its
// example in testdata is both its test and what Explain shows.
package check

import (
	"fmt"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

// Check is one rule about a Program.
type Check struct {
	Code     string        // group/name, such as "metric/unused"
	Severity diag.Severity // of what Pass.Report reports
	Warns    bool          // milder cases of the same rule are warnings, by Pass.Warn
	Doc      Doc
	Run      func(*Pass)
}

// Doc says what a code means.
type Doc struct {
	Summary string // what is wrong, in one line
	Why     string // why it matters, in a few sentences; may be empty where the summary says all
}

// Pass is one run of one check.
type Pass struct {
	Program *ir.Program
	check   *Check
	list    diag.List
}

// Run runs every check. The Program must be complete: lowering has reported no errors.
func Run(p *ir.Program) diag.List {
	var list diag.List
	for _, c := range All() {
		list = append(list, run(c, p)...)
	}
	list = append(list, checkWritten(p)...)
	return list.Sort()
}

func run(c *Check, p *ir.Program) diag.List {
	pass := &Pass{Program: p, check: c}
	c.Run(pass)
	return pass.list
}

// Report adds a finding of the check's own severity at a path of the spec. Help says what to do about it.
func (p *Pass) Report(path, help, format string, arguments ...any) {
	p.add(p.check.Severity, path, help, format, arguments...)
}

// Warn adds a warning, in a check whose findings are errors otherwise.
func (p *Pass) Warn(path, help, format string, arguments ...any) {
	p.add(diag.Warning, path, help, format, arguments...)
}

func (p *Pass) add(severity diag.Severity, path, help, format string, arguments ...any) {
	p.list = append(p.list, diag.Diagnostic{
		Code: p.check.Code, Severity: severity, Pos: p.Program.Locate(path), Path: path,
		Message: fmt.Sprintf(format, arguments...), Help: help,
	})
}
