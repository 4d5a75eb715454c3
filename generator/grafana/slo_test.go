package grafana_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
	"github.com/belfry-dev/belfry/internal/grafana/table"
	"github.com/belfry-dev/belfry/internal/ir"
)

// legends are the names of a panel's series.
func legends(p dashboard.Panel) []string {
	var names []string
	for _, target := range p.Targets {
		names = append(names, *target.(prometheus.Dataquery).LegendFormat)
	}
	return names
}

func TestBurnRateIsDrawnAgainstTheFactorsOfItsAlerts(t *testing.T) {
	p := findPanel(t, board(t, program(), "slo-availability"), "Burn rate by window")
	if diff := cmp.Diff([]string{"5m", "1h", "2h", "1d"}, legends(p)); diff != "" {
		t.Errorf("windows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("green 3:orange 14.4:red", steps(p.FieldConfig.Defaults.Thresholds)); diff != "" {
		t.Errorf("thresholds (-want +got):\n%s", diff)
	}
	if want := "AvailabilityPage: above 14.4 in the last 1h and the last 5m"; !strings.Contains(*p.Description, want) {
		t.Errorf("the description does not say %q:\n%s", want, *p.Description)
	}
}

func TestSLODashboardsStandInOrder(t *testing.T) {
	want := `0,0 4x5 Error budget remaining
4,0 4x5 Good over 30d
8,0 4x5 Objective
12,0 4x5 Burn rate
16,0 4x5 Budget lasts
20,0 4x5 Alerts firing
0,5 24x5 Alerts
0,10 24x1 Error budget
0,11 12x9 Error budget remaining over time
12,11 12x9 Burn rate by window
0,20 24x1 Indicator and traffic
0,21 12x9 Indicator and objective
12,21 12x9 Traffic
`
	if diff := cmp.Diff(want, places(board(t, program(), "slo-availability"))); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	want = `0,0 6x4 Objectives missed
6,0 6x4 Budgets shrinking
12,0 6x4 Alerts firing
18,0 6x4 SLOs without data
0,4 24x4 SLOs
0,8 12x10 Error budget remaining over time
12,8 12x10 Burn rate over time
`
	if diff := cmp.Diff(want, places(board(t, program(), "slo"))); diff != "" {
		t.Errorf("places of the overview (-want +got):\n%s", diff)
	}
}

// Fifty SLOs are one page to find the one in trouble, and fifty pages that are no longer for it.
func TestTheOverviewDoesNotGrowWithTheSLOs(t *testing.T) {
	p := program()
	p.SLOs = nil
	for i := range 50 {
		slo := availability()
		slo.Name = fmt.Sprintf("slo_%d", i)
		slo.DashboardName, slo.DashboardUID = fmt.Sprintf("slo-slo-%d", i), fmt.Sprintf("shop-slo-slo_%d", i)
		p.SLOs = append(p.SLOs, slo)
	}
	overview := board(t, p, "slo")
	queries := 0
	for _, panel := range overview.Panels {
		queries += len(panel.Panel.Targets)
	}
	if queries != 11 {
		t.Errorf("the overview of 50 SLOs makes %d queries, that of one 11", queries)
	}
	list := findPanel(t, overview, "SLOs")
	if list.GridPos.H != 23 {
		t.Errorf("the table is %d high: it should scroll from 20 rows on", list.GridPos.H)
	}
	if files := emit(t, p); len(files) != 1+1+50+2 {
		t.Errorf("%d files, want one a SLO, the overview, operations and two of provisioning", len(files))
	}
}

func TestTheOverviewLeadsToEachSLOAndBack(t *testing.T) {
	list := findPanel(t, board(t, program(), "slo"), "SLOs")
	var address string
	for _, override := range list.FieldConfig.Overrides {
		for _, property := range override.Properties {
			if links, ok := property.Value.(*[]dashboard.DataLink); ok && override.Matcher.Options == "Dashboard" {
				address = (*links)[0].Url
			}
		}
	}
	if !strings.HasPrefix(address, "/d/${__value.raw}?") {
		t.Errorf("the cells of column Dashboard lead to %q", address)
	}
	if sort := list.Options.(*table.Options).SortBy; len(sort) != 1 || sort[0].DisplayName != "Budget remaining" || *sort[0].Desc {
		t.Errorf("the SLO with the least budget is not first: %s", spell(t, sort))
	}
	var back []string
	for _, link := range board(t, program(), "slo-availability").Links {
		back = append(back, link.Title)
		if link.Type == dashboard.DashboardLinkTypeLink && *link.Url != "/d/shop-slo" {
			t.Errorf("%s leads to %s", link.Title, *link.Url)
		}
	}
	if diff := cmp.Diff([]string{"All SLOs", "SLOs"}, back); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestAlertsAreDrawnAsStates(t *testing.T) {
	p := findPanel(t, board(t, program(), "slo-availability"), "Alerts")
	if diff := cmp.Diff([]string{"AvailabilityPage", "AvailabilityTicket"}, legends(p)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	got := map[string]string{}
	for value, result := range p.FieldConfig.Defaults.Mappings[0].Options {
		got[value] = *result.Color + " " + *result.Text
	}
	if diff := cmp.Diff(map[string]string{"0": "green inactive", "1": "orange pending", "2": "red firing"}, got); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestFiguresHaveTheDigitsThatTellThemFromTheObjective(t *testing.T) {
	for objective, want := range map[float64]float64{0.9: 2, 0.995: 2, 0.9995: 3, 0.99999: 4} {
		p := program()
		p.SLOs[0].Objective = objective
		if got := *findPanel(t, board(t, p, "slo-availability"), "Good over 30d").FieldConfig.Defaults.Decimals; got != want {
			t.Errorf("%v is shown with %v digits, want %v", objective, got, want)
		}
	}
}

func TestSeveritiesOfOtherNamesKeepTheirColours(t *testing.T) {
	p := program()
	p.SLOs[0].Alerts[0].Severity, p.SLOs[0].Alerts[1].Severity = "page", "ticket"
	burn := findPanel(t, board(t, p, "slo-availability"), "Burn rate by window")
	if diff := cmp.Diff("green 3:orange 14.4:red", steps(burn.FieldConfig.Defaults.Thresholds)); diff != "" {
		t.Errorf("thresholds (-want +got):\n%s", diff)
	}
}

func TestAnSLOWithoutAlertsHasNoneToDraw(t *testing.T) {
	p := program()
	p.SLOs[0].Alerts, p.SLOs[0].Tiers = nil, nil
	p.SLOs[0].ErrorRatio = map[string]string{"30d": "slo:errors:ratio_30d"}
	if text := places(board(t, p, "slo-availability")); strings.Contains(text, "Alerts") {
		t.Errorf("panels are\n%s", text)
	}
}

func TestOnlyThePlatformProvisionsTheDataSource(t *testing.T) {
	p := program()
	p.OwnsPlatform = false
	if _, ok := emit(t, p)["grafana/provisioning/datasources/prometheus.yaml"]; ok {
		t.Error("a service that does not own the platform provisions its data source")
	}
	p.Dashboards, p.SLOs = nil, nil
	if artifacts, err := grafana.Emit(p); err != nil || len(artifacts) != 0 {
		t.Errorf("a service without dashboards emits %d files (%v), want none", len(artifacts), err)
	}
}

func TestPlatformAloneIsProvisioned(t *testing.T) {
	p := program()
	p.Service, p.SLOs, p.Dashboards = nil, nil, nil
	p.Platform.Grafana = ir.Grafana{Folder: "General", PrometheusURL: "http://prometheus.example:9090"}
	files := emit(t, p)
	if len(files) != 1 || !strings.Contains(string(files["grafana/provisioning/datasources/prometheus.yaml"]), "url: http://prometheus.example:9090\n") {
		t.Errorf("files %v, want the data source at the given address", files)
	}
}

func TestBudgetIsShownOverItsWholePeriod(t *testing.T) {
	p := program()
	p.SLOs[0].Window = 7 * 24 * time.Hour
	p.SLOs[0].ErrorRatio["7d"] = "slo:errors:ratio_7d"
	if got := *findPanel(t, board(t, p, "slo-availability"), "Error budget remaining over time").TimeFrom; got != "7d" {
		t.Errorf("the budget of 7d is shown over %s", got)
	}
}

// perRegion is an SLO of each region, with a budget of the calendar month and a least traffic.
func perRegion() *ir.SLO {
	slo := availability()
	slo.By, slo.Calendar, slo.MinEvents = []string{"region"}, "month", 100
	slo.Records.CalendarErrorRatio, slo.Records.CalendarBudget = "slo:calendar_errors:ratio", "slo:calendar_budget:ratio"
	return slo
}

func expressions(p dashboard.Panel) []string {
	var texts []string
	for _, target := range p.Targets {
		texts = append(texts, target.(prometheus.Dataquery).Expr)
	}
	return texts
}

func TestAnSLOOfEachRegionShowsTheWorstAndAllOfThem(t *testing.T) {
	p := program()
	p.SLOs[0] = perRegion()
	b := board(t, p, "slo-availability")
	const of = `{namespace="sales",region=~"$region",service="shop",slo="availability"}`
	now := expressions(findPanel(t, b, "Error budget remaining"))
	if diff := cmp.Diff([]string{"min(slo:budget_remaining:ratio" + of + ")"}, now); diff != "" {
		t.Errorf("budget now (-want +got):\n%s", diff)
	}
	burns := expressions(findPanel(t, b, "Burn rate by window"))
	if want := "max(slo:burn_rate:1h" + of + ")"; burns[1] != want {
		t.Errorf("burn rate %s, want %s", burns[1], want)
	}
	course := findPanel(t, b, "Error budget remaining over time")
	if diff := cmp.Diff([]string{"{{region}}"}, legends(course)); diff != "" {
		t.Errorf("legend (-want +got):\n%s", diff)
	}
	groups := findPanel(t, b, "By region")
	if groups.Type != "table" || len(groups.Targets) != 4 {
		t.Errorf("the regions are no table of four figures: %s", spell(t, groups.Targets))
	}
	variable := b.Templating.List[1]
	if variable.Name != "region" || *variable.Query.String != `label_values(slo:budget_remaining:ratio{namespace="sales",service="shop",slo="availability"}, region)` {
		t.Errorf("variable %s: %s", variable.Name, *variable.Query.String)
	}
	if text := *findPanel(t, b, "Alerts").Description; !strings.Contains(text, "Not filtered by region") {
		t.Errorf("the alerts do not say that the variable leaves them alone: %s", text)
	}
}

func TestTheCalendarsBudgetIsReported(t *testing.T) {
	p := program()
	p.SLOs[0] = perRegion()
	b := board(t, p, "slo-availability")
	for _, title := range []string{"Budget remaining of this month", "Good this month", "Budget remaining of the month over time"} {
		if expr := expressions(findPanel(t, b, title))[0]; !strings.Contains(expr, "slo:calendar_") {
			t.Errorf("%s: %s", title, expr)
		}
	}
}

func TestTrafficIsDrawnAgainstTheLeastDeclared(t *testing.T) {
	p := program()
	p.SLOs[0].Alerts = append(p.SLOs[0].Alerts, &ir.Alert{
		Name: "AvailabilityTrafficLow", SLO: p.SLOs[0], Kind: ir.AlertTraffic, Severity: "critical",
		Threshold: ir.Threshold{Value: 2, Severity: "critical", Alert: "AvailabilityTrafficLow"},
	})
	traffic := findPanel(t, board(t, p, "slo-availability"), "Traffic")
	var drawn string
	for _, override := range traffic.FieldConfig.Overrides {
		for _, property := range override.Properties {
			if bounds, ok := property.Value.(*dashboard.ThresholdsConfig); ok {
				drawn = fmt.Sprint(override.Matcher.Options, " ", steps(bounds))
			}
		}
	}
	if drawn != "A red 2:green" {
		t.Errorf("thresholds are drawn as %q", drawn)
	}
}

func TestSLOsOfOtherWindowsAreInTheSameOverview(t *testing.T) {
	p := program()
	slow := availability()
	slow.Name, slow.DashboardName, slow.DashboardUID = "slow", "slo-slow", "shop-slo-slow"
	slow.Records.CurrentWindow, slow.Records.BurnRate = "6h", map[string]string{"6h": "slo:burn_rate:6h"}
	p.SLOs = append(p.SLOs, slow)
	want := `max by (slo) (slo:burn_rate:1h{namespace="sales",service="shop"}) or max by (slo) (slo:burn_rate:6h{namespace="sales",service="shop"})`
	if diff := cmp.Diff([]string{want}, expressions(findPanel(t, board(t, p, "slo"), "Burn rate over time"))); diff != "" {
		t.Errorf("burn rates (-want +got):\n%s", diff)
	}
}

func TestOldGrafanaNamesTheDataSourceByString(t *testing.T) {
	p := program()
	p.Platform.Versions.Grafana = ir.Version{Major: 8}
	for _, name := range []string{"slo", "slo-availability"} {
		for _, panel := range board(t, p, name).Panels {
			if panel.Panel != nil && flat(t, panel.Panel.Datasource) != `"${datasource}"` {
				t.Errorf("%s, %s: %s", name, *panel.Panel.Title, flat(t, panel.Panel.Datasource))
			}
		}
	}
}
