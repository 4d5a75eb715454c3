package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mirrored maps Go types to the definitions they mirror, where the name alone does not say it.
var mirrored = map[reflect.Type]string{
	reflect.TypeFor[openLabel](): "#OpenLabel",
}

// TestMirrorAgreesWithTheLanguage walks #Spec and Spec together: every field of one must be in the other, with the same
// type and the same way of being left out. A field on one side alone is a mistake that nobody would see otherwise: the
// user's words would be dropped, or a generator would wait for words that cannot be written.
func TestMirrorAgreesWithTheLanguage(t *testing.T) {
	seen := map[reflect.Type]bool{}
	agree(t, "#Spec", language()["#Spec"], reflect.TypeFor[Spec](), seen)
	agree(t, "#OpenLabel", language()["#OpenLabel"], reflect.TypeFor[openLabel](), seen)
	if len(seen) < 30 {
		t.Errorf("only %d structs were compared: the walk ended early", len(seen))
	}
}

// TestEveryDefinitionIsMirrored finds definitions that no field refers to, so that the walk above would not reach them.
func TestEveryDefinitionIsMirrored(t *testing.T) {
	reached := map[string]bool{"#Params": true}
	var reach func(s *shape)
	reach = func(s *shape) {
		if s == nil {
			return
		}
		reached[s.definition] = true
		for _, field := range s.fields {
			reach(field.shape)
		}
		reach(s.elements)
		reach(s.values)
		for _, alternative := range s.alternatives {
			reach(alternative)
		}
	}
	reach(language()["#Spec"])
	for name := range language() {
		if !reached[name] {
			t.Errorf("nothing in #Spec leads to %s", name)
		}
	}
}

func agree(t *testing.T, path string, want *shape, have reflect.Type, seen map[reflect.Type]bool) {
	t.Helper()
	if seen[have] {
		return
	}
	seen[have] = true
	names, fields := jsonFields(have)
	var inLanguage []string
	for _, property := range want.fields {
		inLanguage = append(inLanguage, property.name)
		field, ok := fields[property.name]
		if !ok {
			continue // the comparison of names below reports it
		}
		agreeField(t, path+"."+property.name, property, field, seen)
	}
	if diff := cmp.Diff(inLanguage, names); diff != "" {
		t.Errorf("%s and %s have different fields, or in a different order (-CUE +Go):\n%s", path, have, diff)
	}
}

func agreeField(t *testing.T, path string, property property, field reflect.StructField, seen map[reflect.Type]bool) {
	t.Helper()
	omitted := strings.Contains(field.Tag.Get("json"), "omitempty")
	if omitted != property.optional {
		t.Errorf("%s: optional is %v in CUE and %v in Go", path, property.optional, omitted)
	}
	kind := field.Type
	if kind.Kind() == reflect.Pointer {
		if !property.optional {
			t.Errorf("%s is always there, and so needs no pointer", path)
		}
		kind = kind.Elem()
	} else if kind.Kind() == reflect.Struct && property.optional {
		t.Errorf("%s may be left out, and so needs a pointer", path)
	}
	agreeType(t, path, property.shape, kind, seen)
}

func agreeType(t *testing.T, path string, want *shape, have reflect.Type, seen map[reflect.Type]bool) {
	t.Helper()
	got := have.Kind().String()
	switch {
	case len(want.alternatives) > 0:
		if have != reflect.TypeFor[Label]() {
			t.Errorf("%s is a list or a struct in CUE and %s in Go", path, have)
		}
		return
	case want.isStruct():
		if have.Kind() == reflect.Struct {
			if name := "#" + have.Name(); want.definition != "" && want.definition != name && mirrored[have] != want.definition {
				t.Errorf("%s is %s in CUE and %s in Go", path, want.definition, have.Name())
			}
			agree(t, path, want, have, seen)
			return
		}
	case want.values != nil:
		if have.Kind() == reflect.Map {
			agreeType(t, path+"[name]", want.values, have.Elem(), seen)
			return
		}
	case want.elements != nil:
		if have.Kind() == reflect.Slice {
			agreeType(t, path+"[0]", want.elements, have.Elem(), seen)
			return
		}
	default:
		basic := map[string][]string{"string": {"string"}, "int": {"int", "int64"}, "number": {"float64"}, "bool": {"bool"}}
		for _, name := range basic[want.basic] {
			if got == name {
				return
			}
		}
	}
	t.Errorf("%s is %s in CUE and %s in Go", path, wanted(want), have)
}

// jsonFields lists the fields of a struct as JSON sees them, those of embedded structs in their place.
func jsonFields(structure reflect.Type) ([]string, map[string]reflect.StructField) {
	var names []string
	fields := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(structure) {
		if field.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		fields[name] = field
	}
	return names, fields
}

// TestLabelReadsBothForms holds the one type that JSON alone cannot describe.
func TestLabelReadsBothForms(t *testing.T) {
	cases := map[string]Label{
		`["a","b"]`:                  {Values: []string{"a", "b"}},
		`[]`:                         {Values: []string{}},
		`{"max":20}`:                 {Max: 20},
		`{"max":3,"pattern":"^v.*"}`: {Max: 3, Pattern: "^v.*"},
	}
	for text, want := range cases {
		var have Label
		if err := json.Unmarshal([]byte(text), &have); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s (-want +have):\n%s", text, diff)
		}
		if have.Closed() != (text[0] == '[') {
			t.Errorf("%s: closed is %v", text, have.Closed())
		}
		again, err := json.Marshal(have)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(text, string(again)); diff != "" {
			t.Errorf("written again (-want +have):\n%s", diff)
		}
	}
	for _, text := range []string{`{"max":1,"maks":2}`, `"a"`, `[1]`} {
		var have Label
		if err := json.Unmarshal([]byte(text), &have); err == nil {
			t.Errorf("%s was read as %s", text, fmt.Sprint(have))
		}
	}
}
