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

const (
	byStatus = `targets: [{refId: A, expr: 'sum by (status) (rate(shop_http_requests_total[5m]))', `
	share    = `type: stat, targets: [{refId: A, expr: 'sum(rate(shop_http_requests_total{status="500"}[5m])) / sum(rate(shop_http_requests_total[5m]))'}], fieldConfig: {defaults: {unit: percentunit, thresholds: {steps: [{value: null, color: green}, `
)

func TestWhatMayBeMeantIsNoError(t *testing.T) {
	oneEndpoint := strings.Replace(monitored, "ENDPOINTS", "{port: metrics}", 1)
	endpoints := func(ports string) string { return strings.Replace(monitored, "ENDPOINTS", ports, 1) }
	retention := "prometheus: {prometheusSpec: {retention: 15d, ruleSelector: {matchLabels: {a: b}}}}\n"
	long := recorded("sum(rate(shop_http_requests_total[30d]))")
	dashboards := func(names string) string {
		return "apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nmetadata: {name: shop}\nspec: {datasources: [{inputName: " + names +
			"}], json: '{\"title\": \"Shop\", \"panels\": [{\"id\": 1, \"type\": \"stat\", \"title\": \"Queue\", \"datasource\": {\"type\": \"prometheus\", \"uid\": " +
			"\"${DS_SHOP}\"}, \"targets\": [{\"refId\": \"A\", \"expr\": \"sum(shop_queue_depth)\"}]}]}'}\n"
	}
	transformed := func(transformation string) string {
		return panel(byStatus + `format: table, instant: true}], type: table, transformations: [` + transformation + `]`)
	}
	secret := "apiVersion: monitoring.coreos.com/v1\nkind: Alertmanager\nmetadata: {name: main}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: alertmanager-main}\nstringData:\n" +
		"  old.yaml: \"route: {receiver: a}\\nreceivers: [{name: a}]\\n\"\n"
	for name, test := range map[string]struct {
		content string
		want    string
	}{
		"the namespace of another environment": {oneEndpoint + recorded(`sum(shop_queue_depth{namespace="staging"})`), ""},
		"a misspelt namespace":                 {oneEndpoint + recorded(`sum(shop_queue_depth{namespace="prod"}) + sum(shop_stock_ratio{namespace="prdo"})`), "error kubernetes/job-name"},
		"another job":                          {oneEndpoint + recorded(`sum(shop_queue_depth{job="shop"}) + sum(shop_stock_ratio{job="store"})`), "warning kubernetes/job-name"},
		"a misspelt job":                       {oneEndpoint + recorded(`sum(shop_queue_depth{job="shop"}) + sum(shop_stock_ratio{job="shops"})`), "error kubernetes/job-name"},

		"the port of another Service": {endpoints("{port: metrics}, {port: admin}"), "warning kubernetes/monitor-service"},
		"a misspelt port":             {endpoints("{port: metrics}, {port: metrcis}"), "error kubernetes/monitor-service"},
		"no port that any has":        {endpoints("{port: admin}"), "error kubernetes/monitor-service"},

		"a data source of the operator": {dashboards("DS_SHOP"), ""},
		"another one":                   {dashboards("DS_STORE"), "error variable/undeclared"},

		"a hidden query of the same name":     {panel(`type: stat, targets: [{refId: A, expr: sum(shop_queue_depth)}, {refId: A, hide: true, expr: max(shop_queue_depth)}]`), ""},
		"queries of two sources":              {panel(`type: stat, datasource: {type: mixed, uid: "-- Mixed --"}, targets: [{refId: A, expr: sum(shop_queue_depth), datasource: {type: prometheus, uid: a}}, {refId: A, expr: max(shop_queue_depth), datasource: {type: prometheus, uid: b}}]`), ""},
		"two queries of one of mixed sources": {panel(`type: stat, datasource: {type: mixed, uid: "-- Mixed --"}, targets: [{refId: A, expr: sum(shop_queue_depth), datasource: {type: prometheus, uid: a}}, {refId: A, expr: max(shop_queue_depth), datasource: {type: prometheus, uid: a}}]`), "error panel/query-names"},

		"a range beyond the retention":        {"prometheus: {prometheusSpec: {retention: 15d}}\n" + long, "error scrape/retention"},
		"rules of Thanos":                     {"prometheus: {prometheusSpec: {retention: 15d}}\n---\napiVersion: monitoring.coreos.com/v1\nkind: ThanosRuler\nmetadata: {name: a}\n" + long, ""},
		"rules beside Mimir":                  {"prometheus: {prometheusSpec: {retention: 15d}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mimir-ruler}\n" + long, ""},
		"rules that the server does not load": {retention + "---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec: {groups: [{name: shop, rules: [{record: 'a:b', expr: 'sum(rate(shop_http_requests_total[30d]))'}]}]}\n", "error kubernetes/rule-selector"},

		"a new name of a column that is gone": {transformed(`{id: organize, options: {renameByName: {code: Code}}}`), "warning panel/transformation"},
		"a column to sort by that is gone":    {transformed(`{id: sortBy, options: {sort: [{field: code}]}}`), "error panel/transformation"},
		"an empty entry of a grouping":        {transformed(`{id: groupBy, options: {fields: {code: {}, status: {operation: groupby}}}}`), "warning panel/transformation"},
		"a grouping by what is gone":          {transformed(`{id: groupBy, options: {fields: {code: {operation: groupby}}}}`), "error panel/transformation"},

		"a step beyond one that is reached": {panel(share + `{value: 0.01, color: orange}, {value: 5, color: red}]}}}`), "warning panel/threshold-unreachable"},
		"only steps beyond":                 {panel(share + `{value: 5, color: red}]}}}`), "error panel/threshold-unreachable"},

		"a second key of a Secret":  {secret + "  alertmanager.yaml: \"route: {receiver: a}\\nreceivers: [{name: a}]\\n\"\n", "warning kubernetes/alertmanager-secret"},
		"the only key of a Secret":  {secret, "error kubernetes/alertmanager-secret"},
		"a variable in a legend":    {strings.Replace(panel(byStatus+`legendFormat: '{{$labelset}}'}], type: timeseries`), "title: Shop,", "title: Shop, templating: {list: [{name: labelset, type: custom, query: method}]},", 1), ""},
		"a label with its prefix":   {panel(byStatus + `legendFormat: '{{$labels.status}}'}], type: timeseries`), "error panel/legend-label"},
		"a legend that is replaced": {panel(byStatus + `legendFormat: '{{method}}'}], type: timeseries, fieldConfig: {defaults: {displayName: Requests}}`), ""},
		"a legend that is hidden":   {panel(byStatus + `legendFormat: '{{method}}'}], type: stat, options: {textMode: value}`), ""},
		"a legend that is shown":    {panel(byStatus + `legendFormat: '{{method}}'}], type: stat, options: {textMode: name}`), "error panel/legend-label"},
	} {
		expectOne(t, name, test.content, test.want)
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
