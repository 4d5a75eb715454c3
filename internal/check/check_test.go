package check

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// program is one that no check complains about, to be changed by a test.
func program() *ir.Program {
	return &ir.Program{
		Service:  &ir.Service{Name: "shop", Client: "go", Scrape: ir.Scrape{Interval: 30 * time.Second}},
		Platform: &ir.Platform{Versions: ir.Versions{Prometheus: ir.Version{Major: 3}, Alertmanager: ir.Version{Minor: 28}}},
		Locate:   nowhere,
	}
}

func paths(list diag.List) []string {
	var all []string
	for _, d := range list {
		all = append(all, d.Code+" "+d.Path)
	}
	return all
}

func expect(t *testing.T, p *ir.Program, want ...string) {
	t.Helper()
	if difference := cmp.Diff(want, paths(Run(p))); difference != "" {
		t.Errorf("findings (-want +got):\n%s", difference)
	}
}

func TestAnAlertThatLeadsToAReceiverWithoutChannelReachesNobody(t *testing.T) {
	p := program()
	p.Alerts = []*ir.Alert{
		{Name: "Heard", Path: "alerts.Heard", RunbookURL: "https://example.com", Receivers: []string{"deaf", "oncall"}},
		{Name: "Lost", Path: "alerts.Lost", RunbookURL: "https://example.com"},
		{Name: "Unheard", Path: "alerts.Unheard", RunbookURL: "https://example.com", Receivers: []string{"deaf"}},
	}
	p.Notifications = &ir.Notifications{
		Receivers: []*ir.Receiver{{Name: "deaf", Path: "receivers.deaf"}, {Name: "oncall", Path: "receivers.oncall", Slack: &ir.Slack{}}},
		Route:     &ir.Route{Receiver: "oncall", Routes: []*ir.Route{{Path: "routing.routes[0]", Receiver: "deaf"}}},
	}
	expect(t, p, "alert/nobody alerts.Lost", "alert/nobody alerts.Unheard")
}

func TestAPlatformThatTakesAllAlertsNeedsNoRoutingOfTheService(t *testing.T) {
	p := program()
	p.Alerts = []*ir.Alert{{Name: "Down", Path: "alerts.Down", RunbookURL: "https://example.com"}}
	expect(t, p, "alert/nobody alerts")
	p.Platform.Alertmanager.Receiver = "operations"
	expect(t, p)
}

func TestOnlySLOsWithoutRoutingAreReportedAtTheSLOs(t *testing.T) {
	p := program()
	p.Alerts = []*ir.Alert{{Name: "BurnRatePage", Path: "slos.availability", SLO: &ir.SLO{}, RunbookURL: "https://example.com"}}
	expect(t, p, "alert/nobody slos")
}

func TestAPlatformsReceiversAreUsedByItsRootAndItsHeartbeat(t *testing.T) {
	p := program()
	p.Service = nil
	p.Platform.Alertmanager = ir.Alertmanager{Receiver: "root", Heartbeat: "pulse"}
	p.Fleet = []*ir.Notifications{
		{Receivers: []*ir.Receiver{
			{Name: "root", Path: "receivers.root"}, {Name: "pulse", Path: "receivers.pulse"}, {Name: "other", Path: "receivers.other"},
		}},
		{Service: "stranger", Receivers: []*ir.Receiver{{Name: "theirs", Path: "receivers.theirs"}}},
	}
	expect(t, p, "receiver/unused receivers.other")
}

func TestARouteOnALabelThatIsKnownOnlyWhenTheAlertFiresMayTakeIt(t *testing.T) {
	p := program()
	p.Alerts = []*ir.Alert{{
		Name: "Errors", Path: "alerts.Errors", By: []string{"method"}, Labels: map[string]string{"severity": "critical"},
		RunbookURL: "https://example.com", Receivers: []string{"oncall"},
	}}
	on := func(path, name, op, value string) *ir.Route {
		return &ir.Route{Path: path, Receiver: "oncall", Matchers: []ir.Matcher{{Name: name, Op: op, Value: value}}}
	}
	p.Notifications = &ir.Notifications{
		Receivers: []*ir.Receiver{{Name: "oncall", Path: "receivers.oncall", Slack: &ir.Slack{}}},
		Route: &ir.Route{Receiver: "oncall", Routes: []*ir.Route{
			on("routing.routes[0]", "method", "=", "GET"),       // some of them
			on("routing.routes[1]", "severity", "=~", "crit.+"), // the rest
			on("routing.routes[2]", "method", "!=", "GET"),      // nothing is left
			on("routing.routes[3]", "component", "=", "api"),    // the alert has no such label
		}},
	}
	expect(t, p, "route/unreachable routing.routes[2]", "route/unreachable routing.routes[3]")
}

func TestThresholdsOfDifferentUnitsAreComparedInOne(t *testing.T) {
	milliseconds, err := unit.Parse("ms")
	if err != nil {
		t.Fatal(err)
	}
	signal := &ir.Signal{Name: "request_time", Title: "Request time", Form: ir.FormExpr, Used: true}
	alert := func(name, severity string, u unit.Unit, value float64) *ir.Alert {
		return &ir.Alert{
			Name: name, Path: "alerts." + name, Severity: severity, Signal: signal, RunbookURL: "https://example.com",
			Query:     &ir.Query{Signal: signal, Unit: u, Key: "request_time", Expr: promql.Number(1)},
			Threshold: ir.Threshold{Above: true, Value: value},
		}
	}
	p := program()
	p.Platform.Alertmanager.Receiver = "operations"
	p.Alerts = []*ir.Alert{alert("Slow", "critical", unit.Second, 10), alert("Late", "warning", milliseconds, 5000)}
	expect(t, p)
	p.Alerts = []*ir.Alert{alert("Slow", "critical", unit.Second, 10), alert("Late", "warning", milliseconds, 20000)}
	expect(t, p, "alert/severity-pair alerts.Late.above")
}

