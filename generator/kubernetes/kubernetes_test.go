package kubernetes_test

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	amconfig "github.com/prometheus/alertmanager/config"
	"go.yaml.in/yaml/v3"
	core "k8s.io/api/core/v1"
	sigs "sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/ir"
)

func program() *ir.Program {
	secret := ir.Secret{Name: "alertmanager-pagerduty", Key: "critical"}
	notifications := &ir.Notifications{
		Service: "ai-agent", Namespace: "ai-support",
		Receivers: []*ir.Receiver{{Name: "pagerduty-critical", SendResolved: true, PagerDuty: &ir.PagerDuty{RoutingKey: secret}}},
		Route:     &ir.Route{Matchers: []ir.Matcher{{Name: "service", Op: "=", Value: "ai-agent"}}, Receiver: "pagerduty-critical"},
	}
	return &ir.Program{
		OwnsPlatform: true, Notifications: notifications, Fleet: []*ir.Notifications{notifications},
		Service: &ir.Service{
			Name: "ai-agent", Namespace: "ai-support", Team: "support-platform",
			Scrape: ir.Scrape{
				KubernetesService: "ai-support-agent-metrics", Labels: map[string]string{"app": "ai-agent", "component": "metrics"}, JobLabel: "app",
				Port: "metrics", Path: "/metrics", Scheme: "http", Interval: 30 * time.Second, Timeout: 10 * time.Second,
			},
		},
		Platform: &ir.Platform{
			Name: "platform", Namespace: "monitoring", Release: "prometheus",
			Prometheus:   ir.Prometheus{Retention: 30 * 24 * time.Hour, Replicas: 3, EvaluationInterval: 30 * time.Second, Volume: ir.Volume{Size: "100Gi"}},
			Alertmanager: ir.Alertmanager{Replicas: 2, ResolveTimeout: 5 * time.Minute, PagerDutyURL: "https://events.pagerduty.com/v2/enqueue", Deliver: "secret"},
			Grafana:      ir.Grafana{URL: "https://grafana.example.com", Folder: "AI Support"},
			Versions:     ir.Versions{Prometheus: ir.Version{Major: 2, Minor: 40}},
		},
		Groups: []*ir.Group{group("ai-agent-critical", 1)},
	}
}

func group(name string, rules int) *ir.Group {
	out := &ir.Group{Name: name, Interval: 30 * time.Second}
	for i := range rules {
		out.Rules = append(out.Rules, ir.Rule{
			Alert: fmt.Sprintf("HighErrorRate%d", i), For: 2 * time.Minute,
			Expr:        `sum(rate(ai_agent_http_requests_total{status=~"5.."}[5m])) / sum(rate(ai_agent_http_requests_total[5m])) > 0.05`,
			Labels:      map[string]string{"severity": "critical", "service": "ai-agent", "namespace": "ai-support"},
			Annotations: map[string]string{"summary": "HTTP error rate above 5%", "description": "HTTP error rate is {{ $value | humanizePercentage }}."},
		})
	}
	return out
}

const dashboard = "{\n  \"title\": \"Operations – {{x}}\",\n  \"uid\": \"ai-support-ops-001\"\n}\n"

func pack(t *testing.T, p *ir.Program, dashboards ...artifact.Artifact) map[string]string {
	t.Helper()
	emitted, err := alertmanager.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	artifacts, err := kubernetes.Package(p, append(emitted, dashboards...))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, a := range artifacts {
		if err := kubernetes.Verify(a, nil); err != nil {
			t.Errorf("refused: %v\n%s", err, a.Data)
		}
		out[a.Path] = string(a.Data)
	}
	return out
}

func operations() artifact.Artifact {
	return artifact.Artifact{Path: "grafana/dashboards/operations.json", Kind: artifact.Dashboards, Data: []byte(dashboard)}
}

// resources decodes every resource of a file.
func resources[T any](t *testing.T, text string) []T {
	t.Helper()
	var out []T
	for _, document := range strings.Split(text, "\n---\n")[1:] {
		var resource T
		if err := sigs.UnmarshalStrict([]byte(document), &resource); err != nil {
			t.Fatal(err)
		}
		out = append(out, resource)
	}
	return out
}

