package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// ruleGroups are the groups of a rule file, as people read them.
type ruleGroups struct {
	Groups []struct {
		Name     string           `json:"name"`
		Interval string           `json:"interval"`
		Rules    []map[string]any `json:"rules"`
	} `json:"groups"`
}

// names lists what a rule file holds, in order.
func (g ruleGroups) names() []string {
	var out []string
	for _, group := range g.Groups {
		for _, rule := range group.Rules {
			name := rule["alert"]
			if name == nil {
				name = rule["record"]
			}
			out = append(out, fmt.Sprintf("%s: %s", group.Name, name))
		}
	}
	return out
}

func rules(t *testing.T) ruleGroups {
	t.Helper()
	var file ruleGroups
	if err := yaml.UnmarshalStrict(artifact(t, "prometheus/rules.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.names()) < 22 {
		t.Fatalf("the reference spec has 22 alerts, the rule file %d rules", len(file.names()))
	}
	return file
}

// packagedRules are the groups inside the PrometheusRules, as a rule file.
func packagedRules(t *testing.T) (file ruleGroups, text []byte) {
	t.Helper()
	for _, object := range objects(t, "kubernetes/prometheusrule.yaml") {
		var rule struct {
			Spec ruleGroups `json:"spec"`
		}
		decode(t, object, &rule)
		file.Groups = append(file.Groups, rule.Spec.Groups...)
	}
	text, err := yaml.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return file, text
}

var rulesFound = regexp.MustCompile(`SUCCESS: (\d+) rules found`)

func TestPromtoolAcceptsTheRules(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		promtool := r.program(t, "promtool")
		_, packaged := packagedRules(t)
		for _, path := range []string{"out/prometheus/rules.yaml", write(t, "packaged.yaml", packaged)} {
			printed := run(t, promtool, "check", "rules", "--lint=all", "--lint-fatal", path)
			found := rulesFound.FindStringSubmatch(printed)
			if want := fmt.Sprint(len(rules(t).names())); found == nil || found[1] != want {
				t.Errorf("want %s rules found:\n%s", want, printed)
			}
		}
	})
}

// TestPromtoolPassesTheRuleTests runs the generated unit tests, and shows that they notice a threshold that is off by one percent.
func TestPromtoolPassesTheRuleTests(t *testing.T) {
	tests, whole := artifact(t, "prometheus/rules_test.yaml"), artifact(t, "prometheus/rules.yaml")
	eachRelease(t, func(t *testing.T, r release) {
		promtool := r.program(t, "promtool")
		run(t, promtool, "test", "rules", writeTests(t, tests, whole))
		for threshold, wrong := range map[string]string{"> 0.02\n": "> 0.0202\n", "(14.4 * 0.005)": "(14.3 * 0.005)"} {
			broken := bytes.ReplaceAll(whole, []byte(threshold), []byte(wrong))
			if bytes.Equal(broken, whole) {
				t.Fatalf("no threshold %q", threshold)
			}
			refused(t, promtool, "test", "rules", writeTests(t, tests, broken))
		}
	})
}

// writeTests writes unit tests beside the rules that they name.
func writeTests(t *testing.T, tests, rules []byte) string {
	t.Helper()
	path := write(t, "rules_test.yaml", tests)
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "rules.yaml"), rules, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPromtoolAcceptsTheConfiguration(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		run(t, r.program(t, "promtool"), "check", "config", "out/prometheus/prometheus.yaml")
	})
}

// TestPromtoolReadsTheWholeFile shows that what the tests above call accepted could have been refused.
func TestPromtoolReadsTheWholeFile(t *testing.T) {
	eachRelease(t, func(t *testing.T, r release) {
		promtool := r.program(t, "promtool")
		whole := artifact(t, "prometheus/rules.yaml")
		broken := bytes.Replace(whole, []byte("sum("), []byte("sum_("), 1)
		if bytes.Equal(broken, whole) {
			t.Fatal("no rule to break")
		}
		refused(t, promtool, "check", "rules", write(t, "rules.yaml", broken))
		config := append(artifact(t, "prometheus/prometheus.yaml"), "scrape: []\n"...)
		refused(t, promtool, "check", "config", write(t, "prometheus.yaml", config))
	})
}

// TestTheOperatorLoadsTheSameRules compares the two ways that rules reach Prometheus.
func TestTheOperatorLoadsTheSameRules(t *testing.T) {
	packaged, _ := packagedRules(t)
	if diff := cmp.Diff(rules(t), packaged); diff != "" {
		t.Errorf("(-prometheus/rules.yaml +kubernetes/prometheusrule.yaml):\n%s", diff)
	}
}
