package exporter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/generator/exporter"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
)

// program has one metric that an exporter exposes, with a tag that JSON's HTML escapes would make unreadable.
func program() *ir.Program {
	return &ir.Program{Service: &ir.Service{Name: "shop"}, Metrics: []*ir.Metric{
		{Name: "requests_total", Type: ir.Counter},
		{Name: "cost_dollars", Type: ir.Gauge, Help: "Cost.", Exporter: &ir.Exporter{Name: "aws-cost", CostExplorer: ir.CostExplorer{
			Metric: "UnblendedCost", Currency: "USD", Tags: map[string][]string{"team": {"R&D"}}, Refresh: 6 * time.Hour,
		}}},
	}}
}

func emit(t *testing.T, p *ir.Program) []artifact.Artifact {
	t.Helper()
	artifacts, err := exporter.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range artifacts {
		if err := exporter.Verify(a); err != nil {
			t.Error(err)
		}
	}
	return artifacts
}

func TestEachExportedMetricHasAConfigurationAndAPolicy(t *testing.T) {
	got := emit(t, program())
	if len(got) != 2 || got[0].Path != "exporter/aws-cost/config.json" || got[1].Path != "exporter/aws-cost/iam-policy.json" {
		t.Fatalf("emitted %v", got)
	}
	if !strings.Contains(string(got[0].Data), `"R&D"`) {
		t.Errorf("the tag is not as it was written:\n%s", got[0].Data)
	}
	if policy := string(got[1].Data); strings.Count(policy, "ce:") != 1 || !strings.Contains(policy, `"ce:GetCostAndUsage"`) {
		t.Errorf("the policy allows more than reading costs:\n%s", policy)
	}
}

// TestAPlatformRunsNoExporter: metrics in a platform's folder belong to the services below it.
func TestAPlatformRunsNoExporter(t *testing.T) {
	p := program()
	p.Service = nil
	if got := emit(t, p); len(got) != 0 {
		t.Errorf("emitted %v", got)
	}
}

func TestVerifyRefusesWhatTheExporterWould(t *testing.T) {
	good := emit(t, program())
	for name, wrong := range map[string]artifact.Artifact{
		"unknown field":     replace(good[0], `"cost"`, `"costs"`),
		"no currency":       replace(good[0], `"USD"`, `""`),
		"no JSON":           replace(good[0], "{", "["),
		"label alone":       replace(good[0], `"cost"`, `"label": "service", "cost"`),
		"two values":        replace(good[0], "}\n", "} {}\n"),
		"more is allowed":   replace(good[1], "ce:GetCostAndUsage", "ce:*"),
		"nothing is denied": replace(good[1], "Allow", "Deny"),
		"another file":      {Path: "exporter/aws-cost/more.json", Kind: artifact.Exporter, Data: good[0].Data},
	} {
		if err := exporter.Verify(wrong); err == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

// replace makes a mistake in a copy of an artifact: the last occurrence, which is the outermost.
func replace(a artifact.Artifact, old, new string) artifact.Artifact {
	i := strings.LastIndex(string(a.Data), old)
	a.Data = []byte(string(a.Data[:i]) + new + string(a.Data[i+len(old):]))
	return a
}
