package lower_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// shop is what the signals of the tests below read.
const shop = `package monitoring

service: {name: "shop", namespace: "web", team: "t", client: "go", pods: "shop-.*", scrape: {service: "shop", labels: app: "shop"}}
catalogs: ["cadvisor", "kube-state-metrics", "node-exporter"]
metrics: {
	requests_total: {type: "counter", unit: "requests", help: "h", labels: {status: {max: 9}, endpoint: {max: 9}}}
	failures_total: {type: "counter", unit: "requests", help: "h", labels: endpoint: max: 9}
	busy_seconds_total: {type: "counter", unit: "s", help: "h"}
	tokens_total: {type: "counter", unit: "tokens", help: "h"}
	latency_seconds: {type: "histogram", unit: "s", help: "h", buckets: [0.1, 0.5, 1, 5], labels: route: max: 9}
	size_bytes: {type: "histogram", unit: "B", help: "h", histogram: "native"}
	queue: {type: "gauge", unit: "jobs", help: "h", replicas: "add"}
	backlog: {type: "gauge", unit: "jobs", help: "h", replicas: "same", labels: priority: ["low", "high"]}
	mood: {type: "gauge", unit: "percent", help: "h", replicas: "mean"}
	limit: {type: "gauge", unit: "jobs", help: "h", replicas: "same"}
	token_budget: {type: "gauge", unit: "tokens/h", help: "h", replicas: "same"}
	bill: {type: "gauge", unit: "USD", help: "h", replicas: "same", resets: "month"}
}
`

const own = `job="shop",namespace="web"`

