// Package lower turns a Spec into a Program: names become references, texts with units become numbers in the signal's
// unit, signals become PromQL, thresholds become alerts, SLOs become recording rules. A mistake of the user becomes a
// Diagnostic at the user's own line; what depends on it is left out, so that one mistake is reported once.
package lower

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// Input is one loaded package and what it is compiled for.
type Input struct {
	Spec         *schema.Spec
	OwnsPlatform bool
	Environment  string
	Locate       func(path string) diag.Pos
}

// Lower makes the Program. It is complete only where the list has no errors.
func Lower(in Input) (*ir.Program, diag.List) {
	l := &lowerer{
		spec:    in.Spec,
		locate:  in.Locate,
		program: &ir.Program{OwnsPlatform: in.OwnsPlatform, Environment: in.Environment, Locate: in.Locate},
		signals: map[string]*signal{},
		queries: map[string]*ir.Query{},

		recordedIn: map[string]string{}, collides: map[string]bool{}, made: map[string]string{},
	}
	l.checkTexts()
	l.platform()
	l.service()
	l.metricTable()
	l.watchSources()
	l.lowerInstrument()
	l.namesDoNotCollide()
	l.lowerSignals()
	l.lowerAlerts()
	l.lowerSLOs()
	l.sortAlerts()
	l.alertFilesDiffer()
	l.lowerDashboards()
	l.linkDashboards()
	l.recordShared()
	l.lowerGroups()
	l.lowerRouting()
	l.markUsedMetrics()
	return l.program, l.list
}

// lowerer holds what the passes share.
type lowerer struct {
	spec    *schema.Spec
	program *ir.Program
	locate  func(path string) diag.Pos
	list    diag.List

	metrics map[string]*ir.Metric // declared and of the catalogs in use
	signals map[string]*signal    // by name
	queries map[string]*ir.Query  // by key, unit and variables

	objectives []*objective // the program's SLOs, in the same order

	recordedIn map[string]string // recording to the rule group that holds it
	collides   map[string]bool   // signals that have a metric's name
	made       map[string]string // signals and alerts that a source makes, by path, to the source's path
}

// report adds an error at a path of the spec.
func (l *lowerer) report(code, path, help, format string, arguments ...any) {
	l.add(diag.Error, code, path, help, format, arguments...)
}

// warn adds a warning at a path of the spec.
func (l *lowerer) warn(code, path, help, format string, arguments ...any) {
	l.add(diag.Warning, code, path, help, format, arguments...)
}

func (l *lowerer) add(severity diag.Severity, code, path, help, format string, arguments ...any) {
	l.list = append(l.list, diag.Diagnostic{
		Code: code, Severity: severity, Pos: l.locate(path), Path: path,
		Message: fmt.Sprintf(format, arguments...), Help: help,
	})
}

// note adds a line to the finding that was reported last.
func (l *lowerer) note(format string, arguments ...any) {
	last := &l.list[len(l.list)-1]
	last.Notes = append(last.Notes, fmt.Sprintf(format, arguments...))
}

// didYouMean is the help for a name that does not exist.
func didYouMean(name string, candidates []string) string {
	return nearest(name, candidates, candidates)
}

// nearest is the same where there are more candidates than are worth listing when none is close.
func nearest(name string, candidates, listed []string) string {
	if closest, ok := diag.Closest(name, candidates); ok {
		return fmt.Sprintf("did you mean %q?", closest)
	}
	const shown = 8
	switch {
	case len(listed) == 0:
		return ""
	case len(listed) == 1:
		return "there is only " + listed[0]
	case len(listed) > shown:
		return fmt.Sprintf("there are %d, among them %s", len(listed), strings.Join(listed[:shown], ", "))
	}
	return "there are " + strings.Join(listed, ", ")
}

// sortedKeys returns the keys of a map in order: the order in which everything is lowered.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// at joins a path of the spec; names that are no identifiers are quoted as CUE prints them.
func at(first string, names ...string) string {
	var b strings.Builder
	b.WriteString(first)
	for _, name := range names {
		b.WriteByte('.')
		if isIdentifier(name) {
			b.WriteString(name)
		} else {
			fmt.Fprintf(&b, "%q", name)
		}
	}
	return b.String()
}

func isIdentifier(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}
