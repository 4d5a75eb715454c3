package schema

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"

	"github.com/belfry-dev/belfry/internal/diag"
)

// decode turns a valid value into a Spec. What fits the language and not the mirror, as a number beyond 64 bits, is a
// diagnostic.
func decode(whole cue.Value, files *written, loaded *Package) (*Spec, *diag.Diagnostic) {
	spec := &Spec{}
	if mistake := assemble(whole, files, reflect.ValueOf(spec).Elem()); mistake != nil {
		path := mistake.at()
		result := problem("schema/range", loaded.Locate(path), mistake.message)
		result.Path = path
		return nil, &result
	}
	if isEmpty(spec) {
		result := problem("spec/empty", diag.Pos{File: loaded.Files[0]}, "the package describes neither a service nor a platform",
			"write a service or a platform: docs/spec.md shows how a spec begins")
		return nil, &result
	}
	return spec, nil
}

// misfit is a value that a type of the mirror cannot hold.
type misfit struct {
	message string
	steps   []any // of its path, as Path takes them, the last first
}

func (m *misfit) below(step any) *misfit {
	m.steps = append(m.steps, step)
	return m
}

func (m *misfit) at() string {
	forward := make([]any, 0, len(m.steps))
	for i := len(m.steps) - 1; i >= 0; i-- {
		forward = append(forward, m.steps[i])
	}
	return Path(forward...)
}

// assemble copies a valid value into a type of the mirror. at is what the files write at its place. It asks for each field by its name: to print or to list a
// struct, CUE first works out in which order the files declare its fields, which takes half as long as evaluating them and
// says nothing that the mirror keeps.
func assemble(value cue.Value, at *written, into reflect.Value) *misfit {
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return assemble(value, at, into.Elem())
	case reflect.Struct:
		if label, ok := into.Addr().Interface().(*Label); ok {
			return assembleLabel(value, at, label)
		}
		return assembleStruct(value, at, into)
	case reflect.Map:
		return assembleMap(value, at, into)
	case reflect.Slice:
		return assembleList(value, at, into)
	default:
		return assembleScalar(value, into)
	}
}

func assembleScalar(value cue.Value, into reflect.Value) *misfit {
	var err error
	want := into.Kind().String()
	switch into.Kind() {
	case reflect.String:
		var text string
		text, err = value.String()
		into.SetString(strings.ToValidUTF8(text, "\uFFFD"))
	case reflect.Bool:
		var truth bool
		truth, err = value.Bool()
		into.SetBool(truth)
	case reflect.Int, reflect.Int64:
		var number int64
		number, err = value.Int64()
		into.SetInt(number)
		want = "a number of at most 64 bits"
	case reflect.Float64:
		var number float64
		number, err = value.Float64()
		into.SetFloat(number)
		want = "a number of at most 64 bits"
	default:
		panic(fmt.Sprintf("the mirror has a field of type %s, which the language has not", into.Type()))
	}
	if err != nil {
		return &misfit{message: fmt.Sprintf("want %s, have %v", want, value)}
	}
	return nil
}

func assembleStruct(value cue.Value, at *written, into reflect.Value) *misfit {
	for _, field := range mirrorFields(into.Type()) {
		var found cue.Value
		if at.mayHave(field.name) {
			found = value.LookupPath(field.path)
		}
		if !found.Exists() {
			fillDefault(into, field)
			continue
		}
		if mistake := assemble(found, at.field(field.name), into.FieldByIndex(field.index)); mistake != nil {
			return mistake.below(field.name)
		}
	}
	return nil
}

// assembleLabel reads a list of values or a struct with max and pattern.
func assembleLabel(value cue.Value, at *written, into *Label) *misfit {
	if value.IncompleteKind() == cue.ListKind {
		return assembleList(value, at, reflect.ValueOf(&into.Values).Elem())
	}
	var open openLabel
	if mistake := assembleStruct(value, at, reflect.ValueOf(&open).Elem()); mistake != nil {
		return mistake
	}
	*into = Label{Max: open.Max, Pattern: open.Pattern}
	return nil
}

func assembleMap(value cue.Value, at *written, into reflect.Value) *misfit {
	into.Set(reflect.MakeMap(into.Type()))
	add := func(name string, value cue.Value) *misfit {
		element := reflect.New(into.Type().Elem()).Elem()
		if mistake := assemble(value, at.field(name), element); mistake != nil {
			return mistake.below(name)
		}
		into.SetMapIndex(reflect.ValueOf(name), element)
		return nil
	}
	if !at.open {
		for _, name := range slices.Sorted(maps.Keys(at.fields)) {
			found := value.LookupPath(cue.MakePath(cue.Str(name)))
			if !found.Exists() {
				continue // it is written where a condition does not hold
			}
			if mistake := add(name, found); mistake != nil {
				return mistake
			}
		}
		return nil
	}
	fields, err := value.Fields()
	if err != nil {
		return &misfit{message: fmt.Sprintf("want a struct, have %v", value)}
	}
	for fields.Next() {
		if mistake := add(fields.Selector().Unquoted(), fields.Value()); mistake != nil {
			return mistake
		}
	}
	return nil
}

func assembleList(value cue.Value, at *written, into reflect.Value) *misfit {
	elements, err := value.List()
	if err != nil {
		return &misfit{message: fmt.Sprintf("want a list, have %v", value)}
	}
	into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	for elements.Next() {
		element := reflect.New(into.Type().Elem()).Elem()
		if mistake := assemble(elements.Value(), at.element(), element); mistake != nil {
			return mistake.below(into.Len())
		}
		into.Set(reflect.Append(into, element))
	}
	return nil
}

// mirrorField is a field of one of the mirror's structs under the name that it has in the language.
type mirrorField struct {
	name  string
	path  cue.Path
	index []int
}

// mirrorFieldsOf remembers the fields of each struct.
var mirrorFieldsOf sync.Map // reflect.Type to []mirrorField

func mirrorFields(of reflect.Type) []mirrorField {
	if known, ok := mirrorFieldsOf.Load(of); ok {
		return known.([]mirrorField)
	}
	var fields []mirrorField
	for _, field := range reflect.VisibleFields(of) {
		if field.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields = append(fields, mirrorField{name, cue.MakePath(cue.Str(name)), field.Index})
	}
	mirrorFieldsOf.Store(of, fields)
	return fields
}
