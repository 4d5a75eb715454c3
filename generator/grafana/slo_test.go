package grafana_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
	"github.com/belfry-dev/belfry/internal/ir"
)

func TestBurnRateIsDrawnAgainstTheFactorsOfItsAlerts(t *testing.T) {
	p := findPanel(t, board(t, program(), "slo"), "Burn rate")
	var windows []string
	for _, target := range p.Targets {
		windows = append(windows, *target.(prometheus.Dataquery).LegendFormat)
	}
	if diff := cmp.Diff([]string{"5m", "1h", "2h", "1d"}, windows); diff != "" {
		t.Errorf("windows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("green 3:orange 14.4:red", steps(p.FieldConfig.Defaults.Thresholds)); diff != "" {
		t.Errorf("thresholds (-want +got):\n%s", diff)
	}
}

func TestSLODashboardHasAnAddressOfItsOwn(t *testing.T) {
	long := strings.Repeat("a", 50)
	uids := map[string]bool{}
	for _, name := range []string{"shop", long + "x", long + "y"} {
		p := program()
		p.Service.Name = name
		uids[*board(t, p, "slo").Uid] = true
	}
	if len(uids) != 3 || !uids["shop-slo"] {
		t.Errorf("uids are %v, want three, and shop-slo among them", uids)
	}
	for uid := range uids {
		if len(uid) > 40 {
			t.Errorf("uid %q is longer than 40 characters", uid)
		}
	}
}

func TestADashboardCalledSLOReplacesTheGeneratedOne(t *testing.T) {
	p := program()
	p.Dashboards[0].Name = "slo"
	if got := *board(t, p, "slo").Title; got != "Shop operations" {
		t.Errorf("slo.json is %q, want the spec's own dashboard", got)
	}
}

func TestOnlyThePlatformProvisionsTheDataSource(t *testing.T) {
	p := program()
	p.OwnsPlatform = false
	if _, ok := emit(t, p)["grafana/provisioning/datasources/prometheus.yaml"]; ok {
		t.Error("a service that does not own the platform provisions its data source")
	}
	p.Dashboards, p.SLOs = nil, nil
	if artifacts, err := grafana.Emit(p); err != nil || len(artifacts) != 0 {
		t.Errorf("a service without dashboards emits %d files (%v), want none", len(artifacts), err)
	}
}

func TestPlatformAloneIsProvisioned(t *testing.T) {
	p := program()
	p.Service, p.SLOs, p.Dashboards = nil, nil, nil
	p.Platform.Grafana = ir.Grafana{Folder: "General", PrometheusURL: "http://prometheus.example:9090"}
	files := emit(t, p)
	if len(files) != 1 || !strings.Contains(string(files["grafana/provisioning/datasources/prometheus.yaml"]), "url: http://prometheus.example:9090\n") {
		t.Errorf("files %v, want the data source at the given address", files)
	}
}
