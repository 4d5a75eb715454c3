package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/belfry-dev/belfry/internal/diag"
)

// translator turns CUE's errors into diagnostics in the user's words.
type translator struct {
	loader  *loader
	loaded  *Package
	folder  folder
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
	slices.SortStableFunc(order, func(a, b string) int { return len(groups[a][0].Path()) - len(groups[b][0].Path()) })
	var found diag.List
	conflicts := map[string]bool{}
	var reported [][]segment
	for _, key := range order {
		path := errorPath(groups[key][0].Path())
		below := slices.ContainsFunc(reported, func(above []segment) bool { return len(above) < len(path) && slices.Equal(above, path[:len(above)]) })
		if below || isCovered(path, covered) || t.isConsequence(groups[key], conflicts) {
			continue
		}
		found = append(found, t.group(path, groups[key]))
		reported = append(reported, path)
	}
	if len(found) == 0 && len(covered) == 0 {
		found = append(found, t.group(nil, errors.Errors(failure)))
	}
	return found
}

// isConsequence reports whether errors repeat a conflict at a place where one was already found, and notes theirs: a
// conflict in a helper field comes out again in every field that takes its value.
func (t *translator) isConsequence(errs []errors.Error, known map[string]bool) bool {
	var keys []string
	for _, e := range errs {
		if format, _ := e.Msg(); !strings.HasPrefix(format, "conflicting values") {
			continue
		}
		for _, position := range t.userPositions(e) {
			keys = append(keys, plainMessage(e)+position.String())
		}
	}
	repeated := slices.ContainsFunc(keys, func(key string) bool { return known[key] })
	for _, key := range keys {
		known[key] = true
	}
	return repeated
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

// group explains the errors at one path.
func (t *translator) group(path []segment, errs []errors.Error) diag.Diagnostic {
	errs = slices.DeleteFunc(slices.Clone(errs), func(e errors.Error) bool {
		text, _ := e.Msg()
		return strings.Contains(text, "errors in empty disjunction")
	})
	position, _ := t.loaded.placer().position(path)
	result := problem("spec/value", position, "cannot be evaluated")
	result.Path = pathText(path)
	for _, e := range errs {
		for _, kind := range errorKinds {
			format, _ := e.Msg()
			if (kind.format.MatchString(format) || kind.format.MatchString(plainMessage(deepest(e)))) && kind.explain(t, e, &result) {
				return result
			}
		}
	}
	if len(errs) > 0 {
		result.Message = plainMessage(deepest(errs[0]))
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
	{regexp.MustCompile(`^incompatible list lengths`), (*translator).listLengths},
	{regexp.MustCompile(`^imported and not used`), (*translator).unusedImport},
	{regexp.MustCompile(`^(builtin )?package .* undefined`), (*translator).noPackage},
	{regexp.MustCompile(`^(incomplete value|invalid interpolation|non-concrete|.*incomplete)`), (*translator).incomplete},
}

func (t *translator) reference(e errors.Error, result *diag.Diagnostic) bool {
	result.Code = "spec/reference"
	format, arguments := e.Msg()
	if len(arguments) == 0 {
		return false
	}
	name := fmt.Sprint(arguments[0])
	result.Message = "refers to " + name + ", which does not exist"
	switch {
	case name == "schema":
		result.Help = "add import \"" + ImportPath + "\" after the package clause"
	case !strings.HasPrefix(format, "reference "): // a field of something that is there
	case slices.Contains([]string{"list", "math", "regexp", "strconv", "strings", "time"}, name):
		result.Help = "add import \"" + name + "\" after the package clause"
	case strings.HasPrefix(name, "_"), strings.HasPrefix(name, "#"):
		result.Help = "define " + name + " in this package, or mend the name"
	default:
		result.Help = "put it in quotes if it is a text: \"" + name + "\""
	}
	defer func() { result.Pos.Len = len(name) }()
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

func (t *translator) unusedImport(e errors.Error, result *diag.Diagnostic) bool {
	result.Code = "spec/import"
	result.Message = "imports a package and does not use it"
	result.Help = "remove the import"
	t.moveTo(result, e)
	return true
}

func (t *translator) noPackage(e errors.Error, result *diag.Diagnostic) bool {
	*result = noSuchPackage(result.Pos, e)
	t.moveTo(result, e)
	return true
}

func (t *translator) listLengths(e errors.Error, result *diag.Diagnostic) bool {
	_, arguments := e.Msg()
	if len(arguments) != 2 {
		return false
	}
	result.Code = "spec/conflict"
	result.Message = fmt.Sprintf("has two values: a list of %v and a list of %v", arguments[0], arguments[1])
	result.Help = "keep one of them: lists are not joined"
	positions := t.userPositions(e)
	for _, other := range positions[min(1, len(positions)):] {
		result.Notes = append(result.Notes, "the other value is at "+other.String())
	}
	t.moveTo(result, e)
	return true
}

// conflict explains two values that the user gave for one field, in two places.
func (t *translator) conflict(e errors.Error, result *diag.Diagnostic) bool {
	positions := t.userPositions(e)
	format, arguments := e.Msg()
	if len(arguments) < 2 {
		return false
	}
	result.Code = "spec/conflict"
	if len(positions) < 2 {
		// The other value has no place in a file: it was given by a tag.
		result.Message = "is given " + plainArgument(arguments[1]) + ", which it does not allow"
		result.Help = "give the tag another value, or allow this one"
		t.moveTo(result, e)
		return true
	}
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
	if inner := plainMessage(deepest(e)); inner != plainMessage(e) && !strings.Contains(inner, "non-concrete") {
		result.Code = "spec/value"
		result.Message = "cannot be evaluated: " + inner
		return true
	}
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
		position, ok := t.loader.userPosition(candidate, t.folder)
		if ok && !slices.Contains(positions, position) {
			positions = append(positions, position)
		}
	}
	return positions
}

// verb is a formatting verb of a CUE error's message.
var verb = regexp.MustCompile(`%#?[a-zA-Z]`)

// plainMessage is a CUE error's message without its path and positions.
func plainMessage(e errors.Error) string {
	format, arguments := e.Msg()
	if len(arguments) == 0 && (format == "" || verb.MatchString(format)) || len(arguments) == 1 && fmt.Sprint(arguments[0]) == "" {
		return strings.Join(strings.Fields(strings.TrimPrefix(e.Error(), strings.Join(e.Path(), ".")+": ")), " ")
	}
	plain := make([]any, 0, len(arguments))
	for _, argument := range arguments {
		plain = append(plain, plainArgument(argument))
	}
	return strings.Join(strings.Fields(fmt.Sprintf(verb.ReplaceAllString(format, "%v"), plain...)), " ")
}

func plainArgument(argument any) string {
	if character, ok := argument.(rune); ok {
		return strconv.QuoteRune(character)
	}
	text := []rune(fmt.Sprint(argument))
	if len(text) > longestQuote {
		return string(text[:longestQuote]) + "…"
	}
	return string(text)
}
