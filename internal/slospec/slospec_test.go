package slospec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/slospec"
)

// imported is what files of one content become.
func imported(t *testing.T, content, service string) (string, diag.List) {
	t.Helper()
	documents, problems := read.DocumentsOf("slo.yaml", []byte(content))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	made, findings := slospec.Import([]read.Untyped{{Path: "slo.yaml", Named: true, Documents: documents}}, service)
	return string(made), findings
}

// compiles holds that what is printed is a spec without errors.
func compiles(t *testing.T, spec string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "slo.cue"), []byte(spec), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: folder, Packages: []string{"."}, CheckOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range result.Diagnostics {
		if d.Severity == diag.Error {
			t.Errorf("%s\nin\n%s", d, spec)
		}
	}
}

// signalOf is the only signal of a spec, on one line and without its title.
func signalOf(t *testing.T, spec string) string {
	t.Helper()
	_, body, found := strings.Cut(spec, "\nsignals: ")
	if !found {
		t.Fatalf("no signal in\n%s", spec)
	}
	body, _, _ = strings.Cut(body, "\n}")
	lines := strings.Split(body, "\n")
	for n, line := range lines {
		lines[n] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines[2:], " · ")
}

// codes are the codes that a list has, in its order, but for the placeholders of every import.
func codes(found diag.List) string {
	var names []string
	for _, d := range found {
		if d.Code != "import/placeholder" {
			names = append(names, d.Code)
		}
	}
	return strings.Join(names, " ")
}

func TestQueriesOfEventsBecomeSignals(t *testing.T) {
	tests := map[string]struct{ bad, total, want, codes string }{
		"errors are a share of one counter": {
			`sum(rate(pay_total{code=~"5.."}[{{.window}}]))`, `sum(rate(pay_total[{{.window}}]))`,
			`share: "pay_total" · matching: "code=~'5..'" · over: "5m"`, ""},
		"what both sides match stays apart": {
			`sum(rate(pay_total{code=~"5..",route="/pay"}[{{.window}}]))`, `sum(rate(pay_total{route="/pay"}[{{.window}}]))`,
			`share: "pay_total" · matching: "code=~'5..'" · where: "route='/pay'" · over: "5m"`, ""},
		"the job that all agree on is the service's": {
			`sum(rate(pay_total{code=~"5..",job="till"}[{{ .window }}]))`, `sum(rate(pay_total{job="till"}[{{ .window }}]))`,
			`share: "pay_total" · matching: "code=~'5..'" · over: "5m"`, ""},
		"increase, parentheses and zeros change nothing": {
			`(sum(increase(pay_total{ok="no"}[{{.window}}])) or on() vector(0))`, `(sum(increase(pay_total[{{.window}}]))) > 0`,
			`share: "pay_total" · matching: "ok='no'" · over: "5m"`, ""},
		"all without the good ones": {
			`sum(rate(pay_total[{{.window}}])) - sum(rate(pay_total{ok="yes"}[{{.window}}]))`, `sum(rate(pay_total[{{.window}}]))`,
			`share: "pay_total" · matching: "ok='yes'" · over: "5m"`, ""},
		"observations of a histogram": {
			`sum(rate(pay_seconds_count{code="500"}[{{.window}}]))`, `sum(rate(pay_seconds_count[{{.window}}]))`,
			`share: "pay_seconds" · matching: "code='500'" · over: "5m"`, ""},
		"two counters are a ratio": {
			`sum(rate(refused_total[{{.window}}]))`, `sum(rate(asked_total[{{.window}}]))`,
			`ratio: "refused_total" · to: "asked_total" · over: "5m"`, ""},
		"all without a bucket is a bound": {
			`sum(rate(pay_seconds_count{route="/pay"}[{{.window}}])) - sum(rate(pay_seconds_bucket{le="0.25",route="/pay"}[{{.window}}]))`,
			`sum(rate(pay_seconds_count{route="/pay"}[{{.window}}]))`,
			`within: "pay_seconds" · bound: "250ms" · where: "route='/pay'" · over: "5m"`, ""},
		"the bucket of all is the count": {
			`sum(rate(pay_seconds_bucket{le="+Inf"}[{{.window}}])) - sum(rate(pay_seconds_bucket{le=~"2(\\.0)?"}[{{.window}}]))`,
			`sum(rate(pay_seconds_bucket{le="+Inf"}[{{.window}}]))`,
			`within: "pay_seconds" · bound: "2s" · over: "5m"`, ""},
		"a bound in the metric's own unit": {
			`sum(rate(pay_milliseconds_count[{{.window}}])) - sum(rate(pay_milliseconds_bucket{le=~"250|250.0"}[{{.window}}]))`,
			`sum(rate(pay_milliseconds_count[{{.window}}]))`,
			`within: "pay_milliseconds" · bound: "250ms" · over: "5m"`, ""},
		"what is kept apart stays apart": {
			`sum by (route) (rate(pay_total{ok="no"}[{{.window}}]))`, `sum by (route) (rate(pay_total[{{.window}}]))`,
			`share: "pay_total" · matching: "ok='no'" · over: "5m"`, ""},
		"what Belfry's own labels keep apart adds up": {
			`sum by (service) (rate(pay_total{ok="no"}[{{.window}}]))`, `sum by (service) (rate(pay_total[{{.window}}]))`,
			`share: "pay_total" · matching: "ok='no'" · over: "5m"`, "import/changed"},
		"a part that does not repeat the total's matchers": {
			`sum(rate(pay_total{ok="no"}[{{.window}}]))`, `sum(rate(pay_total{route!="/ping"}[{{.window}}]))`,
			`share: "pay_total" · matching: "ok='no'" · where: "route!='/ping'" · over: "5m"`, "import/changed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, found := imported(t, events(test.bad, test.total), "")
			if difference := cmp.Diff(test.want, signalOf(t, spec)); difference != "" {
				t.Error(difference)
			}
			if difference := cmp.Diff(test.codes, codes(found)); difference != "" {
				t.Errorf("codes: %s", difference)
			}
			if !strings.Contains(spec, "\nslos: sale: {") && !strings.Contains(spec, "\n\tsale: {") {
				t.Errorf("no objective in\n%s", spec)
			}
			compiles(t, spec)
		})
	}
}

