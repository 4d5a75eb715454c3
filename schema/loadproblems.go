package schema

import (
	"cmp"
	"reflect"
	"regexp"
	"strings"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// loadProblems explains why a package did not load, by one diagnostic: what follows a syntax error or a missing import is
// mostly its consequence.
func (l *loader) loadProblems(m *member) diag.List {
	first := errors.Errors(m.instance.Err)[0]
	position := diag.Pos{File: m.loaded.Files[0]}
	var positions []diag.Pos
	for _, candidate := range errors.Positions(first) {
		if found, ok := l.userPosition(candidate, m.folder); ok {
			positions = append(positions, found)
		}
	}
	if len(positions) > 0 {
		position = positions[0]
	}
	for _, file := range m.loaded.sources {
		if problems := syntaxProblems(file); position.File == file.name && problems != nil {
			return problems
		}
	}
	text := strings.Join(strings.Fields(first.Error()), " ")
	switch {
	case strings.Contains(text, "import cycle"):
		return diag.List{problem("spec/cycle", position, "packages import each other in a circle", "move what both need into a package of its own")}
	case strings.Contains(text, "cannot find package"), strings.Contains(text, "cannot find module"):
		return diag.List{noSuchPackage(position, first)}
	case strings.Contains(text, "import failed"):
		found := problem("spec/import", position, "the package that is imported here cannot be loaded: "+plainMessage(deepest(first)))
		for _, other := range positions[min(1, len(positions)):] {
			found.Notes = append(found.Notes, "its mistake is at "+other.String())
		}
		return diag.List{found}
	case strings.Contains(text, "tag"):
		return diag.List{problem("spec/tag", position, plainMessage(first))}
	default:
		return diag.List{problem("spec/syntax", position, plainMessage(deepest(first)))}
	}
}

// noSuchPackage explains an import that leads nowhere.
func noSuchPackage(position diag.Pos, err errors.Error) diag.Diagnostic {
	return problem("spec/import", position, "imports a package that is not there: "+importedPath(err),
		"packages are looked for in this module, below cue.mod/pkg and in CUE's standard library; nothing is fetched")
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

func importedPath(err errors.Error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if match := quotedImport.FindStringSubmatch(text); match != nil {
		return match[1]
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
	message := plainMessage(first)
	return diag.List{problem("spec/syntax", position, message, syntaxHelp(message))}
}

// syntaxHelps are what people most often mean where CUE cannot read on, by the beginning of its message.
var syntaxHelps = []struct{ begins, help string }{
	{"illegal character '%'", `put a figure and its unit in quotes, such as "99.5%"`},
	{"missing ',' in list literal", "separate the values by commas"},
	{"missing ',' in struct literal", "separate fields by commas or new lines; put texts, and figures with their unit, in quotes, with single quotes inside"},
	{"string literal not terminated", "close the quotes on the same line"},
	{"expected '}'", "close each { by a }"},
}

func syntaxHelp(message string) string {
	for _, one := range syntaxHelps {
		if strings.HasPrefix(message, one.begins) {
			return one.help
		}
	}
	return ""
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

func isEmpty(spec *Spec) bool { return reflect.ValueOf(*spec).IsZero() }

// firstLine is the first line of an error's text; the others list positions, or repeat it.
func firstLine(err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(err.Error()), "\n")
	return strings.TrimSpace(line)
}
