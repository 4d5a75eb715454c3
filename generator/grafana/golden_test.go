package grafana_test

import (
	"testing"

	"github.com/belfry-dev/belfry/internal/goldenfile"
)

// The dashboards as Grafana reads them, with every kind of panel.
func TestDashboardsAreThoseOnFile(t *testing.T) {
	files := map[string]string{}
	for path, data := range emit(t, program()) {
		files[path] = string(data)
	}
	goldenfile.Compare(t, "testdata", files)
}
