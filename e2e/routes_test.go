package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// routed are alerts and who must hear of them.
var routed = []struct {
	name     string
	labels   map[string]string
	receiver string
}{
	{"critical", map[string]string{"alertname": "HighErrorRate", "severity": "critical", "service": "ai-agent", "namespace": "ai-support"}, "pagerduty-critical"},
	{"warning", map[string]string{"alertname": "WarningErrorRate", "severity": "warning", "service": "ai-agent", "namespace": "ai-support"}, "pagerduty-warning"},
	{"stranger", map[string]string{"alertname": "KubePodCrashLooping", "severity": "critical", "namespace": "payments"}, "null"},
	{"same service elsewhere", map[string]string{"alertname": "HighErrorRate", "severity": "critical", "service": "ai-agent", "namespace": "payments"}, "null"},
	{"watchdog", map[string]string{"alertname": "Watchdog", "severity": "none", "namespace": "monitoring"}, "null"},
}

// configs are the paths of the configuration: on its own, and as the operator finds it in its Secret.
func configs(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"file":   "out/alertmanager/alertmanager.yaml",
		"secret": write(t, "alertmanager.yaml", packagedConfig(t)),
	}
}

func packagedConfig(t *testing.T) []byte {
	t.Helper()
	for _, object := range objects(t, "kubernetes/alertmanager-secret.yaml") {
		data, _ := object["stringData"].(map[string]any)
		if text, ok := data["alertmanager.yaml"].(string); ok {
			return []byte(text)
		}
	}
	t.Fatal("no Secret has the key alertmanager.yaml, which the operator reads")
	return nil
}

func TestTheOperatorLoadsTheSameConfiguration(t *testing.T) {
	if diff := cmp.Diff(string(artifact(t, "alertmanager/alertmanager.yaml")), string(packagedConfig(t))); diff != "" {
		t.Errorf("(-alertmanager/alertmanager.yaml +kubernetes/alertmanager-secret.yaml):\n%s", diff)
	}
}

func TestAmtoolAcceptsTheConfiguration(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		amtool := r.program(t, "amtool")
		for name, path := range configs(t) {
			if printed := run(t, amtool, "check-config", path); !strings.Contains(printed, "SUCCESS") {
				t.Errorf("%s: want SUCCESS:\n%s", name, printed)
			}
		}
		broken := append(artifact(t, "alertmanager/alertmanager.yaml"), "routes: []\n"...)
		refused(t, amtool, "check-config", write(t, "alertmanager.yaml", broken))
	})
}

func TestAmtoolRoutesAlertsToWhoMustHearOfThem(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		amtool := r.program(t, "amtool")
		for name, path := range configs(t) {
			for _, c := range routed {
				arguments := []string{"config", "routes", "test", "--config.file=" + path}
				for label, value := range c.labels {
					arguments = append(arguments, label+"="+value)
				}
				if got := lastLine(run(t, amtool, arguments...)); got != c.receiver {
					t.Errorf("%s, %s alert: reaches %q, want %q", name, c.name, got, c.receiver)
				}
			}
		}
	})
}

// lastLine leaves out what amtool warns of before it.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
