package schema

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/token"

	"github.com/belfry-dev/belfry/internal/diag"
)

// mistake is one deviation of what the user wrote from what the language allows.
type mistake struct {
	code    string
	path    []segment
	message string
	help    string
	atLabel bool // the name is wrong, not the value
	conceal bool // the value may be a secret
	value   cue.Value
}

// comparer walks what the user wrote beside the language's shapes and collects every deviation, so that each mistake is
// found once and described by what would have been right. What cannot be evaluated is passed over: CUE's own error says why.
type comparer struct {
	whole cue.Value // what the user wrote together with the language
	found []mistake
}

func (c *comparer) compare(want *shape, value cue.Value, path []segment) {
	have, children := inspect(value)
	switch {
	case have == cue.BottomKind:
		return
	case len(want.alternatives) > 0:
		c.alternatives(want, value, have, path)
	case want.isStruct() || want.values != nil:
		if have != cue.StructKind {
			c.add("schema/type", path, want, value)
			return
		}
		c.fields(want, value, children, path)
	case want.elements != nil:
		if have != cue.ListKind {
			c.add("schema/type", path, want, value)
			return
		}
		for _, child := range children {
			c.compare(want.elements, child.value, extend(path, child.step))
		}
	default:
		c.scalar(want, value, have, path)
	}
}

// alternatives goes on with the alternative that is of the same kind.
func (c *comparer) alternatives(want *shape, value cue.Value, have cue.Kind, path []segment) {
	for _, alternative := range want.alternatives {
		if have == cue.ListKind && alternative.elements != nil || have == cue.StructKind && alternative.isStruct() {
			c.compare(alternative, value, path)
			return
		}
	}
	c.add("schema/type", path, want, value)
}

func (c *comparer) fields(want *shape, value cue.Value, children []child, path []segment) {
	var present []string
	for _, child := range children {
		present = append(present, child.step.name)
		at := extend(path, child.step)
		if next := want.at(child.step); next != nil {
			c.compare(next, child.value, at)
			continue
		}
		unknown, meant := unknownField(want, child.step.name, at)
		unknown.value = child.value
		c.found = append(c.found, unknown)
		present = append(present, meant) // it is misspelt, not missing
	}
	for _, field := range want.fields {
		// A field that only the whole spec has is one whose value depends on a default of the language.
		if !field.required || slices.Contains(present, field.name) || lookup(c.whole, extend(path, segment{name: field.name})).Exists() {
			continue
		}
		c.found = append(c.found, mistake{
			code: "schema/missing", path: path, atLabel: true, value: value,
			message: "field " + field.name + " is missing",
			help:    "add " + field.name + ": " + wanted(field.shape) + ". " + firstSentence(field.doc),
		})
	}
}

func (c *comparer) scalar(want *shape, value cue.Value, have cue.Kind, path []segment) {
	value, _ = value.Default()
	if !value.IsConcrete() || len(want.enum) == 0 && want.basic == "" {
		return
	}
	switch {
	case !sameKind(want.basic, have):
		c.add("schema/type", path, want, value)
	case want.basic == "string":
		c.text(want, value, path)
	case !withinBounds(want, value):
		c.add("schema/range", path, want, value)
	}
}

func (c *comparer) text(want *shape, value cue.Value, path []segment) {
	text, err := value.String()
	if err != nil {
		return
	}
	if len(want.enum) > 0 {
		if slices.Contains(want.enum, text) {
			return
		}
		c.add("schema/enum", path, want, value)
		if near, ok := diag.Closest(text, want.enum); ok {
			c.found[len(c.found)-1].help = "did you mean " + strconv.Quote(near) + "?"
		}
		return
	}
	if want.notEmpty && text == "" || want.pattern != nil && !want.pattern.MatchString(text) {
		c.add("schema/format", path, want, value)
	}
}

