package schema

import (
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// TestOnlyNamesThatCannotBeThereAreNotAskedFor lists every way in which a field can come into a package.
func TestOnlyNamesThatCannotBeThereAreNotAskedFor(t *testing.T) {
	for source, want := range map[string]bool{
		`alerts: A: keepFiringFor: "5m"`:                                 true,
		`"keepFiringFor": "5m"`:                                          true,
		`_base: {keepFiringFor: "5m"}, alerts: A: _base`:                 true,
		`alerts: [string]: keepFiringFor: "5m"`:                          true,
		`alerts: A: Mine=keepFiringFor: "5m"`:                            true,
		`if true {alerts: A: keepFiringFor: "5m"}`:                       true,
		`for name in ["A"] {alerts: (name): for: "5m"}`:                  true,
		`alerts: A: "keep\(_rest)": "5m"`:                                true,
		`import "encoding/json"` + "\n" + `alerts: json.Unmarshal("{}")`: true,
		`import "example.com/mixins"` + "\n" + `alerts: mixins.alerts`:   true,
		`@extern(embed)` + "\n" + `alerts: _ @embed(file=alerts.json)`:   true,
		`alerts: A: for: "5m"`:                                           false,
		`alerts: A: summary: "keepFiringFor"`:                            false,
		`environment: *"prod" | string @tag(env)`:                        false,
		`import "` + ImportPath + `"` + "\n" + `schema.#Spec`:            false,
	} {
		file, err := parser.ParseFile("spec.cue", "@experiment(explicitopen)\npackage a\n"+source, parser.ParseComments)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		names := namesIn([]*ast.File{file})
		if got := names.mayHave("keepFiringFor"); got != want {
			t.Errorf("%s: a field keepFiringFor may be there: %v, want %v", source, got, want)
		}
		if !names.mayHave("for") {
			t.Errorf("%s: a field with a default is taken for missing", source)
		}
	}
}