// A ruler beside Prometheus reads a store that keeps samples for as long as its operator likes.
func TestOnlyWhatPrometheusEvaluatesIsBoundToItsRetention(t *testing.T) {
	found := map[ir.RulerTarget][]string{}
	for _, target := range []ir.RulerTarget{ir.TargetPrometheus, ir.TargetMimir, ir.TargetThanos, ir.TargetVMAlert} {
		p := program()
		p.Platform.Declared = true
		p.Platform.Prometheus.Retention, p.Platform.Prometheus.Ruler.Target = 15*24*time.Hour, target
		p.SLOs = []*ir.SLO{{Name: "served", Path: "slos.served", Window: 30 * 24 * time.Hour}}
		if paths := paths(run(queryRangeRetention, p)); paths != nil {
			found[target] = paths
		}
	}
	want := map[ir.RulerTarget][]string{ir.TargetPrometheus: {"query/range-retention slos.served.window"}}
	if difference := cmp.Diff(want, found); difference != "" {
		t.Errorf("findings (-want +got):\n%s", difference)
	}
}

func TestHistogramsAndCountersClaimNamesAsTheClientDoes(t *testing.T) {
	metrics := []*ir.Metric{
		{Name: "shop_seconds", Path: "metrics.shop_seconds", Type: ir.Histogram, Help: "h"},
		{Name: "shop_seconds_created", Path: "metrics.shop_seconds_created", Type: ir.Gauge, Help: "h"},
		{Name: "shop_seconds_sum", Path: "metrics.shop_seconds_sum", Type: ir.Gauge, Help: "h"},
	}
	collect := func(client string) []string {
		p := program()
		p.Service.Client, p.Metrics = client, metrics
		return paths(run(namesSeries, p))
	}
	both := []string{"names/series metrics.shop_seconds"}
	if difference := cmp.Diff(map[string][]string{"go": both, "python": both}, map[string][]string{"go": collect("go"), "python": collect("python")}); difference != "" {
		t.Errorf("a histogram's sum (-want +got):\n%s", difference)
	}
	metrics = metrics[:2]
	if difference := cmp.Diff(map[string][]string{"go": nil, "python": both}, map[string][]string{"go": collect("go"), "python": collect("python")}); difference != "" {
		t.Errorf("when it was created (-want +got):\n%s", difference)
	}
}

func TestTheNumberOfSeriesIsWhatTheServiceExposes(t *testing.T) {
	histogram := &ir.Metric{Type: ir.Histogram, Classic: true, Buckets: []float64{1, 2, 3}, Labels: []ir.Label{{Name: "kind", Values: []string{"a", "b"}}}}
	if series, closed, product := seriesOf(histogram); series != 12 || !closed || product != "kind 2 × buckets, sum and count 6" {
		t.Errorf("two values with three buckets, +Inf, sum and count are 12 series, not %v: %s", series, product)
	}
	histogram.Classic, histogram.Labels[0] = false, ir.Label{Name: "kind", Max: 7}
	if series, closed, _ := seriesOf(histogram); series != 7 || closed {
		t.Errorf("a native histogram is one series a combination, of which an open label gives at most 7, not %v", series)
	}
}

func TestARangeIsToHoldWhatAnExporterReads(t *testing.T) {
	for over, want := range map[string][]string{"[1m]": {"query/range-short signals.cost.over"}, "[11h]": {"query/range-short signals.cost.over"}, "[12h]": nil} {
		expr, err := promql.Parse("increase(bill" + over + ")")
		if err != nil {
			t.Fatal(err)
		}
		p := program()
		p.Metrics = []*ir.Metric{{
			Name: "bill", Type: ir.Gauge, Help: "Cost.", Resets: true, Path: "metrics.bill",
			Exporter: &ir.Exporter{CostExplorer: ir.CostExplorer{Refresh: 6 * time.Hour}},
		}}
		cost := &ir.Signal{Name: "cost", Path: "signals.cost", Form: ir.FormIncrease, Used: true, Metrics: p.Metrics}
		cost.Default = &ir.Query{Signal: cost, Over: time.Minute, Expr: expr}
		p.Signals = []*ir.Signal{cost}
		expect(t, p, want...)
		for _, d := range Run(p) {
			if d.Severity != diag.Warning {
				t.Errorf("%s: it is no warning: %v", over, d)
			}
		}
	}
}

func TestAnSLONeedsScrapesThatFillItsShortestWindow(t *testing.T) {
	p := program()
	p.Service.Scrape.Interval = 75 * time.Second
	p.SLOs = []*ir.SLO{{Name: "availability", Path: "slos.availability", Signal: &ir.Signal{}, Alerts: []*ir.Alert{{Kind: ir.AlertBurn}}, Tiers: []ir.BurnTier{{Short: 30 * time.Minute}, {Short: 5 * time.Minute}}}}
	expect(t, p)
	p.Service.Scrape.Interval = 80 * time.Second
	if list := Run(p); len(list) != 1 || list[0].Severity != diag.Warning {
		t.Errorf("one failed scrape in 5m is a warning: %v", list)
	}
	p.Service.Scrape.Interval = 3 * time.Minute
	expect(t, p, "query/range-short slos.availability")
	if list := Run(p); list[0].Severity != diag.Error {
		t.Errorf("a window that often holds one scrape is an error: %v", list)
	}
}
