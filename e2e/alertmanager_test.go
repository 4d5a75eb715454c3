package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func startAlertmanager(t *testing.T, r release) server {
	t.Helper()
	return start(t, generated(t), r.program(t, "alertmanager"),
		"--config.file=out/alertmanager/alertmanager.yaml", "--storage.path="+t.TempDir(), "--cluster.listen-address=")
}

// TestAlertmanagerLoadsTheConfiguration needs none of the secret files: they are read when a notification is sent.
func TestAlertmanagerLoadsTheConfiguration(t *testing.T) {
	var file struct {
		Receivers []struct{ Name string }
	}
	if err := yaml.Unmarshal(artifact(t, "alertmanager/alertmanager.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	eachRelease(t, func(t *testing.T, r release) {
		s := startAlertmanager(t, r)
		var status struct {
			Config struct{ Original string }
		}
		if err := s.get("/api/v2/status", &status); err != nil {
			t.Fatal(err)
		}
		if status.Config.Original == "" {
			t.Error("no configuration is loaded")
		}
		got := file
		got.Receivers = nil
		if err := s.get("/api/v2/receivers", &got.Receivers); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(file, got); diff != "" {
			t.Errorf("receivers (-alertmanager.yaml +alertmanager):\n%s", diff)
		}
	})
}

// posted is an alert as Alertmanager's API takes it.
type posted struct {
	Labels map[string]string `json:"labels"`
}

// held is what Alertmanager says of an alert (GET /api/v2/alerts).
type held struct {
	Labels    map[string]string
	Receivers []struct{ Name string }
	Status    struct{ InhibitedBy []string }
}

// alertsOf asks for the alerts that are held, by name.
func (s server) alertsOf() (map[string]held, error) {
	var all []held
	if err := s.get("/api/v2/alerts", &all); err != nil {
		return nil, err
	}
	out := map[string]held{}
	for _, alert := range all {
		out[alert.Labels["alertname"]] = alert
	}
	return out, nil
}

func TestAlertmanagerRoutesAlertsToWhoMustHearOfThem(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		s := startAlertmanager(t, r)
		var sent []posted
		want := map[string][]string{}
		for _, c := range routed {
			sent = append(sent, posted{named(c.labels, c.name)})
			want[c.name] = []string{c.receiver}
		}
		if err := s.post("/api/v2/alerts", sent); err != nil {
			t.Fatal(err)
		}
		within(t, patience, func() error {
			alerts, err := s.alertsOf()
			if err != nil {
				return err
			}
			got := map[string][]string{}
			for name, alert := range alerts {
				for _, receiver := range alert.Receivers {
					got[name] = append(got[name], receiver.Name)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				return fmt.Errorf("receivers (-want +got):\n%s", diff)
			}
			return nil
		})
	})
}

// named is a copy of an alert's labels under another name, so that no two alerts are one.
func named(labels map[string]string, name string) map[string]string {
	out := map[string]string{"alertname": name}
	for label, value := range labels {
		if label != "alertname" {
			out[label] = value
		}
	}
	return out
}

// TestACriticalAlertMutesTheWarningOnItsSignalAlone sends one critical alert and warnings beside it.
func TestACriticalAlertMutesTheWarningOnItsSignalAlone(t *testing.T) {
	own := map[string]string{"service": "ai-agent", "namespace": "ai-support"}
	alert := func(name, severity, signal string, base map[string]string) posted {
		labels := named(base, name)
		labels["severity"] = severity
		if signal != "" {
			labels["signal"] = signal
		}
		return posted{labels}
	}
	sent := []posted{
		alert("critical", "critical", "error_rate", own),
		alert("same signal", "warning", "error_rate", own),
		alert("other signal", "warning", "response_time", own),
		alert("no signal", "warning", "", own),
		alert("stranger", "warning", "error_rate", map[string]string{"service": "shop", "namespace": "ai-support"}),
		alert("strange critical", "critical", "", map[string]string{}),
		alert("strange warning", "warning", "", map[string]string{}),
	}
	eachRelease(t, func(t *testing.T, r release) {
		s := startAlertmanager(t, r)
		if err := s.post("/api/v2/alerts", sent); err != nil {
			t.Fatal(err)
		}
		within(t, patience, func() error {
			alerts, err := s.alertsOf()
			if err != nil {
				return err
			}
			if len(alerts) != len(sent) {
				return fmt.Errorf("%d of %d alerts are held", len(alerts), len(sent))
			}
			var muted []string
			for name, alert := range alerts {
				if len(alert.Status.InhibitedBy) > 0 {
					muted = append(muted, name)
				}
			}
			slices.Sort(muted)
			if diff := cmp.Diff([]string{"same signal"}, muted); diff != "" {
				return fmt.Errorf("muted (-want +got):\n%s", diff)
			}
			return nil
		})
	})
}
