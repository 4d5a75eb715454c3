package schema

import (
	"encoding/json"
	"reflect"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
	"github.com/google/go-cmp/cmp"
)

// TestDefaultsAreThoseOfTheLanguage asks CUE for every field that may be there without being written.
func TestDefaultsAreThoseOfTheLanguage(t *testing.T) {
	instance := build.NewContext().NewInstance("", nil)
	for name, content := range Sources() {
		file, err := parser.ParseFile(name, content)
		if err != nil {
			t.Fatal(err)
		}
		if err := instance.AddSyntax(file); err != nil {
			t.Fatal(err)
		}
	}
	value := cuecontext.New().BuildInstance(instance)
	asked := 0
	for mirror := range defaults() {
		if language()["#"+mirror.Name()] == nil {
			if len(defaults()[mirror]) > 0 {
				t.Errorf("%s has defaults, and no definition has its name", mirror)
			}
			continue
		}
		definition := value.LookupPath(cue.MakePath(cue.Def(mirror.Name())))
		filled := reflect.New(mirror).Elem()
		fillDefaults(filled)
		for _, field := range mirrorFields(mirror) {
			property, _ := language()["#"+mirror.Name()].field(field.name)
			if property.optional || property.required {
				continue
			}
			asked++
			data, err := definition.LookupPath(field.path).MarshalJSON()
			if err != nil {
				t.Errorf("%s.%s has no default: %v", mirror, field.name, err)
				continue
			}
			want := reflect.New(mirror.FieldByIndex(field.index).Type)
			if err := json.Unmarshal(data, want.Interface()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.Elem().Interface(), filled.FieldByIndex(field.index).Interface()); diff != "" {
				t.Errorf("%s.%s (-CUE +filled):\n%s", mirror, field.name, diff)
			}
		}
	}
	if asked < 40 {
		t.Errorf("only %d defaults were compared", asked)
	}
}
