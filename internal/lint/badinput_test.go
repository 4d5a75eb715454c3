package lint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/read"
)

// ruleWith is a rule file with one expression, in double quotes.
func ruleWith(expr string) string {
	return "groups:\n- name: shop\n  rules:\n  - alert: A\n    expr: \"" + expr + "\"\n"
}

// boardWith is a dashboard with one query and the variables that macros stand beside.
func boardWith(query string) string {
	return `{"title": "Shop", "uid": "shop", "schemaVersion": 36, "panels": [{"id": 1, "type": "timeseries", "title": "P", "targets": [` +
		"\n" + `{"refId": "A", "expr": "` + query + `"}]}],` +
		` "templating": {"list": [{"name": "priority", "type": "custom", "query": "high,low", "multi": true, "includeAll": true}]}}`
}

// lintText reads and lints a text, and gives "line:column code: message" of the findings with the codes that the test is about.
func lintText(t *testing.T, name, content string, about ...string) []string {
	t.Helper()
	began := time.Now()
	set, found := read.Content(name, []byte(content))
	table := shopTable(t)
	table.AddRecordings(lint.Recordings(set))
	more, _ := lint.Run(set, table)
	if took := time.Since(began); took > 2*time.Minute {
		t.Errorf("it took %s", took)
	}
	var got []string
	for _, d := range append(found, more...).Sort() {
		for _, code := range about {
			if strings.HasPrefix(d.Code, code) {
				got = append(got, strings.TrimPrefix(shortened(d), name+":"))
			}
		}
	}
	return got
}

func shortened(d diag.Diagnostic) string {
	message, _, _ := strings.Cut(d.Message, "\n")
	return fmt.Sprintf("%s %s: %.80s", d.Pos, d.Code, message)
}

