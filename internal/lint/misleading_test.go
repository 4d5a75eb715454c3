package lint_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// graph is a panel of one query, in a unit.
func graph(unit, expr string) string {
	return panel("type: timeseries, targets: [{refId: A, expr: '" + expr + "'}], fieldConfig: {defaults: {unit: " + unit + "}}")
}

func TestAFormatPerTimeFitsTheFunction(t *testing.T) {
	for query, want := range map[[2]string]string{
		{"reqps", `sum(increase(strangers_total[5m]))`}:             "error panel/unit",
		{"Bps", `increase(strangers_total[$__range])`}:              "error panel/unit",
		{"cpm", `sum(increase(strangers_total[5m]))`}:               "error panel/unit",
		{"cpm", `sum(increase(strangers_total[1m]))`}:               "",
		{"cpm", `sum(increase(strangers_total[1m:15s]))`}:           "",
		{"cpm", `sum(increase(strangers_total[$__interval]))`}:      "",
		{"reqps", `sum(increase(strangers_total[5m])) / 300`}:       "",
		{"short", `sum(increase(strangers_total[5m]))`}:             "",
		{"opm", `topk(3, sum by (a) (rate(strangers_total[5m])))`}:  "error panel/unit",
		{"opm", `60 * sum(rate(strangers_total[5m]))`}:              "",
		{"reqps", `sum(rate(strangers_total[5m])) * 60`}:            "warning panel/unit",
		{"reqps", `sum(rate(strangers_total[5m]))`}:                 "",
		{"reqps", `sum(rate(strangers_total[5m])) / 1000`}:          "",
		{"s", `sum(rate(strangers_total[5m]))`}:                     "",
		{"reqps", `delta(strangers_per_second[5m])`}:                "",
		{"opm", `sum(rate(strangers_total[5m])) / sum(strangers2)`}: "",
	} {
		expectOne(t, query[0]+" of "+query[1], graph(query[0], query[1]), want)
	}
}

func TestALabelOfTargetsIsNotMisspeltInAVariable(t *testing.T) {
	for label, want := range map[string]string{"instnce": "warning variable/query", "instance": "", "services": "", "shard": ""} {
		content := `{title: Shop, templating: {list: [{name: chosen, type: query, query: 'label_values(up{job="shop"}, ` + label + `)'}]}, panels: [
  {id: 1, type: stat, title: Shop, targets: [{refId: A, expr: 'up{instance="$chosen"}'}]}]}`
		expectOne(t, label, content, want)
	}
}

func TestResourcesBesideEachOtherHaveOneRelease(t *testing.T) {
	pair := func(first, second string) string {
		return "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a, labels: {" + first + "}}\nspec: {}\n---\n" +
			"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a, labels: {" + second + "}}\nspec: {groups: [{name: a, rules: []}]}\n"
	}
	server := "---\napiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: a}\nspec: {ruleSelector: {}, " +
		"serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: {}, ruleNamespaceSelector: {}}\n"
	for name, test := range map[string]struct{ content, want string }{
		"the same":                {pair("release: stack", "release: stack"), ""},
		"none":                    {pair("app: a", "app: a"), ""},
		"missing":                 {pair("release: stack", "app: a"), "warning kubernetes/rule-selector"},
		"another release":         {pair("release: stack", "release: other"), ""},
		"a slip":                  {pair("release: stack", "release: stcak"), "warning kubernetes/rule-selector"},
		"what else selects":       {pair("release: stack", "prometheus: k8s"), ""},
		"a slip of a key":         {pair("relaese: stack", "release: stack"), "warning kubernetes/monitor-selector"},
		"a server that takes all": {pair("release: stack", "app: a") + server, ""},
	} {
		expectOne(t, name, test.content, test.want)
	}
}

const alerts = `
groups:
  - name: shop
    rules:
      - alert: QueueLong
        expr: sum(shop_queue_depth) > 100
        labels: {severity: critical}
        annotations: {summary: "The queue is long", runbook_url: "https://wiki/queue"}
      - alert: StockLow
        expr: min(shop_stock_ratio) < 0.5
        labels: {severity: warning}
        annotations: {summary: "Little is in stock", runbook_url: "https://wiki/stock"}
---
`

func TestWhatANotificationPrintsIsThere(t *testing.T) {
	for text, want := range map[string]string{
		"{{ range .Alerts }}{{ .Annotations.sumary }}{{ end }}":          "warning alertmanager/template",
		"{{ with .CommonLabels }}{{ $.CommonLabels.severty }}{{ end }}":  "warning alertmanager/template",
		"{{ if .CommonAnnotations.summry }}a{{ end }}":                   "warning alertmanager/template",
		"{{ .CommonAnnotations.summary }} {{ .GroupLabels.alertname }}":  "",
		"{{ .CommonAnnotations.dashboard_url }}{{ .CommonLabels.team }}": "",
	} {
		expectOne(t, text, alerts+`
route: {receiver: chat}
receivers:
  - name: chat
    slack_configs:
      - api_url_file: /url
        text: '`+text+"'\n", want)
	}
}

func TestARouteForASeverityNamesTheWordThatAlertsHave(t *testing.T) {
	for matcher, want := range map[string]string{
		`severity="page"`:            "warning alertmanager/route-unreachable",
		`severity=~"page|critical"`:  "",
		`severity="critical"`:        "",
		`severity="info"`:            "",
		`severity=~"page|emergency"`: "warning alertmanager/route-unreachable",
	} {
		expectOne(t, matcher, alerts+`
route: {receiver: chat, routes: [{receiver: pager, matchers: ['`+matcher+`']}]}
receivers: [{name: chat, slack_configs: [{api_url_file: /url}]}, {name: pager, pagerduty_configs: [{routing_key_file: /key}]}]
inhibit_rules: [{source_matchers: [alertname="QueueLong"], target_matchers: [alertname="StockLow"]}]
`, want)
	}
}

// expectOne compares the findings of files with the only one that is wanted; none where it is empty.
func expectOne(t *testing.T, name, content, want string) {
	t.Helper()
	var all []string
	if want != "" {
		all = []string{want}
	}
	if diff := cmp.Diff(all, severities(t, content)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
