package prometheus_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/ir"
)

func program() *ir.Program {
	return &ir.Program{
		OwnsPlatform: true,
		Service: &ir.Service{
			Name: "ai-agent", Namespace: "ai-support", Team: "support-platform", Replicas: 1,
			Scrape: ir.Scrape{
				KubernetesService: "ai-support-agent-metrics", Labels: map[string]string{"app": "ai-agent", "app.kubernetes.io/component": "metrics.v1"},
				JobLabel: "app", Job: "ai-agent", Port: "metrics", PortNumber: 9090, Path: "/metrics", Scheme: "http",
				Interval: 30 * time.Second, Timeout: 10 * time.Second,
			},
		},
		Platform: &ir.Platform{
			Name: "platform", Namespace: "monitoring", Release: "prometheus",
			Prometheus: ir.Prometheus{Retention: 30 * 24 * time.Hour, Replicas: 3, EvaluationInterval: 30 * time.Second},
			Versions:   ir.Versions{Prometheus: ir.Version{Major: 2, Minor: 40}},
		},
		Groups: []*ir.Group{{Name: "ai-agent-critical", Interval: 30 * time.Second, Rules: []ir.Rule{
			{Record: "ai_agent:error_rate:ratio_rate5m", Expr: `sum(rate(ai_agent_http_requests_total{status=~"5.."}[5m])) / sum(rate(ai_agent_http_requests_total[5m]))`},
			{
				Alert: "HighErrorRate", Expr: "ai_agent:error_rate:ratio_rate5m > 0.05", For: 2 * time.Minute, KeepFiringFor: 5 * time.Minute,
				Labels:      map[string]string{"severity": "critical", "service": "ai-agent", "namespace": "ai-support", "team": "support-platform"},
				Annotations: map[string]string{"summary": "HTTP error rate above 5%", "description": "HTTP error rate is {{ $value | humanizePercentage }}: above 5%."},
			},
		}}},
	}
}

func emit(t *testing.T, p *ir.Program) map[string]string {
	t.Helper()
	artifacts, err := prometheus.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, a := range artifacts {
		if err := prometheus.Verify(a); err != nil {
			t.Errorf("Prometheus refuses it: %v\n%s", err, a.Data)
		}
		out[a.Path] = string(a.Data)
	}
	return out
}

func TestGolden(t *testing.T) { goldenfile.Compare(t, "testdata", emit(t, program())) }

func TestAServiceWithoutPlatformGetsItsRulesAlone(t *testing.T) {
	p := program()
	p.OwnsPlatform = false
	var paths []string
	for path := range emit(t, p) {
		paths = append(paths, path)
	}
	if diff := cmp.Diff([]string{prometheus.RulesPath}, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVerifyRefuses(t *testing.T) {
	config := emit(t, program())[prometheus.ConfigPath]
	for name, a := range map[string]artifact.Artifact{
		"broken expression":    {Kind: artifact.Rules, Data: []byte("groups: [{name: a, rules: [{record: a, expr: 'sum('}]}]")},
		"broken template":      {Kind: artifact.Rules, Data: []byte("groups: [{name: a, rules: [{alert: a, expr: up, annotations: {a: '{{ $x'}}]}]")},
		"unknown field":        {Kind: artifact.Rules, Data: []byte("groups: [{name: a, rules: [{record: a, expr: up, every: 1m}]}]")},
		"unknown config field": {Kind: artifact.Prometheus, Data: []byte(config + "abc: 1\n")},
		"long timeout":         {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, "    scrape_timeout: 10s", "    scrape_timeout: 40s", 1))},
		"no target label":      {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, "target_label: pod", "target_label: ''", 1))},
		"broken regexp":        {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, ":[0-9]+", ":[0-9", 1))},
		"address with a path":  {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, "svc:9090", "svc:9090/metrics", 1))},
		"address without port": {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, "svc:9090", "svc", 1))},
		"no address":           {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, "targets:\n          - ai-support-agent-metrics.ai-support.svc:9090\n", "targets: []\n", 1))},
		"impossible label":     {Kind: artifact.Prometheus, Data: []byte(strings.Replace(config, "endpoint: metrics", "end-point: metrics", 1))},
		"foreign kind":         {Kind: artifact.Go, Data: []byte("groups: []")},
	} {
		if err := prometheus.Verify(a); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}
