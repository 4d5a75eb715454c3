package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// notReproducible are the codes that no spec makes by itself, and why.
var notReproducible = map[string]string{
	"dashboard/too-large":   "the compiler says it when it has drawn the dashboard",
	"import/changed":        "about files of other tools",
	"import/invalid":        "about files of other tools",
	"import/left-out":       "about files of other tools",
	"import/nothing":        "about files of other tools",
	"import/placeholder":    "about files of other tools",
	"import/services":       "about files of other tools",
	"init/exists":           "needs a folder with files",
	"live/changed":          "about what a server has loaded",
	"live/extra":            "about what a server has loaded",
	"live/failing":          "about what a server has loaded",
	"live/missing":          "about what a server has loaded",
	"read/depth":            "needs hundreds of brackets: TestWhatCannotBeReadIsReportedWhereItStands",
	"read/encoding":         "needs a file that is not UTF-8: TestWhatCannotBeReadIsReportedWhereItStands",
	"read/exposition":       "about expositions: TestAWrongLineIsReportedAndTheOthersAreRead",
	"read/too-large":        "needs a file above the limit: TestWhatCannotBeReadIsReportedWhereItStands",
	"reference/catalog":     "the schema lists the catalogs; lowering's own check is for programs that build a Spec themselves",
	"output/in-the-way":     "needs an output folder",
	"output/manifest":       "needs an output folder",
	"output/path":           "needs an output folder",
	"output/symlink":        "needs an output folder",
	"platform/incomplete":   "needs several packages",
	"reference/environment": "needs a tag on the command line",
	"routing/unowned":       "the compiler says it when it has seen all packages",
	"ruler/groups":          "the compiler says it when it has seen all packages",
	"templates/execute":     "needs a folder of templates",
	"templates/go":          "needs a folder of templates",
	"templates/parse":       "needs a folder of templates",
	"templates/unknown":     "needs a folder of templates",
	"spec/evaluator":        "a failure of the CUE evaluator",
	"spec/import":           "needs a module",
	"spec/module":           "needs a broken cue.mod",
	"spec/package":          "a case needs its package clause",
	"spec/packages":         "needs several packages",
	"spec/read":             "needs a file that cannot be read",
	"spec/tag":              "needs a tag on the command line",
	"spec/too-large":        "needs a file above the limit",
	"spec/too-slow":         "needs an evaluation above the limit",
}

// TestEveryCodeIsFoundInItsBadCaseAndNothingInItsGoodOne compiles the two examples of every code. A case of package shop is
// completed by testdata/shop.cue; one of another package stands alone.
func TestEveryCodeIsFoundInItsBadCaseAndNothingInItsGoodOne(t *testing.T) {
	for _, code := range Codes() {
		if c, _ := Explain(code); notReproducible[code] != "" || c.Language != "cue" {
			continue // internal/lint tests the examples in YAML, internal/exposed those of expositions
		}
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join("testdata", filepath.FromSlash(code))
			bad := findings(t, filepath.Join(folder, "bad.cue"))
			if !strings.Contains(bad, "["+code+"]") {
				t.Errorf("the bad case does not show it:\n%s", bad)
			}
			goldenfile.CompareFile(t, filepath.Join(folder, "bad.want"), bad)
			if good := findings(t, filepath.Join(folder, "good.cue")); good != "" {
				t.Errorf("the good case has findings:\n%s", good)
			}
		})
	}
}

// findings compiles one case and prints what is found, with the help on a line of its own.
func findings(t *testing.T, file string) string {
	t.Helper()
	var text strings.Builder
	for _, d := range diagnose(t, file) {
		text.WriteString(d.String() + "\n")
		for _, note := range d.Notes {
			text.WriteString("  = " + note + "\n")
		}
		if d.Help == "" {
			t.Logf("%s gives no help", d)
		} else {
			text.WriteString("  = help: " + d.Help + "\n")
		}
	}
	return text.String()
}

func diagnose(t *testing.T, file string) diag.List {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Base(file), content)
	if strings.HasPrefix(string(content), "package shop\n") {
		shared, err := os.ReadFile(filepath.Join("testdata", "shop.cue"))
		if err != nil {
			t.Fatal(err)
		}
		write("shop.cue", shared)
	}
	packages, list, err := schema.Load(schema.LoadOptions{Dir: folder, Patterns: []string{"."}})
	if err != nil {
		t.Fatal(err)
	}
	if list.HasErrors() {
		return list
	}
	loaded := packages[0]
	program, lowered := lower.Lower(lower.Input{Spec: loaded.Spec, OwnsPlatform: loaded.OwnsPlatform, Locate: loaded.Locate})
	list = append(list, lowered...)
	if !list.HasErrors() {
		list = append(list, Run(program)...)
	}
	return Apply(list, loaded.Spec.Accept, loaded.Locate)
}