func TestEveryFormBecomesItsQuery(t *testing.T) {
	tests := map[string]struct{ signal, want, unit string }{
		"a gauge's replicas add up":               {`value: "queue"`, `sum(queue{` + own + `})`, "jobs"},
		"a shared gauge counts once":              {`value: "limit"`, `max(limit{` + own + `})`, "jobs"},
		"a shared gauge's own labels add up":      {`value: "backlog"`, `sum(max by (priority) (backlog{` + own + `}))`, "jobs"},
		"a mean stays a mean":                     {`value: "mood"`, `avg(mood{` + own + `})`, "percent"},
		"a gauge over time is its average":        {`value: "queue", over: "1h"`, `sum(avg_over_time(queue{` + own + `}[1h]))`, "jobs"},
		"targets are the service's own":           {`value: "up"`, `sum(up{` + own + `})`, "targets"},
		"a rate is per second":                    {`rate: "requests_total", over: "5m"`, `sum(rate(requests_total{` + own + `}[5m]))`, "requests/s"},
		"a unit scales":                           {`rate: "requests_total", over: "5m", unit: "requests/min"`, `sum(rate(requests_total{` + own + `}[5m])) * 60`, "requests/min"},
		"seconds per second are cores":            {`rate: "busy_seconds_total", over: "5m"`, `sum(rate(busy_seconds_total{` + own + `}[5m]))`, "cores"},
		"observations of a histogram":             {`rate: "latency_seconds", over: "5m"`, `sum(rate(latency_seconds_count{` + own + `}[5m]))`, "1/s"},
		"observations of a native histogram":      {`rate: "size_bytes", over: "5m"`, `sum(histogram_count(rate(size_bytes{` + own + `}[5m])))`, "1/s"},
		"an increase of a count is whole":         {`increase: "requests_total", over: "1h"`, `round(sum(increase(requests_total{` + own + `}[1h])))`, "requests"},
		"an increase can be shown per time":       {`increase: "bill", over: "24h", unit: "USD/d"`, `max(increase(bill{` + own + `}[1d]))`, "USD/d"},
		"month to date is an amount a month":      {`value: "bill", unit: "USD/month"`, `max(bill{` + own + `})`, "USD/month"},
		"a quantile keeps le":                     {`quantile: "latency_seconds", q: 0.9, over: "5m"`, `histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket{` + own + `}[5m])))`, "s"},
		"a quantile in milliseconds":              {`quantile: "latency_seconds", q: 0.9, over: "5m", unit: "ms"`, `histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket{` + own + `}[5m]))) * 1000`, "ms"},
		"a native quantile":                       {`quantile: "size_bytes", q: 0.9, over: "5m"`, `histogram_quantile(0.9, sum(rate(size_bytes{` + own + `}[5m])))`, "B"},
		"a bound matches 5 and 5.0":               {`within: "latency_seconds", bound: "5s", over: "5m"`, `sum(rate(latency_seconds_bucket{job="shop",le=~"5(\\.0)?",namespace="web"}[5m])) / sum(rate(latency_seconds_count{` + own + `}[5m]))`, "ratio"},
		"a bound in another unit":                 {`within: "latency_seconds", bound: "100ms", over: "5m"`, `sum(rate(latency_seconds_bucket{job="shop",le="0.1",namespace="web"}[5m])) / sum(rate(latency_seconds_count{` + own + `}[5m]))`, "ratio"},
		"a share of a histogram's observations":   {`share: "latency_seconds", matching: "route='/pay'", over: "5m"`, `(sum(rate(latency_seconds_count{job="shop",namespace="web",route="/pay"}[5m])) or 0 * sum(rate(latency_seconds_count{` + own + `}[5m]))) / sum(rate(latency_seconds_count{` + own + `}[5m]))`, "ratio"},
		"a share without failures is zero":        {`share: "requests_total", matching: "status=~'5..'", over: "5m"`, `(sum(rate(requests_total{` + own + `,status=~"5.."}[5m])) or 0 * sum(rate(requests_total{` + own + `}[5m]))) / sum(rate(requests_total{` + own + `}[5m]))`, "ratio"},
		"a share of a gauge":                      {`share: "backlog", matching: "priority='high'"`, `(sum(max by (priority) (backlog{` + own + `,priority="high"})) or 0 * sum(max by (priority) (backlog{` + own + `}))) / sum(max by (priority) (backlog{` + own + `}))`, "ratio"},
		"two counters compare by rate":            {`ratio: "failures_total", to: "requests_total", over: "5m"`, `(sum(rate(failures_total{` + own + `}[5m])) or 0 * sum(rate(requests_total{` + own + `}[5m]))) / sum(rate(requests_total{` + own + `}[5m]))`, "ratio"},
		"a counter against a budget an hour":      {`ratio: "tokens_total", to: "token_budget", over: "1h"`, `sum(increase(tokens_total{` + own + `}[1h])) / max(token_budget{` + own + `})`, "ratio"},
		"the budget an hour over half an hour":    {`ratio: "tokens_total", to: "token_budget", over: "30m"`, `sum(increase(tokens_total{` + own + `}[30m])) * 2 / max(token_budget{` + own + `})`, "ratio"},
		"two gauges":                              {`ratio: "queue", to: "limit"`, `sum(queue{` + own + `}) / max(limit{` + own + `})`, "ratio"},
		"a figure per thing":                      {`ratio: "tokens_total", to: "requests_total", over: "1h"`, `(sum(rate(tokens_total{` + own + `}[1h])) or 0 * sum(rate(requests_total{` + own + `}[1h]))) / sum(rate(requests_total{` + own + `}[1h]))`, "tokens/request"},
		"a difference from a quantity":            {`difference: "100%", minus: "mood"`, `100 - avg(mood{` + own + `})`, "percent"},
		"a difference of gauges":                  {`difference: "limit", minus: "queue"`, `max(limit{` + own + `}) - sum(queue{` + own + `})`, "jobs"},
		"parts add up":                            {`parts: {a: "queue", b: "backlog"}, as: "kind"`, `sum(label_replace(sum(queue{` + own + `}), "kind", "a", "", "") or label_replace(sum(max by (priority) (backlog{` + own + `})), "kind", "b", "", ""))`, "jobs"},
		"parts stay apart by their label":         {`parts: {a: "queue", b: "backlog"}, as: "kind", by: ["kind"]`, `label_replace(sum(queue{` + own + `}), "kind", "a", "", "") or label_replace(sum(max by (priority) (backlog{` + own + `})), "kind", "b", "", "")`, "jobs"},
		"written-out PromQL":                      {`expr: "predict_linear(queue[1h], 3600)", unit: "jobs"`, `predict_linear(queue[1h], 3600)`, "jobs"},
		"where narrows every operand":             {`ratio: "failures_total", to: "requests_total", over: "5m", where: "pod='a'"`, `(sum(rate(failures_total{` + own + `,pod="a"}[5m])) or 0 * sum(rate(requests_total{` + own + `,pod="a"}[5m]))) / sum(rate(requests_total{` + own + `,pod="a"}[5m]))`, "ratio"},
		"an application's label may be exported":  {`rate: "requests_total", over: "5m", by: ["endpoint"], where: "endpoint!='/health'"`, `sum by (exported_endpoint) (rate(requests_total{exported_endpoint!="/health",` + own + `}[5m]))`, "requests/s"},
		"missing is a value":                      {`value: "up", whenMissing: "0 targets"`, `sum(up{` + own + `}) or vector(0)`, "targets"},
		"a catalog's metric is the service's":     {`value: "container_memory_working_set_bytes", by: ["pod"]`, `sum by (pod) (container_memory_working_set_bytes{container!="",namespace="web",pod=~"shop-.*"})`, "B"},
		"the user's matcher replaces the scope's": {`value: "container_memory_working_set_bytes", where: "pod='x'"`, `sum(container_memory_working_set_bytes{container!="",namespace="web",pod="x"})`, "B"},
		"a catalog's unit may hang on a label":    {`value: "kube_pod_container_resource_limits", where: "resource='cpu'"`, `sum(kube_pod_container_resource_limits{namespace="web",pod=~"shop-.*",resource="cpu"})`, "cores"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := program(t, `signals: s: {title: "S", `+test.signal+`}`)
			q := p.Signals[0].Default
			if diff := cmp.Diff(test.want, q.Text); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.unit, q.Unit.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOppositeSharesAreOneIndicator(t *testing.T) {
	p := program(t, `
signals: {
	errors: {title: "E", share: "requests_total", matching: "status=~'5..'", over: "5m"}
	good: {title: "G", share: "requests_total", matching: "status!~'5..'", over: "10m"}
	other: {title: "O", share: "requests_total", matching: "status=~'4..'", over: "5m"}
}`)
	got := map[string]string{}
	for _, s := range p.Signals {
		got[s.Name] = s.SLI
	}
	if diff := cmp.Diff(map[string]string{"errors": "errors", "good": "errors", "other": "other"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAlertsOfOneGroupShareARecordingThatStandsBeforeThem(t *testing.T) {
	p := program(t, `
signals: errors: {title: "E", share: "requests_total", matching: "status=~'5..'", over: "5m"}
alerts: {
	High: {signal: "errors", above: "5%", severity: "critical"}
	Some: {signal: "errors", above: "2%", severity: "warning"}
	Elsewhere: {signal: "errors", above: "3%", severity: "warning", group: "other"}
}`)
	var got []string
	for _, g := range p.Groups {
		for _, r := range g.Rules {
			text := r.Expr
			if strings.Contains(text, "requests_total") {
				text = "raw series"
			}
			got = append(got, g.Name+" "+r.Record+r.Alert+": "+text)
		}
	}
	want := []string{
		`shop service:errors:share_5m: raw series`,
		`shop High: service:errors:share_5m{namespace="web",service="shop"} > 0.05`,
		`shop Some: service:errors:share_5m{namespace="web",service="shop"} > 0.02`,
		`shop-other Elsewhere: raw series`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBurnRatesFollowFromTheBudgetAndTheWindow(t *testing.T) {
	for window, want := range map[string][]float64{"30d": {14.4, 6, 3, 1}, "7d": {3.36, 1.4, 1, 1}, "90d": {43.2, 18, 9, 3}} {
		p := program(t, `
signals: errors: {title: "E", share: "requests_total", matching: "status=~'5..'", over: "5m"}
slos: a: {title: "A", bad: "errors", objective: "99.9%", window: "`+window+`"}`)
		var got []float64
		for _, tier := range p.SLOs[0].Tiers {
			got = append(got, tier.Factor)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", window, diff)
		}
	}
}

func TestRoutesLeadToReceiversAsInAlertmanager(t *testing.T) {
	p := program(t, `
signals: q: {title: "Q", value: "queue"}
alerts: {
	A: {signal: "q", above: "1 job", severity: "critical", component: "db"}
	B: {signal: "q", above: "1 job", severity: "warning", component: "db"}
	C: {signal: "q", above: "1 job", severity: "info"}
}
receivers: [string]: webhook: url: "http://localhost"
receivers: {rest: {}, pager: {}, dba: {}}
routing: {receiver: "rest", routes: [
	{match: "component='db'", receiver: "dba", continue: true},
	{match: "severity='critical'", receiver: "pager"},
	{match: "severity=~'critical|warning'", receiver: "rest"},
]}`)
	got := map[string][]string{}
	for _, a := range p.Alerts {
		got[a.Name] = a.Receivers
	}
	if diff := cmp.Diff(map[string][]string{"A": {"dba", "pager"}, "B": {"dba", "rest"}, "C": {"rest"}}, got); diff != "" {
		t.Error(diff)
	}
}

// program lowers the shop with more of a spec, which must be right.
func program(t *testing.T, more string) *ir.Program {
	t.Helper()
	p, found := lower.Lower(input(t, more))
	if found.HasErrors() {
		t.Fatal(found)
	}
	return p
}

// input loads the shop with more of a spec.
func input(t *testing.T, more string) lower.Input {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(shop+more), 0o644); err != nil {
		t.Fatal(err)
	}
	packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"."}})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	return lower.Input{Spec: packages[0].Spec, Locate: packages[0].Locate}
}
