package burnrate

import (
	"math"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
)

// boardSpec has an objective of a whole service, and one of each of its regions with everything that an SLO can have.
const boardSpec = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

service: {name: "shop", namespace: "web", team: "web", client: "go", runbooks: "https://wiki.example.com", scrape: {service: "shop", labels: app: "shop"}}
metrics: requests_total: {type: "counter", unit: "requests", help: "Requests answered.", labels: {region: ["eu", "us"], status: {max: 9, pattern: "[1-5].."}}}
signals: error_rate: {title: "Error rate", share: "requests_total", matching: "status=~'5..'", over: "5m"}
slos: {
	availability: {title: "Availability", bad: "error_rate", objective: "99%", traffic: atLeast: "1 requests/s"}
	regional: {title: "Availability of each region", bad: "error_rate", objective: "99%", by: ["region"], calendar: "month", minEvents: 100}
}
receivers: pager: pagerduty: routingKey: secret: {name: "pagerduty", key: "web"}
routing: receiver: "pager"
platform: prometheus: retention: "40d"
`

// regions answer ten requests a second each for two hours; in the second hour a tenth of those of us fails.
func regions() (m memory, end time.Time) {
	const rate, n = 10.0, 241
	begin := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)
	m = memory{}
	for region, share := range map[string]float64{"eu": 0, "us": 0.1} {
		good, bad := make([]float64, n), make([]float64, n)
		for k := range good {
			at := float64(k) * scrape.Seconds()
			bad[k] = share * rate * max(0, at-3600)
			good[k] = rate*at - bad[k]
		}
		for status, values := range map[string][]float64{"200": good, "500": bad} {
			set := labels.FromStrings(model.MetricNameLabel, "requests_total", "job", "shop", "namespace", "web", "region", region, "status", status)
			m.add(&series{labels: set, start: begin, step: scrape, values: values})
		}
	}
	return m, begin.Add((n - 1) * scrape)
}

// firing stores Prometheus' own series of the alerts that fire at a time.
func (s *simulation) firing(all map[string][2]group, at time.Time) {
	s.Helper()
	for _, pair := range all {
		for _, rule := range pair[0].rules {
			if rule.Alert == "" {
				continue
			}
			for _, one := range s.vector(rule.Expr, at) {
				b := labels.NewBuilder(one.Metric)
				for name, text := range rule.Labels {
					b.Set(name, text)
				}
				b.Set(model.MetricNameLabel, "ALERTS").Set("alertname", rule.Alert).Set("alertstate", "firing")
				s.stored.add(&series{labels: b.Labels(), start: at, step: scrape, values: []float64{1}})
			}
		}
	}
}

func (s *simulation) vector(expr string, at time.Time) promql.Vector {
	s.Helper()
	query, err := s.engine.NewInstantQuery(s.Context(), s.stored, nil, expr, at)
	if err != nil {
		s.Fatalf("%s: %v", expr, err)
	}
	defer query.Close()
	vector, err := query.Exec(s.Context()).Vector()
	if err != nil {
		s.Fatalf("%s: %v", expr, err)
	}
	return append(promql.Vector(nil), vector...)
}

// boards decodes the dashboards by file name.
func boards(t *testing.T, all []artifact.Artifact) map[string]*dashboard.Dashboard {
	t.Helper()
	found := map[string]*dashboard.Dashboard{}
	for _, a := range all {
		if a.Kind != artifact.Dashboards || path.Ext(a.Path) != ".json" {
			continue
		}
		board, err := grafana.DecodeStrict(a.Data)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimSuffix(path.Base(a.Path), ".json")] = board
	}
	return found
}

// figures are what each query of a dashboard shows, by the panel's title and the legend: a value by the labels of its series.
func (s *simulation) figures(board *dashboard.Dashboard, at time.Time) map[string]promql.Vector {
	s.Helper()
	shown := map[string]promql.Vector{}
	for _, panel := range board.Panels {
		if panel.Panel == nil {
			continue
		}
		for _, target := range panel.Panel.Targets {
			query := target.(prometheus.Dataquery)
			expr := strings.ReplaceAll(query.Expr, "$region", ".+")
			shown[*panel.Panel.Title+": "+*query.LegendFormat] = s.vector(expr, at)
		}
	}
	return shown
}

// TestDashboardsShowWhatTheRulesRecord evaluates the shipped rules and then every query of the SLO dashboards: none may be
// empty, and the figures are those that the traffic has.
func TestDashboardsShowWhatTheRulesRecord(t *testing.T) {
	all := artifacts(t, boardSpec, artifact.Rules, artifact.Dashboards)
	stored, end := regions()
	s := newSimulation(t, stored)
	groups := groupsOf(t, all)
	for _, pair := range groups {
		s.run(pair, window{end.Add(-2 * time.Hour), end}, func(rulefmt.Rule) bool { return true })
	}
	s.firing(groups, end)

	found := boards(t, all)
	shown := map[string]map[string]promql.Vector{}
	for name, board := range found {
		shown[name] = s.figures(board, end)
		for query, vector := range shown[name] {
			if len(vector) == 0 {
				t.Errorf("%s: %s shows nothing", name, query)
			}
		}
	}

	for _, c := range []struct {
		board, query string
		want, within float64
	}{
		// Half of the time a tenth of half of the requests failed: 2.5 % of all, 5 % of those of us.
		{"slo-availability", "Good over 30d: Good over 30d", 0.975, 0.001},
		{"slo-availability", "Error budget remaining: Budget remaining", 1 - 0.025/0.01, 0.1},
		{"slo-availability", "Burn rate: Burn rate", 5, 0.1},
		{"slo-availability", "Objective: Objective", 0.99, 0},
		{"slo-availability", "Budget lasts: Budget lasts", 0, 0},
		{"slo-availability", "Traffic: All", 20, 0.01},
		{"slo-availability", "Traffic: Bad", 1, 0.01},
		{"slo-availability", "Alerts: AvailabilityTrafficLow", 0, 0},
		{"slo-availability", "Alerts: AvailabilityNoData", 0, 0},
		{"slo-regional", "Error budget remaining: Budget remaining", 1 - 0.05/0.01, 0.2},
		{"slo-regional", "Burn rate: Burn rate", 10, 0.2},
		{"slo-regional", "Good this month: Good this month", 0.95, 0.002},
		{"slo-regional", "Traffic: All", 20, 0.01},
		{"slo-regional", "Alerts: RegionalBurnRatePage", 0, 0},
		{"slo-regional", "Alerts: RegionalBurnRateTicket", 2, 0}, // five times the allowed rate over 1d and 2h
		{"slo", "SLOs without data: SLOs without data", 0, 0},
		{"slo", "Objectives missed: Objectives missed", 2, 0},
	} {
		vector := shown[c.board][c.query]
		if len(vector) != 1 || math.Abs(vector[0].F-c.want) > c.within {
			t.Errorf("%s: %s is %v, want %v", c.board, c.query, vector, c.want)
		}
	}
	for query, want := range map[string]int{
		"Error budget remaining over time: {{region}}": 2, "By region: Burn rate {{region}}": 2,
	} {
		if vector := shown["slo-regional"][query]; len(vector) != want {
			t.Errorf("%s shows %v, want one for each region", query, vector)
		}
	}
	theTableHasARowForEach(t, found, shown["slo"])
}

// theTableHasARowForEach SLO, which names it and the dashboard that it leads to.
func theTableHasARowForEach(t *testing.T, found map[string]*dashboard.Dashboard, shown map[string]promql.Vector) {
	t.Helper()
	rows := map[string]string{}
	for _, row := range shown["SLOs: Objective {{slo}} {{title}} {{window}} {{dashboard}}"] {
		rows[row.Metric.Get("title")+" over "+row.Metric.Get("window")] = row.Metric.Get("dashboard")
	}
	want := map[string]string{
		"Availability over 30d":                *found["slo-availability"].Uid,
		"Availability of each region over 30d": *found["slo-regional"].Uid,
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for _, column := range []string{"Good", "Budget remaining", "Burn rate", "Alerts firing"} {
		if vector := shown["SLOs: "+column+" {{slo}}"]; len(vector) != len(want) {
			t.Errorf("column %s has %v, want a figure for each SLO", column, vector)
		}
	}
}
