package cluster

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The module whose example folder holds the operator's definitions, and its checksum as go.sum has it.
const (
	operatorModule   = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
	operatorChecksum = "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="
)

// definitions is the folder of the operator's CustomResourceDefinitions.
func definitions(t *testing.T) string {
	t.Helper()
	download := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", operatorModule)
	download.Env = append(os.Environ(), "GONOSUMDB=github.com/prometheus-operator/*") // the checksum is compared below
	text, err := download.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", download.Args, err, text)
	}
	var module struct{ Dir, Sum string }
	if err := json.Unmarshal(text, &module); err != nil {
		t.Fatal(err)
	}
	if module.Sum != operatorChecksum {
		t.Fatalf("%s has the checksum %s, want %s", operatorModule, module.Sum, operatorChecksum)
	}
	return filepath.Join(module.Dir, "example", "prometheus-operator-crd")
}

// prepare starts a cluster that has the operator's definitions, and namespaces.
func prepare(t *testing.T, namespaces ...string) *cluster {
	t.Helper()
	c := start(t)
	c.run(t, nil, "apply", "--server-side", "--filename", definitions(t), "--filename", filepath.Join("testdata", "kind.yaml"))
	c.run(t, nil, "wait", "--for", "condition=Established", "--timeout", "5m", "customresourcedefinitions", "--all")
	// The API server tells of a kind some time after the definition is established, and kubectl refuses what it was not told of.
	c.waitUntil(t, func() error {
		_, err := c.try(t, nil, "get", strings.Join(append(slices.Clone(kinds), "applysets.example.com"), ","), "--all-namespaces")
		return err
	})
	for _, namespace := range namespaces {
		c.run(t, nil, "create", "namespace", namespace)
	}
	return c
}

// apply are kubectl's arguments: fields that the API server does not know are errors.
var apply = []string{"apply", "--server-side", "--validate=strict"}

// TestTheReferenceApplies applies what `kustomize build` makes of out/kubernetes: nothing is refused or warned of, a second time
// nothing is written, and what the spec no longer has goes.
func TestTheReferenceApplies(t *testing.T) {
	t.Parallel()
	c, p := prepare(t, "ai-support", "monitoring"), newProject(t, "spec")
	p.generate(t, "./spec")
	manifests, wanted := p.kustomize(t, "kubernetes")
	// The reference has resources in two namespaces, of which only a set of a cluster-wide kind may consist.
	c.run(t, nil, "create", "--filename", filepath.Join("testdata", "set.yaml"))
	asSet := append(slices.Clone(apply), "--prune", "--applyset", "applysets.example.com/ai-agent")
	c.run(t, manifests, append(asSet, "--filename", "-")...)
	first := c.stored(t)
	c.holds(t, wanted)

	t.Run("again", func(t *testing.T) {
		asFolder := append(slices.Clone(asSet), "--kustomize", filepath.Join(p.folder, "out", "kubernetes"))
		c.run(t, nil, asFolder...)
		second := c.stored(t)
		if diff := cmp.Diff(versions(first), versions(second), cmpopts.IgnoreMapEntries(isClaim)); diff != "" {
			t.Errorf("the second apply wrote (-before +after):\n%s", diff)
		}
		c.run(t, nil, asFolder...)
		if diff := cmp.Diff(versions(second), versions(c.stored(t))); diff != "" {
			t.Errorf("the third apply wrote (-before +after):\n%s", diff)
		}
	})
	t.Run("mistakes", func(t *testing.T) { c.refusesMistakes(t, wanted) })
	t.Run("values", func(t *testing.T) { c.takesValues(t, p, wanted) })
	t.Run("prune", func(t *testing.T) {
		if err := os.Remove(filepath.Join(p.folder, "spec", "dashboards.cue")); err != nil {
			t.Fatal(err)
		}
		p.generate(t, "./spec")
		manifests, fewer := p.kustomize(t, "kubernetes")
		if len(fewer) >= len(wanted) {
			t.Fatalf("without its dashboards the spec compiles to %d objects, with them to %d", len(fewer), len(wanted))
		}
		c.run(t, manifests, append(asSet, "--filename", "-")...)
		c.holds(t, fewer)
	})
}

// isClaim tells PersistentVolumeClaims: the API server writes each of them, even one of nothing but what it must have, once more
// with the second apply, without any change that can be seen, and never again.
func isClaim(key, _ string) bool { return strings.HasPrefix(key, "PersistentVolumeClaim ") }

// holds compares what is stored with what was applied: the same objects, with the same contents.
func (c *cluster) holds(t *testing.T, wanted []object) {
	t.Helper()
	stored := c.stored(t)
	if diff := cmp.Diff(keys(wanted), slices.Sorted(maps.Keys(stored))); diff != "" {
		t.Errorf("(-applied +stored):\n%s", diff)
	}
	for _, o := range wanted {
		key, want, got := "spec", o["spec"], stored[o.key()]["spec"]
		switch o["kind"] {
		case "ConfigMap":
			key, want, got = "data", o["data"], stored[o.key()]["data"]
		case "Secret":
			key, want, got = "stringData", o["stringData"], decoded(t, stored[o.key()]["data"])
		case "PrometheusRule", "ServiceMonitor":
		default: // what the API server fills in differs from what is applied
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s (-applied +stored):\n%s", o.key(), key, diff)
		}
	}
}

