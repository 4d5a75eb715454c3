package schema

import (
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	"github.com/rogpeppe/go-internal/txtar"
)

// vet does what cue vet -c does in a user's module that has a copy of the language below cue.mod/pkg.
func vet(t *testing.T, dir string) error {
	t.Helper()
	instance := load.Instances([]string{"./spec"}, &load.Config{Dir: dir, Env: []string{"CUE_REGISTRY=none"}})[0]
	if instance.Err != nil {
		return instance.Err
	}
	return cuecontext.New().BuildInstance(instance).Validate(cue.Concrete(true))
}

// vendored is an archive with a module and the language's copy beside its files, as belfry init leaves them.
func vendored(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	copied := *archive
	copied.Files = append([]txtar.File{{Name: "cue.mod/module.cue", Data: []byte("module: \"example.com/shop@v0\"\nlanguage: version: \"v0.17.0\"\n")}}, archive.Files...)
	for name, content := range Sources() {
		copied.Files = append(copied.Files, txtar.File{Name: VendorFolder + "/" + name, Data: content})
	}
	return extract(t, &copied)
}

func TestCueVetAcceptsWhatBelfryAccepts(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/everything.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if err := vet(t, vendored(t, archive)); err != nil {
		t.Error(err)
	}
}

// TestCueVetRefusesWhatBelfryRefuses adds to each wrong spec the file that a user's package begins with: cue vet and
// editors must then find the same mistakes of form, if in other words.
func TestCueVetRefusesWhatBelfryRefuses(t *testing.T) {
	archives, err := filepath.Glob("testdata/wrong/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := string(archive.Files[len(archive.Files)-1].Data)
		// A number beyond 64 bits is a limit of Go's, not of the language.
		if !strings.Contains(want, "error[schema/") || !strings.HasPrefix(want, "spec/spec.cue") || strings.Contains(want, "64 bits") {
			continue
		}
		compared++
		archive.Files = append([]txtar.File{{Name: "spec/language.cue", Data: []byte(embedding("monitoring"))}}, archive.Files...)
		if err := vet(t, vendored(t, archive)); err == nil {
			t.Errorf("cue vet accepts %s, of which belfry says:\n%s", path, want)
		}
	}
	if compared < 15 {
		t.Errorf("only %d specs were compared", compared)
	}
}
