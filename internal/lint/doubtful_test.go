package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/read"
)

// severities are the findings of files as "severity code", in their order.
func severities(t *testing.T, content string) []string {
	t.Helper()
	set, list := read.Content("files.yaml", []byte(content))
	more, _ := lint.Run(set, shopTable(t))
	var all []string
	for _, d := range append(list, more...) {
		all = append(all, string(d.Severity)+" "+d.Code)
	}
	return all
}

const monitored = `
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: prod, labels: {app: shop}}
spec: {ports: [{name: metrics, port: 9090}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: shop, namespace: prod}
spec: {selector: {matchLabels: {app: shop}}, endpoints: [ENDPOINTS]}
`

func recorded(expr string) string {
	return "---\ngroups: [{name: shop, rules: [{record: 'a:b', expr: '" + expr + "'}]}]\n"
}

func panel(fields string) string {
	return "{title: Shop, panels: [{id: 1, title: Shop, " + fields + "}]}\n"
}

func TestAnotherEnvironmentIsNoError(t *testing.T) {
	shop := strings.Replace(monitored, "ENDPOINTS", "{port: metrics}", 1)
	for name, test := range map[string]struct{ expr, want string }{
		"another namespace":    {`sum(shop_queue_depth{namespace="staging"})`, ""},
		"a misspelt namespace": {`sum(shop_queue_depth{namespace="prod"}) + sum(shop_stock_ratio{namespace="prdo"})`, "error kubernetes/job-name"},
		"another job":          {`sum(shop_queue_depth{job="shop"}) + sum(shop_stock_ratio{job="store"})`, "warning kubernetes/job-name"},
		"a misspelt job":       {`sum(shop_queue_depth{job="shop"}) + sum(shop_stock_ratio{job="shops"})`, "error kubernetes/job-name"},
	} {
		expectOne(t, name, shop+recorded(test.expr), test.want)
	}
}

func TestAPortOfAnotherServiceIsNoError(t *testing.T) {
	for endpoints, want := range map[string]string{
		"{port: metrics}, {port: admin}":   "warning kubernetes/monitor-service",
		"{port: metrics}, {port: metrcis}": "error kubernetes/monitor-service",
		"{port: admin}":                    "error kubernetes/monitor-service",
	} {
		expectOne(t, endpoints, strings.Replace(monitored, "ENDPOINTS", endpoints, 1), want)
	}
}

func TestTheOperatorNamesDataSourcesOfDashboards(t *testing.T) {
	const operated = `
apiVersion: grafana.integreatly.org/v1beta1
kind: GrafanaDashboard
metadata: {name: shop}
spec:
  datasources: [{inputName: NAME, datasourceName: Prometheus}]
  json: |
    {"title": "Shop", "panels": [{"id": 1, "type": "stat", "title": "Queue", "datasource": {"type": "prometheus", "uid": "${DS_SHOP}"},
      "targets": [{"refId": "A", "expr": "sum(shop_queue_depth)"}]}]}
`
	expectOne(t, "the same name", strings.Replace(operated, "NAME", "DS_SHOP", 1), "")
	expectOne(t, "another name", strings.Replace(operated, "NAME", "DS_STORE", 1), "error variable/undeclared")
}

func TestOnlyWhatPrometheusItselfAnswersIsHeldAgainstItsRetention(t *testing.T) {
	const chart = "prometheus: {prometheusSpec: {retention: 15d}}\n"
	const selecting = "prometheus: {prometheusSpec: {retention: 15d, ruleSelector: {matchLabels: {team: shop}}}}\n"
	const resource = "---\napiVersion: monitoring.coreos.com/v1\nkind: KIND\nmetadata: {name: NAME}\n"
	other := func(kind, name string) string {
		return strings.NewReplacer("KIND", kind, "NAME", name).Replace(resource)
	}
	const expr = "sum(rate(shop_http_requests_total[30d]))"
	for name, test := range map[string]struct{ content, want string }{
		"Prometheus": {chart + recorded(expr), "error scrape/retention"},
		"Thanos":     {chart + other("ThanosRuler", "shop") + recorded(expr), ""},
		"Mimir":      {chart + other("Deployment", "mimir-ruler") + recorded(expr), ""},
		"nobody": {selecting + other("PrometheusRule", "shop") + "spec: {groups: [{name: shop, rules: [{record: 'a:b', expr: '" + expr + "'}]}]}\n",
			"error kubernetes/rule-selector"},
	} {
		expectOne(t, name, test.content, test.want)
	}
}

