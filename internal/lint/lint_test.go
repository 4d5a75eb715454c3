package lint_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

const rules = `groups:
  - name: shop
    rules:
      - record: shop:depth:max
        expr: max by (pod) (shop_queue_depth)
      - alert: Rate
        expr: rate(shop_queue_depth[5m]) > 1
      - alert: Silenced
        # belfry: ignore promql/rate-of-gauge it is reset by hand
        expr: rate(shop_queue_depth[9m]) > 1
      - alert: ByRecording
        expr: shop:depth:max{job="a"} > 1
      - alert: Unknown
        expr: rate(strangers_total[5m]) > 1
`

const annotations = `{"title": "Shop", "panels": [], "annotations": {"list": [{"builtIn": 1, "name": "own"},
 {"name": "deploys", "expr": "changes(shop_queue_depth{team=\"a\"}[5m]) > 0"},
 {"name": "broken", "expr": "sum(shop_queue_depth"},
 {"name": "logs", "datasource": {"type": "loki"}, "expr": "{app=\"shop\"} |= \"x\""},
 {"name": "named", "datasource": "Logs", "expr": "{app=\"shop\"} |= \"x\""}]}}`

const dashboard = `{"title": "Shop", "schemaVersion": 36, "panels": [
 {"id": 1, "type": "stat", "title": "Depth", "targets": [{"refId": "A", "expr": "rate(shop_queue_depth{pod=~\"$pod\"}[$__rate_interval])"}]},
 {"id": 2, "type": "stat", "title": "Any", "targets": [{"refId": "A", "expr": "sum($metric)"}]},
 {"id": 3, "type": "logs", "title": "Logs", "datasource": {"type": "loki"}, "targets": [{"refId": "A", "expr": "{app=\"shop\"} |= \"x\""}]}],
 "templating": {"list": [{"name": "pod", "type": "query", "query": "label_values(up, pod)"}, {"name": "metric", "type": "custom", "query": "a,b"}]}}`

func TestFindingsStandWhereTheirPartOfTheQueryDoes(t *testing.T) {
	depth := promql.Metric{Name: "shop_queue_depth", Type: promql.GaugeMetric, Unit: promql.In(unit.None), Closed: true}
	for name, test := range map[string]struct {
		content  string
		want     []string
		coverage lint.Coverage
	}{
		"rules.yaml": {rules, []string{
			"rules.yaml:7:15 promql/rate-of-gauge Rate",
			"rules.yaml:12:15 promql/unknown-label ByRecording",
		}, lint.Coverage{Full: 4, Unknown: 1}},
		"annotations.json": {annotations, []string{
			"annotations.json:2:39 promql/unknown-label deploys",
			"annotations.json:3:50 promql/syntax broken",
		}, lint.Coverage{}},
		"dashboard.json": {dashboard, []string{"dashboard.json:2:82 promql/rate-of-gauge Depth"}, lint.Coverage{Full: 1, Unknown: 1}},
	} {
		set, found := read.Content(name, []byte(test.content))
		if len(found) > 0 {
			t.Fatal(found)
		}
		table := promql.NewTable([]string{"job", "instance", "pod"}, depth)
		table.AddRecordings(lint.Recordings(set))
		list, coverage := lint.Run(set, table)
		var got []string
		for _, d := range list {
			got = append(got, d.Pos.String()+" "+d.Code+" "+d.Path)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(test.coverage, coverage); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
