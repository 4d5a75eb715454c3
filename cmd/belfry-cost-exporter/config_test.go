package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const good = `{"metric": "cost_dollars", "help": "Cost.", "currency": "USD", "cost": "UnblendedCost", "groupBy": "SERVICE",
	"label": "service", "maxGroups": 30, "tags": {"team": ["a"]}, "refresh": "6h"}`

func TestConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	write(t, path, good)
	c, _, err := readConfig(path)
	if err != nil || time.Duration(c.Refresh) != 6*time.Hour || c.Tags["team"][0] != "a" || c.MaxGroups != 30 {
		t.Errorf("%+v, %v", c, err)
	}
	for wrong, want := range map[string]string{
		strings.Replace(good, `"help"`, `"halp"`, 1):                     `unknown field "halp"`,
		strings.Replace(good, "cost_dollars", "cost dollars", 1):         "is not a name that a metric can have",
		strings.Replace(good, `"USD"`, `""`, 1):                          "cost and currency must be given",
		strings.Replace(good, `"service"`, `""`, 1):                      "need each other",
		strings.Replace(good, "30", "0", 1):                              "maxGroups must be at least 1",
		strings.Replace(good, "6h", "30s", 1):                            "bills each request",
		strings.Replace(good, "6h", "soon", 1):                           "not a valid duration",
		strings.Replace(good, `"label": "service"`, `"label": "a-b"`, 1): "is not a name that a label can have",
		good + "{}": "more than one object",
	} {
		write(t, path, wrong)
		if _, _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestTheGeneratedConfigurationIsRead reads what belfry generates for the reference: the two are modules of their own, so
// that this is what holds them together.
func TestTheGeneratedConfigurationIsRead(t *testing.T) {
	c, _, err := readConfig(filepath.Join("..", "..", "out", "exporter", "aws-cost", "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Metric != "ai_agent_aws_infrastructure_cost_dollars" || c.Label != "service" || c.MaxGroups != 30 || time.Duration(c.Refresh) != 6*time.Hour {
		t.Errorf("read %+v", c)
	}
}

// TestEveryGeneratedConfigurationIsRead reads those of the golden cases, which use every field.
func TestEveryGeneratedConfigurationIsRead(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "golden", "*", "want", "exporter", "*", "config.json"))
	if err != nil || len(paths) < 2 {
		t.Fatalf("found %v, %v", paths, err)
	}
	for _, path := range paths {
		if _, _, err := readConfig(path); err != nil {
			t.Error(err)
		}
	}
}

// TestTheGeneratedWarningReadsWhatIsExposed: the rule and the exporter are of two modules.
func TestTheGeneratedWarningReadsWhatIsExposed(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join("..", "..", "out", "prometheus", "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	exposed := map[string]bool{}
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(&poller{config: byService}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		exposed[family.GetName()] = true
	}
	read := regexp.MustCompile(prefix+`\w+`).FindAllString(string(rules), -1)
	if len(read) == 0 {
		t.Error("no rule reads a figure of the exporter")
	}
	for _, name := range read {
		if !exposed[name] {
			t.Errorf("a rule reads %s, which the exporter does not expose", name)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
