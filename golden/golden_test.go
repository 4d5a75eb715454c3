// Package golden holds what Belfry makes of specs that each show one feature, and of the reference spec, byte for byte.
// The cases are read as documentation too: a spec.cue, and what it becomes in want.
package golden

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/goldenfile"
)

// options are how a case is compiled, in its options.json.
type options struct {
	Packages  []string         `json:"packages"`  // ["."] where it says nothing
	Tags      []string         `json:"tags"`      // CUE tags
	Kinds     []generator.Kind `json:"kinds"`     // all where it says nothing
	Templates string           `json:"templates"` // folder of the case
	Paths     []string         `json:"paths"`     // prefixes of the files that the case is about; all where it says nothing
}

// otherFolders hold no cases.
var otherFolders = []string{"burnrate", "cli", "mutation"}

func TestCasesBecomeWhatTheyShould(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, entry := range entries {
		if !entry.IsDir() || slices.Contains(otherFolders, entry.Name()) {
			continue
		}
		cases++
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			compare(t, entry.Name())
		})
	}
	if cases < 20 {
		t.Errorf("only %d cases: the folder is not read as it should be", cases)
	}
}

// compare compiles a case and compares both ways: missing, different and stale files fail.
func compare(t *testing.T, folder string) {
	t.Helper()
	o := readOptions(t, folder)
	templates := ""
	if o.Templates != "" {
		templates = filepath.Join(folder, o.Templates)
	}
	result, err := generator.Compile(generator.Options{
		Dir: folder, Packages: o.Packages, Tags: o.Tags, Kinds: o.Kinds, Templates: templates,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	if len(result.Diagnostics) > 0 {
		var text strings.Builder
		for _, d := range result.Diagnostics {
			text.WriteString(d.String() + "\n")
		}
		got["diagnostics.txt"] = text.String()
	}
	for _, output := range result.Outputs {
		for _, a := range output.Artifacts {
			name := path.Join(output.Folder, a.Path)
			about := len(o.Paths) == 0 || slices.ContainsFunc(o.Paths, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
			if about {
				got[name] = string(a.Data)
			}
		}
	}
	goldenfile.Compare(t, filepath.Join(folder, "want"), got)
}

func readOptions(t *testing.T, folder string) options {
	t.Helper()
	o := options{Packages: []string{"."}}
	content, err := os.ReadFile(filepath.Join(folder, "options.json"))
	if os.IsNotExist(err) {
		return o
	}
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(content)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&o); err != nil {
		t.Fatalf("%s/options.json: %v", folder, err)
	}
	return o
}

// TestTheReferenceBecomesWhatIsCommitted compiles spec/ and compares it with out/.
func TestTheReferenceBecomesWhatIsCommitted(t *testing.T) {
	result, err := generator.Compile(generator.Options{Dir: "..", Packages: []string{"./spec"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Diagnostics) > 0 {
		t.Errorf("the reference spec has findings: %v", result.Diagnostics)
	}
	plan, err := generator.PlanWrite("../out", result.Outputs[0].Artifacts, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(plan.Files, plan.Manifest) {
		if file.State != generator.FileSame {
			t.Errorf("out/%s: state %v (-committed +spec):\n%s", file.Path, file.State, cmp.Diff(string(file.Old), string(file.New)))
		}
	}
}