// TestBadInputIsADiagnostic gives what no rule file or dashboard should hold. Nothing may panic or take long.
func TestBadInputIsADiagnostic(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		want                []string
	}{
		{"an unknown function", "f", ruleWith("sum(ratee(shop_http_requests_total[5m]))"),
			[]string{`5:16 promql/syntax: not PromQL: unknown function with name "ratee"`}},
		{"an expression of a million operators", "f", ruleWith("up" + strings.Repeat(" + up", 1_000_000)),
			[]string{"5:12 promql/syntax: not PromQL: an expression with more than 64 KiB is not read"}},
		{"ten thousand operators", "f", ruleWith(strings.Repeat("-", 10_000) + "up"),
			[]string{"5:12 promql/syntax: not PromQL: an expression with more than 1000 operators is not read"}},
		{"ten thousand parentheses", "f", ruleWith(strings.Repeat("(", 10_000) + "up" + strings.Repeat(")", 10_000)),
			[]string{"5:12 promql/syntax: not PromQL: an expression with more than 250 open parentheses is not read"}},
		{"a thousand branches", "f", ruleWith("up" + strings.Repeat(" or up", 1000)), nil},
		{"a regular expression that explodes", "f", ruleWith("up{pod=~'" + strings.Repeat("(a{1,100})", 3) + "{50}{50}{50}'}"),
			[]string{"5:15 promql/syntax: not PromQL: error parsing regexp: invalid repeat count: `{50}`"}},
		{"a rule without an expression", "f", "groups:\n- name: shop\n  rules:\n  - alert: A\n    for: 5m\n",
			[]string{"4:5 rule/invalid: Prometheus refuses the rule: field 'expr' must be set in rule"}},
		{"an expression under a wrong name", "f", "groups:\n- name: shop\n  rules:\n  - alert: A\n    exprr: up == 0\n",
			[]string{"5:5 rule/invalid: Prometheus knows no field exprr here, and refuses the file"}},
		{"an alert under a wrong name", "f", "groups:\n- name: shop\n  rules:\n  - alrt: A\n    expr: up == 0\n",
			[]string{"4:5 rule/invalid: Prometheus knows no field alrt here, and refuses the file"}},
		{"Windows' line ends", "f", strings.ReplaceAll("# x\n"+ruleWith("rate(shop_queue_depth[5m]) > 1"), "\n", "\r\n"),
			[]string{"6:12 promql/rate-of-gauge: rate() needs a counter, but shop_queue_depth is a gauge"}},
		{"Windows' line ends in a block", "f", strings.ReplaceAll("groups:\n- name: shop\n  rules:\n  - alert: A\n    expr: |\n      1 <\n        rate(shop_queue_depth[5m])\n", "\n", "\r\n"),
			[]string{"7:9 promql/rate-of-gauge: rate() needs a counter, but shop_queue_depth is a gauge"}},
		{"a byte order mark", "f", "\ufeffgroups: [{name: shop, rules: [{alert: A, expr: 'rate(shop_queue_depth[5m]) > 1'}]}]\n",
			[]string{"1:52 promql/rate-of-gauge: rate() needs a counter, but shop_queue_depth is a gauge"}},
		{"several documents", "f", ruleWith("up == 0") + "---\n# nothing\n---\n" + ruleWith("rate(shop_queue_depth[5m]) > 1"),
			[]string{"13:12 promql/rate-of-gauge: rate() needs a counter, but shop_queue_depth is a gauge"}},
		{"a Helm template", "f", "groups:\n{{- if .Values.alerts }}\n- name: shop\n{{- end }}\n",
			[]string{"2:1 read/syntax: this is not valid YAML: could not find expected ':'"}},
		{"a dashboard that ends too early", "f.json", `{"title": "x", "panels": [{"id": 1},`,
			[]string{"1:36 read/syntax: this is not valid JSON: it ends too early"}},
		{"aliases to rules", "f", "a: &r {alert: A, expr: up == 0}\ngroups:\n- name: shop\n  rules:\n" + strings.Repeat("  - *r\n", 50_000), nil},
		{"a binary", "f", "\x7fELF\x02\x01\x01\x00", []string{"f read/unrecognised: this is a text of another kind than what is read here"}},
		{"a binary for YAML", "f.yaml", "\x7fELF\x02\x01\x01\x00", []string{"f.yaml read/syntax: this is not valid YAML: control characters are not allowed"}},
		{"a scalar", "f", "42", []string{"f read/unrecognised: this is a text of another kind than what is read here"}},
		{"a scalar for YAML", "f.yml", "42", []string{"f.yml read/unrecognised: nothing in this file is known here"}},
		{"a page", "f.md", "# Shop\n\nHow it: is run, with *stars* and `code`.\n\n    # TYPE a gauge\n    a 1\n\nMore: text.\n",
			[]string{"f.md read/unrecognised: this is a text of another kind than what is read here"}},
		{"a program", "f.go", "package main\n\nfunc main() { println(1) }\n", []string{"f.go read/unrecognised: this is a text of another kind than what is read here"}},
		{"a list of others", "f", "- hosts: all\n", []string{"f read/unrecognised: nothing in this file is known here"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if difference := cmp.Diff(c.want, lintText(t, c.file, c.content, "read/", "promql/", "rule/invalid")); difference != "" {
				t.Errorf("(-want +got):\n%s", difference)
			}
		})
	}
}

// TestMacrosOfGrafanaAreUnderstood writes queries as dashboards hold them. A finding shows that the rest of the query was typed.
func TestMacrosOfGrafanaAreUnderstood(t *testing.T) {
	found := []string{"2:25 promql/rate-of-gauge: rate() needs a counter, but shop_queue_depth is a gauge"}
	for query, want := range map[string][]string{
		`rate(shop_queue_depth[$__rate_interval])`:                               found,
		`rate(shop_queue_depth[$__range])`:                                       found,
		`rate(shop_queue_depth[${__range_s}s])`:                                  found,
		`rate(shop_queue_depth{priority=~\"[[priority]]\"}[$__interval])`:        found,
		`rate(shop_queue_depth{priority=~\"${priority:regex}\"}[${__interval}])`: found,
		`rate(shop_queue_depth{priority=~\"$__all\"}[5m])`:                       found,
		`rate(shop_queue_depth{priority=~\"${priority:pipe}\"}[[[priority]]])`:   found,
		`$__all`:            nil,
		`${unknown:regex`:   nil,
		`[[`:                nil,
		`$`:                 nil,
		`topk($priority, 1`: nil,
	} {
		got := lintText(t, "f.json", boardWith(query), "promql/rate")
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("%s (-want +got):\n%s", query, difference)
		}
	}
}