// TestQueriesOfAnotherShapeCountTheirEvents: what no form of a signal says is written in PromQL, if it counts events over the
// tool's window.
func TestQueriesOfAnotherShapeCountTheirEvents(t *testing.T) {
	tests := map[string]struct{ bad, total, want string }{
		"two counters that fail": {
			`sum(rate(refused_total[{{.window}}])) + sum(rate(lost_total[{{ .window }}]))`, `sum(rate(asked_total[{{.window}}]))`,
			`events: { bad: "sum(rate(refused_total[$window])) + sum(rate(lost_total[$window]))" total: "sum(rate(asked_total[$window]))" }`},
		"ratios of other series": {
			`sum by (shop) (rate(a_total{x="y"}[{{.window}}]))`, `sum by (shop) (rate(b_total[{{.window}}]))`,
			`events: { bad: #"sum by (shop) (rate(a_total{x="y"}[$window]))"# total: "sum by (shop) (rate(b_total[$window]))" }`},
		"what is in recorded series": {
			`sum(rate(a:b{x="y"}[5m]))`, `sum(rate(a:b[5m]))`, `events: { bad: #"sum(rate(a:b{x="y"}[$window]))"# total: "sum(rate(a:b[$window]))" }`},
		"buckets of other series": {
			`sum(rate(a_bucket{le="1",x="y"}[5m]))`, `sum(rate(a_count[5m]))`,
			`events: { bad: #"sum(rate(a_bucket{le="1",x="y"}[$window]))"# total: "sum(rate(a_count[$window]))" }`},
		"a counter over a histogram": {
			`sum(rate(a_total[5m]))`, `sum(rate(b_count[5m]))`, `events: { bad: "sum(rate(a_total[$window]))" total: "sum(rate(b_count[$window]))" }`},
		"a mean with a fixed range": {
			`avg(rate(pay_total{ok="no"}[5m]))`, `avg(rate(pay_total[5m]))`,
			`events: { bad: #"avg(rate(pay_total{ok="no"}[$window]))"# total: "avg(rate(pay_total[$window]))" }`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, found := imported(t, events(test.bad, test.total), "")
			if text := strings.Join(strings.Fields(spec), " "); !strings.Contains(text, test.want) {
				t.Errorf("no %s in\n%s", test.want, spec)
			}
			if found.HasErrors() || codes(found) != "" {
				t.Errorf("found %v", found)
			}
			compiles(t, spec)
		})
	}
}

