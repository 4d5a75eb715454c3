package grafana_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
	"github.com/belfry-dev/belfry/internal/grafana/stat"
	"github.com/belfry-dev/belfry/internal/grafana/timeseries"
	"github.com/belfry-dev/belfry/internal/grafana/transform"
	"github.com/belfry-dev/belfry/internal/ir"
)

// steps spells thresholds as "green 5:orange 10:red".
func steps(config *dashboard.ThresholdsConfig) string {
	var words []string
	for _, step := range config.Steps {
		word := step.Color
		if step.Value != nil {
			word = bound(step.Value) + ":" + word
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestColoursGetWorseInTheDirectionOfTheThresholds(t *testing.T) {
	tests := []struct {
		name   string
		bounds []ir.Threshold
		want   string
	}{
		{"without any", nil, "green"},
		{"above", []ir.Threshold{above(2.5, "warning"), above(5.5, "critical")}, "green 2.5:orange 5.5:red"},
		{"below", []ir.Threshold{below(6.5, "warning"), below(6.1, "critical")}, "red 6.1:orange 6.5:green"},
		{"only critical below", []ir.Threshold{below(6.1, "critical")}, "red 6.1:green"},
		{"both ends", []ir.Threshold{below(1.5, "critical"), above(8.5, "warning")}, "red 1.5:green 8.5:orange"},
		{"equal ones show the worst", []ir.Threshold{above(2.5, "warning"), above(2.5, "critical")}, "green 2.5:red"},
		{"written worst first", []ir.Threshold{above(5.5, "critical"), above(2.5, "warning")}, "green 2.5:orange 5.5:red"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := alone(t, panel(ir.Stat, "P", 6, bounded(series("Latency", "s", "up"), test.bounds...)))
			if diff := cmp.Diff(test.want, steps(p.FieldConfig.Defaults.Thresholds)); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestThresholdsAreDrawnWhereTheyHold(t *testing.T) {
	style := func(p dashboard.Panel) string {
		return string(p.FieldConfig.Defaults.Custom.(*timeseries.FieldConfig).ThresholdsStyle.Mode)
	}
	high := bounded(series("A", "s", "up"), above(5, "warning"))
	plain := series("B", "s", "up")
	low := bounded(series("A", "s", "up"), below(5, "warning"))
	stacked := panel(ir.Timeseries, "P", 6, high)
	stacked.Stack = true
	got := map[string]string{
		"above":   style(alone(t, panel(ir.Timeseries, "P", 6, high))),
		"below":   style(alone(t, panel(ir.Timeseries, "P", 6, low))),
		"none":    style(alone(t, panel(ir.Timeseries, "P", 6, plain))),
		"differ":  style(alone(t, panel(ir.Timeseries, "P", 6, plain, high))),
		"same":    style(alone(t, panel(ir.Timeseries, "P", 6, high, high))),
		"stacked": style(alone(t, stacked)),
	}
	want := map[string]string{"above": "line", "below": "line+area", "none": "off", "differ": "off", "same": "line", "stacked": "off"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("styles (-want +got):\n%s", diff)
	}
	overrides := alone(t, panel(ir.Timeseries, "P", 6, plain, high)).FieldConfig.Overrides
	if len(overrides) != 1 || overrides[0].Matcher.Options != "B" || overrides[0].Properties[0].Id != "thresholds" {
		t.Errorf("the series with thresholds has no override of its own: %s", spell(t, overrides))
	}
}

func TestASeriesOnTheRightAxisHasItsOwnUnit(t *testing.T) {
	right := series("Cost", "USD", "up")
	right.RightAxis = true
	p := alone(t, panel(ir.Timeseries, "P", 12, right, series("Tokens", "tokens/s", "up")))
	if got := *p.FieldConfig.Defaults.Unit; got != "cps" {
		t.Errorf("the panel's unit is %q, want the left axis' cps", got)
	}
	want := `[{"matcher":{"id":"byFrameRefID","options":"A"},"properties":[{"id":"unit","value":"currencyUSD"},` +
		`{"id":"decimals","value":2},{"id":"custom.axisPlacement","value":"right"}]}]`
	if diff := cmp.Diff(want, flat(t, p.FieldConfig.Overrides)); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
}

func TestDecimalsOfOneUnitDoNotSpillOverToAnother(t *testing.T) {
	for _, kind := range []ir.PanelKind{ir.Stat, ir.Table, ir.Timeseries} {
		config := alone(t, panel(kind, "P", 12, series("Cost", "USD", "up"), series("Restarts", "restarts", "up"))).FieldConfig
		if config.Defaults.Decimals != nil {
			t.Errorf("%s: restarts are shown with the cents of the cost: %s", kind, flat(t, config))
		}
		if !strings.Contains(flat(t, config.Overrides[0]), `{"id":"decimals","value":2}`) {
			t.Errorf("%s: the cost has no cents: %s", kind, flat(t, config.Overrides))
		}
	}
}

func TestTheScaleFitsTheFigure(t *testing.T) {
	better := func(s ir.Series, direction ir.Direction) ir.Series {
		s.Query.Signal.Better = direction
		return s
	}
	tests := []struct {
		name  string
		panel *ir.Panel
		want  string
	}{
		{"gauge of a ratio", panel(ir.GaugePanel, "P", 6, series("A", "ratio", "up")), "0 1"},
		{"gauge of percent", panel(ir.GaugePanel, "P", 6, series("A", "percent", "up")), "0 100"},
		{"gauge of a count", panel(ir.GaugePanel, "P", 6, bounded(series("A", "tickets", "up"), above(100, "warning"), above(500, "critical"))), "0 800"},
		{"errors over time", panel(ir.Timeseries, "P", 6, better(series("A", "ratio", "up"), ir.LessIsBetter)), "0 -"},
		{"successes over time", panel(ir.Timeseries, "P", 6, better(series("A", "percent", "up"), ir.MoreIsBetter)), "- 100"},
		{"tokens per ticket", panel(ir.Timeseries, "P", 6, better(series("A", "tokens/ticket", "up"), ir.MoreIsBetter)), "- -"},
		{"times", panel(ir.Timeseries, "P", 6, series("A", "s", "up")), "- -"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			defaults := alone(t, test.panel).FieldConfig.Defaults
			got := bound(defaults.Min) + " " + bound(defaults.Max)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("min and max (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeriesCanBeToldApart(t *testing.T) {
	plain, byModel := series("Tokens", "tokens", "up"), series("Tokens", "tokens", "up", "model", "provider")
	tests := []struct {
		name string
		all  []ir.Series
		want string
	}{
		{"a signal", []ir.Series{plain}, "Tokens"},
		{"its labels", []ir.Series{byModel}, "{{model}} {{provider}}"},
		{"a name", []ir.Series{named("p95", plain)}, "p95"},
		{"a name and labels", []ir.Series{named("p95", byModel)}, "p95 {{model}} {{provider}}"},
		{"several by labels", []ir.Series{byModel, named("Other", byModel)}, "Tokens {{model}} {{provider}}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := alone(t, panel(ir.Timeseries, "P", 6, test.all...))
			if diff := cmp.Diff(test.want, *p.Targets[0].(prometheus.Dataquery).LegendFormat); diff != "" {
				t.Errorf("legend (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyACourseIsAskedForAsACourse(t *testing.T) {
	instant := series("A", "s", "up")
	instant.Instant = true
	got := map[string]bool{}
	for name, p := range map[string]*ir.Panel{
		"stat": panel(ir.Stat, "P", 6, series("A", "s", "up")), "stat now": panel(ir.Stat, "P", 6, instant),
		"pie": panel(ir.Pie, "P", 6, series("A", "s", "up")), "table": panel(ir.Table, "P", 6, series("A", "s", "up")),
		"timeseries": panel(ir.Timeseries, "P", 6, instant), "bars": panel(ir.Bars, "P", 6, instant),
	} {
		query := alone(t, p).Targets[0].(prometheus.Dataquery)
		if *query.Instant == *query.Range {
			t.Errorf("%s asks for instant %v and range %v", name, *query.Instant, *query.Range)
		}
		got[name] = *query.Instant
	}
	want := map[string]bool{"stat": false, "stat now": true, "pie": true, "table": true, "timeseries": false, "bars": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("instant (-want +got):\n%s", diff)
	}
	if mode := alone(t, panel(ir.Stat, "P", 6, instant)).Options.(*stat.Options).GraphMode; mode != "none" {
		t.Errorf("a stat of one value draws a graph: %s", mode)
	}
}

func TestTableNamesItsColumns(t *testing.T) {
	single := alone(t, panel(ir.Table, "P", 24, named("Budget", series("Budget", "USD", "up", "cost_category"))))
	if len(single.Transformations) != 1 {
		t.Fatalf("one query needs no merge: %s", flat(t, single.Transformations))
	}
	organize := single.Transformations[0].Options.(*transform.Organize)
	want := map[string]string{"Value": "Budget", "Value #A": "Budget", "cost_category": "Cost category"}
	if diff := cmp.Diff(want, organize.RenameByName); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	twins := alone(t, panel(ir.Table, "P", 24, series("Budget", "USD", "up", "team"), series("Budget", "ratio", "up", "team")))
	organize = twins.Transformations[1].Options.(*transform.Organize)
	want = map[string]string{"Value #A": "Budget", "Value #B": "Budget (B)", "team": "Team"}
	if diff := cmp.Diff(want, organize.RenameByName); diff != "" {
		t.Errorf("names of equal columns (-want +got):\n%s", diff)
	}
	if organize.ExcludeByName["team"] || !organize.ExcludeByName["Time"] {
		t.Errorf("hides %v, want Time but not the label it is split by", organize.ExcludeByName)
	}
}

func TestOldGrafanaNamesDataSourcesByString(t *testing.T) {
	p := program()
	p.Platform.Versions.Grafana = ir.Version{Major: 8}
	file := string(emit(t, p)["grafana/dashboards/operations.json"])
	for _, want := range []string{`"schemaVersion": 30`, `"datasource": "${datasource}"`, `"datasource": "-- Grafana --"`} {
		if !strings.Contains(file, want) {
			t.Errorf("no %s in the dashboard for Grafana 8.0", want)
		}
	}
	if strings.Contains(file, `"uid": "${datasource}"`) {
		t.Error("a data source is an object, which Grafana 8.0 does not read")
	}
}

func TestDurationsHaveOneUnit(t *testing.T) {
	p := program()
	p.Dashboards[0].From, p.Dashboards[0].Refresh = 90*time.Minute, 7*24*time.Hour
	b := board(t, p, "operations")
	if got := b.Time.From + " " + *b.Refresh; got != "now-90m 7d" {
		t.Errorf("time and refresh are %q, want now-90m 7d: Grafana reads one unit only", got)
	}
}
