package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/goldenfile"
)

// referencePage is the page that ReferenceMarkdown generates.
const referencePage = "../docs/spec.md"

func TestTheReferenceIsUpToDate(t *testing.T) {
	want, err := ReferenceMarkdown()
	if err != nil {
		t.Fatal(err)
	}
	goldenfile.CompareFile(t, referencePage, string(want))
}

func TestEverythingIsDocumented(t *testing.T) {
	definitions, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	fields := 0
	var visit func(path string, all []Field)
	visit = func(path string, all []Field) {
		for _, field := range all {
			fields++
			if !strings.HasSuffix(field.Doc, ".") {
				t.Errorf("%s.%s has no comment that ends with a full stop: %q", path, field.Name, field.Doc)
			}
			visit(path+"."+field.Name, field.Fields)
		}
	}
	for _, definition := range definitions {
		if !strings.HasPrefix(definition.Doc, definition.Name+" ") {
			t.Errorf("the comment of %s does not begin with its name: %q", definition.Name, definition.Doc)
		}
		if (definition.Type == "") == (len(definition.Fields) == 0) {
			t.Errorf("%s has the type %q and %d fields", definition.Name, definition.Type, len(definition.Fields))
		}
		visit(definition.Name, definition.Fields)
	}
	if definitions[0].Name != "#Spec" || len(definitions) != len(language()) || fields < 150 {
		t.Errorf("the reference begins with %s and has %d of %d definitions and %d fields", definitions[0].Name, len(definitions), len(language()), fields)
	}
}

func TestTheReferenceTellsTypesApart(t *testing.T) {
	definitions, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Field{
		"#Alert.signal":      {Name: "signal", Type: "string", Required: true},
		"#Alert.for":         {Name: "for", Type: "#Duration", Default: `"0s"`},
		"#Alert.labels":      {Name: "labels", Type: "[string]: string"},
		"#Panel.kind":        {Name: "kind", Type: `"timeseries" | "stat" | "gauge" | "bars" | "pie" | "table"`, Default: `"timeseries"`},
		"#Panel.series":      {Name: "series", Type: "[...#Series]"},
		"#Metric.labels":     {Name: "labels", Type: "[string]: [...string] | #OpenLabel"},
		"#Routing.groupBy":   {Name: "groupBy", Type: "[...string]", Default: `["alertname", "severity"]`},
		"#Service.replicas":  {Name: "replicas", Type: "int & >0", Default: "1"},
		"#Row.collapsed":     {Name: "collapsed", Type: "bool", Default: "false"},
		"#Spec.catalogs":     {Name: "catalogs", Type: `[...("kube-state-metrics" | "cadvisor" | "node-exporter")]`},
		"#Receiver.telegram": {Name: "telegram", Type: "#Telegram"},
	}
	have := map[string]Field{}
	for _, definition := range definitions {
		for _, field := range definition.Fields {
			if _, ok := want[definition.Name+"."+field.Name]; ok {
				field.Doc, field.shape = "", nil
				have[definition.Name+"."+field.Name] = field
			}
		}
	}
	if diff := cmp.Diff(want, have, cmp.AllowUnexported(Field{})); diff != "" {
		t.Errorf("fields (-want +have):\n%s", diff)
	}
}
