package runbook

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

func parse(t testing.TB, text string) parser.Expr {
	t.Helper()
	expr, err := promql.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return expr
}

func newQuery(t testing.TB, signal *ir.Signal, text, read string, over time.Duration, labels ...string) *ir.Query {
	t.Helper()
	expr := parse(t, text)
	q := &ir.Query{Signal: signal, Over: over, Unit: signal.Unit, Expr: expr, Text: expr.String(), Read: expr, Labels: labels}
	if read != "" {
		q.Record, q.Read = read, parse(t, read)
	}
	return q
}

// static are the labels that every alert of the service carries.
func static(severity, sli string) map[string]string {
	return map[string]string{"service": "ai-agent", "namespace": "ai-support", "team": "support-platform", "severity": severity, "signal": sli}
}

// agent is a service with a threshold alert of each severity on one indicator, an SLO's alert, and an alert about pods.
func agent(t testing.TB) *ir.Program {
	requests := &ir.Metric{Name: "http_requests_total", Type: ir.Counter, Labels: []ir.Label{
		{Name: "endpoint", Max: 50}, {Name: "method", Values: []string{"GET", "POST"}}, {Name: "status", Max: 20},
	}}
	restarts := &ir.Metric{Name: "kube_pod_container_status_restarts_total", Catalog: "kube-state-metrics", Type: ir.Counter}
	errorRate := &ir.Signal{
		Name: "error_rate", Title: "HTTP error rate", Form: ir.FormShare, SLI: "error_rate", Unit: unit.Ratio, Metrics: []*ir.Metric{requests},
		Help: "Customers get an error page instead of an answer.",
	}
	errorQuery := newQuery(t, errorRate, `sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))`,
		`ai_agent:error_rate:5m{service="ai-agent"}`, 5*time.Minute, "endpoint", "method", "status")
	errorRate.Default = errorQuery
	crash := &ir.Signal{Name: "restarts", Title: "Container restarts", Form: ir.FormIncrease, SLI: "restarts", Metrics: []*ir.Metric{restarts}}
	slo := &ir.SLO{
		Name: "availability", Title: "Availability", Signal: errorRate, Objective: 0.995, Window: 30 * 24 * time.Hour,
		ErrorRatio: map[string]string{"1h": "slo:error_ratio:1h", "5m": "slo:error_ratio:5m", "6h": "slo:error_ratio:6h", "30m": "slo:error_ratio:30m"},
		Interval:   30 * time.Second,
		Records: ir.SLORecords{
			TotalRate: "slo:total:rate5m", CurrentWindow: "1h", BurnRate: map[string]string{"1h": "slo:burn_rate:1h"},
		},
		BudgetRemaining: "slo:budget_remaining", Note: "Most often a deployment. Roll it back:\n\n```sh\nkubectl rollout undo deployment/ai-agent",
	}
	program := &ir.Program{
		Service: &ir.Service{
			Name: "ai-agent", Title: "AI support agent", Namespace: "ai-support", Team: "support-platform", Pods: "ai-support-agent-.*", Replicas: 3,
			Scrape: ir.Scrape{Job: "ai-agent", KubernetesService: "ai-agent"},
		},
		Platform: &ir.Platform{},
		Alerts: []*ir.Alert{
			{
				Name: "HighErrorRate", Signal: errorRate, Query: errorQuery, Severity: "critical", For: 2 * time.Minute,
				Threshold: ir.Threshold{Above: true, Value: 0.05}, Component: "api", Action: "auto_rollback",
				Labels: static("critical", "error_rate"), Receivers: []string{"pagerduty-critical"},
				Note:         "A deployment in the last half hour, or the language model's provider.",
				DashboardURL: "https://grafana.example/d/ai-support-ops-001",
			},
			{
				Name: "AvailabilityBurn", Signal: errorRate, Kind: ir.AlertBurn, SLO: slo, Severity: "critical", Component: "availability",
				Tier: []ir.BurnTier{
					{Severity: "critical", Long: time.Hour, Short: 5 * time.Minute, Factor: 14.4, BudgetShare: 0.02},
					{Severity: "critical", Long: 6 * time.Hour, Short: 30 * time.Minute, Factor: 6, BudgetShare: 0.05},
				},
				Labels: static("critical", "availability"), Receivers: []string{"pagerduty-critical", "chat"},
				Condition: parse(t, `slo:error_ratio:1h{service="ai-agent",slo="availability"} > 0.072 and slo:error_ratio:5m{service="ai-agent",slo="availability"} > 0.072
					or slo:error_ratio:6h{service="ai-agent",slo="availability"} > 0.03 and slo:error_ratio:30m{service="ai-agent",slo="availability"} > 0.03`),
			},
			{
				Name: "PodCrashLooping", Signal: crash, Severity: "warning", For: 5 * time.Minute, By: []string{"container", "pod"},
				Query: newQuery(t, crash, `sum by (container, pod) (increase(kube_pod_container_status_restarts_total{namespace="ai-support"}[15m]))`,
					"", 15*time.Minute),
				Threshold: ir.Threshold{Above: true, Value: 2}, Labels: static("warning", "restarts"),
			},
			{
				Name: "WarningErrorRate", Signal: errorRate, Query: errorQuery, Severity: "warning", For: 5 * time.Minute, KeepFor: 10 * time.Minute,
				Threshold: ir.Threshold{Above: true, Value: 0.02}, Labels: static("warning", "error_rate"), Receivers: []string{"chat"},
			},
		},
		Notifications: notifications(),
	}
	program.Alerts = append(program.Alerts, onTheIndicator(t, slo)...)
	slo.Alerts = slices.DeleteFunc(slices.Clone(program.Alerts), func(a *ir.Alert) bool { return a.SLO == nil })
	return program
}

