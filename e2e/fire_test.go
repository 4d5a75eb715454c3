package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestATestOfAnAlertReachesWhomTheSpecSays fires an alert at real Alertmanagers, one that it inhibits, and ends the first.
func TestATestOfAnAlertReachesWhomTheSpecSays(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		s := startAlertmanager(t, r)
		belfry, err := buildBelfry()
		if err != nil {
			t.Fatal(err)
		}
		fire := func(arguments ...string) (string, error) {
			command := exec.Command(belfry, slices.Concat([]string{"fire"}, arguments, []string{"./spec", "--alertmanager", s.address})...)
			command.Dir = root
			text, err := command.CombinedOutput()
			return string(text), err
		}
		output, err := fire("HighErrorRate", "--for", "10m")
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		for _, want := range []string{"sent      HighErrorRate", "reaches   pagerduty-critical\n", "after     10s (group_wait)", "reads     TEST: HTTP error rate above 5 %", "WarningErrorRate"} {
			if !strings.Contains(output, want) {
				t.Errorf("it does not say %q:\n%s", want, output)
			}
		}
		if output, err := fire("WarningErrorRate"); err == nil || !strings.Contains(output, "nobody is notified: HighErrorRate inhibits it") {
			t.Errorf("the warning is not inhibited: %v\n%s", err, output)
		}
		held, err := s.alertsOf()
		if err != nil || held["HighErrorRate"].Labels["belfry_test"] != "true" {
			t.Errorf("Alertmanager holds %v, %v", held, err)
		}
		if output, err := fire("HighErrorRate", "--resolve"); err != nil {
			t.Errorf("%v\n%s", err, output)
		}
		held, err = s.alertsOf()
		if _, fires := held["HighErrorRate"]; fires || err != nil {
			t.Errorf("it still fires: %v, %v", held, err)
		}
	})
}