func TestWhatAFileSaysOfAlertsIsKept(t *testing.T) {
	spec, found := imported(t, `version: prometheus/v1
service: till
labels: {region: north, tier: "1"}
slos:
  - name: sale
    objective: 75
    labels: {tier: "2"}
    sli: {events: {error_query: 'sum by (pod) (rate(pay_total{ok="no"}[{{.window}}]))', total_query: 'sum by (pod) (rate(pay_total[{{.window}}]))'}}
    alerting:
      name: NoSale
      annotations: {runbook_url: "https://wiki.example.com/sale"}
      page_alert: {labels: {severity: warning, pager: north}}
      ticket_alert: {disable: true}
`, "")
	want := `sale: { title: "Sale" bad: "sale_bad" objective: "75%" by: ["pod"] limit: 100 ` +
		`page: { name: "NoSale" severity: "warning" labels: pager: "north" fast: enabled: false slow: enabled: false } ` +
		`ticket: enabled: false labels: { region: "north" tier: "2" } runbook: "https://wiki.example.com/sale" }`
	if text := strings.Join(strings.Fields(spec), " "); !strings.Contains(text, want) {
		t.Errorf("no %s in\n%s", want, spec)
	}
	if got := codes(found); got != "import/changed import/changed" { // the two tiers that could never fire
		t.Errorf("codes %s in %v", got, found)
	}
	compiles(t, spec)
}

func TestSlicesOfTimeAndCalendarsAreKept(t *testing.T) {
	spec, found := imported(t, `apiVersion: openslo/v1
kind: SLO
metadata: {name: index-age}
spec:
  service: search
  indicator: {spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: max(search_index_age_seconds)}}}}}
  timeWindow: [{duration: 1M, calendar: {startTime: 2024-02-01 00:00:00, timeZone: UTC}}]
  budgetingMethod: Timeslices
  objectives: [{op: lt, value: 900, target: 0.95, timeSliceTarget: 0.9, timeSliceWindow: 5m}]
`, "")
	want := `index_age: { title: "Index age" good: "index_age_value" below: "900 s" objective: "95%" calendar: "month" }`
	if text := strings.Join(strings.Fields(spec), " "); !strings.Contains(text, want) {
		t.Errorf("no %s in\n%s", want, spec)
	}
	if got := codes(found); got != "import/changed import/changed" {
		t.Errorf("codes %s in %v", got, found)
	}
	compiles(t, spec)
}

func TestQueriesOfAnotherShapeStayAsSignals(t *testing.T) {
	tests := map[string]struct{ bad, total, why string }{
		"a count of series":            {`count(up == 0)`, `count(up)`, "the number of bad events is another query"},
		"the same on both sides":       {`sum(rate(pay_total[5m]))`, `sum(rate(pay_total[5m]))`, "both queries count the same events"},
		"all buckets":                  {`sum(rate(a_bucket[5m]))`, `sum(rate(a_count[5m]))`, "it does not select one bucket of a by le"},
		"a name that specs cannot say": {`sum(rate(a{"x.y"="z"}[5m]))`, `sum(rate(a[5m]))`, `metrics of a spec have no label "x.y"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, found := imported(t, events(test.bad, test.total), "")
			if !strings.Contains(fmt.Sprint(found), "sale becomes no objective: ") || !strings.Contains(fmt.Sprint(found), test.why) {
				t.Errorf("found %v, want %s", found, test.why)
			}
			if !strings.Contains(signalOf(t, spec), "expr: ") || !strings.Contains(spec, "// sale: {title: ") {
				t.Errorf("no signal with the query, or no comment with the objective in\n%s", spec)
			}
			compiles(t, spec)
		})
	}
}

// events is a Sloth spec with one objective.
func events(bad, total string) string {
	return fmt.Sprintf(`version: prometheus/v1
service: till
slos:
  - name: sale
    objective: 99.9
    sli: {events: {error_query: '%s', total_query: '%s'}}
`, bad, total)
}

func TestAQueryThatASpecRefusesIsLeftOut(t *testing.T) {
	spec, found := imported(t, events(`sum(rate(pay_total{ok="no"}[5m]))`, `count(up)`), "")
	want := "slo.yaml:4:11: warning[import/left-out]: the query of sale is left out: it is measured in 1/s, and a spec has no such unit"
	if spec != "" || !strings.Contains(fmt.Sprint(found), want) || !strings.Contains(fmt.Sprint(found), "import/nothing") {
		t.Errorf("%v\n%s", found, spec)
	}
}

func TestRatiosInOneQueryAreTakenApart(t *testing.T) {
	tests := map[string]struct{ query, want string }{
		"bad over all": {`sum(rate(a_total{ok="no"}[{{.window}}])) / sum(rate(a_total[{{.window}}]))`,
			`share: "a_total" · matching: "ok='no'" · over: "5m"`},
		"one less good over all": {`1 - (sum(rate(a_total{ok="yes"}[{{.window}}])) / sum(rate(a_total[{{.window}}])))`,
			`share: "a_total" · matching: "ok='yes'" · over: "5m"`},
		"recorded": {`job:failed:ratio{window="{{.window}}"}`, `expr: #"job:failed:ratio{window="5m"}"# · unit: "ratio"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, _ := imported(t, fmt.Sprintf("version: prometheus/v1\nservice: till\nslos: [{name: sale, objective: 99, sli: {raw: {error_ratio_query: '%s'}}}]", test.query), "")
			if difference := cmp.Diff(test.want, signalOf(t, spec)); difference != "" {
				t.Error(difference)
			}
			compiles(t, spec)
		})
	}
}

