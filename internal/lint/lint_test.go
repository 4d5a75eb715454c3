package lint_test

import (
	"fmt"
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
		coverage string
	}{
		"rules.yaml": {rules, []string{
			"rules.yaml:7:15 promql/rate-of-gauge Rate",
			"rules.yaml:12:15 promql/unknown-label ByRecording",
		}, "4 full, 0 in part, 1 unknown; rules.yaml:14:15 Unknown: nothing is known of metric strangers_total"},
		"annotations.json": {annotations, []string{
			"annotations.json:2:39 promql/unknown-label deploys",
			"annotations.json:3:50 promql/syntax broken",
		}, "0 full, 0 in part, 0 unknown"},
		"dashboard.json": {dashboard, []string{"dashboard.json:2:82 promql/rate-of-gauge Depth"},
			"1 full, 0 in part, 1 unknown; dashboard.json:3:80 Any: the variable $metric may be a metric or any expression"},
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
		if diff := cmp.Diff(test.coverage, said(coverage)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func said(c lint.Coverage) string {
	text := fmt.Sprintf("%d full, %d in part, %d unknown", c.Full, c.Partial, c.Unknown)
	for _, gap := range c.Gaps {
		text += fmt.Sprintf("; %s %s: %s", gap.At, gap.Name, gap.Reason)
	}
	return text
}
