package prometheus

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
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
				if verifyParts([]byte(changed), 1) && theirs != nil {
					t.Fatalf("at %d %q for %d bytes: Prometheus says %v, and group by group it is accepted\n%s", at, replacement, length, theirs, changed)
				}
				if (theirs == nil) != (ours == nil) {
					t.Fatalf("at %d %q for %d bytes: Prometheus says %v, Verify says %v\n%s", at, replacement, length, theirs, ours, changed)
				}
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

func TestLabelsOfGroupsAreVerified(t *testing.T) {
	for labels, want := range map[string]bool{"__name__: x": false, "'': x": false, "a: x": true} {
		text := "groups:\n  - name: a\n    labels:\n      " + labels + "\n    rules:\n      - record: b\n        expr: up\n"
		theirs, ours := prometheusSays(text), verifyRules([]byte(text))
		if (theirs == nil) != want || (ours == nil) != want {
			t.Errorf("%s: Prometheus says %v, Verify says %v", labels, theirs, ours)
		}
	}
}

func TestAFileOfManyGroupsIsReadInParts(t *testing.T) {
	var file strings.Builder
	file.WriteString("# Rules of a shop.\n# Two lines.\ngroups:\n")
	for i := range 50 {
		fmt.Fprintf(&file, "  - name: group%02d\n    rules:\n      - alert: A\n        expr: |\n          up{job=\"job%d\"}\n\n            == 0\n", i, i)
	}
	text := file.String()
	for _, size := range []int{1, 100, 1000} {
		parts := ruleParts([]byte(text), size)
		groups := 0
		for i, part := range parts {
			names, err := newRuleVerifier().part(part)
			if err != nil {
				t.Fatalf("part %d: %v\n%s", i, err, part.groups)
			}
			groups += len(names)
		}
		if want := min(50, len(text)/size); len(parts) < want/2 || groups != 50 {
			t.Errorf("size %d: %d parts hold %d groups", size, len(parts), groups)
		}
		if !verifyParts([]byte(text), size) {
			t.Errorf("size %d: the parts are refused", size)
		}
	}
	for name, wrong := range map[string]string{
		"the same name twice": strings.Replace(text, "group49", "group00", 1), "a mistake in the last group": strings.Replace(text, "job49\"", "job49", 1),
		"another document": text + "---\n", "another key": text + "other: 1\n", "another break of a line": text + " \r",
	} {
		if verifyParts([]byte(wrong), 1) {
			t.Errorf("%s: the parts are accepted", name)
		}
	}
}

func FuzzVerifyRefusesWhatPrometheusRefuses(f *testing.F) {
	f.Add(ruleFile)
	f.Add("groups: []")
	f.Add("groups:\n  - name: a\n    labels:\n      __name__: x\n")
	f.Add("groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n    labels: {a: '{{ nothing }}'}\n")
	f.Add("# Two.\ngroups:\n  - name: a\n    rules:\n      - record: b\n        expr: sum(up{a=\"b\"})\n  - name: b\n    rules:\n      - record: b\n        expr: sum(up{a=\"c\"})\n")
	f.Fuzz(func(t *testing.T, text string) {
		theirs, ours := prometheusSays(text), verifyRules([]byte(text))
		if verifyParts([]byte(text), 1) && theirs != nil {
			t.Errorf("Prometheus says %v, and group by group it is accepted\n%s", theirs, text)
		}
		if (theirs == nil) != (ours == nil) {
			t.Errorf("Prometheus says %v, Verify says %v\n%s", theirs, ours, text)
		}
	})
}

func prometheusSays(text string) error {
	_, problems := rulefmt.Parse([]byte(text), false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	return errors.Join(problems...)
}
