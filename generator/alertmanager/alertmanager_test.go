package alertmanager_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	amconfig "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/goldenfile"
	"github.com/belfry-dev/belfry/internal/ir"
)

// agent is a service like the reference one: two PagerDuty receivers, critical and warning.
func agent() *ir.Notifications {
	pagerduty := func(name, key string) *ir.Receiver {
		return &ir.Receiver{Name: name, SendResolved: true, PagerDuty: &ir.PagerDuty{RoutingKey: ir.Secret{Name: "alertmanager-pagerduty", Key: key}}}
	}
	return &ir.Notifications{
		Service: "ai-agent", Namespace: "ai-support",
		Receivers: []*ir.Receiver{pagerduty("pagerduty-critical", "critical"), pagerduty("pagerduty-warning", "warning")},
		Route: &ir.Route{
			Matchers: []ir.Matcher{{Name: "service", Op: "=", Value: "ai-agent"}, {Name: "namespace", Op: "=", Value: "ai-support"}},
			Receiver: "pagerduty-warning", GroupBy: []string{"alertname", "severity", "service", "namespace"},
			GroupWait: 10 * time.Second, GroupInterval: 5 * time.Minute, RepeatInterval: 4 * time.Hour,
			Routes: []*ir.Route{{Matchers: []ir.Matcher{{Name: "severity", Op: "=", Value: "critical"}}, Receiver: "pagerduty-critical"}},
		},
		Inhibitions: []ir.Inhibition{{
			Source: []ir.Matcher{{Name: "severity", Op: "=", Value: "critical"}, {Name: "signal", Op: "=~", Value: ".+"}},
			Target: []ir.Matcher{{Name: "severity", Op: "=~", Value: "warning|info"}, {Name: "signal", Op: "=~", Value: ".+"}},
			Equal:  []string{"signal", "service", "namespace"},
		}},
	}
}

func program(fleet ...*ir.Notifications) *ir.Program {
	return &ir.Program{
		OwnsPlatform: true,
		Platform: &ir.Platform{
			Name: "platform", Namespace: "monitoring", Release: "prometheus",
			Alertmanager: ir.Alertmanager{ResolveTimeout: 5 * time.Minute, PagerDutyURL: "https://events.pagerduty.com/v2/enqueue", Deliver: "secret"},
			Versions:     ir.Versions{Alertmanager: ir.Version{Major: 0, Minor: 25}},
		},
		Fleet: fleet,
	}
}

func emit(t *testing.T, p *ir.Program) map[string]string {
	t.Helper()
	artifacts, err := alertmanager.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, a := range artifacts {
		if err := alertmanager.Verify(a); err != nil {
			t.Errorf("Alertmanager refuses it: %v\n%s", err, a.Data)
		}
		out[a.Path] = string(a.Data)
	}
	return out
}

