package schema

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"

	"github.com/belfry-dev/belfry/internal/diag"
)

// diagnose says what is wrong with a package that CUE refused: first by comparing what the user wrote with the language,
// then, for places that could not be evaluated, by translating CUE's own errors.
func (b *batch) diagnose(m *member, whole cue.Value, failure error) diag.List {
	loaded, written := m.loaded, whole
	// Where the package deviates from the language, its value with the language is an error. Without it, it is what the user wrote.
	if instance := b.loader.instances([]*member{m}, false)[0]; instance.Err == nil {
		written = b.context.BuildInstance(instance)
	}
	comparison := &comparer{whole: whole}
	comparison.compare(language()["#Spec"], written, nil)
	places := loaded.placer()
	var found diag.List
	for _, mistake := range comparison.found {
		position := places.position(mistake.path)
		if mistake.atLabel {
			position = places.label(mistake.path)
		}
		d := problem(mistake.code, position, mistake.message)
		d.Path, d.Help = pathText(mistake.path), mistake.help
		found = append(found, d)
	}
	t := translator{loader: b.loader, loaded: loaded, root: m.folder.root, written: written}
	found = append(found, t.translate(failure, comparison.found)...)
	return found.Sort()
}

// openLanguage is the language with a #Spec that allows everything.
var openLanguage = sync.OnceValue(func() map[string][]byte {
	sources := Sources()
	for i, name := range sourceNames() {
		file := languageFiles()[i]
		for _, declaration := range file.Decls {
			field, ok := declaration.(*ast.Field)
			if !ok || labelName(field.Label) != "#Spec" {
				continue
			}
			open := *file
			open.Decls = slices.Clone(file.Decls)
			open.Decls[slices.Index(open.Decls, declaration)] = &ast.Field{
				Label: ast.NewIdent("#Spec"), Value: ast.NewStruct(&ast.Ellipsis{}),
			}
			content, err := format.Node(&open)
			if err != nil {
				panic(err) // the file was parsed from source
			}
			sources[name] = content
		}
	}
	return sources
})

// translator turns CUE's errors into diagnostics in the user's words.
type translator struct {
	loader  *loader
	loaded  *Package
	root    string
	written cue.Value
}

// translate returns a diagnostic for each path that the comparison did not cover.
func (t *translator) translate(failure error, covered []mistake) diag.List {
	var order []string
	groups := map[string][]errors.Error{}
	for _, e := range errors.Errors(failure) {
		key := pathText(errorPath(e.Path()))
		if _, known := groups[key]; !known {
			order = append(order, key)
		}
		groups[key] = append(groups[key], e)
	}
	var found diag.List
	for _, key := range order {
		path := errorPath(groups[key][0].Path())
		if isCovered(path, covered) {
			continue
		}
		found = append(found, t.group(path, groups[key]))
	}
	if len(found) == 0 && len(covered) == 0 {
		found = append(found, t.group(nil, errors.Errors(failure)))
	}
	return sameOnce(found)
}

// isCovered reports whether a mistake was already found at the path, above it or below it.
func isCovered(path []segment, covered []mistake) bool {
	return slices.ContainsFunc(covered, func(m mistake) bool {
		shared := min(len(path), len(m.path))
		if m.code == "schema/missing" && len(path) > len(m.path)+1 {
			return false
		}
		return slices.Equal(path[:shared], m.path[:shared])
	})
}

// sameOnce drops diagnostics that repeat one at the same position: a wrong reference is reported wherever it is used.
func sameOnce(found diag.List) diag.List {
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(d diag.Diagnostic) bool {
		key := d.Pos.String() + d.Code + d.Message
		repeated := seen[key]
		seen[key] = true
		return repeated
	})
}

// group explains the errors at one path.
func (t *translator) group(path []segment, errs []errors.Error) diag.Diagnostic {
	errs = slices.DeleteFunc(slices.Clone(errs), func(e errors.Error) bool {
		text, _ := e.Msg()
		return strings.Contains(text, "errors in empty disjunction")
	})
	result := problem("spec/value", t.loaded.placer().position(path), "cannot be evaluated")
	result.Path = pathText(path)
	for _, e := range errs {
		for _, kind := range errorKinds {
			if format, _ := e.Msg(); kind.format.MatchString(format) && kind.explain(t, e, &result) {
				return result
			}
		}
	}
	if len(errs) > 0 {
		result.Message = plainMessage(errs[0])
		t.moveTo(&result, errs[0])
	}
	return result
}

