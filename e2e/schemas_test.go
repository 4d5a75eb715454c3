package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// The module whose example folder holds the operator's definitions, and its checksum as go.sum has it.
const (
	operatorModule   = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
	operatorChecksum = "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="
)

// definition checks resources of one kind as the API server does.
type definition struct {
	structural *schema.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
}

// definitions are the operator's, by apiVersion and kind.
var definitions = sync.OnceValues(func() (map[string]definition, error) {
	command := exec.Command("go", "mod", "download", "-json", operatorModule)
	command.Env = append(os.Environ(), "GONOSUMDB=github.com/prometheus-operator/*", "GOFLAGS=-mod=mod")
	text, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w\n%s", command.Args, err, text)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal(text, &module); err != nil {
		return nil, err
	}
	if module.Sum != operatorChecksum {
		return nil, fmt.Errorf("%s has the checksum %s, want %s", operatorModule, module.Sum, operatorChecksum)
	}
	files, err := filepath.Glob(filepath.Join(module.Dir, "example", "prometheus-operator-crd", "*.yaml"))
	if err != nil {
		return nil, err
	}
	out := map[string]definition{}
	for _, file := range files {
		if err := readDefinition(file, out); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return out, nil
})

// readDefinition adds each version of a CustomResourceDefinition.
func readDefinition(file string, out map[string]definition) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(text, &crd); err != nil {
		return err
	}
	for _, version := range crd.Spec.Versions {
		var internal apiextensions.JSONSchemaProps
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &internal, nil); err != nil {
			return err
		}
		structural, err := schema.NewStructural(&internal)
		if err != nil {
			return err
		}
		validator, _, err := validation.NewSchemaValidator(&internal)
		if err != nil {
			return err
		}
		out[crd.Spec.Group+"/"+version.Name+" "+crd.Spec.Names.Kind] = definition{
			structural: structural, validator: validator,
			rules: cel.NewValidator(structural, true, celconfig.PerCallLimit),
		}
	}
	return nil
}

// problems are why the API server would refuse the object with strict field validation, in the order in which it looks: unknown
// fields, then defaults are filled in, then types, metadata, lists and CEL rules. The object is changed.
func (d definition) problems(o object) []string {
	var out []string
	unknown := pruning.PruneWithOptions(o, d.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		out = append(out, "unknown field "+path)
	}
	defaulting.Default(o, d.structural)
	errors := validation.ValidateCustomResource(nil, o, d.validator)
	errors = append(errors, objectmeta.Validate(context.Background(), nil, o, d.structural, true)...)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, d.structural, o)...)
	if len(errors) == 0 { // CEL reads values whose types are right
		more, _ := d.rules.Validate(context.Background(), nil, d.structural, o, nil, celconfig.RuntimeCELCostBudget)
		errors = append(errors, more...)
	}
	for _, err := range errors {
		out = append(out, err.Error())
	}
	return out
}

// custom are the operator's resources among those that are applied.
func custom(t *testing.T) (map[string]definition, []object) {
	t.Helper()
	known, err := definitions()
	if err != nil {
		t.Fatal(err)
	}
	var out []object
	for _, o := range applied(t) {
		if version, _ := o["apiVersion"].(string); strings.Contains(version, "monitoring.coreos.com/") {
			out = append(out, o)
		}
	}
	return known, out
}

func kindOf(o object) string { return fmt.Sprintf("%v %v", o["apiVersion"], o["kind"]) }

func TestTheOperatorsSchemasAcceptEveryResource(t *testing.T) {
	known, resources := custom(t)
	seen := map[string]bool{}
	for _, o := range resources {
		d, ok := known[kindOf(o)]
		if !ok {
			t.Errorf("the operator has no %s", kindOf(o))
			continue
		}
		seen[kindOf(o)] = true
		for _, problem := range d.problems(runtime.DeepCopyJSON(o)) {
			t.Errorf("%s: %s", kindOf(o), problem)
		}
	}
	for _, kind := range []string{"PrometheusRule", "ServiceMonitor"} {
		if !seen["monitoring.coreos.com/v1 "+kind] {
			t.Errorf("there is no %s to check", kind)
		}
	}
}

// planted are mistakes in resources that are right otherwise, and what the schemas say of them.
var planted = []struct {
	name, kind string
	path       []any // of the object or list that is changed
	key        string
	value      any
	want       string
}{
	{"unknown field of a rule", "PrometheusRule", []any{"spec", "groups", 0, "rules", 0}, "exprs", "up", "unknown field spec.groups[0].rules[0].exprs"},
	{"unknown field of a group", "PrometheusRule", []any{"spec", "groups", 0}, "every", "1m", "unknown field spec.groups[0].every"},
	{"number for a text", "PrometheusRule", []any{"spec", "groups", 0}, "name", int64(7), "spec.groups[0].name"},
	{"no duration", "PrometheusRule", []any{"spec", "groups", 0}, "interval", "soon", "spec.groups[0].interval"},
	{"text for a list", "ServiceMonitor", []any{"spec"}, "endpoints", "metrics", "spec.endpoints"},
	{"unknown field of an endpoint", "ServiceMonitor", []any{"spec", "endpoints", 0}, "timeout", "10s", "unknown field spec.endpoints[0].timeout"},
	{"value out of its set", "ServiceMonitor", []any{"spec", "endpoints", 0}, "scheme", "ftp", "spec.endpoints[0].scheme"},
}

func TestTheOperatorsSchemasRefusePlantedMistakes(t *testing.T) {
	known, resources := custom(t)
	for _, c := range planted {
		for _, o := range resources {
			if o["kind"] != c.kind {
				continue
			}
			mistaken := runtime.DeepCopyJSON(o)
			reach(t, mistaken, c.path)[c.key] = c.value
			if got := strings.Join(known[kindOf(o)].problems(mistaken), "\n"); !strings.Contains(got, c.want) {
				t.Errorf("%s: want %q in:\n%s", c.name, c.want, got)
			}
			break
		}
	}
}

func reach(t *testing.T, from any, path []any) map[string]any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			from = from.(map[string]any)[step]
		case int:
			from = from.([]any)[step]
		}
	}
	return from.(map[string]any)
}
