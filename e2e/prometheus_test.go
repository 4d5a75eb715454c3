package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// loaded are the rules as Prometheus says that it has them (GET /api/v1/rules).
type loaded struct {
	Data struct {
		Groups []struct {
			Name  string
			Rules []struct{ Name, Health, LastError string }
		}
	}
}

func (l loaded) names() []string {
	var out []string
	for _, group := range l.Data.Groups {
		for _, rule := range group.Rules {
			out = append(out, group.Name+": "+rule.Name)
		}
	}
	return out
}

func startPrometheus(t *testing.T, r release, dir, config string, arguments ...string) server {
	t.Helper()
	return start(t, dir, r.program(t, "prometheus"), append(arguments, "--config.file="+config, "--storage.tsdb.path="+t.TempDir())...)
}

func TestPrometheusLoadsEveryRule(t *testing.T) {
	want := slices.Sorted(slices.Values(rules(t).names()))
	eachRelease(t, func(t *testing.T, r release) {
		var got loaded
		if err := startPrometheus(t, r, generated(t), "out/prometheus/prometheus.yaml").get("/api/v1/rules", &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(got.names()))); diff != "" {
			t.Errorf("(-rules.yaml +prometheus):\n%s", diff)
		}
	})
}

var intervals = regexp.MustCompile(`(?m)^(\s+interval: ).*$`)

// TestPrometheusEvaluatesEveryRule shortens the groups' intervals, so that each is evaluated at once.
func TestPrometheusEvaluatesEveryRule(t *testing.T) {
	want := slices.Sorted(slices.Values(rules(t).names()))
	eachRelease(t, func(t *testing.T, r release) {
		folder := t.TempDir()
		fast := map[string][]byte{
			"prometheus.yaml": artifact(t, "prometheus/prometheus.yaml"),
			"rules.yaml":      intervals.ReplaceAll(artifact(t, "prometheus/rules.yaml"), []byte("${1}1s")),
		}
		for name, text := range fast {
			if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s := startPrometheus(t, r, folder, "prometheus.yaml")
		within(t, patience, func() error {
			var got loaded
			if err := s.get("/api/v1/rules", &got); err != nil {
				return err
			}
			if diff := cmp.Diff(want, slices.Sorted(slices.Values(got.names()))); diff != "" {
				return fmt.Errorf("(-rules.yaml +prometheus):\n%s", diff)
			}
			return got.evaluated(t)
		})
	})
}

// evaluated returns an error while a rule has not been evaluated, and fails the test where one could not be.
func (l loaded) evaluated(t *testing.T) error {
	t.Helper()
	for _, group := range l.Data.Groups {
		for _, rule := range group.Rules {
			if rule.LastError != "" {
				t.Fatalf("%s: %s: %s", group.Name, rule.Name, rule.LastError)
			}
			if rule.Health != "ok" {
				return fmt.Errorf("%s: %s is %s", group.Name, rule.Name, rule.Health)
			}
		}
	}
	return nil
}
