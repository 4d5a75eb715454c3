package runbook

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// What the shell hands to amtool must name the alert, whatever its name holds.
func TestSilenceMatchesTheAlertAndNothingElse(t *testing.T) {
	for _, name := range []string{"HighErrorRate", `It's "odd" $(id)`, `back\slash`, "two words", "Höhe"} {
		alert := &ir.Alert{Name: name, Labels: map[string]string{"service": "ai agent", "namespace": "n"}}
		script := strings.Replace(silence(alert).Code, "amtool silence add", `printf '%s\n'`, 1)
		printed, err := exec.Command("sh", "-c", script).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, argument := range strings.Split(strings.TrimSuffix(string(printed), "\n"), "\n")[2:] {
			matcher, err := labels.ParseMatcher(argument)
			if err != nil {
				t.Fatalf("%s: %v", argument, err)
			}
			got[matcher.Name] = matcher.Value
		}
		if diff := cmp.Diff(map[string]string{"alertname": name, "service": "ai agent", "namespace": "n"}, got); diff != "" {
			t.Error(diff)
		}
	}
}
