package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestASpecIsWhatItsJSONSays holds the decoder to CUE's own way out, which knows nothing of the mirror.
func TestASpecIsWhatItsJSONSays(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/everything.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{vendored(t, archive), ".."} {
		instance := load.Instances([]string{"./spec"}, &load.Config{Dir: dir, Env: []string{"CUE_REGISTRY=none"}})[0]
		value := cuecontext.New().BuildInstance(instance)
		if err := value.Validate(cue.Concrete(true)); err != nil {
			t.Fatal(err)
		}
		content, err := value.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var want, have Spec
		decoder := json.NewDecoder(bytes.NewReader(content))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if mistake := assemble(value, writtenIn(instance.Files), reflect.ValueOf(&have).Elem()); mistake != nil {
			t.Fatal(mistake.message)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s (-JSON +have):\n%s", dir, diff)
		}
	}
}

func TestANumberBeyond64BitsIsNamedWhereItStands(t *testing.T) {
	value := cuecontext.New().CompileString(`dashboards: "a.b": rows: [{panels: [{}, {width: 99999999999999999999}]}]`)
	mistake := assemble(value, anything, reflect.ValueOf(&Spec{}).Elem())
	if mistake == nil {
		t.Fatal("it fits")
	}
	want := []string{`dashboards."a.b".rows[0].panels[1].width`, "want a number of at most 64 bits, have 99999999999999999999"}
	if diff := cmp.Diff(want, []string{mistake.at(), mistake.message}); diff != "" {
		t.Error(diff)
	}
}
