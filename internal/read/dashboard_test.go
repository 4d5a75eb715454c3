package read_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/read"
)

const boardText = `{
  "title": "T", "uid": "u", "schemaVersion": 39, "editable": false, "tags": ["a"], "time": {"from": "now-6h"},
  "templating": {"list": [
    {"name": "source", "type": "datasource", "query": "prometheus"},
    {"name": "logs", "type": "datasource", "query": "loki"},
    {"name": "job", "type": "query", "query": {"query": "label_values(up, job)", "refId": "x"}, "current": {"value": ["a", "b"]}, "multi": true,
     "includeAll": true, "allValue": ".+", "datasource": "$source"},
    {"name": "w", "type": "interval", "query": "1m,5m", "current": {"value": "1m"}, "options": [{"value": "1m"}, {"value": "5m"}]}
  ]},
  "annotations": {"list": [{"name": "builtin", "builtIn": 1}, {"name": "deploys", "expr": "changes(x[5m]) > 0", "datasource": {"uid": "${source}"}}]},
  "panels": [
    {"type": "text", "title": "loose"},
    {"type": "row", "title": "open", "collapsed": false, "panels": []},
    {"id": 2, "type": "timeseries", "title": "A", "datasource": {"type": "prometheus", "uid": "$source"}, "gridPos": {"x": 1, "y": 2, "w": 12, "h": 8},
     "targets": [{"refId": "A", "expr": "sum(\"x\")", "legendFormat": "{{job}}", "instant": true}, {"expr": "{a=\"b\"}", "datasource": {"uid": "$logs"}}],
     "fieldConfig": {"defaults": {"unit": "s", "min": 0, "custom": {"stacking": {"mode": "normal"}},
       "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 0.5}]}},
       "overrides": [{"matcher": {"id": "byName", "options": "p95"}, "properties": [{"id": "unit", "value": "ms"}]}]},
     "options": {"reduceOptions": {"calcs": ["lastNotNull"]}},
     "transformations": [{"id": "organize", "options": {"renameByName": {"Value": "Rate"}}}]},
    {"type": "row", "title": "closed", "collapsed": true, "repeat": "job", "panels": [{"type": "stat", "title": "B"}]}
  ]
}`

