package notify

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/alertmanager/config"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday

// every is a receiver with all integrations, whose secrets stand in files that do not exist here.
const every = `
global:
  smtp_smarthost: mail.example.com:587
  smtp_from: alerts@example.com
  smtp_auth_username: alerts
  smtp_auth_password_file: /secrets/mail
route: {receiver: all, group_by: [alertname], group_wait: 10s, group_interval: 5m, repeat_interval: 4h}
receivers:
- name: all
  pagerduty_configs: [{routing_key_file: /secrets/pagerduty, description: '{{ .CommonAnnotations.summary }}', details: {firing: '{{ range .Alerts.Firing }}{{ .Annotations.description }}{{ end }}'}}]
  slack_configs: [{api_url_file: /secrets/slack, channel: '#a', send_resolved: true, title: '{{ .CommonAnnotations.summary }}', text: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'}]
  webhook_configs: [{url_file: /secrets/webhook}]
  email_configs: [{to: a@example.com, send_resolved: true, headers: {Subject: '{{ .CommonAnnotations.summary }}'}, text: '{{ range .Alerts }}{{ .Annotations.description }}{{ end }}'}]
  opsgenie_configs: [{api_key_file: /secrets/opsgenie, message: '{{ .CommonAnnotations.summary }}', description: '{{ .CommonAnnotations.description }}'}]
  msteamsv2_configs: [{webhook_url_file: /secrets/teams, title: '{{ .CommonAnnotations.summary }}', text: '{{ .CommonAnnotations.description }}'}]
  msteams_configs: [{webhook_url_file: /secrets/teams, title: '{{ .CommonAnnotations.summary }}', text: '{{ .CommonAnnotations.description }}'}]
  discord_configs: [{webhook_url_file: /secrets/discord, title: '{{ .CommonAnnotations.summary }}', message: '{{ .CommonAnnotations.description }}'}]
  telegram_configs: [{bot_token_file: /secrets/telegram, chat_id: 7, parse_mode: '', message: "{{ .CommonAnnotations.summary }}\n{{ .CommonAnnotations.description }}"}]
  pushover_configs: [{user_key_file: /secrets/user, token_file: /secrets/token, title: '{{ .CommonAnnotations.summary }}', message: '{{ .CommonAnnotations.description }}'}]
  victorops_configs: [{api_key_file: /secrets/victorops, routing_key: r, entity_display_name: '{{ .CommonAnnotations.summary }}', state_message: '{{ .CommonAnnotations.description }}'}]
  webex_configs: [{room_id: r, http_config: {authorization: {credentials: x}}, message: "{{ .CommonAnnotations.summary }}\n{{ .CommonAnnotations.description }}"}]
  wechat_configs: [{api_secret: x, corp_id: c, to_user: u, message: "{{ .CommonAnnotations.summary }}\n{{ .CommonAnnotations.description }}"}]
  mattermost_configs: [{webhook_url_file: /secrets/mattermost, title: "{{ .CommonAnnotations.summary }}", text: "{{ .CommonAnnotations.description }}"}]
  rocketchat_configs: [{token_file: /secrets/a, token_id_file: /secrets/b, channel: '#a', title: '{{ .CommonAnnotations.summary }}', text: '{{ .CommonAnnotations.description }}'}]
  incidentio_configs: [{url_file: /secrets/url, alert_source_token_file: /secrets/token}]
  jira_configs: [{api_url: https://jira.example.com/rest/api/2/, project: P, issue_type: T, summary: {template: '{{ .CommonAnnotations.summary }}'}, description: {template: '{{ .CommonAnnotations.description }}'}}]
  sns_configs: [{topic_arn: 'arn:aws:sns:us-east-2:123456789012:t', sigv4: {region: us-east-2}}]
`

func events(changes ...func(*Event)) []Event {
	e := Event{
		Labels:      map[string]string{"alertname": "HighErrorRate", "severity": "critical"},
		Annotations: map[string]string{"summary": "Error rate is 7 %", "description": "Above 5 % for 2m on ai-agent"},
		StartsAt:    start, EndsAt: start.Add(7 * time.Minute),
	}
	for _, change := range changes {
		change(&e)
	}
	return []Event{e}
}

