package prometheus

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

const ruleFile = `groups:
  - name: shop
    interval: 30s
    rules:
      - record: service:error_rate:share_5m
        expr: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))
        labels:
          service: shop
      - alert: HighErrorRate
        expr: service:error_rate:share_5m{service="shop"} > 0.05
        for: 2m
        keep_firing_for: 5m
        labels:
          severity: critical
          pod: "{{ $labels.pod }}"
        annotations:
          summary: Error rate above 5 %
          description: "{{ $value | humanizePercentage }} of {{ $labels.service }}"
  - name: other
    rules:
      - alert: Down
        expr: up == 0
        annotations:
          summary: "{{ $value | humanizePercentage }} of {{ $labels.pod }}, {{ printf \"%.1f\" $value }}"
`

// TestVerifyRefusesWhatPrometheusRefuses changes a rule file at every place in many ways, and compares the verdict with
// rulefmt's own.
func TestVerifyRefusesWhatPrometheusRefuses(t *testing.T) {
	replacements := []string{"", " ", "x", "0", ":", "{", "}", "{{", "}}", "\"", "'", "\n", "\t", "- ", "__name__", "(", "[5m]", "\xff", "shop", "expr", "é"}
	accepted, refused := 0, 0
	for at := 0; at < len(ruleFile); at += 3 {
		for _, replacement := range replacements {
			for _, length := range []int{0, 1, 5} {
				changed := ruleFile[:at] + replacement + ruleFile[min(at+length, len(ruleFile)):]
				theirs := prometheusSays(changed)
				ours := verifyRules([]byte(changed))
				if (theirs == nil) != (ours == nil) {
					t.Fatalf("at %d %q for %d bytes: Prometheus says %v, Verify says %v\n%s", at, replacement, length, theirs, ours, changed)
				}
				checkReadAlike(t, changed)
				if theirs == nil {
					accepted++
				} else {
					refused++
				}
			}
		}
	}
	if accepted < 100 || refused < 1000 {
		t.Errorf("only %d files were accepted and %d refused: the changes do not try much", accepted, refused)
	}
}

func FuzzVerifyRefusesWhatPrometheusRefuses(f *testing.F) {
	f.Add(ruleFile)
	f.Add("groups: []")
	f.Add("groups:\n  - name: a\n    labels:\n      __name__: x\n")
	f.Add("groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n    labels: {a: '{{ nothing }}'}\n")
	f.Fuzz(func(t *testing.T, text string) {
		checkReadAlike(t, text)
		theirs, ours := prometheusSays(text), verifyRules([]byte(text))
		if (theirs == nil) != (ours == nil) {
			t.Errorf("Prometheus says %v, Verify says %v\n%s", theirs, ours, text)
		}
	})
}

// checkReadAlike compares the reader of rule files with Prometheus' own, where it knows what is written.
func checkReadAlike(t *testing.T, text string) {
	t.Helper()
	groups, known := readGroups(text)
	if !known {
		return
	}
	var file rulefmt.RuleGroups
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Errorf("Prometheus refuses what was read: %v\n%s", err, text)
	}
	if diff := cmp.Diff(file.Groups, groups); diff != "" {
		t.Errorf("Prometheus reads it otherwise (-want +have):\n%s\n%s", diff, text)
	}
}

// TestGeneratedRulesAreReadWithoutAParser holds the reader to what the writer writes: where it does not know something,
// verifying works all the same, and takes several times as long.
func TestGeneratedRulesAreReadWithoutAParser(t *testing.T) {
	files, err := filepath.Glob("../../golden/*/want/prometheus/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(files, "../../out/prometheus/rules.yaml") {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, known := readGroups(string(content)); !known {
			t.Errorf("%s holds something that the reader does not know", path)
		}
		checkReadAlike(t, string(content))
	}
}

func TestLabelsOfGroupsAreVerified(t *testing.T) {
	for _, labels := range []string{"__name__: x", "a: x", "'': x"} {
		text := "groups:\n  - name: a\n    labels:\n      " + labels + "\n    rules:\n      - record: b\n        expr: up\n"
		theirs, ours := prometheusSays(text), verifyRules([]byte(text))
		if (theirs == nil) != (ours == nil) {
			t.Errorf("%s: Prometheus says %v, Verify says %v", labels, theirs, ours)
		}
	}
}

func prometheusSays(text string) error {
	_, problems := rulefmt.Parse([]byte(text), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	return errors.Join(problems...)
}
