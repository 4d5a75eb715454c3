package read_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/read"
)

func readAll(t *testing.T, content string) *read.Set {
	t.Helper()
	set, problems := read.Content("files.yaml", []byte(content))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

func TestValuesOfTheChartAreReadWithItsDefaults(t *testing.T) {
	const values = `
fullnameOverride: kps
prometheus:
  prometheusSpec:
    retention: 10d
    ruleSelectorNilUsesHelmValues: false
    serviceMonitorSelector: {matchLabels: {team: a}}
alertmanager:
  config:
    route: {receiver: "null"}
    receivers: [{name: "null"}]
  alertmanagerSpec: {secrets: [pagerduty], useExistingSecret: true}
grafana:
  sidecar: {dashboards: {label: boards}}
`
	for name, content := range map[string]string{
		"of a release":    values,
		"of a dependency": "kube-prometheus-stack:\n" + strings.ReplaceAll(values, "\n", "\n  ") + "\n",
	} {
		set := readAll(t, content)
		if len(set.Values) != 1 || len(set.Alertmanagers) != 1 {
			t.Fatalf("%s: %d values, %d configurations", name, len(set.Values), len(set.Alertmanagers))
		}
		got := set.Values[0]
		if got.RulesOfRelease || got.ServiceMonitorsOfRelease || !got.PodMonitorsOfRelease {
			t.Errorf("%s: the chart selects rules %v, ServiceMonitors %v and PodMonitors %v by release", name,
				got.RulesOfRelease, got.ServiceMonitorsOfRelease, got.PodMonitorsOfRelease)
		}
		want := []string{"10d", "kps", "pagerduty", "boards"}
		if diff := cmp.Diff(want, []string{got.Prometheus.Retention.Value, got.FullnameOverride.Value, got.Server.Secrets[0].Value, got.Sidecar.Label.Value}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !got.UseExistingSecret || set.Alertmanagers[0].Source != "" {
			t.Errorf("%s: useExistingSecret is %v, the configuration's text %q", name, got.UseExistingSecret, set.Alertmanagers[0].Source)
		}
	}
}

func TestAConfigurationOfPrometheusHasJobs(t *testing.T) {
	set := readAll(t, `
global: {scrape_interval: 30s, external_labels: {cluster: a}}
rule_files: [rules.yaml]
remote_write: [{url: http://mimir}]
alerting: {alert_relabel_configs: [{action: labeldrop, regex: replica}]}
storage: {tsdb: {retention: {time: 15d}}}
scrape_configs:
  - job_name: shop
    honor_labels: true
    static_configs: [{targets: [a], labels: {job: b}}]
  - job_name: pods
    scrape_interval: 1m
    scrape_timeout: 20s
    kubernetes_sd_configs: [{role: pod}]
`)
	got := set.Scrapings[0]
	if diff := cmp.Diff([]string{"30s", "15d", "rules.yaml", "a"},
		[]string{got.Interval.Value, got.Retention.Value, got.RuleFiles[0].Value, got.ExternalLabels[0].Value.Value}); diff != "" {
		t.Error(diff)
	}
	if !got.Elsewhere || !got.RelabelsAlerts {
		t.Errorf("samples elsewhere: %v, alerts relabelled: %v", got.Elsewhere, got.RelabelsAlerts)
	}
	shop, pods := got.Jobs[0], got.Jobs[1]
	if !shop.HonorLabels || shop.Discovers || shop.Static[0][0].Value.Value != "b" {
		t.Errorf("shop is %+v", shop)
	}
	if !pods.Discovers || pods.Interval.Value != "1m" || pods.Timeout.Value != "20s" {
		t.Errorf("pods is %+v", pods)
	}
}

func TestAKustomizationSaysWhatItListsAndWhetherItChangesThem(t *testing.T) {
	const header = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml, ../base]\n"
	for name, test := range map[string]struct {
		more    string
		changes bool
		others  int
	}{
		"plain":     {"", false, 2}, // apiVersion and kind
		"namespace": {"namespace: shop\n", true, 3},
		"generator": {"configMapGenerator: [{name: a, files: [b.json, c.json]}]\n", false, 5},
		"patches":   {"patches: [{path: p.yaml}]\n", true, 3},
	} {
		got := readAll(t, header+test.more).Kustomized[0]
		if len(got.Resources) != 2 || got.Changes != test.changes || len(got.Others) != test.others {
			t.Errorf("%s: %d resources, changes %v, %d others", name, len(got.Resources), got.Changes, len(got.Others))
		}
	}
}

func TestALineOfAConfigurationIsFoundWhereItIsWritten(t *testing.T) {
	const config = "route:\n  receiver: a\nreceivers:\n  - name: a\n"
	secret := "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  alertmanager.yaml: |\n    " + strings.ReplaceAll(config, "\n", "\n    ")
	for name, test := range map[string]struct {
		content string
		line    int
	}{
		"alone":               {config, 4},
		"behind another":      {"# nothing\n---\nkind: Nothing\n---\n" + config, 8},
		"before another":      {config + "---\nkind: Nothing\n", 4},
		"in a Secret":         {secret, 9},
		"in a second Secret":  {"kind: Nothing\n--- # next\n" + secret, 11},
		"with Windows' lines": {strings.ReplaceAll(config, "\n", "\r\n"), 4},
	} {
		got := readAll(t, test.content).Alertmanagers[0]
		number := 0
		for i, line := range strings.Split(got.Source, "\n") {
			if strings.Contains(line, "name: a") {
				number = i + 1
			}
		}
		if strings.Contains(got.Source, "Nothing") {
			t.Errorf("%s: the text is that of other documents too: %q", name, got.Source)
		}
		if at := got.Line(number); at.Line != test.line {
			t.Errorf("%s: line %d of the configuration is at %s, want line %d", name, number, at, test.line)
		}
	}
	if key := readAll(t, secret).Alertmanagers[0].Key.Value; key != "alertmanager.yaml" {
		t.Errorf("the key is %q", key)
	}
}
