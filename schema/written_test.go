package schema

import (
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// TestOnlyFieldsThatCannotBeThereAreNotAskedFor lists every way in which alerts.A may come by a field.
func TestOnlyFieldsThatCannotBeThereAreNotAskedFor(t *testing.T) {
	const language = `import "` + ImportPath + `"` + "\n"
	for source, want := range map[string]bool{
		`alerts: A: keepFiringFor: "5m"`:                                     true,
		`alerts: "A": {"keepFiringFor": "5m"}`:                               true,
		`alerts: A: Mine=keepFiringFor: "5m"`:                                true,
		`if true {alerts: A: keepFiringFor: "5m"}`:                           true,
		`alerts: {if true {A: keepFiringFor: "5m"}}`:                         true,
		`alerts: A: *{keepFiringFor: "5m"} | {}`:                             true,
		`alerts: A: {for: "5m"} & {keepFiringFor: "5m"}`:                     true,
		`alerts: A: ({keepFiringFor: "5m"})`:                                 true,
		`_base: {keepFiringFor: "5m"}, alerts: A: _base`:                     true,
		`_base: {keepFiringFor: "5m"}, alerts: A: {_base, for: "5m"}`:        true,
		`_all: A: keepFiringFor: "5m", alerts: _all`:                         true,
		`_all: alerts: A: keepFiringFor: "5m", {_all}`:                       true,
		`alerts: [string]: keepFiringFor: "5m", alerts: A: for: "5m"`:        true,
		`for n in ["A"] {alerts: (n): keepFiringFor: "5m"}`:                  true,
		`alerts: A: "keep\(_rest)": "5m"`:                                    true,
		`alerts: A: {if false {for: "5m"} else {keepFiringFor: "5m"}}`:       true,
		`import "encoding/json"` + "\n" + `alerts: json.Unmarshal("{}")`:     true,
		`import "example.com/mixins"` + "\n" + `alerts: mixins.alerts`:       true,
		`@extern(embed)` + "\n" + `alerts: _ @embed(file=alerts.json)`:       true,
		`alerts: A: for: "5m"`:                                               false,
		`alerts: {A: for: "5m", B: keepFiringFor: "5m"}`:                     false,
		`alerts: A: summary: "keepFiringFor"`:                                false,
		`signals: [string]: keepFiringFor: "5m", alerts: A: for: "5m"`:       false,
		`alerts: A: {for: "5m"} & {summary: "x"}`:                            false,
		`environment: *"prod" | string @tag(env), alerts: A: for: "5m"`:      false,
		language + `schema.#Spec` + "\n" + `alerts: A: for: "5m"`:            false,
		language + `schema.#Spec & {alerts: A: schema.#Alert & {for: "5m"}}`: false,
	} {
		file, err := parser.ParseFile("spec.cue", "@experiment(explicitopen,try)\npackage a\n"+source, parser.ParseComments)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		alert := writtenIn([]*ast.File{file}).field("alerts").field("A")
		if got := alert.mayHave("keepFiringFor"); got != want {
			t.Errorf("%s: a field keepFiringFor may be there: %v, want %v", source, got, want)
		}
	}
}

func TestElementsOfAListAreToldTogether(t *testing.T) {
	for source, want := range map[string]bool{
		`rows: [{title: "a"}, {panels: []}]`: true,
		`rows: [for r in [1] {panels: []}]`:  true,
		`rows: [_row]`:                       true,
		`rows: [...{panels: []}]`:            true,
		`rows: [{title: "panels"}, ...]`:     false,
	} {
		file, err := parser.ParseFile("spec.cue", source, parser.ParseComments)
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if got := writtenIn([]*ast.File{file}).field("rows").element().mayHave("panels"); got != want {
			t.Errorf("%s: a field panels may be there: %v, want %v", source, got, want)
		}
	}
}