func TestQueriesOfOnePanelHaveNamesOfTheirOwn(t *testing.T) {
	mixed := func(source string) string {
		return `type: stat, datasource: {type: mixed, uid: "-- Mixed --"}, targets: [
  {refId: A, expr: sum(shop_queue_depth), datasource: {type: prometheus, uid: a}},
  {refId: A, expr: max(shop_queue_depth), datasource: {type: prometheus, uid: ` + source + `}}]`
	}
	const hidden = `type: stat, targets: [{refId: A, expr: sum(shop_queue_depth)}, {refId: A, hide: true, expr: max(shop_queue_depth)}]`
	expectOne(t, "one is hidden", panel(hidden), "")
	expectOne(t, "two data sources", panel(mixed("b")), "")
	expectOne(t, "one of several data sources", panel(mixed("a")), "error panel/query-names")
}

func TestLeftoversOfAPanelAreNoErrors(t *testing.T) {
	const table = `type: table, targets: [{refId: A, expr: 'sum by (status) (rate(shop_http_requests_total[5m]))', format: table, instant: true}], `
	for transformation, want := range map[string]string{
		`{id: organize, options: {renameByName: {code: Code}}}`:                            "warning panel/transformation",
		`{id: sortBy, options: {sort: [{field: code}]}}`:                                   "error panel/transformation",
		`{id: groupBy, options: {fields: {code: {}, status: {operation: groupby}}}}`:       "warning panel/transformation",
		`{id: groupBy, options: {fields: {code: {operation: groupby}}}}`:                   "error panel/transformation",
		`{id: organize, options: {renameByName: {status: Status}, excludeByName: {a: 1}}}`: "",
	} {
		expectOne(t, transformation, panel(table+"transformations: ["+transformation+"]"), want)
	}
	const share = `type: stat, targets: [{refId: A, expr: 'sum(rate(shop_http_requests_total{status="500"}[5m])) / sum(rate(shop_http_requests_total[5m]))'}],
  fieldConfig: {defaults: {unit: percentunit, thresholds: {steps: [{value: null, color: green}, STEPS]}}}`
	for steps, want := range map[string]string{
		"{value: 0.01, color: orange}, {value: 5, color: red}": "warning panel/threshold-unreachable",
		"{value: 5, color: red}":                               "error panel/threshold-unreachable",
	} {
		expectOne(t, steps, panel(strings.Replace(share, "STEPS", steps, 1)), want)
	}
}

func TestASecondKeyOfASecretIsNoError(t *testing.T) {
	const secret = `
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main}
---
apiVersion: v1
kind: Secret
metadata: {name: alertmanager-main}
stringData:
  old.yaml: "route: {receiver: a}\nreceivers: [{name: a}]\n"
`
	expectOne(t, "the only key", secret, "error kubernetes/alertmanager-secret")
	expectOne(t, "a second key", secret+strings.Replace(secret[strings.Index(secret, "  old"):], "old", "alertmanager", 1),
		"warning kubernetes/alertmanager-secret")
}

func TestALegendCountsWhereItIsShown(t *testing.T) {
	const variable = "{title: Shop, templating: {list: [{name: labelset, type: custom, query: method}]},"
	for name, test := range map[string]struct{ legend, fields, want string }{
		"a variable":              {"{{$labelset}}", "type: timeseries", ""},
		"a label with its prefix": {"{{$labels.status}} {{$labelset}}", "type: timeseries", "error panel/legend-label"},
		"replaced":                {"{{method}} {{$labelset}}", "type: timeseries, fieldConfig: {defaults: {displayName: Requests}}", ""},
		"hidden":                  {"{{method}} {{$labelset}}", "type: stat, options: {textMode: value}", ""},
		"shown":                   {"{{method}} {{$labelset}}", "type: stat, options: {textMode: name}", "error panel/legend-label"},
	} {
		content := panel("targets: [{refId: A, expr: 'sum by (status) (rate(shop_http_requests_total[5m]))', legendFormat: '" + test.legend + "'}], " + test.fields)
		expectOne(t, name, strings.Replace(content, "{title: Shop,", variable, 1), test.want)
	}
}

func TestTheSameUIDInAnotherFolderMayBeForAnotherGrafana(t *testing.T) {
	root := t.TempDir()
	for name, title := range map[string]string{"a/one.json": "One", "a/two.json": "Two", "b/three.json": "Three"} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(`{"title": "`+title+`", "uid": "shop", "panels": []}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, _, err := read.Files([]string{root})
	if err != nil {
		t.Fatal(err)
	}
	list, _ := lint.Run(set, shopTable(t))
	got := map[string]diag.Severity{}
	for _, d := range list {
		got[filepath.Base(d.Pos.File)] = d.Severity
	}
	if diff := cmp.Diff(map[string]diag.Severity{"two.json": diag.Error, "three.json": diag.Warning}, got); diff != "" {
		t.Error(diff)
	}
}
