package schema

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzLoad holds the loader to this for any content of a file: it returns in time, without a panic or an error of ours,
// and either with a spec or with a finding that has a position and speaks the user's language.
func FuzzLoad(f *testing.F) {
	archives, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(archives, "testdata/everything.txtar") {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".cue") {
				f.Add(file.Data)
			}
		}
	}
	// The second is far above the first, for a busy machine, and far below what CUE may take for a few loops.
	const limit, enough = 5 * time.Second, 2 * time.Minute
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := write(t, map[string]string{"spec/spec.cue": string(content)})
		begin := time.Now()
		packages, found, err := Load(LoadOptions{Dir: dir, Patterns: []string{"./spec"}, Timeout: limit})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took > enough {
			t.Errorf("took %s", took)
		}
		if len(packages) != 1 || (packages[0].Spec == nil) != found.HasErrors() {
			t.Errorf("%d packages, findings %v", len(packages), found)
		}
		for _, d := range found {
			if !d.Pos.IsValid() || d.Code == "" || d.Message == "" || strings.HasPrefix(d.Pos.File, "..") {
				t.Errorf("incomplete finding: %+v", d)
			}
			for _, internal := range []string{"conflicting values", "empty disjunction", "#Spec", embeddingFile, VendorFolder + "/"} {
				if strings.Contains(d.String(), internal) && !strings.Contains(string(content), internal) {
					t.Errorf("a finding shows CUE's insides: %s", d)
				}
			}
		}
	})
}
