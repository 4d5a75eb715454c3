package prometheus_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/ir"
)

// targets are what Prometheus makes of the generated configuration: the labels of each target by its address. The order is
// Prometheus' own (scrape.PopulateLabels): static labels, then relabelling, and then job and instance where they are absent.
func targets(t *testing.T, p *ir.Program) map[string]map[string]string {
	t.Helper()
	var file struct {
		ScrapeConfigs []struct {
			JobName       string `yaml:"job_name"`
			StaticConfigs []struct {
				Targets []string          `yaml:"targets"`
				Labels  map[string]string `yaml:"labels"`
			} `yaml:"static_configs"`
			RelabelConfigs []*relabel.Config `yaml:"relabel_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal([]byte(emit(t, p)[prometheus.ConfigPath]), &file); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, job := range file.ScrapeConfigs {
		for _, rule := range job.RelabelConfigs {
			if err := rule.Validate(model.UTF8Validation); err != nil {
				t.Fatal(err)
			}
		}
		for _, group := range job.StaticConfigs {
			for _, address := range group.Targets {
				builder := labels.NewBuilder(labels.FromMap(group.Labels))
				builder.Set(model.AddressLabel, address)
				if !relabel.ProcessBuilder(builder, job.RelabelConfigs...) {
					continue
				}
				out[address] = stored(builder.Labels(), job.JobName)
			}
		}
	}
	return out
}

func stored(target labels.Labels, job string) map[string]string {
	out := map[string]string{"job": job, "instance": target.Get(model.AddressLabel)}
	for name, value := range target.Map() {
		if !strings.HasPrefix(name, model.ReservedLabelPrefix) {
			out[name] = value
		}
	}
	return out
}

// TestATargetHasTheLabelsThatTheOperatorGivesIt lists all labels that the operator's own relabelling sets.
func TestATargetHasTheLabelsThatTheOperatorGivesIt(t *testing.T) {
	address := "ai-support-agent-metrics.ai-support.svc:9090"
	want := map[string]map[string]string{address: {
		"namespace": "ai-support", "service": "ai-support-agent-metrics", "pod": "ai-support-agent-metrics.ai-support.svc", "container": "ai-agent",
		"endpoint": "metrics", "job": "ai-agent", "instance": address,
	}}
	if diff := cmp.Diff(want, targets(t, program())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryReplicaIsAPodOfItsOwn(t *testing.T) {
	p := program()
	p.Service.Scrape.Targets = []string{"agent-0.agent:9090", "agent-1.agent:9090", "10.0.0.7:80", "[fd00::7]:9090"}
	got := map[string]string{}
	for address, labels := range targets(t, p) {
		got[address] = labels["pod"]
	}
	want := map[string]string{
		"agent-0.agent:9090": "agent-0.agent", "agent-1.agent:9090": "agent-1.agent", "10.0.0.7:80": "10.0.0.7", "[fd00::7]:9090": "fd00::7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOneAddressForSeveralReplicasIsSaid holds the one thing that is wrong without any error.
func TestOneAddressForSeveralReplicasIsSaid(t *testing.T) {
	const warning = "One address stands for 3 replicas"
	listed := []string{"agent-0.agent:9090", "agent-1.agent:9090", "agent-2.agent:9090"}
	for _, c := range []struct {
		replicas int
		targets  []string
		want     bool
	}{{1, nil, false}, {3, nil, true}, {3, listed, false}} {
		p := program()
		p.Service.Replicas, p.Service.Scrape.Targets = c.replicas, c.targets
		if got := strings.Contains(emit(t, p)[prometheus.ConfigPath], warning); got != c.want {
			t.Errorf("%d replicas at %v: warned is %v, want %v", c.replicas, c.targets, got, c.want)
		}
	}
}