func TestWhatIsWrongIsReportedWhereItStands(t *testing.T) {
	tests := map[string]struct{ content, want string }{
		"a query": {"version: prometheus/v1\nservice: till\nslos:\n- name: sale\n  objective: 99\n  sli:\n    events:\n" +
			"      error_query: sum(rate(a[{{.window}}])\n      total_query: sum(rate(a[{{.window}}]))\n", "slo.yaml:8:44: error[import/invalid]: this is not PromQL: unclosed left parenthesis"},
		"a percentage":  {"version: prometheus/v1\nservice: till\nslos:\n- name: sale\n  objective: 100\n", "slo.yaml:5:14: error[import/invalid]: the objective of sale is 100: it must be above 0 and below 100, so that there is an error budget to watch"},
		"a word":        {"version: prometheus/v1\nservice: till\nslos:\n- name: sale\n  objective: high\n", `slo.yaml:5:14: error[import/invalid]: the objective of sale is "high", which is no number`},
		"no percentage": {"version: prometheus/v1\nservice: till\nslos:\n- name: sale\n", "slo.yaml:4:9: error[import/invalid]: the objective sale says no share that must be good"},
		"no objectives": {"version: prometheus/v1\nservice: till\n", "slo.yaml:1:1: error[import/nothing]: the spec of till holds no objectives"},
		"a stranger":    {"groups: []\n", "slo.yaml: error[import/nothing]: this file holds no objectives that are known here"},
		"an old format": {"apiVersion: openslo/v1alpha\nkind: SLO\n", "slo.yaml:1:13: error[import/invalid]: version openslo/v1alpha of OpenSLO is not read"},
		"no indicator": {"apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: sale}\nspec: {service: till, indicatorRef: x, objectives: [{target: 0.9}]}\n",
			`slo.yaml:4:37: error[import/invalid]: there is no SLI "x" in the files`},
		"two services": {"version: prometheus/v1\nservice: till\nslos: [{name: a, objective: 99, sli: {raw: {error_ratio_query: x}}}]\n---\n" +
			"version: prometheus/v1\nservice: shop\nslos: [{name: a, objective: 99, sli: {raw: {error_ratio_query: x}}}]\n",
			"slo.yaml:6:10: error[import/services]: a package has one service, and the files have 2: till, shop"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, found := imported(t, test.content, "")
			for _, d := range found {
				if d.String() == test.want {
					return
				}
			}
			t.Errorf("got %v, want %s", found, test.want)
		})
	}
}

func TestOneOfSeveralServicesIsChosen(t *testing.T) {
	spec, found := imported(t, "version: prometheus/v1\nservice: till\nslos: [{name: a, objective: 99, sli: {raw: {error_ratio_query: x}}}]\n---\n"+
		"version: prometheus/v1\nservice: shop\nslos: [{name: a, objective: 99, sli: {raw: {error_ratio_query: x}}}]\n", "shop")
	if found.HasErrors() || !strings.Contains(spec, `name:      "shop"`) {
		t.Errorf("%v\n%s", found, spec)
	}
}

func TestAPackageHasOneTeam(t *testing.T) {
	const slo = "{name: %s, objective: 99, labels: {team: %s}, sli: {raw: {error_ratio_query: x}}}"
	spec, found := imported(t, "version: prometheus/v1\nservice: till\nslos: ["+fmt.Sprintf(slo, "a", "north")+", "+fmt.Sprintf(slo, "b", "south/east")+"]\n", "")
	if !strings.Contains(spec, `team:      "north"`) || !strings.Contains(fmt.Sprint(found), "the team of b is north instead of south/east") {
		t.Errorf("%v\n%s", found, spec)
	}
}