// decoded are the texts of a Secret's data.
func decoded(t *testing.T, data any) any {
	t.Helper()
	out := map[string]any{}
	values, _ := data.(map[string]any)
	for key, value := range values {
		text, err := base64.StdEncoding.DecodeString(value.(string))
		if err != nil {
			t.Fatal(err)
		}
		out[key] = string(text)
	}
	return out
}

// mistakes are planted in objects that are right otherwise: which field gets which value, and what the API server says.
var mistakes = []struct {
	kind  string
	path  []any // to a field
	value any
	want  string
}{
	{"PrometheusRule", []any{"spec", "groups", 0, "rules", 0, "exprs"}, "up", ".rules[0].exprs"},
	{"PrometheusRule", []any{"spec", "groups", 0, "every"}, "1m", ".every"},
	{"PrometheusRule", []any{"spec", "groups", 0, "interval"}, "soon", "spec.groups[0].interval"},
	{"PrometheusRule", []any{"spec", "groups", 0, "limit"}, "many", ".limit"},
	{"ServiceMonitor", []any{"spec", "endpoints"}, "metrics", ".spec.endpoints"},
	{"ServiceMonitor", []any{"spec", "endpoints", 0, "timeout"}, "10s", ".timeout"},
	{"ServiceMonitor", []any{"spec", "endpoints", 0, "scheme"}, "ftp", "spec.endpoints[0].scheme"},
	{"Secret", []any{"dataString"}, map[string]any{}, ".dataString"},
	{"ConfigMap", []any{"data"}, map[string]any{"a": []any{"b"}}, ".data"},
	{"ConfigMap", []any{"metadata", "name"}, "Not a name", "metadata.name"},
	{"Deployment", []any{"spec", "template", "spec", "containers", 0, "imagePullPolicies"}, "Always", ".imagePullPolicies"},
	{"Deployment", []any{"spec", "replicas"}, "one", ".spec.replicas"},
}

// refusesMistakes applies objects with one mistake each.
func (c *cluster) refusesMistakes(t *testing.T, objects []object) {
	before := versions(c.stored(t))
	for _, mistake := range mistakes {
		text := planted(t, objects, mistake.kind, mistake.path, mistake.value)
		_, err := c.try(t, text, append(slices.Clone(apply), "--force-conflicts", "--filename", "-")...)
		if err == nil {
			t.Errorf("%s %v = %v is not refused", mistake.kind, mistake.path, mistake.value)
		} else if !strings.Contains(err.Error(), mistake.want) {
			t.Errorf("%s %v = %v: want %q in:\n%v", mistake.kind, mistake.path, mistake.value, mistake.want, err)
		}
	}
	if diff := cmp.Diff(before, versions(c.stored(t))); diff != "" {
		t.Errorf("what was refused has left something (-before +after):\n%s", diff)
	}
}

// planted is the first object of a kind with a field changed.
func planted(t *testing.T, objects []object, kind string, path []any, value any) []byte {
	t.Helper()
	at := slices.IndexFunc(objects, func(o object) bool { return o["kind"] == kind })
	if at < 0 {
		t.Fatalf("there is no %s", kind)
	}
	text, err := json.Marshal(objects[at])
	if err != nil {
		t.Fatal(err)
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	inside := whole
	for _, step := range path[:len(path)-1] {
		switch step := step.(type) {
		case string:
			inside = inside.(map[string]any)[step]
		case int:
			inside = inside.([]any)[step]
		}
	}
	inside.(map[string]any)[path[len(path)-1].(string)] = value
	if text, err = json.Marshal(whole); err != nil {
		t.Fatal(err)
	}
	return text
}

// TestServicesOfAFleetApplyAlone: each service of a fleet is a set of its own, applied into its namespace. What one of them no
// longer has goes, and its neighbour in the same namespace stays as it is.
func TestServicesOfAFleetApplyAlone(t *testing.T) {
	t.Parallel()
	c, p := prepare(t, "web", "monitoring"), newProject(t, filepath.Join("golden", "fleet", "services"))
	sets := []struct{ name, namespace string }{{"platform", "monitoring"}, {"cart", "web"}, {"search", "web"}}
	applyAll := func() (wanted []object) {
		p.generate(t, "./spec/...")
		for _, set := range sets {
			folder := filepath.Join(set.name, "kubernetes")
			_, objects := p.kustomize(t, folder)
			wanted = append(wanted, objects...)
			c.run(t, nil, append(slices.Clone(apply), "--kustomize", filepath.Join(p.folder, "out", folder),
				"--namespace", set.namespace, "--prune", "--applyset", set.name)...)
		}
		c.holds(t, wanted)
		return wanted
	}
	applyAll()
	first := versions(c.stored(t))
	applyAll()
	if diff := cmp.Diff(first, versions(c.stored(t))); diff != "" {
		t.Errorf("the second apply wrote (-before +after):\n%s", diff)
	}

	withoutAlerts(t, filepath.Join(p.folder, "spec", "cart", "cart.cue"))
	applyAll()
	after := versions(c.stored(t))
	if _, there := after["PrometheusRule web/cart"]; there {
		t.Error("the rules of a service that has none are still there")
	}
	for _, key := range []string{"PrometheusRule web/search", "ServiceMonitor web/search", "ServiceMonitor web/cart"} {
		if before, now := first[key], after[key]; before == "" || before != now {
			t.Errorf("%s had the version %q and has %q after another object was removed", key, before, now)
		}
	}
}

// withoutAlerts takes the alerts out of a spec, each of which is one line.
func withoutAlerts(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.DeleteFunc(strings.Split(string(text), "\n"), func(line string) bool { return strings.HasPrefix(line, "alerts:") })
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}