func TestADashboardIsReadWithItsRowsFlattened(t *testing.T) {
	board := mustRead(t, "b.json", boardText).Dashboards[0]
	var got []string
	for _, panel := range board.Panels {
		row := "-"
		if panel.Row != nil {
			row = panel.Row.Title.Value + " " + panel.Row.Repeat.Value
		}
		got = append(got, fmt.Sprintf("%s in %s at %s", panel.Title.Value, row, panel.Title.At()))
	}
	want := []string{"loose in - at b.json:12:32", "A in open  at b.json:14:47", "B in closed job at b.json:21:114"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var datasources []string
	for _, target := range board.Panels[1].Targets {
		datasources = append(datasources, fmt.Sprint(target.Datasource.Type, target.Datasource.IsPrometheus()))
	}
	datasources = append(datasources, board.Annotations[0].Datasource.Type, board.Variables[2].Datasource.Type)
	if diff := cmp.Diff([]string{"prometheustrue", "lokifalse", "prometheus", "prometheus"}, datasources); diff != "" {
		t.Error(diff)
	}
}

func TestAPanelIsReadAsItIsShown(t *testing.T) {
	board := mustRead(t, "b.json", boardText).Dashboards[0]
	panel := board.Panels[1]
	override, organize := panel.Overrides[0], panel.Transformations[0]
	value, ok := panel.Field.Thresholds[1].Number()
	_, first := panel.Field.Thresholds[0].Number()
	got := []string{
		panel.Field.Unit.Value, panel.Field.Min.Value, panel.Stacking.Value, panel.Calculations[0].Value, fmt.Sprint(value, ok, first),
		override.Matcher.Value, override.Options.Text().Value, override.Properties[0].ID.Value, override.Properties[0].Value.Text().Value,
		organize.ID.Value, organize.Options.Field("renameByName", "Value").Text().Value, fmt.Sprint(panel.Grid),
		panel.Targets[0].Expr.Value, panel.Targets[0].LegendFormat.Value, fmt.Sprint(panel.Targets[0].Instant),
	}
	want := []string{"s", "0", "normal", "lastNotNull", "0.5 true false", "byName", "p95", "unit", "ms", "organize", "Rate", "{1 2 12 8}",
		`sum("x")`, "{{job}}", "true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	place := panel.Targets[0].Expr.Pos(4, 1)
	if written := cut(strings.Split(boardText, "\n"), place); written != `\"` {
		t.Errorf("the quote is placed at %s, where %q stands", place, written)
	}
}

func TestAVariableIsReadWithItsChoices(t *testing.T) {
	board := mustRead(t, "b.json", boardText).Dashboards[0]
	job, window := board.Variables[2], board.Variables[3]
	got := []string{job.Query.Value, job.Current[1].Value, job.AllValue.Value, fmt.Sprint(job.Multi, job.IncludeAll), window.Current[0].Value, window.Options[1].Value}
	if diff := cmp.Diff([]string{"label_values(up, job)", "b", ".+", "true true", "1m", "5m"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnOldDashboardIsReadIntoTheSameFields(t *testing.T) {
	board := mustRead(t, "b.json", `{"title": "T", "schemaVersion": 14, "rows": [{"title": "R", "panels": [
		{"type": "graph", "title": "G", "stack": true, "yaxes": [{"format": "ms"}, {}], "datasource": "Prometheus", "targets": [{"expr": "up"}],
		 "thresholds": [{"value": 5, "op": "gt", "colorMode": "critical"}]},
		{"type": "singlestat", "title": "S", "format": "percent", "valueName": "current", "thresholds": "1, 2",
		 "colorValue": true, "colors": ["green", "orange", "red"]}]}]}`).Dashboards[0]
	graph, single := board.Panels[0], board.Panels[1]
	got := []string{graph.Row.Title.Value, graph.Field.Unit.Value, graph.Stacking.Value, graph.Field.Thresholds[0].Op.Value,
		graph.Targets[0].Datasource.UID.Value, fmt.Sprint(graph.Targets[0].Datasource.IsPrometheus()), single.Field.Unit.Value, single.Calculations[0].Value,
		single.Field.Thresholds[2].Value.Value, single.Field.Thresholds[2].Value.At().String(), single.Field.Thresholds[2].Color.Value}
	if diff := cmp.Diff([]string{"R", "ms", "true", "gt", "Prometheus", "true", "percent", "current", " 2", "b.json:4:102", "red"}, got); diff != "" {
		t.Error(diff)
	}
}

// What a dashboard has in another form than Grafana's is left out, as Grafana does.
func TestAStrangeDashboardIsReadAsFarAsItGoes(t *testing.T) {
	set := mustRead(t, "b.json", `{"title": ["x"], "panels": [1, null, [], {"targets": {}, "fieldConfig": [], "datasource": 3}, {"targets": [null, "x", {}]}],
		"templating": {"list": [null, 3]}, "annotations": "x", "time": null}`)
	if board := set.Dashboards[0]; len(board.Panels) != 2 || len(board.Panels[1].Targets) != 1 || !board.Title.IsZero() {
		t.Errorf("got %+v", board)
	}
}

func TestResourcesSayWhatTheySelect(t *testing.T) {
	set := mustRead(t, "f", `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: m, namespace: n, labels: {release: x}}
spec:
  jobLabel: app
  selector: {matchLabels: {a: b}, matchExpressions: [{key: k, operator: In, values: [v]}]}
  namespaceSelector: {matchNames: [o]}
  endpoints: [{port: http, interval: 30s, honorLabels: true}]
---
apiVersion: v1
kind: Service
metadata: {name: s, labels: {a: b}}
spec: {ports: [{name: http, port: 80, targetPort: web}]}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: p}
spec: {ruleSelector: {matchLabels: {release: y}}, serviceMonitorSelector: {}, scrapeInterval: 1m, retention: 10d}
`)
	m, s, p := set.Monitors[0], set.Services[0], set.Prometheuses[0]
	got := []string{m.Name.Value, m.JobLabel.Value, read.Find(m.Selector.MatchLabels, "a").Value, m.Selector.MatchExpressions[0].Values[0].Value,
		m.Namespaces[0].Value, m.Endpoints[0].Interval.At().String(), s.Ports[0].TargetPort.Value, read.Find(s.Labels, "a").Value,
		p.RuleSelector.MatchLabels[0].Value.At().String(), p.Retention.Value, fmt.Sprint(p.ServiceMonitorSelector != nil, p.PodMonitorSelector != nil)}
	want := []string{"m", "app", "b", "v", "o", "f:8:38", "web", "b", "f:18:46", "10d", "true false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestADashboardSaysWhichVariablesItNames(t *testing.T) {
	board := mustRead(t, "b.json", `{"title": "T", "__inputs": [{"name": "DS"}], "links": [{"includeVars": true}], "panels": [{"title": "of $a", "repeat": "b",
		"options": {"${c:csv}": "[[d]] $1"}}], "templating": {"list": [{"name": "e", "query": "$e $f"}]}}`).Dashboards[0]
	if diff := cmp.Diff(map[string]bool{"a": true, "b": true, "c": true, "d": true, "f": true}, board.Mentions); diff != "" {
		t.Error(diff)
	}
	if board.Inputs[0].Value != "DS" || !board.LinksPass {
		t.Errorf("inputs %v, links pass variables: %v", board.Inputs, board.LinksPass)
	}
}

func TestAPartOfATextKnowsItsPlace(t *testing.T) {
	board := mustRead(t, "b.json", `{"title": "a\"bc", "panels": []}`).Dashboards[0]
	if part := board.Title.Part(2, 4); part.Value != "bc" || part.At().String() != "b.json:1:15" {
		t.Errorf("got %q at %s", part.Value, part.At())
	}
}

func TestQueriesWithoutANameGetTheFirstFreeLetter(t *testing.T) {
	panel := mustRead(t, "b.json", `{"title": "T", "panels": [{"targets": [{"expr": "a"}, {"refId": "A", "expr": "b"}, {"expr": "c"}]}]}`).Dashboards[0].Panels[0]
	var got []string
	for _, target := range panel.Targets {
		got = append(got, target.RefID.Value)
	}
	if diff := cmp.Diff([]string{"B", "A", "C"}, got); diff != "" {
		t.Error(diff)
	}
}