// errorKinds says how each kind of CUE error is put in the user's words, by the format of its message.
var errorKinds = []struct {
	format  *regexp.Regexp
	explain func(*translator, errors.Error, *diag.Diagnostic) bool
}{
	{regexp.MustCompile(`^reference %q not found`), (*translator).reference},
	{regexp.MustCompile(`^undefined field`), (*translator).reference},
	{regexp.MustCompile(`cycle|field set was already referenced`), (*translator).cycle},
	{regexp.MustCompile(`^conflicting values`), (*translator).conflict},
	{regexp.MustCompile(`^(incomplete value|invalid interpolation|non-concrete|.*incomplete)`), (*translator).incomplete},
}

func (t *translator) reference(e errors.Error, result *diag.Diagnostic) bool {
	result.Code = "spec/reference"
	_, arguments := e.Msg()
	if len(arguments) == 0 {
		return false
	}
	name := fmt.Sprint(arguments[0])
	result.Message = "refers to " + name + ", which does not exist"
	var known []string
	for _, field := range language()["#Spec"].fields {
		known = append(known, field.name)
	}
	if near, ok := diag.Closest(name, known); ok && near != name {
		result.Help = "did you mean " + near + "?"
	}
	t.moveTo(result, e)
	return true
}

func (t *translator) cycle(e errors.Error, result *diag.Diagnostic) bool {
	result.Code = "spec/cycle"
	result.Message = "refers to itself, so that it has no value"
	t.moveTo(result, e)
	return true
}

// conflict explains two values that the user gave for one field, in two places.
func (t *translator) conflict(e errors.Error, result *diag.Diagnostic) bool {
	positions := t.userPositions(e)
	format, arguments := e.Msg()
	if len(positions) < 2 || len(arguments) < 2 {
		return false
	}
	result.Code = "spec/conflict"
	first, second := plainArgument(arguments[0]), plainArgument(arguments[1])
	result.Message = "has two values: " + first + " and " + second
	if strings.Contains(format, "mismatched types") {
		result.Message = "has two values of different types: " + first + " and " + second
	}
	slices.SortFunc(positions, comparePositions)
	result.Pos = positions[len(positions)-1]
	for _, other := range positions[:len(positions)-1] {
		result.Notes = append(result.Notes, "the other value is at "+other.String())
	}
	result.Help = "keep one of them, or give the shared one as a default: *" + first + " | string"
	return true
}

func (t *translator) incomplete(e errors.Error, result *diag.Diagnostic) bool {
	result.Code = "spec/incomplete"
	result.Message = "has no definite value"
	written := plainArgument(lookup(t.written, errorPath(e.Path())))
	switch format, _ := e.Msg(); {
	case !strings.HasPrefix(format, "incomplete value"), strings.HasPrefix(written, "_|_"):
	case written == "_":
		result.Message += ": it depends on itself, or on something without a value"
	default:
		result.Message += ", only " + written
	}
	result.Help = "give it a value; one that comes from a tag is given by --tag"
	return true
}

// moveTo sets the position to the user's own place that the error names, where it names one.
func (t *translator) moveTo(result *diag.Diagnostic, e errors.Error) {
	if positions := t.userPositions(e); len(positions) > 0 {
		result.Pos = positions[0]
	}
}

// userPositions lists the error's positions that lie in the user's files, without repetition.
func (t *translator) userPositions(e errors.Error) []diag.Pos {
	var positions []diag.Pos
	for _, candidate := range append([]token.Pos{e.Position()}, e.InputPositions()...) {
		position, ok := t.loader.userPosition(candidate, t.root)
		if ok && !slices.Contains(positions, position) {
			positions = append(positions, position)
		}
	}
	return positions
}

// userPosition converts a position of CUE; false where it lies in the language instead of in the user's files.
func (l *loader) userPosition(position token.Pos, root string) (diag.Pos, bool) {
	if !position.IsValid() || position.Filename() == "" {
		return diag.Pos{}, false
	}
	folder, file := filepath.Split(position.Filename())
	if filepath.Clean(folder) == languageFolder(root) || file == embeddingFile {
		return diag.Pos{}, false
	}
	return diag.Pos{File: l.display(position.Filename()), Line: position.Line(), Col: position.Column()}, true
}

// verb is a formatting verb of a CUE error's message.
var verb = regexp.MustCompile(`%[a-zA-Z]`)

// plainMessage is a CUE error's message without its path and positions.
func plainMessage(e errors.Error) string {
	format, arguments := e.Msg()
	plain := make([]any, 0, len(arguments))
	for _, argument := range arguments {
		plain = append(plain, plainArgument(argument))
	}
	return strings.Join(strings.Fields(fmt.Sprintf(verb.ReplaceAllString(format, "%v"), plain...)), " ")
}

func plainArgument(argument any) string {
	text := []rune(fmt.Sprint(argument))
	if len(text) > longestQuote {
		return string(text[:longestQuote]) + "…"
	}
	return string(text)
}
