package read_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

const rulesText = `groups:
  - name: api
    interval: 30s
    labels: {team: a}
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 1m
        labels: {severity: critical, tier: 1}
        annotations:
          summary: It is down.
      - record: job:up:sum
        expr: |
          sum by (job) (
            up
          )
`

func mustRead(t *testing.T, name, content string) *read.Set {
	t.Helper()
	set, findings := read.Content(name, []byte(content))
	for _, d := range findings {
		t.Fatalf("refused: %s\n%s", d, content)
	}
	return set
}

// spread are the values of pairs and where they stand.
func spread(pairs []read.Pair) (all []string) {
	for _, p := range pairs {
		all = append(all, fmt.Sprintf("%s %s=%s %s", p.Name.At(), p.Name.Value, p.Value.Value, p.Value.At()))
	}
	return all
}

func TestARuleFileIsReadWithThePlaceOfEachField(t *testing.T) {
	group := mustRead(t, "r.txt", rulesText).Groups[0]
	down, record := group.Rules[0], group.Rules[1]
	got := append(spread(down.Labels), spread(down.Annotations)...)
	got = append(got, spread(group.Labels)...)
	for _, text := range []read.Text{group.Name, group.Interval, down.Alert, down.Expr, down.For, down.KeepFiringFor, record.Record} {
		got = append(got, text.At().String()+" "+text.Value)
	}
	want := []string{"r.txt:10:18 severity=critical r.txt:10:28", "r.txt:10:38 tier=1 r.txt:10:44", "r.txt:12:11 summary=It is down. r.txt:12:20",
		"r.txt:4:14 team=a r.txt:4:20", "r.txt:2:11 api", "r.txt:3:15 30s", "r.txt:6:16 Down", "r.txt:7:15 up == 0", "r.txt:8:14 5m", "r.txt:9:26 1m",
		"r.txt:13:17 job:up:sum"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	offset := strings.Index(record.Expr.Value, "up")
	if diff := cmp.Diff(diag.Pos{File: "r.txt", Line: 16, Col: 13, Len: 2}, record.Expr.Pos(offset, 2)); diff != "" {
		t.Error(diff)
	}
}

func TestFilesAreKnownByTheirContent(t *testing.T) {
	resource := "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a, labels: {release: x}}\nspec:\n"
	board := `{"title": "T", "panels": [{"type": "stat", "targets": [{"expr": "up"}]}]}`
	alertmanager := "route: {receiver: a, routes: [{receiver: b, matchers: ['a=\"b\"']}]}\nreceivers: [{name: a}, {name: b, slack_configs: [{channel: x}]}]\n"
	for _, c := range []struct {
		name, content string
		want          []string
	}{
		{"rules", rulesText, []string{"rules"}},
		{"rules with nothing in them", "groups: []\n", []string{"rules"}},
		{"Mimir's namespace", "namespace: n\n" + rulesText, []string{"rules"}},
		{"a resource", resource + indent(rulesText, 2), []string{"rules"}},
		{"several documents", "---\n---\n" + resource + indent(rulesText, 2) + "---\nx: 1\n", []string{"rules"}},
		{"a list", "apiVersion: v1\nkind: List\nitems:\n- " + strings.TrimSpace(indent(resource+indent(rulesText, 2), 2)) + "\n", []string{"rules"}},
		{"a dashboard", board, []string{"dashboard"}},
		{"a dashboard of the API", `{"dashboard": ` + board + `, "meta": {}}`, []string{"dashboard"}},
		{"a dashboard in YAML", "title: T\npanels: []\n", []string{"dashboard"}},
		{"a dashboard and rules in a ConfigMap", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    " + board + "\n  r.yaml: |\n" + indent(rulesText, 4), []string{"dashboard", "rules"}},
		{"Grafana's resource", "apiVersion: dashboard.grafana.app/v1beta1\nkind: Dashboard\nspec: " + board, []string{"dashboard"}},
		{"the Grafana operator's resource", "apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nspec:\n  json: '" + board + "'\n", []string{"dashboard"}},
		{"Alertmanager", alertmanager, []string{"alertmanager"}},
		{"Alertmanager in a Secret", "apiVersion: v1\nkind: Secret\nstringData:\n  alertmanager.yaml: |\n" + indent(alertmanager, 4), []string{"alertmanager"}},
		{"Alertmanager in base64", "apiVersion: v1\nkind: Secret\ndata:\n  alertmanager.yaml: " + base64.StdEncoding.EncodeToString([]byte(alertmanager)) + "\n", []string{"alertmanager"}},
		{"a monitor and a Service", "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nspec: {}\n---\napiVersion: v1\nkind: Service\nspec: {}\n", []string{"monitor", "service"}},
		{"JSON resources", `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "x", "kind": "PodMonitor", "spec": {}}, {"apiVersion": "x", "kind": "Prometheus", "spec": {}}]}`, []string{"monitor", "prometheus"}},
		{"braces that are YAML", "{groups: [{name: a, rules: []}]}", []string{"rules"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := mustRead(t, "f", c.content)
			if len(set.Files) != 1 {
				t.Fatalf("not recognised:\n%s", c.content)
			}
			if diff := cmp.Diff(c.want, set.Files[0].Kinds); diff != "" {
				t.Error(diff)
			}
			for _, group := range set.Groups {
				if len(group.Rules) != strings.Count(c.content, "expr: up ==")+strings.Count(c.content, "record:") {
					t.Errorf("%d rules", len(group.Rules))
				}
			}
			for _, board := range set.Dashboards {
				if strings.Contains(c.content, `"up"`) && (len(board.Panels) != 1 || at2(t, c.content, board.Panels[0].Targets[0].Expr) != "up") {
					t.Errorf("got %+v", board)
				}
			}
			for _, a := range set.Alertmanagers {
				if len(a.Receivers) != 2 || a.Receivers[1].Integrations[0].Kind != "slack" || len(a.Route.Routes) != 1 || !a.Route.Routes[0].Pos.IsValid() {
					t.Errorf("got %+v", a)
				}
			}
		})
	}
}

func TestOnlyPrometheusRulesAreRules(t *testing.T) {
	for name, content := range map[string]string{
		"Grafana's provisioned alerts": "apiVersion: 1\ngroups:\n  - orgId: 1\n    name: a\n    folder: f\n    rules: [{uid: x, title: Down, condition: A, data: []}]\n",
		"groups of something else":     "groups: [{members: [a, b]}]\n",
	} {
		set, _ := read.Content("f.yaml", []byte(content))
		if len(set.Groups) > 0 {
			t.Errorf("%s are read as rules", name)
		}
	}
}

func TestFieldsThatPrometheusDoesNotKnowAreKept(t *testing.T) {
	group := mustRead(t, "r.yaml", "groups:\n  - name: a\n    intervall: 1m\n    rules:\n      - alert: A\n        expr: up\n        label: {a: b}\n").Groups[0]
	var got []string
	for _, name := range append(group.Unknown, group.Rules[0].Unknown...) {
		got = append(got, name.At().String()+" "+name.Value)
	}
	if diff := cmp.Diff([]string{"r.yaml:3:5 intervall", "r.yaml:7:9 label"}, got); diff != "" {
		t.Error(diff)
	}
}

// at2 is what stands in the content at the place of a text.
func at2(t *testing.T, content string, text read.Text) string {
	t.Helper()
	return cut(strings.Split(content, "\n"), text.Pos(0, len(text.Value)))
}

func indent(text string, spaces int) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := range lines {
		lines[i] = strings.Repeat(" ", spaces) + lines[i]
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestFoldersAreReadWithAllBelowThemButWhatIsHidden(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"b/rules.yml": rulesText, "a.YAML": rulesText, "c.json": `{"some": "thing"}`, "d.libsonnet": "{", ".git/x.yaml": rulesText,
		"e.yaml": "{{ if .Values.x }}\nfoo: [\n", "f.txt": rulesText,
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	set, findings, err := read.Files([]string{folder, filepath.Join(folder, "f.txt"), filepath.Join(folder, "c.json"), filepath.Join(folder, "a.YAML")})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range set.Files {
		relative, err := filepath.Rel(folder, file.Path)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.ToSlash(relative))
	}
	if diff := cmp.Diff([]string{"a.YAML", "b/rules.yml", "f.txt"}, names); diff != "" {
		t.Error(diff)
	}
	if len(findings) != 1 || findings[0].Code != "read/unrecognised" || filepath.Base(findings[0].Pos.File) != "c.json" {
		t.Errorf("only the named file is worth a finding, got %v", findings)
	}
	if _, _, err := read.Files([]string{filepath.Join(folder, "missing")}); err == nil {
		t.Error("a path that does not exist is no error")
	}
}

func TestWhatCannotBeReadIsReportedWhereItStands(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%[3]c, *%[3]c, *%[3]c, *%[3]c, *%[3]c, *%[3]c, *%[3]c, *%[3]c, *%[3]c, *%[3]c]\n", c, c, c-1)
	}
	for _, c := range []struct{ name, file, content, want string }{
		{"a tab", "f", "groups:\n\t- name: a\n", `f:2:1: error[read/syntax]: this is not valid YAML: found character that cannot start any token`},
		{"broken JSON", "f.json", "{\"panels\": [\n  1 2]}", `f.json:2:5: error[read/syntax]: this is not valid JSON: invalid character '2' after array element`},
		{"JSON that ends", "f.json", "{\"panels\": [", `f.json:1:12: error[read/syntax]: this is not valid JSON: it ends too early`},
		{"an unknown file", "f", "x: 1\n", `f: warning[read/unrecognised]: nothing in this file is known here`},
		{"an empty file", "f", "", `f: warning[read/unrecognised]: nothing in this file is known here`},
		{"only comments", "f", "# x\n---\n# y\n", `f: warning[read/unrecognised]: nothing in this file is known here`},
		{"Latin-1", "f", "groups: []\n# \xe4\n", `f:2:3: error[read/encoding]: this file is not UTF-8 text`},
		{"a file too large", "f", strings.Repeat("a", 32<<20+1), `f: error[read/too-large]: this file has more than 32 MiB`},
		{"an alias bomb", "f", bomb + "groups: []\n", `f:8:4: error[read/aliases]: aliases make this more than 20 million values`},
		{"an alias in itself", "f", "groups: &a [*a]\n", `f:1:13: error[read/aliases]: the alias *a stands inside what it refers to`},
		{"deep YAML", "f", "groups: " + strings.Repeat("[", 600) + strings.Repeat("]", 600), `f:1:509: error[read/depth]: lists and mappings are nested more than 500 levels deep`},
		{"deep JSON", "f.json", strings.Repeat("[", 600) + strings.Repeat("]", 600), `f.json:1:502: error[read/depth]: lists and objects are nested more than 500 levels deep`},
		{"a key twice", "f", "groups:\n- name: a\n  rules: []\n  name: b\n", `f:4:3: error[read/duplicate-key]: "name" stands twice in the same mapping`},
		{"a key twice in JSON", "f", `{"title": "a", "panels": [], "title": "b"}`, `f:1:31: warning[read/duplicate-key]: "title" stands twice in the same mapping`},
		{"a wrong shape", "f", "groups:\n- name: a\n  rules: none\n", `f:3:10: error[read/shape]: rules must be a list, but this is a single value`},
		{"a rule that is none", "f", "groups:\n- name: a\n  rules: [up, [x]]\n", "f:3:11: error[read/shape]: each of rules must be a mapping, but this is a single value\nf:3:15: error[read/shape]: each of rules must be a mapping, but this is a list"},
		{"a list as a label", "f", "groups:\n- name: a\n  rules:\n  - labels: {x: [y]}\n", `f:4:17: error[read/shape]: labels.x must be a single value, but this is a list`},
		{"a broken dashboard in a ConfigMap", "f", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    {\"panels\": [\n      oops]}\n", `f:6:7: error[read/syntax]: this is not valid JSON: invalid character 'o' looking for beginning of value`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, findings := read.Content(c.file, []byte(c.content))
			var lines []string
			for _, d := range findings {
				lines = append(lines, d.String())
			}
			if diff := cmp.Diff(c.want, strings.Join(lines, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatStandsBeforeAMistakeIsRead(t *testing.T) {
	set, findings := read.Content("f", []byte(rulesText+"---\na: [\n"))
	if len(set.Groups) != 1 || len(findings) != 1 || findings[0].Code != "read/syntax" {
		t.Errorf("%d groups, %v", len(set.Groups), findings)
	}
}

func TestAnchorsAndMergeKeysMeanWhatTheyStandFor(t *testing.T) {
	set := mustRead(t, "f", `x: &common
  severity: page
  team: a
groups:
- name: g
  rules:
  - &first
    alert: A
    expr: up
    labels: {<<: *common, severity: ticket}
  - <<: [*first]
    alert: B
  - *first
`)
	var got []string
	for _, rule := range set.Groups[0].Rules {
		got = append(got, rule.Alert.Value+" "+rule.Expr.At().String()+" "+strings.Join(spread(rule.Labels), ", "))
	}
	labels := " f:9:11 f:10:27 severity=ticket f:10:37, f:3:3 team=a f:3:9"
	if diff := cmp.Diff([]string{"A" + labels, "B" + labels, "A" + labels}, got); diff != "" {
		t.Error(diff)
	}
}

func TestACommentWithAReasonIgnoresItsLineOrTheNext(t *testing.T) {
	set, findings := read.Content("f", []byte(`groups:
- name: a
  rules:
  # belfry: ignore promql/rate-gauge it is a counter in truth
  # another comment
  - record: a
    expr: x # belfry: ignore promql/unknown-metric exported by a script
  - record: b # belfry: ignore promql/unknown-metric
    expr: |
      y # belfry: ignore
  # belfry: ignore promql/a,promql/b for two reasons
  - record: c
`))
	var got []string
	for _, ignore := range set.Ignores {
		got = append(got, fmt.Sprintf("%s %d %s: %s", ignore.Pos, ignore.Line, ignore.Code, ignore.Reason))
	}
	want := []string{"f:4:3 6 promql/rate-gauge: it is a counter in truth", "f:7:13 7 promql/unknown-metric: exported by a script"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var problems []string
	for _, finding := range findings {
		problems = append(problems, finding.Pos.String()+" "+finding.Message)
	}
	wanted := []string{
		"f:8:15 this comment does not say why promql/unknown-metric is ignored, and ignores nothing",
		"f:10:9 this comment does not say which code it ignores",
		"f:11:20 this comment names several codes, and ignores nothing",
	}
	if diff := cmp.Diff(wanted, problems); diff != "" {
		t.Error(diff)
	}
	rule := set.Groups[0].Rules[0]
	if !set.Ignores[0].Silences("promql/rate-gauge", rule.Expr.At(), rule.Pos) {
		t.Error("the comment above the rule does not count")
	}
	if set.Ignores[0].Silences("promql/rate-gauge", set.Groups[0].Rules[1].Pos) {
		t.Error("the comment counts for another rule")
	}
}

// The parser gives the line at which the text around a tab begins, or that of the tab and no column.
func TestATabIsReportedWhereItStands(t *testing.T) {
	for text, want := range map[string]string{
		"groups:\n  - name: shop\n\trules: []\n":                                            "f:3:1",
		"groups:\n  - name: shop\n    rules:\n\t  - alert: a\n":                             "f:4:1",
		"groups:\n  - name: shop\n    rules:\n    - alert: a\n\t  expr: up\n":               "f:5:1",
		"groups:\n\t- name: shop\n":                                                         "f:2:1",
		"groups:\n- name: shop\n  rules:\n  -\talert: a\n  \texpr: up\n":                    "f:4:4",
		"groups:\n- name: shop\n  rules:\n  - alert: a\n    expr: |\n      \tup\n":          "f:6:7",
		"groups:\n- name: shop\n  rules:\n  - alert: a\n    expr: @b # not of\n\t# a tab\n": "f:5:5",
	} {
		_, findings := read.Content("f", []byte(text))
		if len(findings) != 1 || findings[0].Code != "read/syntax" || findings[0].Pos.String() != want {
			t.Errorf("%q gives %v, want %s", text, findings, want)
		}
	}
}

func TestAnExpositionAmongTheFilesIsTold(t *testing.T) {
	for _, text := range []string{prometheusText, "# HELP up Whether a target answers.\n"} {
		set, findings := read.Content("f", []byte(text))
		if len(set.Files) > 0 || len(findings) != 1 || findings[0].Code != "read/unrecognised" || findings[0].Help != "pass it with --metrics f" {
			t.Errorf("got %v", findings)
		}
	}
}
