package grafana_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/internal/artifact"
	encoding "github.com/belfry-dev/belfry/internal/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// series makes a series of a signal of that title and unit. Labels stay apart.
func series(title, unitText, expr string, by ...string) ir.Series {
	u, err := unit.Parse(unitText)
	if err != nil {
		panic(err)
	}
	return ir.Series{Query: &ir.Query{Signal: &ir.Signal{Title: title}, Unit: u, By: by}, Expr: expr, By: by}
}

func bounded(s ir.Series, bounds ...ir.Threshold) ir.Series {
	s.Thresholds = bounds
	return s
}

func named(name string, s ir.Series) ir.Series {
	s.Name = name
	return s
}

func above(value float64, severity string) ir.Threshold {
	return ir.Threshold{Above: true, Value: value, Severity: severity}
}

func below(value float64, severity string) ir.Threshold {
	return ir.Threshold{Value: value, Severity: severity}
}

func panel(kind ir.PanelKind, title string, width int, all ...ir.Series) *ir.Panel {
	return &ir.Panel{Kind: kind, Title: title, Description: title + ", as tests see it.", Width: width, Height: 8, Series: all}
}

// p95 is a latency with thresholds that an alert watches.
func p95() ir.Series {
	return bounded(named("p95", series("Response time", "ms", `histogram_quantile(0.95, sum by (le) (rate(shop_duration_milliseconds_bucket[5m])))`)),
		ir.Threshold{Above: true, Value: 5000, Severity: "warning", Alert: "SlowResponses"}, above(10000, "critical"))
}

func resolution() ir.Series {
	s := bounded(series("Resolution rate", "ratio", `sum(rate(shop_resolved_total{team=~"$team"}[1h])) / sum(rate(shop_tickets_total{team=~"$team"}[1h]))`),
		below(0.65, "warning"), below(0.6, "critical"))
	s.Query.Signal.Better = ir.MoreIsBetter
	return s
}

// operations has every kind of panel.
func operations() *ir.Dashboard {
	requests := series("Requests", "requests/s", `sum by (status) (rate(shop_requests_total[5m]))`, "status")
	stacked := panel(ir.Bars, "Requests by status", 12, requests)
	stacked.Stack = true
	cost := named("Cost", series("Cost", "USD/min", `sum(rate(shop_cost_dollars_total[5m])) * 60`))
	cost.RightAxis = true
	now := p95()
	now.Instant = true
	unfiltered := panel(ir.Stat, "Response time", 6, now)
	unfiltered.Unfiltered = []string{"team", "job"}
	return &ir.Dashboard{
		Name: "operations", UID: "shop-ops-001", Title: "Shop operations", Description: "How the shop runs.",
		Tags: []string{"shop"}, Refresh: 10 * time.Second, From: 6 * time.Hour,
		Variables:   []ir.Variable{{Label: "job", Query: `label_values(up, job)`}, {Label: "team", Query: `label_values(shop_tickets_total, team)`}},
		Annotations: []ir.Annotation{{Title: "Deployment", Expr: `max by (version) (shop_version_info) unless max by (version) (shop_version_info offset 5m)`, Text: []string{"version"}}},
		Links:       []ir.Link{{Title: "Runbooks", URL: "https://example.org/wiki"}},
		Rows: []ir.Row{
			{Panels: []*ir.Panel{
				unfiltered,
				panel(ir.Stat, "Resolution rate", 6, resolution()),
				panel(ir.GaugePanel, "Satisfaction", 6, bounded(series("Satisfaction", "percent", `avg(shop_satisfaction_score)`), below(85, "warning"))),
				panel(ir.Pie, "Cost by provider", 6, series("Cost by provider", "USD", `sum by (provider) (increase(shop_cost_dollars_total[30d]))`, "provider")),
			}},
			{Title: "Traffic", Panels: []*ir.Panel{
				stacked,
				panel(ir.Timeseries, "Latency", 12,
					named("p50", series("Response time", "ms", `histogram_quantile(0.5, sum by (le) (rate(shop_duration_milliseconds_bucket[5m])))`)), p95()),
				panel(ir.Timeseries, "Tokens and cost", 12, named("Tokens", series("Tokens", "tokens/min", `sum(rate(shop_tokens_total[5m])) * 60`)), cost),
			}},
			{Title: "Details", Collapsed: true, Panels: []*ir.Panel{
				panel(ir.Table, "Pods", 24,
					bounded(named("Memory", series("Memory", "ratio", `sum by (pod) (shop_memory_ratio)`, "pod")), above(0.85, "warning")),
					named("Restarts", series("Restarts", "restarts", `sum by (pod) (increase(shop_restarts_total[15m]))`, "pod"))),
			}},
			{Title: "After", Panels: []*ir.Panel{panel(ir.Table, "Versions", 8, series("Version", "ratio", `max by (version) (shop_version_info)`, "version"))}},
		},
	}
}

