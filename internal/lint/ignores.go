package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// acrossGroups are the groups of codes that are about how files fit together: whether they are found depends on which files
// are given. acrossCodes are those of other groups.
var (
	acrossGroups = []string{"alertmanager", "dashboard", "kubernetes", "metric", "scrape"}
	acrossCodes  = []string{"panel/threshold-alert", "promql/range-too-short", "rule/duplicate", "rule/for-short", "rule/order", "rule/record-window",
		"rule/severity-name", "rule/severity-pair", "rule/unrecorded"}
)

// silenced reports whether a comment in a file silences a finding, and remembers the comment.
func (f *Files) silenced(code string, at Place) bool {
	silenced := false
	for i, ignore := range f.Set.Ignores {
		if ignore.Silences(code, at.At, at.Owner) {
			silenced, f.ignored[i] = true, true
		}
	}
	return silenced
}

// ignores reports the comments that silence nothing, after all checks have run.
func (f *Files) ignores() diag.List {
	var found diag.List
	codes := silenceable()
	for i, ignore := range f.Set.Ignores {
		switch {
		case f.ignored[i]:
		case !slices.Contains(codes, ignore.Code):
			help := "belfry explain lists the codes"
			if closest, ok := diag.Closest(ignore.Code, codes); ok {
				help = "did you mean " + closest + "?"
			}
			found = append(found, diag.Diagnostic{Code: "read/ignore", Severity: diag.Warning, Pos: ignore.CodeAt,
				Message: "no finding that a comment can silence has the code " + ignore.Code, Help: help})
		case !dependsOnOtherFiles(ignore.Code) && f.understands(ignore):
			found = append(found, diag.Diagnostic{Code: "read/ignore", Severity: diag.Warning, Pos: ignore.Pos,
				Message: "this comment silences nothing: there is no finding of " + ignore.Code + " here", Help: "remove it"})
		}
	}
	return found
}

// silenceable are the codes of the findings that a comment can silence.
func silenceable() []string {
	var codes []string
	for _, check := range All() {
		codes = append(codes, check.Code)
	}
	for _, code := range promql.Codes {
		codes = append(codes, code.Code)
	}
	return append(codes, "promql/syntax") // which specs share
}

func dependsOnOtherFiles(code string) bool {
	group, _, _ := strings.Cut(code, "/")
	return slices.Contains(acrossGroups, group) || slices.Contains(acrossCodes, code)
}

// understands reports whether everything is known of the rule that a comment stands in: what is not known is no finding, but
// may be one in a run that is told of more metrics.
func (f *Files) understands(ignore read.Ignore) bool {
	if slices.ContainsFunc(f.Set.Files, func(file read.File) bool { return file.Path == ignore.Pos.File && file.Broken }) {
		return false
	}
	var owner *Rule
	for i := range f.Rules {
		at := f.Rules[i].Pos
		if at.File == ignore.Pos.File && at.Line <= ignore.Line && (owner == nil || owner.Pos.Line < at.Line) {
			owner = &f.Rules[i]
		}
	}
	return owner != nil && owner.Analysis != nil && owner.Analysis.Coverage == promql.CoverageFull
}
