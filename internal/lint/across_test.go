package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/remote"
)

// found lists what is found in a text, as "line code: message".
func found(t *testing.T, content string) []string {
	t.Helper()
	set, problems := read.Content("files.yaml", []byte(content))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	described, problems, err := read.ExpositionFrom(t.Context(), remote.Access{}, "testdata/metrics.txt")
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	var metrics []promql.Metric
	for _, m := range described {
		metrics = append(metrics, m.Described())
	}
	list, _ := lint.Run(set, promql.NewTable(nil, metrics...))
	var lines []string
	for _, d := range list {
		lines = append(lines, string(d.Severity)+" "+position(d.Pos.Line, d.Code)+": "+d.Message)
	}
	return lines
}

const scraped = `scrape_configs:
  - job_name: shop
    scrape_interval: 1m
    static_configs: [{targets: ["shop:9090"]}]
---
groups:
  - name: shop
    rules:
      - alert: Errors
        expr: rate(shop_http_requests_total[90s]) > 1
      - alert: Strangers
        expr: rate(strangers_total{job="shop"}[3m]) > 1
`

func TestRangesAreHeldAgainstTheIntervalOfTheFilesOwnScrapes(t *testing.T) {
	want := []string{
		"error promql/range-too-short in line 10: a range of 1m30s is too short for rate(): shop_http_requests_total is scraped every 1m",
		"warning promql/range-too-short in line 12: a range of 3m is too short for rate(): strangers_total is scraped every 1m",
	}
	if diff := cmp.Diff(want, found(t, scraped)); diff != "" {
		t.Error(diff)
	}
	twoIntervals := strings.Replace(scraped, "scrape_configs:\n", "scrape_configs:\n  - {job_name: other, scrape_interval: 15s}\n", 1)
	want = []string{"warning promql/range-too-short in line 13: a range of 3m is too short for rate(): strangers_total is scraped every 1m"}
	if diff := cmp.Diff(want, found(t, twoIntervals)); diff != "" {
		t.Errorf("with jobs of two intervals: %s", diff)
	}
}

