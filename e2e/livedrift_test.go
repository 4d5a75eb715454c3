package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	addresses = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)
	places    = regexp.MustCompile(`spec/([a-z]+)\.cue:[0-9]+:[0-9]+:`)
)

// drift compares servers with a spec and returns the exit code and the findings, one a line, with the servers'
// addresses left out.
func drift(t *testing.T, arguments ...string) (int, string) {
	t.Helper()
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), belfry, append([]string{"drift"}, arguments...)...)
	command.Dir = root
	text, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.Contains(line, "[live/") || strings.HasPrefix(line, "      = ") && !strings.Contains(line, "help:") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	t.Logf("%s", text)
	return command.ProcessState.ExitCode(), addresses.ReplaceAllString(strings.Join(lines, "\n"), "SERVER")
}

// altered copies files of out/ into a folder of their own, with texts replaced. What is to be replaced must be there once.
func altered(t *testing.T, files map[string]string, replacements ...string) string {
	t.Helper()
	folder := t.TempDir()
	var whole strings.Builder
	for name, path := range files {
		text := string(artifact(t, path))
		for i := 0; i < len(replacements); i += 2 {
			text = strings.ReplaceAll(text, replacements[i], replacements[i+1])
		}
		whole.WriteString(string(artifact(t, path)))
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(replacements); i += 2 {
		if n := strings.Count(whole.String(), replacements[i]); n != 1 {
			t.Fatalf("%q stands there %d times", replacements[i], n)
		}
	}
	return folder
}

func TestServersThatHaveLoadedTheOutputHaveNotDrifted(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		prometheus := startPrometheus(t, r, generated(t), "out/prometheus/prometheus.yaml")
		alertmanager := startAlertmanager(t, r)
		code, found := drift(t, "./spec", "--prometheus", prometheus.address, "--alertmanager", alertmanager.address)
		if code != 0 || found != "" {
			t.Errorf("exit code %d, found:\n%s", code, found)
		}
	})
}

// wholeRule is an alert of rules.yaml, from its dash up to the next one.
func wholeRule(t *testing.T, name string) string {
	t.Helper()
	_, rest, found := strings.Cut(string(artifact(t, "prometheus/rules.yaml")), "      - alert: "+name+"\n")
	text, _, more := strings.Cut(rest, "\n      - alert: ")
	if !found || !more {
		t.Fatalf("rules.yaml has no alert %s with another after it", name)
	}
	return "      - alert: " + name + "\n" + text + "\n"
}

func TestARuleThatWasDeletedOrChangedIsNamedExactly(t *testing.T) {
	changed := wholeRule(t, "HighErrorRate")
	files := map[string]string{"prometheus.yaml": "prometheus/prometheus.yaml", "rules.yaml": "prometheus/rules.yaml"}
	folder := altered(t, files, wholeRule(t, "ServiceDown"), "", changed, strings.NewReplacer("> 0.05", "> 0.5", "for: 2m", "for: 20m").Replace(changed))
	eachRelease(t, func(t *testing.T, r release) {
		code, found := drift(t, "./spec", "--prometheus", startPrometheus(t, r, folder, "prometheus.yaml").address)
		want := strings.Join([]string{
			"spec/alerts.cue:LINE: error[live/changed]: alerts.HighErrorRate: alert HighErrorRate of group ai-agent-critical is loaded in another form in Prometheus at SERVER",
			`= expr: loaded is service:error_rate:share_5m{namespace="ai-support",service="ai-agent"} > 0.5, the spec gives service:error_rate:share_5m{namespace="ai-support",service="ai-agent"} > 0.05`,
			"= for: loaded is 20m, the spec gives 2m",
			"spec/alerts.cue:LINE: error[live/missing]: alerts.ServiceDown: alert ServiceDown of group ai-agent-availability is not loaded in Prometheus at SERVER",
		}, "\n")
		if diff := cmp.Diff(want, places.ReplaceAllString(found, "spec/$1.cue:LINE:")); diff != "" || code != 1 {
			t.Errorf("exit code %d (-want +got):\n%s", code, diff)
		}
	})
}

