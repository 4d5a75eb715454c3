package lower

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/schema"
)

func TestAddressesAreHostAndPort(t *testing.T) {
	for address, want := range map[string]bool{
		"shop-0.shop:9090": true, "localhost:1": true, "shop_agent_1:65535": true, "10.0.0.7:80": true, "[fd00::7]:9090": true, "shop.example.:80": true,
		"": false, "shop": false, "shop:": false, ":9090": false, "shop:0": false, "shop:65536": false, "shop:http": false, "shop:+80": false,
		"http://shop:9090": false, "shop:9090/metrics": false, "fd00::7:9090": false, "[fd00::7%eth0]:9090": false, "a b:80": false,
		"shop..a:80": false, "-shop:80": false, "shop:80\n": false, "user@shop:80": false,
	} {
		if got := isAddress(address); got != want {
			t.Errorf("isAddress(%q) is %v, want %v", address, got, want)
		}
	}
}

// TestWrongTargetsAreReportedWhereTheyStand lowers a service alone, and reports each address by its index.
func TestWrongTargetsAreReportedWhereTheyStand(t *testing.T) {
	spec := &schema.Spec{Service: &schema.Service{
		Name: "shop", Namespace: "shop", Team: "web", Client: "go", Replicas: 2,
		Scrape: schema.Scrape{
			Service: "shop", Labels: map[string]string{"app": "shop"}, Port: "metrics", PortNumber: 9090, Path: "/metrics", Scheme: "http",
			Interval: "30s", Timeout: "10s", Targets: []string{"shop-0:9090", "shop-1", "shop-0:9090"},
		},
	}}
	program, found := Lower(Input{Spec: spec, Locate: func(string) diag.Pos { return diag.Pos{} }})
	got := map[string]string{}
	for _, d := range found {
		got[d.Path] = d.Code
	}
	want := map[string]string{"service.scrape.targets[1]": "schema/format", "service.scrape.targets[2]": "names/collision"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(spec.Service.Scrape.Targets, program.Service.Scrape.Targets); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}
