package golden

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/belfry-dev/belfry/"

// layers are the packages from the bottom up: one may import what stands below it, and in its own layer only what
// sideways allows. A prefix that ends in / stands for all packages below it.
var layers = [][]string{
	{"internal/unit", "internal/diag", "internal/cuetext", "internal/remote", "internal/goldenfile"},
	{"internal/promql", "internal/revision"},
	{"internal/ir", "internal/matching", "internal/artifact", "internal/grafana", "internal/grafana/", "internal/chart", "internal/yamltext"},
	{"internal/rulefile", "schema/catalog", "templates"},
	{"schema", "internal/read", "internal/baseline"},
	{"internal/lower", "internal/lint", "internal/slospec", "internal/simulate", "internal/witness", "internal/notify", "internal/exposed"},
	{"internal/search", "internal/oracle"},
	{"internal/check", "internal/prove", "internal/fire", "internal/sketch"},
	{"generator/"},
	{"generator"},
	{"internal/drift", "internal/diff", "internal/live", "internal/scaffold"},
	{"cmd/"},
}

// sideways are imports within a layer.
var sideways = map[string][]string{
	"generator/kubernetes": {"generator/alertmanager"},                         // it wraps what that emits, and mounts the secrets that it names
	"generator/checklist":  {"generator/alertmanager", "generator/kubernetes"}, // it says in which of their files what stands
}

// outside are packages that the layers do not hold: the reference's generated code and golden packages.
var outside = []string{"out/", "golden", "generator/instrument/internal/"}

func TestImportsGoOneWay(t *testing.T) {
	output, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(output)))
	seen := 0
	for {
		var listed struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&listed); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(listed.ImportPath, module)
		if isOutside(name) {
			continue
		}
		seen++
		from := layerOf(name)
		if from < 0 {
			t.Errorf("package %s has no layer: put it into the table, and into docs/architecture.md", name)
			continue
		}
		for _, path := range listed.Imports {
			imported, own := strings.CutPrefix(path, module)
			if !own || slices.Contains(sideways[name], imported) || isFamily(name, imported) {
				continue
			}
			if to := layerOf(imported); to >= from {
				t.Errorf("%s imports %s, which stands above it or beside it", name, imported)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func isOutside(name string) bool {
	for _, prefix := range outside {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isFamily reports whether two packages are parts of internal/grafana, which divides itself as the Foundation SDK does.
func isFamily(a, b string) bool {
	return strings.HasPrefix(a, "internal/grafana") && strings.HasPrefix(b, "internal/grafana")
}

func layerOf(name string) int {
	found := -1
	for i, layer := range layers {
		for _, prefix := range layer {
			if name == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(name, prefix) {
				found = i
			}
		}
	}
	return found
}
