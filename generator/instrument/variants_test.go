package instrument

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// A package has only what its metrics need, and nothing may be imported for what is not there.
func TestPackageOfOneMetricPassesItsOwnTests(t *testing.T) {
	priority := []ir.Label{closed("priority", "high", "low")}
	open := []ir.Label{capped("model", 3)}
	never := []ir.Combination{{{Label: "priority", Values: []string{"high", "low"}}, {Label: "x", Values: []string{"y", "z"}}}}
	metrics := map[string]*ir.Metric{
		"age":           {Type: ir.Gauge, Unit: unit.Second},
		"at_timestamp":  {Type: ir.Gauge, Unit: unit.Second},
		"dollars":       {Type: ir.Counter, Unit: mustUnit(t, "USD")},
		"excluded":      {Type: ir.Counter, Labels: []ir.Label{closed("priority", "high", "low", "none"), closed("x", "y", "z")}, Exclude: never},
		"gaugeless":     {Type: ir.Gauge, Labels: []ir.Label{closed("priority", "high", "low", "none"), closed("x", "y", "z")}, Exclude: never},
		"lazy":          {Type: ir.Histogram, Unit: mustUnit(t, "USD/month"), Native: true, Labels: priority, Lazy: true},
		"counter":       {Type: ir.Counter},
		"durations":     {Type: ir.Counter, Unit: unit.Second, Labels: priority},
		"facts":         {Type: ir.Info, Labels: open},
		"gauge":         {Type: ir.Gauge},
		"histogram":     {Type: ir.Histogram, Buckets: []float64{1, 2}, Classic: true, Labels: priority},
		"labelledgauge": {Type: ir.Gauge, Labels: priority},
		"native":        {Type: ir.Histogram, Native: true, Labels: open},
		"pattern":       {Type: ir.Counter, Labels: []ir.Label{{Name: "status", Max: 5, Pattern: "[0-9]+"}}},
		"times":         {Type: ir.Histogram, Unit: unit.Second, Buckets: []float64{0.5}, Classic: true},
		"wide":          {Type: ir.Counter, Labels: []ir.Label{closed("a", many(300)...), closed("b", many(10)...)}},
	}
	// Below the module, so that client_golang is found; the underscore hides the folder from ./... patterns.
	root, err := os.MkdirTemp(".", "_variants")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	arguments := []string{"test"}
	for name, metric := range metrics {
		metric.Name, metric.Help = name, "Help."
		dir := filepath.Join(root, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, file := range emit(t, program("x", name, metric)) {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(file.Path)), file.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		arguments = append(arguments, "./"+filepath.ToSlash(dir))
	}
	if output, err := exec.Command("go", arguments...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// many makes n values of a label.
func many(n int) []string {
	values := make([]string, n)
	for i := range values {
		values[i] = "v" + string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	return values
}
