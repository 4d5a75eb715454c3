package schema

import (
	"cmp"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"

	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// loadProblems explains why a package did not load, by one diagnostic: what follows a syntax error or a missing import is
// mostly its consequence.
func (l *loader) loadProblems(loaded *Package, instance *build.Instance) diag.List {
	errs := errors.Errors(instance.Err)
	first := errs[0]
	position := diag.Pos{File: loaded.Files[0]}
	for _, candidate := range errors.Positions(first) {
		if found, ok := l.userPosition(candidate, instance.Root); ok {
			position = found
			break
		}
	}
	text := strings.Join(strings.Fields(first.Error()), " ")
	for _, file := range loaded.sources {
		if position.File == file.name {
			if problems := syntaxProblems(file); problems != nil {
				return problems
			}
		}
	}
	switch {
	case strings.Contains(text, "import cycle"):
		return diag.List{problem("spec/cycle", position, "packages import each other in a circle", "move what both need into a package of its own")}
	case strings.Contains(text, "module.cue"):
		position = diag.Pos{File: l.display(filepath.Join(instance.Root, "cue.mod", "module.cue"))}
		return diag.List{problem("spec/module", position, plainMessage(deepest(first)))}
	case strings.Contains(text, "import failed"), strings.Contains(text, "cannot find package"), strings.Contains(text, "cannot find module"):
		return diag.List{problem("spec/import", position, "imports a package that is not there: "+importReason(first),
			"packages are looked for in this module, below cue.mod/pkg and in CUE's standard library; nothing is fetched")}
	case strings.Contains(text, "tag"):
		return diag.List{problem("spec/tag", position, plainMessage(first))}
	default:
		return diag.List{problem("spec/syntax", position, plainMessage(first))}
	}
}

// deepest returns the innermost CUE error.
func deepest(err errors.Error) errors.Error {
	for {
		inner, ok := errors.Unwrap(err).(errors.Error)
		if !ok {
			return err
		}
		err = inner
	}
}

// quotedImport finds the import path in a message of CUE.
var quotedImport = regexp.MustCompile(`"([^"]+)"`)

func importReason(err errors.Error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if match := quotedImport.FindStringSubmatch(text); match != nil {
		return match[1]
	}
	if _, after, ok := strings.Cut(text, "cannot find module providing package "); ok {
		return after
	}
	return plainMessage(deepest(err))
}

// syntaxProblem explains the first syntax error of a file.
func syntaxProblem(file source, err error) diag.List {
	first := errors.Errors(err)[0]
	position := diag.Pos{File: file.name, Line: 1, Col: 1}
	if at := first.Position(); at.IsValid() {
		position.Line, position.Col = at.Line(), at.Column()
	}
	return diag.List{problem("spec/syntax", position, plainMessage(first))}
}

// syntaxProblems parses a file whole; nil where it is sound.
func syntaxProblems(file source) diag.List {
	if _, err := parser.ParseFile(file.path, file.content); err != nil {
		return syntaxProblem(file, err)
	}
	return nil
}

func comparePositions(a, b diag.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// moduleName finds the module's path in its module.cue.
var moduleName = regexp.MustCompile(`(?m)^module:\s*"([^"@]+)`)

// isOwnModule reports whether root is the module that the language itself lies in.
func isOwnModule(root string) bool {
	content, err := os.ReadFile(filepath.Join(root, "cue.mod", "module.cue"))
	if err != nil {
		return false
	}
	match := moduleName.FindSubmatch(content)
	return match != nil && string(match[1]) == modulePath
}

func isEmpty(spec *Spec) bool { return reflect.ValueOf(*spec).IsZero() }
