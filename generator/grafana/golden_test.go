package grafana_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what is emitted to testdata")

// The dashboards as Grafana reads them, with every kind of panel.
func TestDashboardsAreThoseOnFile(t *testing.T) {
	files := emit(t, program())
	for _, path := range []string{
		"grafana/dashboards/operations.json", "grafana/dashboards/slo.json", "grafana/dashboards/slo-availability.json",
		"grafana/provisioning/dashboards/shop.yaml", "grafana/provisioning/datasources/prometheus.yaml",
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			golden := filepath.Join("testdata", filepath.FromSlash(path))
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, files[path], 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(files[path])); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
	if len(files) != 5 {
		t.Errorf("emitted %d files, want the 5 on file", len(files))
	}
}
