package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// object is a Kubernetes resource.
type object map[string]any

// key says which one it is.
func (o object) key() string {
	metadata, _ := o["metadata"].(map[string]any)
	return fmt.Sprintf("%v %v/%v", o["kind"], metadata["namespace"], metadata["name"])
}

// of is a field of the object's metadata.
func (o object) of(field string) string {
	metadata, _ := o["metadata"].(map[string]any)
	text, _ := metadata[field].(string)
	return text
}

// project is a copy of a folder of specs that a test may change, and what they compile to.
type project struct{ folder string }

// newProject copies specs into a module of CUE of its own.
func newProject(t *testing.T, specs string) project {
	t.Helper()
	p := project{t.TempDir()}
	if err := os.CopyFS(filepath.Join(p.folder, "spec"), os.DirFS(filepath.Join(root, specs))); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(p.folder, "cue.mod"), os.DirFS(filepath.Join(root, "cue.mod"))); err != nil {
		t.Fatal(err)
	}
	return p
}

// generate compiles packages into out/.
func (p project) generate(t *testing.T, packages string) {
	t.Helper()
	path, err := belfry()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := command(p.folder, path, "generate", packages, "--out", "out"); err != nil {
		t.Fatal(err)
	}
}

// kustomize is what `kustomize build` makes of a folder of out/, as it is and as objects.
func (p project) kustomize(t *testing.T, folder string) ([]byte, []object) {
	t.Helper()
	text, err := command(filepath.Join(p.folder, "out"), program(t, "kustomize"), "build", folder)
	if err != nil {
		t.Fatal(err)
	}
	var out []object
	for document := range bytes.SplitSeq([]byte(text), []byte("\n---\n")) {
		var o object
		if err := yaml.UnmarshalStrict(document, &o); err != nil {
			t.Fatal(err)
		}
		out = append(out, o)
	}
	return []byte(text), out
}

// kinds are what the specs compile to, and what is asked for where all that Belfry wrote is meant.
var kinds = []string{
	"secrets", "configmaps", "services", "serviceaccounts", "persistentvolumeclaims", "deployments.apps",
	"prometheusrules.monitoring.coreos.com", "servicemonitors.monitoring.coreos.com",
}

// stored are the objects in the cluster that carry Belfry's label, by their keys.
func (c *cluster) stored(t *testing.T) map[string]object {
	t.Helper()
	text := c.run(t, nil, "get", strings.Join(kinds, ","), "--all-namespaces", "--selector", "app.kubernetes.io/managed-by=belfry", "--output", "json")
	var list struct{ Items []object }
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	out := map[string]object{}
	for _, o := range list.Items {
		out[o.key()] = o
	}
	return out
}

// versions are the objects' resourceVersions: whatever is written anew, even as it was, gets another.
func versions(stored map[string]object) map[string]string {
	out := map[string]string{}
	for key, o := range stored {
		out[key] = o.of("resourceVersion")
	}
	return out
}

// keys names objects, in order.
func keys(objects []object) []string {
	var out []string
	for _, o := range objects {
		out = append(out, o.key())
	}
	slices.Sort(out)
	return out
}