func (c *comparer) add(code string, path []segment, want *shape, value cue.Value) {
	message := "want " + wanted(want) + ", have " + had(value)
	conceal := want.definition == "#Secret"
	if conceal {
		message = "want the name of a Kubernetes Secret and a key in it" // and no word of what may be the secret itself
	}
	c.found = append(c.found, mistake{code: code, path: path, message: message, help: helpForType(code, want, value), value: value, conceal: conceal})
}

// unknownField explains a field that the language does not know, and returns the name that was probably meant, or "".
func unknownField(want *shape, name string, path []segment) (unknown mistake, meant string) {
	var known []string
	for _, field := range want.fields {
		known = append(known, field.name)
	}
	result := mistake{code: "schema/unknown-field", path: path, atLabel: true, message: "there is no field " + quotedName(name) + " here"}
	if near, ok := diag.Closest(name, known); ok {
		result.help = "did you mean " + near + "?"
		return result, near
	}
	result.help = "the fields are " + listing(known, "and")
	if len(known) == 1 {
		result.help = "the only field is " + known[0]
	}
	if len(path) == 1 {
		result.help += "; a field of your own begins with an underscore: _" + name
	}
	return result, ""
}

// child is a field of a struct or an element of a list.
type child struct {
	step  segment
	value cue.Value
}

// inspect returns a value's kind and children, also where one of the children is an error. BottomKind means that the
// value itself is an error or that its kind is not known.
func inspect(value cue.Value) (cue.Kind, []child) {
	kind := value.IncompleteKind()
	if value.Err() == nil && kind != cue.StructKind && kind != cue.ListKind {
		return kind, nil
	}
	if kind == cue.ListKind {
		var children []child
		for i, elements := 0, must(value.List()); elements.Next(); i++ {
			children = append(children, child{segment{index: i, isIndex: true}, elements.Value()})
		}
		return kind, children
	}
	fields, err := value.Fields()
	if err != nil {
		return cue.BottomKind, nil
	}
	var children []child
	for fields.Next() {
		kind = cue.StructKind
		selector := fields.Selector()
		if selector.LabelType() == cue.IndexLabel {
			kind = cue.ListKind
			children = append(children, child{segment{index: selector.Index(), isIndex: true}, fields.Value()})
			continue
		}
		children = append(children, child{segment{name: selector.Unquoted()}, fields.Value()})
	}
	return kind, children
}

// must drops the error of an iterator over a value whose kind was asked before.
func must(iterator cue.Iterator, _ error) *cue.Iterator { return &iterator }

func extend(path []segment, step segment) []segment {
	return append(slices.Clip(path), step)
}

// lookup finds a value by its path.
func lookup(value cue.Value, path []segment) cue.Value {
	selectors := make([]cue.Selector, 0, len(path))
	for _, step := range path {
		if step.isIndex {
			selectors = append(selectors, cue.Index(step.index))
			continue
		}
		selectors = append(selectors, cue.Str(step.name))
	}
	return value.LookupPath(cue.MakePath(selectors...))
}

func sameKind(basic string, have cue.Kind) bool {
	switch basic {
	case "string":
		return have == cue.StringKind
	case "int":
		return have == cue.IntKind
	case "number":
		return have == cue.IntKind || have == cue.FloatKind || have == cue.NumberKind
	case "bool":
		return have == cue.BoolKind
	default:
		return true
	}
}

func withinBounds(want *shape, value cue.Value) bool {
	// A number beyond float64 comes back as the nearest infinity, which is out of every bound, too.
	number, _ := value.Float64()
	return !slices.ContainsFunc(want.bounds, func(limit bound) bool {
		switch limit.operator {
		case token.GTR:
			return number <= limit.limit
		case token.GEQ:
			return number < limit.limit
		case token.LSS:
			return number >= limit.limit
		case token.LEQ:
			return number > limit.limit
		default:
			return false
		}
	})
}

func firstSentence(text string) string {
	sentence, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(sentence, ".")
}
