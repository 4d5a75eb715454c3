package check

import (
	"embed"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/exposed"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
)

// Code is a diagnostic code with what it means.
type Code struct {
	Code     string
	Severity diag.Severity // the worst that it is reported with
	Warns    bool          // an error in bad cases, a warning in milder ones
	Doc      Doc
	// Bad and Good show the mistake and its correction in Language; empty where no example alone makes the mistake, such as a
	// folder that is in the way. CUE stands in a package whose shared part has a service, a few metrics and signals.
	Bad, Good string
	Language  string // cue, yaml for what files of others are told, or text for what a service exposes
}

// examples are the test cases of the codes, so that what is shown is what is tested.
//
//go:embed testdata/*/*/bad.cue testdata/*/*/good.cue
var examples embed.FS

// Explain says what a code means; false where there is no such code.
func Explain(code string) (Code, bool) {
	all := allCodes()
	i := slices.IndexFunc(all, func(c Code) bool { return c.Code == code })
	if i < 0 {
		return Code{}, false
	}
	found := all[i]
	found.Bad, found.Good, found.Language = example(code, "bad"), example(code, "good"), "cue"
	if found.Bad == "" && lint.Example(code, "bad") != "" {
		found.Bad, found.Good, found.Language = lint.Example(code, "bad"), lint.Example(code, "good"), "yaml"
	}
	if found.Bad == "" && exposed.Example(code, "bad") != "" {
		found.Bad, found.Good, found.Language = exposed.Example(code, "bad"), exposed.Example(code, "good"), "text"
	}
	return found, true
}

// Codes lists every code that there is, sorted.
func Codes() []string {
	var names []string
	for _, c := range allCodes() {
		names = append(names, c.Code)
	}
	return names
}

// allCodes is all codes, sorted.
func allCodes() []Code {
	var all []Code
	for _, c := range All() {
		all = append(all, Code{Code: c.Code, Severity: c.Severity, Warns: c.Warns, Doc: c.Doc})
	}
	for _, table := range [][]Code{loaderCodes, loweringCodes, outputCodes, readCodes, exposedCodes, liveCodes, importCodes, initCodes, acceptCodes} {
		all = append(all, table...)
	}
	for _, c := range promql.Codes {
		all = append(all, Code{Code: c.Code, Severity: c.Severity, Warns: c.Warns, Doc: Doc{c.Summary, c.Why}})
	}
	for _, c := range lint.All() {
		all = append(all, Code{Code: c.Code, Severity: c.Severity, Warns: c.Warns, Doc: Doc{c.Summary, c.Why}})
	}
	slices.SortFunc(all, func(a, b Code) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// example reads one side of a code's test case, without its package clause.
func example(code, side string) string {
	content, err := examples.ReadFile("testdata/" + code + "/" + side + ".cue")
	if err != nil {
		return ""
	}
	_, body, _ := strings.Cut(string(content), "\n")
	return strings.TrimLeft(body, "\n")
}