func TestARouteThatWasChangedIsNamedExactly(t *testing.T) {
	files := map[string]string{"alertmanager.yaml": "alertmanager/alertmanager.yaml"}
	folder := altered(t, files,
		"            - severity=\"critical\"\n          receiver: pagerduty-critical", "            - severity=\"critical\"\n          receiver: pagerduty-warning",
		"group_wait: 10s", "group_wait: 10m", "resolve_timeout: 5m", "resolve_timeout: 6m")
	eachRelease(t, func(t *testing.T, r release) {
		s := start(t, folder, r.program(t, "alertmanager"), "--config.file=alertmanager.yaml", "--storage.path="+t.TempDir(), "--cluster.listen-address=")
		code, found := drift(t, "./spec", "--alertmanager", s.address)
		want := strings.Join([]string{
			`spec/routing.cue:LINE: error[live/changed]: routing: route {namespace="ai-support", service="ai-agent"} is loaded in another form in Alertmanager at SERVER`,
			"= group_wait: loaded is 10m, the spec gives 10s",
			`spec/routing.cue:LINE: error[live/changed]: routing.routes[0]: route {namespace="ai-support", service="ai-agent"} > {severity="critical"} is loaded in another form in Alertmanager at SERVER`,
			"= receiver: loaded is pagerduty-warning, the spec gives pagerduty-critical",
			"spec/service.cue:LINE: error[live/changed]: platform.alertmanager: settings differ in Alertmanager at SERVER",
			"= global.resolve_timeout: loaded is 6m, the spec gives 5m",
		}, "\n")
		if diff := cmp.Diff(want, places.ReplaceAllString(found, "spec/$1.cue:LINE:")); diff != "" || code != 1 {
			t.Errorf("exit code %d (-want +got):\n%s", code, diff)
		}
	})
}

func TestTheWrongServerIsTold(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		s := startAlertmanager(t, r)
		if code, _ := drift(t, "./spec", "--prometheus", s.address); code != 2 {
			t.Errorf("an Alertmanager is taken for a Prometheus: exit code %d", code)
		}
	})
}

// channels notifies by everything that Alertmanager 0.25 knows, so that a default of one release that another prints differently
// would be told as a change.
const channels = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

service: {name: "shop", namespace: "web", team: "web", client: "go", runbooks: "https://wiki.example.com", scrape: {service: "shop", labels: app: "shop"}}
metrics: queue_depth: {type: "gauge", unit: "jobs", replicas: "add", help: "Jobs that wait."}
signals: queue: {title: "Queue", value: "queue_depth"}
alerts: QueueLong: {signal: "queue", above: "100 jobs", severity: "critical"}
receivers: {
	pager: {
		pagerduty: routingKey: secret: {name: "alerting", key: "pagerduty"}
		opsgenie: {apiKey: secret: {name: "alerting", key: "opsgenie"}, priority: "P1"}
	}
	chat: {slack: {url: secret: {name: "alerting", key: "slack"}, channel: "#web"}, sendResolved: false}
	archive: {
		webhook: {url: "http://archive.web.svc/alerts", token: secret: {name: "archive", key: "token"}}
		email: {to: "web@example.com", from: "alerts@example.com", smarthost: "mail.example.com:587", username: "alerts", password: secret: {name: "mail", key: "password"}}
	}
}
routing: {receiver: "archive", routes: [{match: "severity='critical'", receiver: "pager", continue: true}, {match: "severity='critical'", receiver: "chat"}]}
platform: alertmanager: receiver: "archive"
`

func TestDefaultsOfAReleaseAreNoDrift(t *testing.T) {
	belfry, err := buildBelfry()
	if err != nil {
		t.Fatal(err)
	}
	spec := filepath.Dir(write(t, "spec.cue", []byte(channels)))
	if text, err := attempt(t, spec, belfry, "generate", "."); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	eachRelease(t, func(t *testing.T, r release) {
		s := start(t, spec, r.program(t, "alertmanager"), "--config.file=out/alertmanager/alertmanager.yaml", "--storage.path="+t.TempDir(), "--cluster.listen-address=")
		if code, found := drift(t, spec, "--alertmanager", s.address); code != 0 || found != "" {
			t.Errorf("exit code %d, found:\n%s", code, found)
		}
	})
}