func TestAJobOfPlainPrometheusIsItsNameUnlessTheTargetsSayOtherwise(t *testing.T) {
	const queue = "---\ngroups:\n  - name: shop\n    rules:\n      - alert: QueueLong\n        expr: sum(shop_queue_depth{job=\"shop\"}) > 100\n"
	job := func(more string) string {
		return "scrape_configs:\n  - job_name: shop-production\n" + more + queue
	}
	for name, test := range map[string]struct{ more, want string }{
		"its name":          {"    static_configs: [{targets: [a]}]\n", `queries ask for job="shop", but this scrape gives job="shop-production"`},
		"a static label":    {"    static_configs: [{targets: [a], labels: {job: shop}}]\n", ""},
		"a relabeling":      {"    relabel_configs: [{target_label: job, replacement: shop}]\n", ""},
		"an unknown change": {"    relabel_configs: [{source_labels: [__address__], target_label: job}]\n", ""},
		"honoured labels":   {"    honor_labels: true\n", ""},
		"a wrong replacement": {"    relabel_configs: [{target_label: job, replacement: store}]\n",
			`queries ask for job="shop", but this scrape gives job="store"`},
	} {
		var want []string
		if test.want != "" {
			want = []string{"warning " + position(2, "kubernetes/job-name") + ": " + test.want}
		}
		if diff := cmp.Diff(want, found(t, job(test.more))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAnOddQueryIsToldFromAnOddScrape(t *testing.T) {
	const content = `
scrape_configs: [{job_name: shop, static_configs: [{targets: [a]}]}]
---
groups:
  - name: shop
    rules:
      - alert: QueueLong
        expr: sum(shop_queue_depth{job="shop"}) > 100
      - alert: StockLow
        expr: sum(shop_stock_ratio{job="store"}) < 0.5
      - alert: Strangers
        expr: sum(strangers{job="shopp"}) > 100
      - alert: Others
        expr: sum(others{job="kubelet"}) > 100
`
	want := []string{
		`warning kubernetes/job-name in line 10: no series of shop_stock_ratio has job="store": the scrape gives shop`,
		`warning kubernetes/job-name in line 12: nothing in these files is scraped as job shopp`,
	}
	if diff := cmp.Diff(want, found(t, content)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTheChartSelectsHangsOnItsRelease(t *testing.T) {
	const monitor = "---\napiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata:\n  name: shop\n  labels: {LABELS}\nspec: {}\n"
	for name, test := range map[string]struct {
		spec, labels string
		found        bool
	}{
		"no label":             {"{retention: 1d}", "app: shop", true},
		"some release":         {"{retention: 1d}", "release: any", false},
		"switched off":         {"{podMonitorSelectorNilUsesHelmValues: false}", "app: shop", false},
		"a selector":           {"{podMonitorSelector: {matchLabels: {team: a}}}", "release: any", true},
		"matched by selector":  {"{podMonitorSelector: {matchExpressions: [{key: team, operator: In, values: [a, b]}]}}", "team: b", false},
		"excluded by selector": {"{podMonitorSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}", "team: b", true},
	} {
		content := "prometheus:\n  prometheusSpec: " + test.spec + "\n" + strings.Replace(monitor, "LABELS", test.labels, 1)
		if got := found(t, content); (len(got) > 0) != test.found {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestKustomizationsListWhatIsBesideThem(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [listed.yaml]\n",
		"listed.yaml":        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: listed}\nspec: {groups: []}\n",
		"forgotten.yaml":     "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: forgotten}\nspec: {groups: []}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, _, err := read.Files([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	list, _ := lint.Run(set, promql.NewTable(nil))
	var got []string
	for _, d := range list {
		got = append(got, filepath.Base(d.Pos.File)+" "+d.Message)
	}
	if diff := cmp.Diff([]string{"forgotten.yaml no kustomization lists forgotten.yaml: this PrometheusRule is not applied"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	const config = `
route: {receiver: a}
receivers:
  - name: a
    webhook_configs: [{url: 'https://user:geheim@ host/'}]
    slack_configs: [{api_url: [geheim]}]
`
	set, _ := read.Content("alertmanager.yaml", []byte(config))
	list, _ := lint.Run(set, promql.NewTable(nil))
	if !list.HasErrors() {
		t.Fatal("Alertmanager refuses this, but nothing is found")
	}
	for _, d := range list {
		if strings.Contains(d.String(), "geheim") || !d.Conceal && d.Code == "alertmanager/config" {
			t.Errorf("%s", d)
		}
	}
}

func TestASecretBesideAFindingIsNotPrinted(t *testing.T) {
	const config = `
route: {receiver: a}
receivers:
  - {name: a, pagerduty_configs: [{routing_key_file: /a}]}
  - {name: unused, pagerduty_configs: [{routing_key: geheim}]}
  - name: also-unused
    webhook_configs: [{url: 'http://geheim'}]
`
	set, _ := read.Content("alertmanager.yaml", []byte(config))
	list, _ := lint.Run(set, promql.NewTable(nil))
	concealed := map[string]bool{}
	for _, d := range list {
		concealed[d.Path] = d.Conceal
	}
	if diff := cmp.Diff(map[string]bool{"a": false, "unused": true, "also-unused": false}, concealed); diff != "" {
		t.Errorf("which lines are concealed: %s", diff)
	}
}

func TestWhatIsFilledInLaterIsNotRefused(t *testing.T) {
	const config = `
route: {receiver: a}
receivers:
  - name: a
    slack_configs: [{api_url: "VALUE", channel: "#a"}]
`
	for value, want := range map[string]int{"${SLACK_URL}": 0, "$SLACK_URL": 0, "<slack-url>": 0, "slack": 1, "ftp://${HOST}": 1} {
		if got := found(t, strings.Replace(config, "VALUE", value, 1)); len(got) != want {
			t.Errorf("%s: %v", value, got)
		}
	}
	const number = "route: {receiver: a}\nreceivers:\n  - name: a\n    telegram_configs:\n      - bot_token: a\n        chat_id: ${CHAT}\n"
	if got := found(t, number); len(got) > 0 {
		t.Errorf("a number that is filled in: %v", got)
	}
}

const twoMonitors = `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: shop, namespace: shop}
spec:
  jobLabel: app
  selector: {matchLabels: {app: shop, component: web}}
  namespaceSelector: {matchNames: [shop]}
  endpoints: [{port: metrics}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: shop-cost, namespace: shop}
spec:
  jobLabel: app
  selector: {matchLabels: {app: shop-cost}}
  endpoints: [{port: metrics}]
---
groups:
  - name: shop
    rules:
      - {record: 'shop:queue:sum', expr: 'sum(shop_queue_depth{job="shop",namespace="shop"})'}
      - {record: 'shop:cost:sum', expr: 'sum(shop_cost_dollars{job="shop-cost",namespace="shop"})'}
`

func TestOfSeveralMonitorsEachIsHeldAgainstItsOwnProgram(t *testing.T) {
	of := func(name, job string) promql.Metric {
		return promql.Metric{Name: name, Type: promql.GaugeMetric, Own: true, Labels: []promql.Label{
			{Name: "job", Presence: promql.Must, Values: []string{job}}, {Name: "namespace", Presence: promql.Must, Values: []string{"shop"}}}}
	}
	for change, want := range map[string]string{
		"":                                  "",
		"jobLabel: app -> component":        `shop_queue_depth has job="shop" by the spec, but this scrape gives job="web"`,
		"matchNames: [shop] -> [warehouse]": `shop_queue_depth has namespace="shop" by the spec, but this scrape gives namespace="warehouse"`,
		"name: shop-cost, namespace: shop -> other": `shop_cost_dollars has namespace="shop" by the spec, but this scrape gives namespace="other"`,
	} {
		content := twoMonitors
		if from, to, ok := strings.Cut(change, " -> "); ok {
			content = strings.Replace(content, from, from[:strings.LastIndexByte(from, ' ')+1]+to, 1)
		}
		set, problems := read.Content("files.yaml", []byte(content))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		list, _ := lint.Run(set, promql.NewTable([]string{"job", "instance", "namespace"}, of("shop_queue_depth", "shop"), of("shop_cost_dollars", "shop-cost")))
		var got []string
		for _, d := range list {
			if d.Code == "kubernetes/job-name" {
				got = append(got, d.Message)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s: %s", change, diff)
		}
	}
}
