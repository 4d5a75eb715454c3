package golden

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// wildSet is a folder of rules and dashboards that somebody publishes in a Go module.
type wildSet struct {
	title, module, folder string
	errors                []wildError
}

// wildError is why errors of a code in a file, whose message has a text, are real defects.
type wildError struct{ file, code, message, why string }

var wildSets = []wildSet{
	{"Thanos", "github.com/thanos-io/thanos@v0.42.5", "examples", []wildError{
		{"alerts/alerts.yaml", "promql/quantile-without-le", "", "`histogram_quantile(0.99, sum by (job) (rate(…_bucket[5m])))` has lost `le`: the result is always empty, and the alert never fires"},
		{"dashboards/store.json", "panel/legend-label", "", "the query keeps `le` only, and the legend is `P99: {{data_type}} / {{job}}`: both are empty"},
	}},
	{"Prometheus operator", "github.com/prometheus-operator/prometheus-operator@v0.85.0", "example/mixin", nil},
	{"Mimir", "github.com/grafana/mimir@v1.3.1-0.20260423142704-aced80d74930", "operations/mimir-mixin-compiled", []wildError{
		{"dashboards/mimir-queries.json", "variable/multi-value", "$namespace", "`namespace=\"$namespace\"` with two values chosen compares with the text `(a|b)`, and finds nothing"},
		{"dashboards/mimir-tenants.json", "panel/legend-label", "job", "the query is `sum by (type) (…)` or `max by (user) (…)`, and the legend is `{{ job }}`"},
	}},
	{"node_exporter", "github.com/prometheus/node_exporter@v1.12.1", "docs", nil},
	{"Loki", "github.com/grafana/loki/v3@v3.7.8", "production/loki-mixin-compiled", []wildError{
		{"dashboards/loki-bloom-build.json", "variable/multi-value", "$tenant", "`tenant=\"$tenant\"` with two values chosen finds nothing"},
		{"dashboards/loki-chunks.json", "panel/legend-label", "pod", "`sum(rate(…))` is one series without labels, and the legend is `{{pod}}`"},
		{"dashboards/loki-logs.json", "promql/rate-of-gauge", "", "the last reason of a restart is a gauge of 0 and 1: its increase is not how often containers restarted"},
		{"dashboards/loki-logs.json", "panel/unit", "bytes", "the panel counts containers and shows bytes"},
		{"dashboards/loki-mixin-recording-rules.json", "panel/threshold-unreachable", "", "the query ends in `== 0`, so that every value is 0 and green: the red from 1 on never shows"},
		{"dashboards/loki-retention.json", "panel/legend-label", "table_name", "`sum(…)` is one series without labels, and the legend is `{{table_name}}`"},
		{"dashboards/loki-retention.json", "panel/legend-label", "success", "the query is `sum by (status) (…)`, and the legend is `{{success}}`"},
	}},
	{"Traefik", "github.com/traefik/traefik/v3@v3.5.3", "contrib/grafana", nil},
	{"KEDA", "github.com/kedacore/keda/v2@v2.17.2", "config/grafana", nil},
	{"Argo CD", "github.com/argoproj/argo-cd/v3@v3.1.5", "examples", nil},
	{"Envoy Gateway", "github.com/envoyproxy/gateway@v1.9.1", "charts", []wildError{
		{"gateway-addons-helm/dashboards/", "panel/legend-label", "", "the aggregation of the query drops the label that the legend names: the legend shows nothing in its place"},
	}},
}

// reason is why an error is a real defect; empty where nobody has said.
func (s wildSet) reason(file string, d diag.Diagnostic) string {
	for _, e := range s.errors {
		if strings.HasPrefix(file, e.file) && d.Code == e.code && strings.Contains(d.Message, e.message) {
			return e.why
		}
	}
	return ""
}
