package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	wholenumbers "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

// object is a Kubernetes resource as the API server decodes it: whole numbers are int64.
type object = map[string]any

// objects reads the resources of a file of out/. A key that stands twice is an error.
func objects(t *testing.T, path string) []object {
	t.Helper()
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(artifact(t, path))))
	var out []object
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		text, err := strict.YAMLToJSONStrict(document)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		var o object
		if err := wholenumbers.Unmarshal(text, &o); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if o != nil { // a document may be a comment alone
			out = append(out, o)
		}
	}
}

// decode reads an object, or a part of one, into a type of Go's. Fields that the type lacks are left out.
func decode(t *testing.T, from any, into any) {
	t.Helper()
	text, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// applied are all resources that the kustomization brings into the cluster.
func applied(t *testing.T) []object {
	t.Helper()
	var out []object
	for _, file := range resources(t) {
		out = append(out, objects(t, "kubernetes/"+file)...)
	}
	return out
}

func resources(t *testing.T) []string {
	t.Helper()
	var kustomization struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Resources  []string `json:"resources"`
	}
	if err := strict.UnmarshalStrict(artifact(t, "kubernetes/kustomization.yaml"), &kustomization); err != nil {
		t.Fatal(err)
	}
	return kustomization.Resources
}

// TestEveryResourceIsApplied compares the kustomization with the folder; values.yaml is for Helm.
func TestEveryResourceIsApplied(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(generated(t), "out", "kubernetes"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, entry := range entries {
		if name := entry.Name(); name != "kustomization.yaml" && name != "values.yaml" {
			files = append(files, name)
		}
	}
	listed := slices.Sorted(slices.Values(resources(t)))
	if diff := cmp.Diff(files, listed); diff != "" {
		t.Errorf("(-folder +kustomization.yaml):\n%s", diff)
	}
}

// TestTheClusterGetsEveryDashboard compares the ConfigMaps with the files: Grafana's sidecar writes them under their keys.
func TestTheClusterGetsEveryDashboard(t *testing.T) {
	packaged := map[string]string{}
	for _, o := range objects(t, "kubernetes/dashboards.yaml") {
		data, _ := o["data"].(map[string]any)
		for name, text := range data {
			if _, twice := packaged[name]; twice {
				t.Errorf("two ConfigMaps have the key %s: one would overwrite the other", name)
			}
			packaged[name], _ = text.(string)
		}
	}
	folder := filepath.Join(generated(t), "out", "grafana", "dashboards")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(packaged) != len(entries) {
		t.Errorf("%d dashboards are packaged, %d are generated", len(packaged), len(entries))
	}
	for _, entry := range entries {
		want := jsonOf(t, entry.Name(), artifact(t, "grafana/dashboards/"+entry.Name()))
		var same bool
		for name, text := range packaged {
			same = same || cmp.Equal(want, jsonOf(t, name, []byte(text)))
		}
		if !same {
			t.Errorf("no ConfigMap holds %s", entry.Name())
		}
	}
}

func jsonOf(t *testing.T, name string, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return value
}
