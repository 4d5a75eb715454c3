package grafana_test

import (
	"strings"
	"testing"

	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/internal/artifact"
)

// Grafana's server takes each of these without a word.
func TestVerifyNoticesWhatGrafanaShowsWrongly(t *testing.T) {
	file := string(emit(t, program())["grafana/dashboards/operations.json"])
	tests := []struct{ name, from, to, want string }{
		{"unknown field", `"textMode": "auto"`, `"textMood": "auto"`, `unknown field "textMood"`},
		{"unknown panel type", `"type": "gauge"`, `"type": "gauges"`, `unknown panel type "gauges"`},
		{"option of another kind", `"pieType": "donut"`, `"graphMode": "area"`, `unknown field "graphMode"`},
		{"unknown setting", `"id": "custom.axisPlacement"`, `"id": "custom.axisPlace"`, `override "custom.axisPlace": unknown`},
		{"unknown transformation", `"id": "merge"`, `"id": "join"`, `transformation "join": unknown`},
		{"id twice", `"id": 2,`, `"id": 1,`, `id 1 is missing or not unique`},
		{"panel off the grid", `"x": 18,`, `"x": 19,`, `not within 24 columns`},
		{"panels on each other", `"x": 18,`, `"x": 13,`, `overlap`},
		{"query twice", `"refId": "B"`, `"refId": "A"`, `refId "A" is missing or not unique`},
		{"override of no query", `"options": "B"`, `"options": "C"`, `query "C", which is not there`},
		{"broken PromQL", `avg(shop_satisfaction_score)`, `avg(shop_satisfaction_score`, `parse error`},
		{"no unit", `"unit": "percent",`, `"unit": "",`, `Grafana has no unit ""`},
		{"unknown unit", `"unit": "percent",`, `"unit": "percents",`, `Grafana has no unit "percents"`},
		{"fixed data source", `"uid": "${datasource}"`, `"uid": "prometheus"`, `does not take its data source from the variable`},
		{"no address", `"uid": "shop-ops-001"`, `"uid": "shop ops"`, `uid is not`},
		{"no title", `"title": "Satisfaction"`, `"title": " "`, `no title`},
		{"no description", `"description": "Cost by provider, as tests see it."`, `"description": ""`, `no description`},
		{"unknown variable", `team=~\"$team\"`, `team=~\"${squad}\"`, `no variable "squad"`},
		{"no base", `"value": null,`, `"value": 1,`, `do not begin with a base`},
		{"descending", `"value": 10000,`, `"value": 5000,`, `not ascending`},
		{"editable", `"editable": false`, `"editable": true`, `editable`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			broken := strings.Replace(file, test.from, test.to, 1)
			if broken == file {
				t.Fatalf("the dashboard has no %s", test.from)
			}
			err := grafana.Verify(jsonArtifact(broken))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Verify returns %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestVerifyReadsGrafanasVariables(t *testing.T) {
	file := string(emit(t, program())["grafana/dashboards/operations.json"])
	for _, expr := range []string{
		`rate(up[$__rate_interval])`, `rate(up[${__range}])`, `sum_over_time(up[$__range]) / $__range_s`, `up{job=~\"${job:regex}\"}`, `up{job=~\"[[job]]\"}`,
	} {
		changed := strings.Replace(file, `avg(shop_satisfaction_score)`, expr, 1)
		if err := grafana.Verify(jsonArtifact(changed)); err != nil {
			t.Errorf("Verify refuses %s: %v", expr, err)
		}
	}
}

func TestVerifyNoticesBrokenProvisioning(t *testing.T) {
	files := emit(t, program())
	tests := []struct{ path, from, to string }{
		{"grafana/provisioning/dashboards/shop.yaml", "type: file", "type: files"},
		{"grafana/provisioning/dashboards/shop.yaml", "folder:", "folders:"},
		{"grafana/provisioning/datasources/prometheus.yaml", "url: http://", "url: "},
		{"grafana/provisioning/datasources/prometheus.yaml", "access:", "accessed:"},
	}
	for _, test := range tests {
		broken := strings.Replace(string(files[test.path]), test.from, test.to, 1)
		a := artifact.Artifact{Path: test.path, Kind: artifact.Provisioning, Data: []byte(broken)}
		if err := grafana.Verify(a); err == nil {
			t.Errorf("Verify takes %s with %q for %q", test.path, test.to, test.from)
		}
	}
}