func newPipeline(t *testing.T, configuration string) *Pipeline {
	t.Helper()
	p, err := New([]byte(configuration), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func render(t *testing.T, configuration string, alerts []Event) []Notification {
	t.Helper()
	notifications, err := newPipeline(t, configuration).Render(t.Context(), alerts)
	if err != nil {
		t.Fatal(err)
	}
	return notifications
}

func TestEachIntegrationIsReadAsPeopleReadIt(t *testing.T) {
	kinds := map[string]bool{}
	for _, n := range render(t, every, events()) {
		if n.Status != "firing" {
			continue
		}
		kinds[n.Integration] = true
		if n.Integration == "sns" {
			if len(n.Findings) != 1 || n.Findings[0].Kind != NotRendered {
				t.Errorf("sns: got findings %v", n.Findings)
			}
			continue
		}
		if !n.At.Equal(start.Add(10 * time.Second)) {
			t.Errorf("%s: notified at %s, want group_wait after %s", n.Integration, n.At, start)
		}
		if n.Title != "Error rate is 7 %" || !strings.Contains(n.Text, "Above 5 % for 2m on ai-agent") {
			t.Errorf("%s: read %q and %q from %s", n.Integration, n.Title, n.Text, n.Payload)
		}
		if len(n.Payload) == 0 || len(n.Findings) > 0 {
			t.Errorf("%s: payload of %d bytes, findings %v", n.Integration, len(n.Payload), n.Findings)
		}
	}
	if len(kinds) != 18 {
		t.Errorf("%d integrations were rendered: %v", len(kinds), kinds)
	}
}

func TestEveryIntegrationOfAlertmanagerIsKnown(t *testing.T) {
	fields := reflect.TypeFor[config.Receiver]()
	for i := range fields.NumField() {
		kind, isKind := strings.CutSuffix(yamlName(fields.Field(i)), "_configs")
		if isKind && (kind != "sns" && notifiers[kind] == nil || integrationNames[kind] == "" || kind != "sns" && kind != "email" && places[kind].texts == nil) {
			t.Errorf("%s has no notifier, no name, or no place of its texts", kind)
		}
	}
}

func TestPagerDutyGetsAnEventOfVersion2(t *testing.T) {
	var actions []string
	for _, n := range render(t, every, events()) {
		if n.Integration != "pagerduty" {
			continue
		}
		var event struct {
			Action     string `json:"event_action"`
			RoutingKey string `json:"routing_key"`
			DedupKey   string `json:"dedup_key"`
			Payload    struct{ Summary, Source, Severity string }
		}
		if err := json.Unmarshal(n.Payload, &event); err != nil {
			t.Fatal(err)
		}
		if event.RoutingKey != standIn || event.DedupKey == "" || event.Payload.Summary == "" || event.Payload.Source == "" {
			t.Errorf("not what Events API v2 asks for: %s", n.Payload)
		}
		actions = append(actions, event.Action)
	}
	if diff := cmp.Diff([]string{"trigger", "resolve"}, actions); diff != "" {
		t.Error(diff)
	}
}

// TestNothingLeavesTheProcess points everything that an integration could speak to at a server, and waits for nobody.
func TestNothingLeavesTheProcess(t *testing.T) {
	called := make(chan string, 100)
	outside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.RequestURI }))
	defer outside.Close()
	host := strings.TrimPrefix(outside.URL, "http://")
	configuration := strings.NewReplacer("OUT", outside.URL, "HOST", host).Replace(`
global:
  http_config: {proxy_url: OUT}
  opsgenie_api_url: OUT
  smtp_smarthost: HOST
  smtp_from: a@example.com
  smtp_require_tls: false
route: {receiver: a}
receivers:
- name: a
  webhook_configs:
  - {url: 'OUT/{{ .Status }}'}
  - {url: OUT, http_config: {oauth2: {client_id: a, client_secret: b, token_url: OUT}}}
  - {url: 'https://HOST', http_config: {proxy_url: OUT, tls_config: {ca_file: /no, cert_file: /no, key_file: /no}}}
  slack_configs: [{api_url: OUT, channel: c}]
  opsgenie_configs: [{api_key: k}]
  pagerduty_configs: [{service_key: k}, {routing_key: k, url: OUT}]
  pushover_configs: [{user_key: u, token: t}]
  email_configs: [{to: b@example.com}]
`)
	for _, n := range render(t, configuration, events()) {
		if len(n.Findings) > 0 || len(n.Payload) == 0 {
			t.Errorf("%s: %v", n.Integration, n.Findings)
		}
	}
	select {
	case address := <-called:
		t.Errorf("%s was asked for", address)
	default:
	}
}

func TestOldPagerDutyKeysAndFixedAddressesStayInThisProcess(t *testing.T) {
	n := render(t, `{route: {receiver: a}, receivers: [{name: a, pagerduty_configs: [{service_key: secret, description: x}]}]}`, events())
	if len(n) == 0 || n[0].Title != "x" || strings.Contains(string(n[0].Payload), "secret") {
		t.Errorf("got %+v", n)
	}
}

func TestPayloadsAreTheSameEachTime(t *testing.T) {
	first, second := render(t, every, events()), render(t, every, events())
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

func TestAlertsOfTheFutureResolveAsWell(t *testing.T) {
	ahead := time.Now().Add(100 * 24 * time.Hour)
	notifications := render(t, `{route: {receiver: a}, receivers: [{name: a, slack_configs: [{api_url: http://a, channel: c, send_resolved: true, title: '{{ .Status }}'}]}]}`,
		events(func(e *Event) { e.StartsAt, e.EndsAt = ahead, ahead.Add(time.Minute) }))
	var titles []string
	for _, n := range notifications {
		titles = append(titles, n.Title)
	}
	// The alert is resolved within five minutes of its first notification.
	if diff := cmp.Diff([]string{"firing", "resolved"}, titles); diff != "" {
		t.Error(diff)
	}
}