func TestGolden(t *testing.T) { goldenfile.Compare(t, "testdata", pack(t, program(), operations())) }

func TestAServiceOwnsNothingOfTheCluster(t *testing.T) {
	p := program()
	p.OwnsPlatform, p.Fleet = false, nil
	var paths []string
	for path := range pack(t, p, operations()) {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	want := []string{kubernetes.DashboardsPath, kubernetes.KustomizationPath, kubernetes.RulesPath, kubernetes.MonitorPath}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAPlatformAloneHasNoServicesFiles(t *testing.T) {
	p := program()
	p.Service, p.Groups = nil, nil
	var paths []string
	for path := range pack(t, p) {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	want := []string{kubernetes.SecretPath, kubernetes.KustomizationPath, kubernetes.ValuesPath}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsPackagedIsWhatWasEmitted(t *testing.T) {
	p := program()
	emitted, err := alertmanager.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	files := pack(t, p, operations())
	secret := resources[core.Secret](t, files[kubernetes.SecretPath])[0]
	if diff := cmp.Diff(map[string]string{"alertmanager.yaml": string(emitted[0].Data)}, secret.StringData); diff != "" {
		t.Errorf("Secret (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("alertmanager-prometheus-kube-prometheus-alertmanager", secret.Name); diff != "" {
		t.Errorf("name of the Secret (-want +got):\n%s", diff)
	}
	maps := resources[core.ConfigMap](t, files[kubernetes.DashboardsPath])
	if diff := cmp.Diff(map[string]string{"ai-agent-operations.json": dashboard}, maps[0].Data); diff != "" {
		t.Errorf("ConfigMap (-want +got):\n%s", diff)
	}
}

func TestTheValuesDeliverTheSameConfiguration(t *testing.T) {
	p := program()
	p.Platform.Alertmanager.Deliver = "values"
	files := pack(t, p)
	if files[kubernetes.SecretPath] != "" {
		t.Error("a Secret is there besides the values")
	}
	var values struct {
		Alertmanager struct {
			AlertmanagerSpec struct {
				UseExistingSecret bool     `yaml:"useExistingSecret"`
				Secrets           []string `yaml:"secrets"`
			} `yaml:"alertmanagerSpec"`
			TplConfig *bool `yaml:"tplConfig"`
			Config    any   `yaml:"config"`
		} `yaml:"alertmanager"`
	}
	if err := yaml.Unmarshal([]byte(files[kubernetes.ValuesPath]), &values); err != nil {
		t.Fatal(err)
	}
	spec := values.Alertmanager.AlertmanagerSpec
	if spec.UseExistingSecret || values.Alertmanager.TplConfig == nil || *values.Alertmanager.TplConfig || !slices.Equal(spec.Secrets, []string{"alertmanager-pagerduty"}) {
		t.Errorf("the chart would not use the values: %+v", values.Alertmanager)
	}
	emitted, err := alertmanager.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := yaml.Unmarshal(emitted[0].Data, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, values.Alertmanager.Config); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	text, err := yaml.Marshal(values.Alertmanager.Config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := amconfig.Load(string(text)); err != nil {
		t.Error(err)
	}
}

func TestManyRulesAreSplitAndNoneIsLost(t *testing.T) {
	p := program()
	p.Groups = nil
	want := 0
	for i := range 30 {
		p.Groups = append(p.Groups, group(fmt.Sprintf("ai-agent-%d", i), 120))
		want += 120
	}
	rules := resources[monitoring.PrometheusRule](t, pack(t, p)[kubernetes.RulesPath])
	got := 0
	for i, rule := range rules {
		if diff := cmp.Diff(fmt.Sprintf("ai-agent-%d", i+1), rule.Name); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		text, err := sigs.Marshal(rule.Spec)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 1<<19 {
			t.Errorf("%s has %d bytes, more than the operator takes", rule.Name, len(text))
		}
		for _, group := range rule.Spec.Groups {
			got += len(group.Rules)
		}
	}
	if len(rules) < 2 || got != want {
		t.Errorf("%d resources hold %d rules, want %d", len(rules), got, want)
	}
}

func TestADashboardThatIsTooLargeIsToldWhereItStands(t *testing.T) {
	large := operations()
	large.Data = bytes.Repeat([]byte("x"), 1<<20)
	p := program()
	p.Locate = func(path string) diag.Pos { return diag.Pos{File: path} }
	p.Dashboards = []*ir.Dashboard{{Name: strings.TrimSuffix(path.Base(large.Path), ".json"), Path: "dashboards.operations"}}
	var told *kubernetes.TooLargeError
	if _, err := kubernetes.Package(p, []artifact.Artifact{large}); !errors.As(err, &told) || told.Finding.Pos.File != "dashboards.operations" {
		t.Errorf("a dashboard of 1 MiB: %v", err)
	}
}

func TestDashboardsHaveNamesThatKubernetesTakesAndFoldersThatGrafanaCanMake(t *testing.T) {
	p := program()
	p.Platform.Grafana.Folder = "General"
	first, second := operations(), operations()
	first.Path, second.Path = "grafana/dashboards/Ops_Team.json", "grafana/dashboards/ops-team.json"
	var names []string
	for _, configMap := range resources[core.ConfigMap](t, pack(t, p, first, second)[kubernetes.DashboardsPath]) {
		names = append(names, configMap.Name)
		if len(configMap.Annotations) > 0 || configMap.Labels["grafana_dashboard"] != "1" {
			t.Errorf("%s: annotations %v, labels %v", configMap.Name, configMap.Annotations, configMap.Labels)
		}
	}
	if diff := cmp.Diff([]string{"ai-agent-ops-team", "ai-agent-ops-team-2"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVerifyRefuses(t *testing.T) {
	files := pack(t, program(), operations())
	emitted, err := prometheus.Emit(program())
	if err != nil {
		t.Fatal(err)
	}
	emitted = append(emitted, operations())
	replace := func(path, old, new string) artifact.Artifact {
		t.Helper()
		if !strings.Contains(files[path], old) {
			t.Fatalf("%s has no %q", path, old)
		}
		return artifact.Artifact{Path: path, Kind: artifact.Kubernetes, Data: []byte(strings.Replace(files[path], old, new, 1))}
	}
	for name, a := range map[string]artifact.Artifact{
		"unknown field of a rule":      replace(kubernetes.RulesPath, "expr:", "exp:"),
		"unknown field of a monitor":   replace(kubernetes.MonitorPath, "scrapeTimeout", "timeout"),
		"unknown field of a ConfigMap": replace(kubernetes.DashboardsPath, "\ndata:", "\ndate:"),
		"unknown field of the Secret":  replace(kubernetes.SecretPath, "stringData", "strings"),
		"unknown value":                replace(kubernetes.ValuesPath, "replicas", "replica"),
		"unknown kustomization field":  replace(kubernetes.KustomizationPath, "resources", "bases"),
		"unknown kind":                 replace(kubernetes.RulesPath, "kind: PrometheusRule", "kind: PrometheusRules"),
		"no name":                      replace(kubernetes.RulesPath, "  name: ai-agent\n", ""),
		"the same resource twice":      {Path: kubernetes.MonitorPath, Kind: artifact.Kubernetes, Data: []byte(files[kubernetes.MonitorPath] + files[kubernetes.MonitorPath])},
		"a key twice":                  replace(kubernetes.MonitorPath, "kind: ServiceMonitor\n", "kind: ServiceMonitor\nkind: ServiceMonitor\n"),
		"no resource":                  {Path: kubernetes.MonitorPath, Kind: artifact.Kubernetes, Data: []byte("# nothing\n")},
	} {
		for _, beside := range [][]artifact.Artifact{nil, emitted} {
			if err := kubernetes.Verify(a, beside); err == nil {
				t.Errorf("%s beside %d files: not refused", name, len(beside))
			}
		}
	}
}

func BenchmarkVerify120Rules(b *testing.B) {
	p := program()
	p.Groups = []*ir.Group{group("ai-agent", 120)}
	artifacts, err := kubernetes.Package(p, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := kubernetes.Verify(artifacts[0], nil); err != nil {
			b.Fatal(err)
		}
	}
}
