package grafana_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/belfry-dev/belfry/internal/grafana"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
	"github.com/belfry-dev/belfry/internal/grafana/stat"
)

func sample() *dashboard.Dashboard {
	return &dashboard.Dashboard{
		Title: new("A"), SchemaVersion: 36,
		Panels: []dashboard.PanelOrRowPanel{
			{Panel: &dashboard.Panel{Type: "stat", Title: new("a < b & c"), Options: &stat.Options{TextMode: "auto"}}},
			{RowPanel: &dashboard.RowPanel{Type: "row", Collapsed: true, Panels: []dashboard.Panel{{Type: "table"}}}},
		},
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	data, err := grafana.Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	read, err := grafana.DecodeStrict(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), read); diff != "" {
		t.Errorf("dashboard (-written +read):\n%s", diff)
	}
	if !strings.Contains(string(data), "a < b & c") || !strings.HasSuffix(string(data), "}\n") {
		t.Errorf("escapes what PromQL is full of, or ends without a newline:\n%s", data)
	}
}

func TestMarshallingAloneIsTheSameJSON(t *testing.T) {
	pretty, err := grafana.Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	compact, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(pretty, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(compact, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("JSON (-Encode +Marshal):\n%s", diff)
	}
}

// A dashboard of anybody's has panels, settings and forms that Belfry does not make.
const foreign = `{"title":"B","schemaVersion":39,"newField":1,"panels":[
  {"type":"stat","datasource":"Prometheus","options":{"textMode":7},"fieldConfig":{"defaults":{"unit":"s","links":[]},
   "overrides":[{"matcher":{"id":"byRegexp","options":"/x/"},"properties":[{"id":"custom.width","value":3}]}]}},
  {"type":"heatmap","options":{"calculate":true},"targets":[{"expr":"up","refId":"A","hide":false,"newField":1}]}],
  "templating":{"list":[{"type":"query","name":"job","query":{"query":"label_values(job)","refId":"x"},"options":[]}]}}`

func TestForeignDashboardsAreReadAsFarAsTheyAreUnderstood(t *testing.T) {
	read, err := grafana.Decode([]byte(foreign))
	if err != nil {
		t.Fatal(err)
	}
	heatmap := read.Panels[1].Panel
	if diff := cmp.Diff("up", heatmap.Targets[0].(prometheus.Dataquery).Expr); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(json.RawMessage(`{"calculate":true}`), heatmap.Options); diff != "" {
		t.Errorf("options of an unknown kind are not kept (-want +got):\n%s", diff)
	}
	if _, err := grafana.DecodeStrict([]byte(foreign)); err == nil {
		t.Error("strict reading takes fields without a type")
	}
}
