package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"sync"
)

// DefaultPlatform is #Platform with nothing but the language's own defaults: what a service without a platform runs on.
// The result is shared and must not be changed.
var DefaultPlatform = sync.OnceValue(func() *Platform {
	platform := &Platform{}
	fillDefaults(reflect.ValueOf(platform).Elem())
	return platform
})

// fillDefaults gives all fields of a struct that nobody has written their values.
func fillDefaults(into reflect.Value) {
	for _, field := range mirrorFields(into.Type()) {
		fillDefault(into, field)
	}
}

// fillDefault gives a field that nobody has written its value, where it has one.
func fillDefault(into reflect.Value, field mirrorField) {
	fallback, ok := defaults()[into.Type()][field.name]
	if !ok {
		return
	}
	switch target := into.FieldByIndex(field.index); target.Kind() {
	case reflect.Struct:
		fillDefaults(target)
	case reflect.Slice:
		target.Set(reflect.AppendSlice(reflect.MakeSlice(target.Type(), 0, fallback.Len()), fallback))
	default:
		target.Set(fallback)
	}
}

// defaults are the values of fields that nobody writes, by the mirror's struct and the field's name in the language. A
// struct that is always there stands for the defaults of its own fields.
var defaults = sync.OnceValue(func() map[reflect.Type]map[string]reflect.Value {
	found := map[reflect.Type]map[string]reflect.Value{}
	collectDefaults(language()["#Spec"], reflect.TypeFor[Spec](), found)
	return found
})

func collectDefaults(s *shape, mirror reflect.Type, found map[reflect.Type]map[string]reflect.Value) {
	for s != nil && mirror.Kind() != reflect.Struct {
		switch mirror.Kind() {
		case reflect.Pointer:
		case reflect.Map:
			s = s.values
		case reflect.Slice:
			s = s.elements
		default:
			return
		}
		mirror = mirror.Elem()
	}
	if s == nil || !s.isStruct() || found[mirror] != nil {
		return
	}
	found[mirror] = map[string]reflect.Value{}
	for _, field := range mirrorFields(mirror) {
		property, ok := s.field(field.name)
		if !ok {
			panic(fmt.Sprintf("the language has no field %s in %s", field.name, s.definition)) // a test compares the two
		}
		of := mirror.FieldByIndex(field.index).Type
		if !property.optional && !property.required {
			found[mirror][field.name] = defaultValue(property.shape, of)
		}
		collectDefaults(property.shape, of, found)
	}
}

// defaultValue reads a default, which is written in CUE as it would be in JSON.
func defaultValue(s *shape, of reflect.Type) reflect.Value {
	value := reflect.New(of)
	if s.fallback != "" {
		if err := json.Unmarshal([]byte(s.fallback), value.Interface()); err != nil {
			panic(fmt.Sprintf("the language has a default %s that is no %s", s.fallback, of)) // a test decodes all
		}
	}
	return value.Elem()
}
