package lower_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

const exported = `
metrics: aws: {type: "gauge", unit: "USD", help: "h", replicas: "same", resets: "month", labels: service: max: 9, source: awsCostExplorer: {groupBy: "SERVICE", image: "i:1"}}
`

func TestAMetricWithASourceIsReadFromItsExporter(t *testing.T) {
	p := program(t, exported+`signals: s: {title: "S", value: "aws", by: ["service"]}`)
	if diff := cmp.Diff(`max by (exported_service) (aws{job="shop-aws-cost",namespace="web"})`, p.Signals[1].Default.Text); diff != "" {
		t.Error(diff)
	}
	if labels := p.Signals[1].Default.Labels; !cmp.Equal(labels, []string{"namespace", "service"}) {
		t.Errorf("dashboard variables filter it by %v: its job and instance are not the service's", labels)
	}
	for _, m := range p.Metrics {
		if m.Instrumented() != (m.Catalog == "" && m.Name != "aws") {
			t.Errorf("%s: the service's code exposes it: %v", m.Name, m.Instrumented())
		}
	}
}

func TestASourceBringsAWarningOfItsAge(t *testing.T) {
	const fires = `time() - (max(belfry_cost_exporter_last_success_timestamp_seconds{job="shop-aws-cost",namespace="web"}) or vector(0)) > `
	for name, test := range map[string]struct{ more, severity, want string }{
		"by itself":            {"", "warning", fires + "46800"},
		"an alert of the user": {`alerts: AWSCostStale: {signal: "aws_cost_age", above: "2d", severity: "critical"}`, "critical", fires + "172800"},
	} {
		t.Run(name, func(t *testing.T) {
			p := program(t, exported+test.more)
			if len(p.Alerts) != 1 || p.Alerts[0].Name != "AWSCostStale" {
				t.Fatalf("%d alerts", len(p.Alerts))
			}
			got := p.Alerts[0]
			if diff := cmp.Diff(strings.ReplaceAll(test.want, " ", ""), strings.Join(strings.Fields(got.Expr), "")); diff != "" {
				t.Error(diff)
			}
			if got.Severity != test.severity {
				t.Errorf("it is %s, want %s", got.Severity, test.severity)
			}
			if pos := p.Locate(got.Path); pos.Line == 0 {
				t.Errorf("%s has no place in the user's file", got.Path)
			}
		})
	}
}

func TestWhatASourceCannotBe(t *testing.T) {
	change := func(old, new string) string { return strings.Replace(exported, old, new, 1) }
	for name, test := range map[string]struct{ spec, want string }{
		"no kind":           {change(`awsCostExplorer: {groupBy: "SERVICE", image: "i:1"}`, "{}"), "metric/source metrics.aws.source"},
		"a counter":         {change(`type: "gauge"`, `type: "counter"`), "metric/setting metrics.aws.replicas, metric/setting metrics.aws.resets"},
		"a bare counter":    {strings.Replace(change(`type: "gauge"`, `type: "counter"`), `replicas: "same", resets: "month", `, "", 1), "metric/source metrics.aws.type"},
		"no currency":       {change(`"USD"`, `"s"`), "metric/source metrics.aws.unit"},
		"a currency a day":  {change(`"USD"`, `"USD/d"`), "metric/source metrics.aws.unit"},
		"replicas add":      {change(`"same"`, `"add"`), "metric/source metrics.aws.replicas"},
		"no reset":          {change(`, resets: "month"`, ""), "metric/source metrics.aws.resets"},
		"groups, no label":  {change(`labels: service: max: 9, `, ""), "metric/source metrics.aws.source.awsCostExplorer.groupBy"},
		"a closed set":      {change(`max: 9`, `["EC2"]`), "metric/source metrics.aws.source.awsCostExplorer.groupBy"},
		"two labels":        {change(`service: max: 9`, `{service: {max: 9}, region: {max: 9}}`), "metric/source metrics.aws.source.awsCostExplorer.groupBy"},
		"label, no groups":  {change(`groupBy: "SERVICE", `, ""), "metric/source metrics.aws.labels"},
		"a tag of nothing":  {change(`image:`, `tags: team: [], image:`), "metric/source metrics.aws.source.awsCostExplorer.tags.team"},
		"asked too often":   {change(`image:`, `refresh: "5m", image:`), "spec/range metrics.aws.source.awsCostExplorer.refresh"},
		"never":             {change(`image:`, `refresh: "0s", image:`), "spec/range metrics.aws.source.awsCostExplorer.refresh"},
		"stale at once":     {change(`image:`, `staleAfter: "6h", image:`), "spec/range metrics.aws.source.awsCostExplorer.staleAfter"},
		"no address":        {change(`image:`, `target: "http://cost", image:`), "schema/format metrics.aws.source.awsCostExplorer.target"},
		"two of one name":   {exported + strings.Replace(exported, "aws:", "more:", 1), "names/collision metrics.more.source.awsCostExplorer.name"},
		"the signal exists": {exported + `signals: aws_cost_age: {title: "A", value: "queue"}`, "names/collision signals.aws_cost_age"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(shop+test.spec), 0o644); err != nil {
				t.Fatal(err)
			}
			packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"."}})
			if err != nil || found.HasErrors() {
				t.Fatal(err, found)
			}
			_, found = lower.Lower(lower.Input{Spec: packages[0].Spec, Locate: packages[0].Locate})
			var got []string
			for _, d := range found {
				got = append(got, d.Code+" "+d.Path)
				if d.Pos.Line == 0 || d.Help == "" {
					t.Errorf("%s has no place or no help", d.Code)
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
