package alertmanager

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	amalert "github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func alert(resolved bool, labels, annotations model.LabelSet) *amalert.Alert {
	a := &amalert.Alert{Alert: model.Alert{Labels: labels, Annotations: annotations, StartsAt: start}}
	if resolved {
		a.EndsAt = start.Add(time.Minute)
	} else {
		a.EndsAt = time.Now().Add(time.Hour)
	}
	return a
}

func errorRate(pod, value string, resolved bool) *amalert.Alert {
	return alert(resolved,
		model.LabelSet{"alertname": "HighErrorRate", "service": "ai-agent", "severity": "critical", "pod": model.LabelValue(pod)},
		model.LabelSet{
			"summary": "HTTP error rate above 5 %", "description": model.LabelValue("HTTP error rate is " + value + " on " + pod + "."),
			"runbook_url": "https://example.com/HighErrorRate", "dashboard_url": "https://grafana.example.com/d/ops",
		})
}

func render(t *testing.T, text string, alerts ...*amalert.Alert) string {
	t.Helper()
	tmpl, err := templates()
	if err != nil {
		t.Fatal(err)
	}
	tmpl.ExternalURL = &url.URL{Scheme: "http", Host: "alertmanager:9093"}
	got, err := tmpl.ExecuteTextString(text, tmpl.Data("receiver", model.LabelSet{}, nil, "", alerts...))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestTextsSayWhatHappened(t *testing.T) {
	bare := alert(false, model.LabelSet{}, nil)
	stranger := alert(false, model.LabelSet{"alertname": "KubePodNotReady", "severity": "none"}, nil)
	other := alert(false, model.LabelSet{"alertname": "QueueFull", "service": "ai-agent", "severity": "warning"}, model.LabelSet{"summary": "queue full"})
	tests := []struct {
		name, text string
		alerts     []*amalert.Alert
		want       string
	}{
		{"summary", titleText, []*amalert.Alert{errorRate("a", "6 %", false)}, "HTTP error rate above 5 %"},
		{"resolved", statusTitleText, []*amalert.Alert{errorRate("a", "6 %", true)}, "Resolved: HTTP error rate above 5 %"},
		{"several series share the summary", titleText, []*amalert.Alert{errorRate("a", "6 %", false), errorRate("b", "7 %", false)}, "HTTP error rate above 5 %"},
		{"several alerts", titleText, []*amalert.Alert{errorRate("a", "6 %", false), other}, "2 alerts on ai-agent"},
		{"no annotations", titleText, []*amalert.Alert{stranger}, "KubePodNotReady"},
		{"no annotations, several", titleText, []*amalert.Alert{stranger, stranger}, "2 × KubePodNotReady"},
		{"nothing at all", titleText, []*amalert.Alert{bare}, "1 alerts"},
		{"severity", severityText, []*amalert.Alert{errorRate("a", "6 %", false)}, "critical"},
		{"severities that differ", severityText, []*amalert.Alert{errorRate("a", "6 %", false), other}, "error"},
		{"severity that PagerDuty refuses", severityText, []*amalert.Alert{stranger}, "error"},
		{"runbook", runbookText, []*amalert.Alert{errorRate("a", "6 %", false)}, "https://example.com/HighErrorRate"},
		{"no runbook", runbookText, []*amalert.Alert{stranger}, "http://alertmanager:9093"},
		{"body", bodyText, []*amalert.Alert{errorRate("a", "6 %", false), errorRate("b", "1 %", true)}, strings.Join([]string{
			"Firing (1):", "- HTTP error rate is 6 % on a.", "Resolved (1):", "- HTTP error rate is 1 % on b.",
			"Runbook: https://example.com/HighErrorRate", "Dashboard: https://grafana.example.com/d/ops", "Alertmanager: http://alertmanager:9093",
		}, "\n")},
		{"body without annotations", bodyText, []*amalert.Alert{bare}, "Firing (1):\n- alert without a name\nAlertmanager: http://alertmanager:9093"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, render(t, test.text, test.alerts...)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPagerDutyDetailsCountAndDescribe(t *testing.T) {
	got := map[string]string{}
	for key, text := range pagerDutyDetails() {
		got[key] = render(t, text, errorRate("a", "6 %", false), errorRate("b", "7 %", false), errorRate("c", "1 %", true))
	}
	want := map[string]string{
		"num_firing": "2", "num_resolved": "1",
		"firing":   "- HTTP error rate is 6 % on a.\n- HTTP error rate is 7 % on b.\n",
		"resolved": "- HTTP error rate is 1 % on c.\n",
		"runbook":  "https://example.com/HighErrorRate",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// everyChannel is a receiver with every channel and every secret.
func everyChannel() *ir.Receiver {
	secret := ir.Secret{Name: "secrets", Key: "key"}
	return &ir.Receiver{
		Name:      "all",
		PagerDuty: &ir.PagerDuty{RoutingKey: secret}, Slack: &ir.Slack{URL: secret, Channel: "#alerts"},
		Webhook:  &ir.Webhook{URLFrom: &secret, Token: &secret},
		Email:    &ir.Email{To: "a@example.com", From: "b@example.com", Smarthost: "smtp.example.com:587", Username: "b", Password: &secret},
		Opsgenie: &ir.Opsgenie{APIKey: secret, Priority: "P1"}, MSTeams: &ir.MSTeams{URL: secret}, Discord: &ir.Discord{URL: secret},
		Telegram: &ir.Telegram{Token: secret, ChatID: -100},
	}
}

func TestEveryChannelLoads(t *testing.T) {
	p := &ir.Program{
		OwnsPlatform: true,
		Platform:     &ir.Platform{Name: "p", Namespace: "monitoring", Alertmanager: ir.Alertmanager{ResolveTimeout: time.Minute, PagerDutyURL: "https://events.eu.pagerduty.com/v2/enqueue"}},
		Fleet:        []*ir.Notifications{{Service: "a", Namespace: "a", Receivers: []*ir.Receiver{everyChannel()}, Route: &ir.Route{Receiver: "all"}}},
	}
	artifacts, err := Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range artifacts {
		if err := Verify(a); err != nil {
			t.Errorf("%v\n%s", err, a.Data)
		}
	}
	want := []SecretKeys{{Name: "secrets", Keys: []SecretKey{{Name: "key", Holds: "token of the Telegram bot", Receivers: []string{"all"}}}}}
	if diff := cmp.Diff(want, Secrets(p)); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}
