package schema

import (
	"maps"
	"reflect"
	"slices"
)

// EachText visits every text and every name that the spec gives, in the order of the mirror's fields and of names. The
// steps lead to it, as Path takes them; they are valid during the call only. A name is visited at the path of what it names.
func (s *Spec) EachText(visit func(steps []any, text string)) {
	const deep = 16 // more steps than any text is away
	eachText(reflect.ValueOf(s), make([]any, 0, deep), visit)
}

func eachText(value reflect.Value, steps []any, visit func(steps []any, text string)) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			eachText(value.Elem(), steps, visit)
		}
	case reflect.String:
		visit(steps, value.String())
	case reflect.Struct:
		if value.Type() == reflect.TypeFor[Label]() {
			eachTextOfLabel(value.Interface().(Label), steps, visit)
			return
		}
		for _, field := range mirrorFields(value.Type()) {
			eachText(value.FieldByIndex(field.index), append(steps, field.name), visit)
		}
	case reflect.Map:
		elements := map[string]reflect.Value{}
		for entries := value.MapRange(); entries.Next(); {
			elements[entries.Key().String()] = entries.Value()
		}
		for _, name := range slices.Sorted(maps.Keys(elements)) {
			below := append(steps, name)
			visit(below, name)
			eachText(elements[name], below, visit)
		}
	case reflect.Slice:
		for i := range value.Len() {
			eachText(value.Index(i), append(steps, i), visit)
		}
	}
}

// eachTextOfLabel visits the values of a closed label, which stand where the label does, or the pattern of an open one.
func eachTextOfLabel(label Label, steps []any, visit func(steps []any, text string)) {
	for i, text := range label.Values {
		visit(append(steps, i), text)
	}
	visit(append(steps, "pattern"), label.Pattern)
}
