package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

var kustomizeProject = project{module: "sigs.k8s.io/kustomize/kustomize/v5", folder: "kustomize"}

func kustomize(t *testing.T) string {
	t.Helper()
	folder, err := kustomizeProject.build(".")
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "kustomize")
}

// TestKustomizeBuildsWhatRenderPrints builds the folder as Argo CD and Flux do, and compares with the stream.
func TestKustomizeBuildsWhatRenderPrints(t *testing.T) {
	t.Parallel()
	built := streamed(t, run(t, kustomize(t), "build", "out/kubernetes"))
	if len(built) < 8 {
		t.Errorf("only %d resources are built", len(built))
	}
	if diff := cmp.Diff(built, rendered(t, root)); diff != "" {
		t.Errorf("render --stdout prints something else (-kustomize +render):\n%s", diff)
	}
}

// TestAnOverlayBuildsOnTheFolder patches the folder from outside, as a cluster's own repository does.
func TestAnOverlayBuildsOnTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "base"), os.DirFS(filepath.Join(generated(t), "out", "kubernetes"))); err != nil {
		t.Fatal(err)
	}
	overlay := `
resources: [../base]
labels: [{pairs: {cluster: eu-1}}]
patches:
  - target: {kind: ServiceMonitor}
    patch: |-
      - {op: add, path: /spec/sampleLimit, value: 5000}
`
	if err := os.Mkdir(filepath.Join(dir, "eu-1"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "eu-1", "kustomization.yaml"), []byte(overlay), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := attempt(t, dir, kustomize(t), "build", "eu-1")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	limited := 0
	for name, r := range streamed(t, text) {
		if r["metadata"].(object)["labels"].(object)["cluster"] != "eu-1" {
			t.Errorf("%s has no label of the overlay", name)
		}
		if spec, ok := r["spec"].(object); ok && spec["sampleLimit"] != nil {
			limited++
		}
	}
	if limited == 0 {
		t.Error("no ServiceMonitor is patched")
	}
}

// plugin is what Argo CD reads of a plugin's configuration (cmpserver/plugin/config.go).
type plugin struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Generate pluginCommand `json:"generate"`
		Discover struct {
			Find pluginCommand `json:"find"`
		} `json:"discover"`
	} `json:"spec"`
}

type pluginCommand struct {
	Command []string `json:"command"`
	Args    []string `json:"args"`
}

// TestTheArgoCDPluginPrintsTheResources runs the commands of docs/argocd/plugin.yaml as Argo CD's plugin server does: in the
// application's folder, with the application's variables under ARGOCD_ENV_.
func TestTheArgoCDPluginPrintsTheResources(t *testing.T) {
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(belfry)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	content, err := os.ReadFile(filepath.Join(root, "docs", "argocd", "plugin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p plugin
	if err := strict.UnmarshalStrict(content, &p); err != nil {
		t.Fatal(err)
	}
	if p.APIVersion != "argoproj.io/v1alpha1" || p.Kind != "ConfigManagementPlugin" || p.Metadata.Name == "" {
		t.Errorf("it is no plugin: %+v", p)
	}
	execute := func(dir string, c pluginCommand) (string, error) {
		return command(dir, c.Command[0], append(slices.Clone(c.Command[1:]), c.Args...)...)
	}
	for dir, isFound := range map[string]bool{filepath.Join(root, "spec"): true, t.TempDir(): false} {
		if found, err := execute(dir, p.Spec.Discover.Find); err != nil || (found != "") != isFound {
			t.Errorf("in %s discover prints %q, %v", dir, found, err)
		}
	}
	text, err := execute(root, p.Spec.Generate)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(streamed(t, run(t, kustomize(t), "build", "out/kubernetes")), streamed(t, text)); diff != "" {
		t.Errorf("the plugin generates something else (-kustomize +plugin):\n%s", diff)
	}
	several := filepath.Join(root, "golden", "environments")
	t.Setenv("ARGOCD_ENV_BELFRY_ENVIRONMENT", "staging")
	if text, err = execute(several, p.Spec.Generate); err != nil || len(streamed(t, text)) == 0 {
		t.Errorf("for one environment it generates\n%s\n%v", text, err)
	}
	t.Setenv("ARGOCD_ENV_BELFRY_ENVIRONMENT", "moon")
	if text, err = execute(several, p.Spec.Generate); err == nil || text != "" || !strings.Contains(err.Error(), "moon") {
		t.Errorf("for an unknown environment it generates\n%s\n%v", text, err)
	}
}

// rendered is what render --stdout prints in a folder.
func rendered(t *testing.T, dir string, arguments ...string) map[string]object {
	t.Helper()
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	text, err := command(dir, belfry, append([]string{"render", "--stdout"}, arguments...)...)
	if err != nil {
		t.Fatal(err)
	}
	return streamed(t, text)
}

// streamed are the resources of a YAML stream, by kind, namespace and name, of which each may be there once.
func streamed(t *testing.T, stream string) map[string]object {
	t.Helper()
	found := map[string]object{}
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader([]byte(stream))))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		var r object
		if err := strict.UnmarshalStrict(document, &r); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if r == nil {
			continue // a comment alone
		}
		metadata, _ := r["metadata"].(object)
		name := fmt.Sprint(r["kind"], " ", metadata["namespace"], "/", metadata["name"])
		if found[name] != nil {
			t.Errorf("%s is there twice, besides %v", name, slices.Sorted(maps.Keys(found)))
		}
		found[name] = r
	}
}