func load(t *testing.T, p *ir.Program) *amconfig.Config {
	t.Helper()
	config, err := amconfig.Load(emit(t, p)[alertmanager.ConfigPath])
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// reaches is the receivers of an alert with the labels, as Alertmanager routes it.
func reaches(config *amconfig.Config, labels model.LabelSet) []string {
	var out []string
	for _, route := range dispatch.NewRoute(config.Route, nil).Match(labels) {
		out = append(out, route.RouteOpts.Receiver)
	}
	return out
}

// fleet is a platform that itself is paged and watched, with a second service that uses every other channel that
// Alertmanager 0.25 delivers by.
func fleet() *ir.Program {
	secret := func(key string) ir.Secret { return ir.Secret{Name: "alertmanager-billing", Key: key} }
	token, password := secret("token"), secret("password")
	billing := &ir.Notifications{
		Service: "billing", Namespace: "shop",
		Receivers: []*ir.Receiver{
			{Name: "heartbeat", Webhook: &ir.Webhook{URL: "https://heartbeat.example.com/belfry", Token: &token}},
			{
				Name: "people", SendResolved: true, Slack: &ir.Slack{URL: secret("slack"), Channel: "#billing"},
				Email: &ir.Email{To: "billing@example.com", From: "alerts@example.com", Smarthost: "smtp.example.com:587", Username: "alerts", Password: &password},
			},
			{Name: "phone", SendResolved: true, Opsgenie: &ir.Opsgenie{APIKey: secret("opsgenie"), Priority: "P2"}},
		},
		Route: &ir.Route{
			Matchers: []ir.Matcher{{Name: "service", Op: "=", Value: "billing"}, {Name: "namespace", Op: "=", Value: "shop"}},
			Receiver: "people", GroupBy: []string{"alertname", "service", "namespace"}, GroupWait: 10 * time.Second,
			Routes: []*ir.Route{{Matchers: []ir.Matcher{{Name: "severity", Op: "=~", Value: "critical"}}, Receiver: "phone", Continue: true}},
		},
		Inhibitions: agent().Inhibitions,
	}
	p := program(agent(), billing)
	p.Notifications = billing
	p.Platform.Alertmanager.Receiver, p.Platform.Alertmanager.Heartbeat = "people", "heartbeat"
	return p
}

func TestGolden(t *testing.T) {
	for folder, p := range map[string]*ir.Program{"service": program(agent()), "fleet": fleet()} {
		goldenfile.Compare(t, filepath.Join("testdata", folder), emit(t, p))
	}
}

func TestOnlyTheOwnerOfThePlatformConfiguresAlertmanager(t *testing.T) {
	p := program(agent())
	p.OwnsPlatform = false
	if got := emit(t, p); len(got) > 0 {
		t.Errorf("a service without platform emits %v", got)
	}
}

func TestAlertsReachWhoTheyMust(t *testing.T) {
	paging := program(agent())
	paging.Platform.Alertmanager.Receiver = "pagerduty-warning"
	paging.Platform.Alertmanager.Heartbeat = "pagerduty-critical"
	paging.Notifications = agent()
	tests := []struct {
		name    string
		program *ir.Program
		labels  model.LabelSet
		want    []string
	}{
		{"critical pages", program(agent()), model.LabelSet{"service": "ai-agent", "namespace": "ai-support", "severity": "critical"}, []string{"pagerduty-critical"}},
		{"others take the service's receiver", program(agent()), model.LabelSet{"service": "ai-agent", "namespace": "ai-support", "severity": "info"}, []string{"pagerduty-warning"}},
		{"strangers page nobody", program(agent()), model.LabelSet{"alertname": "KubePodNotReady", "severity": "critical", "namespace": "ai-support"}, []string{"null"}},
		{"Watchdog pages nobody", program(agent()), model.LabelSet{"alertname": "Watchdog", "severity": "none"}, []string{"null"}},
		{"strangers reach the platform's receiver", paging, model.LabelSet{"alertname": "KubePodNotReady"}, []string{"pagerduty-warning"}},
		{"Watchdog feeds the heartbeat", paging, model.LabelSet{"alertname": "Watchdog", "severity": "none"}, []string{"pagerduty-critical"}},
		{"InfoInhibitor is nobody's business", paging, model.LabelSet{"alertname": "InfoInhibitor", "severity": "none"}, []string{"null"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, reaches(load(t, test.program), test.labels)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestServicesThatShareAReceiverGetItOnceAndOthersKeepTheirOwn(t *testing.T) {
	second, third := agent(), agent()
	second.Service, second.Route.Matchers[0].Value = "billing", "billing"
	third.Service, third.Route.Matchers[0].Value = "search", "search"
	third.Receivers[0].PagerDuty.RoutingKey.Key = "search" // its own pagerduty-critical
	config := load(t, program(agent(), second, third))
	var names []string
	for _, r := range config.Receivers {
		names = append(names, r.Name)
	}
	want := []string{"null", "ai-agent/pagerduty-critical", "billing/pagerduty-critical", "pagerduty-warning", "search/pagerduty-critical"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("receivers (-want +got):\n%s", diff)
	}
	if got := len(config.InhibitRules); got != 1 {
		t.Errorf("three services with the same inhibition make %d rules, want 1", got)
	}
	labels := model.LabelSet{"service": "search", "namespace": "ai-support", "severity": "critical"}
	if diff := cmp.Diff([]string{"search/pagerduty-critical"}, reaches(config, labels)); diff != "" {
		t.Errorf("search's critical alerts (-want +got):\n%s", diff)
	}
}

func TestMatchersOfAnyValueArriveAtAlertmanager(t *testing.T) {
	for _, value := range []string{`a"b`, `a\b`, "a\nb", "a, b", "{", "ü", ""} {
		service := agent()
		service.Route.Matchers = []ir.Matcher{{Name: "team", Op: "=", Value: value}}
		labels := model.LabelSet{"team": model.LabelValue(value), "severity": "critical"}
		if diff := cmp.Diff([]string{"pagerduty-critical"}, reaches(load(t, program(service)), labels)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", value, diff)
		}
	}
}

func TestVerifyRefusesWhatAlertmanagerWouldTakeAndFailOnLater(t *testing.T) {
	const valid = "route: {receiver: a}\nreceivers:\n- name: a\n  webhook_configs:\n  - url: http://example.com\n"
	for name, text := range map[string]string{
		"undefined receiver": strings.Replace(valid, "receiver: a", "receiver: b", 1),
		"unknown field":      valid + "    abc: 1\n",
		"secret in the file": valid + "    http_config: {authorization: {credentials: x}}\n",
		"broken template":    valid + "  slack_configs:\n  - api_url_file: /x\n    channel: c\n    title: '{{ .Foo'\n",
		"failing template":   valid + "  slack_configs:\n  - api_url_file: /x\n    channel: c\n    title: '{{ .Foo.Bar }}'\n",
	} {
		if err := alertmanager.Verify(artifact.Artifact{Path: "a.yaml", Kind: artifact.Alertmanager, Data: []byte(text)}); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	if err := alertmanager.Verify(artifact.Artifact{Path: "a.yaml", Kind: artifact.Alertmanager, Data: []byte(valid)}); err != nil {
		t.Error(err)
	}
}
