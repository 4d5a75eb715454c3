package rulefile_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/rulefile"
)

var groups = []*ir.Group{
	{Name: "on", Interval: 90 * time.Second, Limit: 20, Rules: []ir.Rule{
		{Record: "job:errors:ratio_rate5m", Expr: `sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))`, Labels: map[string]string{"y": "1"}},
		{
			Alert: "Null", Expr: "job:errors:ratio_rate5m\n  > 0.05", For: time.Minute, KeepFiringFor: 36 * time.Hour,
			Labels:      map[string]string{"severity": "critical", "on": "no", "version": "1.10"},
			Annotations: map[string]string{"summary": `{{ $labels.job }}: "bad" # 5%`, "description": "a\n\n- b\n", "empty": ""},
		},
	}},
	{Name: "nothing"},
}

func parse(t *testing.T, text []byte) *rulefmt.RuleGroups {
	t.Helper()
	got, problems := rulefmt.Parse(text, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(problems) > 0 {
		t.Fatalf("Prometheus refuses it: %v\n%s", problems, text)
	}
	return got
}

func TestPrometheusReadsWhatTheProgramSays(t *testing.T) {
	for _, indent := range []int{0, 2, 4} {
		w := rulefile.Writer{Prometheus: ir.Version{Major: 2, Minor: 42}, Indent: indent}
		got := parse(t, w.AppendGroups([]byte("groups:\n"), groups))
		want := &rulefmt.RuleGroups{Groups: []rulefmt.RuleGroup{
			{Name: "on", Interval: model.Duration(90 * time.Second), Limit: 20, Rules: []rulefmt.Rule{
				{Record: groups[0].Rules[0].Record, Expr: groups[0].Rules[0].Expr, Labels: groups[0].Rules[0].Labels},
				{
					Alert: "Null", Expr: "job:errors:ratio_rate5m\n  > 0.05", For: model.Duration(time.Minute), KeepFiringFor: model.Duration(36 * time.Hour),
					Labels: groups[0].Rules[1].Labels, Annotations: groups[0].Rules[1].Annotations,
				},
			}},
			{Name: "nothing", Rules: []rulefmt.Rule{}},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("indent %d (-want +got):\n%s", indent, diff)
		}
	}
}

func TestAnOlderPrometheusGetsNoFieldThatItDoesNotKnow(t *testing.T) {
	got := parse(t, rulefile.Writer{Prometheus: ir.Version{Major: 2, Minor: 41}, Indent: 2}.AppendGroups([]byte("groups:\n"), groups))
	if keep := got.Groups[0].Rules[1].KeepFiringFor; keep != 0 {
		t.Errorf("Prometheus 2.41 gets keep_firing_for: %s", keep)
	}
}

func BenchmarkRule(b *testing.B) {
	group := &ir.Group{Name: "ai-agent-critical", Interval: 30 * time.Second}
	for i := range 120 {
		group.Rules = append(group.Rules, ir.Rule{
			Alert: fmt.Sprintf("HighErrorRate%d", i), For: 2 * time.Minute,
			Expr: `sum(rate(ai_agent_http_requests_total{job="ai-agent", status=~"5.."}[5m])) / sum(rate(ai_agent_http_requests_total{job="ai-agent"}[5m])) > 0.05`,
			Labels: map[string]string{
				"severity": "critical", "service": "ai-agent", "namespace": "ai-support", "team": "support-platform", "signal": "error_rate", "component": "api",
			},
			Annotations: map[string]string{
				"summary":       "HTTP error rate above 5%",
				"description":   "HTTP error rate is {{ $value | humanizePercentage }}, above 5%, for 2m.",
				"runbook_url":   "https://example.com/wiki/HighErrorRate",
				"dashboard_url": "http://localhost:3000/d/ai-support-ops-001",
			},
		})
	}
	w := rulefile.Writer{Prometheus: ir.Version{Major: 3}, Indent: 2}
	buffer := make([]byte, 0, 256<<10)
	for b.Loop() {
		buffer = w.AppendGroup(buffer[:0], group)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*120), "ns/rule")
}
