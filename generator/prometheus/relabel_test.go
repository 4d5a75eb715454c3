package prometheus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/generator/prometheus"
)

// endpoint is what Prometheus' discovery knows of one address of the reference service (its documentation of
// kubernetes_sd_config, role endpoints).
func endpoint(changes map[string]string) labels.Labels {
	meta := map[string]string{
		"__address__":                 "10.0.0.7:9090",
		"__meta_kubernetes_namespace": "ai-support", "__meta_kubernetes_service_name": "ai-support-agent-metrics",
		"__meta_kubernetes_service_label_app": "ai-agent", "__meta_kubernetes_service_labelpresent_app": "true",
		"__meta_kubernetes_service_label_app_kubernetes_io_component":        "metrics.v1",
		"__meta_kubernetes_service_labelpresent_app_kubernetes_io_component": "true",
		"__meta_kubernetes_endpoint_port_name":                               "metrics",
		"__meta_kubernetes_pod_name":                                         "ai-support-agent-5d4", "__meta_kubernetes_pod_container_name": "agent",
		"__meta_kubernetes_pod_phase": "Running",
	}
	for name, value := range changes {
		meta[name] = value
	}
	return labels.FromMap(meta)
}

// target is what the generated configuration makes of an endpoint: its labels, or nil where it is not scraped.
func target(t *testing.T, discovered labels.Labels) map[string]string {
	t.Helper()
	var file struct {
		ScrapeConfigs []struct {
			RelabelConfigs []*relabel.Config `yaml:"relabel_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal([]byte(emit(t, program())[prometheus.ConfigPath]), &file); err != nil {
		t.Fatal(err)
	}
	rules := file.ScrapeConfigs[0].RelabelConfigs
	for _, rule := range rules {
		if err := rule.Validate(model.UTF8Validation); err != nil {
			t.Fatal(err)
		}
	}
	builder := labels.NewBuilder(discovered)
	if !relabel.ProcessBuilder(builder, rules...) {
		return nil
	}
	out := map[string]string{}
	for name, value := range builder.Labels().Map() {
		if name[0] != '_' {
			out[name] = value
		}
	}
	return out
}

func TestATargetHasTheLabelsThatTheOperatorGivesIt(t *testing.T) {
	want := map[string]string{
		"namespace": "ai-support", "service": "ai-support-agent-metrics", "pod": "ai-support-agent-5d4", "container": "agent",
		"endpoint": "metrics", "job": "ai-agent",
	}
	if diff := cmp.Diff(want, target(t, endpoint(nil))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnlyTheServicesOwnEndpointsAreScraped(t *testing.T) {
	for name, changes := range map[string]map[string]string{
		"other service":         {"__meta_kubernetes_service_label_app": "ai-agent-2"},
		"label without service": {"__meta_kubernetes_service_labelpresent_app": ""},
		"dot is no wildcard":    {"__meta_kubernetes_service_label_app_kubernetes_io_component": "metrics-v1"},
		"other port":            {"__meta_kubernetes_endpoint_port_name": "http"},
		"ended pod":             {"__meta_kubernetes_pod_phase": "Succeeded"},
	} {
		if got := target(t, endpoint(changes)); got != nil {
			t.Errorf("%s is scraped as %v", name, got)
		}
	}
}