// onTheIndicator are an SLO's alerts that say nothing of its budget.
func onTheIndicator(t testing.TB, slo *ir.SLO) []*ir.Alert {
	slo.Traffic = mustUnit(t, "requests/s")
	return []*ir.Alert{
		{
			Name: "AvailabilityNoData", Signal: slo.Signal, SLO: slo, Kind: ir.AlertNoData, Severity: "warning", For: 15 * time.Minute,
			Labels: static("warning", "availability"), Receivers: []string{"chat"},
			Condition: parse(t, `absent(slo:total:rate5m{service="ai-agent",slo="availability"})`),
		},
		{
			Name: "AvailabilityTrafficLow", Signal: slo.Signal, SLO: slo, Kind: ir.AlertTraffic, Severity: "critical", For: 10 * time.Minute,
			Threshold: ir.Threshold{Value: 2}, Labels: static("critical", "availability"), Receivers: []string{"pagerduty-critical"},
			Condition: parse(t, `(slo:total:rate5m{service="ai-agent",slo="availability"} or vector(0)) < 2`),
		},
	}
}

func mustUnit(t testing.TB, text string) unit.Unit {
	t.Helper()
	u, err := unit.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// notifications mute what is lower on the same indicator.
func notifications() *ir.Notifications {
	return &ir.Notifications{
		Receivers: []*ir.Receiver{
			{Name: "chat", Slack: &ir.Slack{Channel: "#alerts"}},
			{Name: "pagerduty-critical", PagerDuty: &ir.PagerDuty{}},
		},
		Inhibitions: []ir.Inhibition{{
			Source: []ir.Matcher{{Name: "severity", Op: "=", Value: "critical"}, {Name: "signal", Op: "=~", Value: ".+"}},
			Target: []ir.Matcher{{Name: "severity", Op: "=~", Value: "warning|info"}, {Name: "signal", Op: "=~", Value: ".+"}},
			Equal:  []string{"namespace", "service", "signal"},
		}},
	}
}