func availability() *ir.SLO {
	slo := &ir.SLO{
		Name: "availability", Title: "Requests succeed", Objective: 0.995, Window: 30 * 24 * time.Hour,
		Tiers: []ir.BurnTier{
			{Severity: "critical", Long: time.Hour, Short: 5 * time.Minute, Factor: 14.4},
			{Severity: "warning", Long: 24 * time.Hour, Short: 2 * time.Hour, Factor: 3},
		},
		ErrorRatio: map[string]string{
			"5m": "slo:errors:ratio_5m", "1h": "slo:errors:ratio_1h", "2h": "slo:errors:ratio_2h", "1d": "slo:errors:ratio_1d", "30d": "slo:errors:ratio_30d",
		},
		BudgetRemaining: "slo:budget_remaining:ratio", ObjectiveRecord: "slo:objective:ratio",
		Records:       ir.SLORecords{BadRate: "slo:bad:rate", TotalRate: "slo:total:rate", Info: "slo:info", CurrentWindow: "1h", BurnRate: map[string]string{"1h": "slo:burn_rate:1h"}},
		DashboardName: "slo-availability", DashboardUID: "shop-slo-availability",
	}
	slo.Alerts = []*ir.Alert{
		{Name: "AvailabilityPage", SLO: slo, Severity: "critical", Tier: slo.Tiers[:1]},
		{Name: "AvailabilityTicket", SLO: slo, Severity: "warning", Tier: slo.Tiers[1:]},
	}
	return slo
}

func program() *ir.Program {
	return &ir.Program{
		Service: &ir.Service{Name: "shop", Title: "Shop", Namespace: "sales", Scrape: ir.Scrape{Interval: 30 * time.Second}},
		Platform: &ir.Platform{
			Name: "platform", Namespace: "monitoring", Release: "prometheus",
			Grafana:  ir.Grafana{Folder: "Sales"},
			Versions: ir.Versions{Grafana: ir.Version{Major: 8, Minor: 3}},
		},
		OwnsPlatform:     true,
		SLODashboardName: "slo", SLODashboardUID: "shop-slo",
		SLOs:       []*ir.SLO{availability()},
		Dashboards: []*ir.Dashboard{operations()},
	}
}

// emit emits p, verifies every file and returns them by path.
func emit(t testing.TB, p *ir.Program) map[string][]byte {
	t.Helper()
	artifacts, err := grafana.Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, a := range artifacts {
		if err := grafana.Verify(a); err != nil {
			t.Errorf("Verify refuses what Emit wrote:\n%v", err)
		}
		files[a.Path] = a.Data
	}
	return files
}

// board emits a program and returns its dashboard of that name.
func board(t *testing.T, p *ir.Program, name string) *dashboard.Dashboard {
	t.Helper()
	read, err := encoding.DecodeStrict(emit(t, p)["grafana/dashboards/"+name+".json"])
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// findPanel returns the panel of that title, also from collapsed rows.
func findPanel(t *testing.T, b *dashboard.Dashboard, title string) dashboard.Panel {
	t.Helper()
	for _, p := range b.Panels {
		if p.Panel != nil && *p.Panel.Title == title {
			return *p.Panel
		}
		if p.RowPanel == nil {
			continue
		}
		for _, inside := range p.RowPanel.Panels {
			if *inside.Title == title {
				return inside
			}
		}
	}
	t.Fatalf("no panel %q", title)
	return dashboard.Panel{}
}

// alone emits one panel on a dashboard of its own.
func alone(t *testing.T, p *ir.Panel) dashboard.Panel {
	t.Helper()
	host := program()
	host.SLOs = nil
	host.Dashboards = []*ir.Dashboard{{
		Name: "one", UID: "one", Title: "One", Refresh: time.Minute, From: time.Hour, Rows: []ir.Row{{Panels: []*ir.Panel{p}}},
		Variables: []ir.Variable{{Label: "team", Query: "label_values(up, team)"}},
	}}
	return findPanel(t, board(t, host, "one"), p.Title)
}

// spell prints values as JSON, so that differences read as in the file.
func spell(t *testing.T, value any) string {
	t.Helper()
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func jsonArtifact(data string) artifact.Artifact {
	return artifact.Artifact{Path: "grafana/dashboards/x.json", Kind: artifact.Dashboards, Data: []byte(data)}
}
