package schema

import (
	"path/filepath"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
	"github.com/google/go-cmp/cmp"
)

// TestWhatIsBuiltDirectlyIsWhatTheLoaderBuilds reads the specs of the golden cases both ways.
func TestWhatIsBuiltDirectlyIsWhatTheLoaderBuilds(t *testing.T) {
	l, err := newLoader(LoadOptions{Dir: filepath.Join("..", "golden")})
	if err != nil {
		t.Fatal(err)
	}
	folders, problems := l.expand([]string{"./...", "../spec"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	direct, bare := 0, 0
	for _, next := range folders {
		b := newBatch(l)
		built, loaded := l.read(next), l.read(next)
		b.members = []*member{built}
		if b.load(); built.syntax == nil {
			continue
		}
		direct++
		if isData(built.syntax) {
			bare++
		}
		loaded.instance, loaded.context = l.instances([]*member{loaded}, leanLanguage(), true)[0], cuecontext.New()
		want, have := b.evaluateMember(loaded), b.evaluateMember(built)
		if len(want.diagnostics)+len(have.diagnostics) > 0 {
			t.Errorf("%s: loaded: %v, built: %v", next.path, want.diagnostics, have.diagnostics)
			continue
		}
		if diff := cmp.Diff(want.loaded.Spec, have.loaded.Spec); diff != "" {
			t.Errorf("%s (-loaded +built):\n%s", next.path, diff)
		}
	}
	if direct < 40 || bare < 30 {
		t.Errorf("of %d packages only %d are built directly, %d of them without defaults", len(folders), direct, bare)
	}
}

// TestFilesThatLookAtDefaultsAreNotData lists the ways in which a file can tell whether a field is there.
func TestFilesThatLookAtDefaultsAreNotData(t *testing.T) {
	for source, want := range map[string]bool{
		`alerts: A: {for: "5m", summary: "\(_name)"}`:         true,
		`_base: {for: "5m"}, alerts: A: _base & {above: "1"}`: true,
		`alerts: [string]: for: "5m"`:                         true,
		`alerts: A: above!: string`:                           true,
		`alerts: A: {for: !="0s"}`:                            true, // no value: an error, which the whole language explains
		`_p: [for q in [50, 95] {q: q / 100}]`:                true,
		`alerts: {for n, a in alerts {(n): a}}`:               false,
		`alerts: A: for: *"5m" | string`:                      false,
		`alerts: A: for?: "5m"`:                               false,
		`alerts: [string]: for?: "5m"`:                        false,
		`if alerts.A.for != _|_ {alerts: A: for: "5m"}`:       false,
		`alerts: B: {for k, v in alerts.A {(k): v}}`:          false,
		`_n: len(alerts.A)`:                                   false,
		`_same: alerts.A == alerts.B`:                         false,
		`_one: {for: "5m"} | {above: "1"}`:                    false,
		`_p: [alerts.A.for, "x"][0]`:                          false,
		`_p: _|_`:                                             false,
		`alerts: A: _open...`:                                 false,
	} {
		file, err := parser.ParseFile("spec.cue", "@experiment(explicitopen,try)\npackage a\n"+source, parser.ParseComments)
		if err != nil {
			t.Errorf("%s: %v", source, err)
		} else if got := isData([]*ast.File{file}); got != want {
			t.Errorf("%s: is data: %v, want %v", source, got, want)
		}
	}
}
