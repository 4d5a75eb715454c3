package schema

import (
	"fmt"
	"reflect"
	"strings"
)

// unsetFields lists the fields of a spec that no value in it sets: a field of a struct that occurs several times is set
// where one of them sets it.
func unsetFields(path string, spec any) []string {
	set, all := map[string]bool{}, []string{}
	var visit func(path string, value reflect.Value)
	visit = func(path string, value reflect.Value) {
		switch value.Kind() {
		case reflect.Pointer:
			if !value.IsNil() {
				visit(path, value.Elem())
			}
		case reflect.Map:
			for _, key := range value.MapKeys() {
				visit(path+"[]", value.MapIndex(key))
			}
		case reflect.Slice:
			for i := range value.Len() {
				visit(path+"[]", value.Index(i))
			}
		case reflect.Struct:
			for _, field := range reflect.VisibleFields(value.Type()) {
				if field.Anonymous {
					continue
				}
				name := fmt.Sprintf("%s.%s", path, field.Name)
				if _, known := set[name]; !known {
					set[name] = false
					all = append(all, name)
				}
				if inner := value.FieldByIndex(field.Index); !inner.IsZero() {
					set[name] = true
					visit(name, inner)
				}
			}
		}
	}
	visit(path, reflect.ValueOf(spec))
	var unset []string
	for _, name := range all {
		if !set[name] {
			unset = append(unset, strings.TrimPrefix(name, "."))
		}
	}
	return unset
}
