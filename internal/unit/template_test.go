package unit

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"
)

// expand renders an annotation as Prometheus does: with the same prologue and the same expander.
func expand(t *testing.T, text string, value float64) string {
	t.Helper()
	data := template.AlertTemplateData(nil, nil, "", promql.Sample{F: value})
	got, err := template.NewTemplateExpander(context.Background(), "{{$value := .Value}}"+text, "annotation", data, model.Time(0), nil, nil, nil).Expand()
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return got
}

func TestTemplatesPrintTheValueInItsUnit(t *testing.T) {
	for _, c := range []struct {
		unit  string
		value float64
		want  string
	}{
		{"ratio", 0.055, "5.5%"}, {"percent", 84.96, "84.96%"}, {"s", 90, "1m 30s"}, {"s", 0.25, "250ms"}, {"ms", 12345.6, "12346 ms"},
		{"min", 2.5, "2.5 min"}, {"B", 536870912, "512MiB"}, {"KiB", 1.5, "1.5 KiB"}, {"B/s", 2048, "2kiB/s"},
		{"USD", 312.345, "$312.35"}, {"EUR", 5, "€5.00"}, {"CHF", 5, "5.00 CHF"}, {"JPY", 5.4, "¥5"}, {"USD/ticket", 0.00025, "$0.00025/ticket"},
		{"USD/d", 20, "$20.00/d"}, {"tickets", 500, "500 tickets"}, {"tickets", 1500, "1.5k tickets"}, {"tickets/min", 0.5, "0.5 tickets/min"},
		{"tokens/h", 1.2e6, "1.2M tokens/h"}, {"1/s", 0.25, "0.25/s"}, {"", 0.7, "0.7"}, {"", 0, "0"}, {"cores", 0.8, "0.80 cores"},
		{"millicores", 800, "800.0 millicores"}, {"tokens/ticket", 1500, "1.5k tokens/ticket"}, {"s/request", 2, "2s/request"},
		{"errors/request", 0.05, "0.05 errors/request"}, {"tickets*s/request", 2, "2 tickets*s/request"}, {"ratio×1/1000", 2, "2 ratio×1/1000"},
	} {
		u := mustParse(t, c.unit)
		for _, pipe := range []string{"$value", ".Value", "index (args $value) \"arg0\""} {
			if diff := cmp.Diff(c.want, expand(t, u.Template(pipe), c.value)); diff != "" {
				t.Errorf("%v in %q by %s (-want +got):\n%s", c.value, c.unit, u.Template(pipe), diff)
			}
		}
	}
}

func TestEveryUnitHasATemplateThatExpands(t *testing.T) {
	for _, text := range units {
		template := mustParse(t, text).Template("$value")
		for _, value := range []float64{0, 0.5, 1, -3, 1e7} {
			if got := expand(t, template, value); strings.ContainsAny(got, "{}") || got == "" {
				t.Errorf("%v in %q by %s expands to %q", value, text, template, got)
			}
		}
	}
}

func TestSimpleUnitsHaveSimpleTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"ratio": "{{ $value | humanizePercentage }}", "s": "{{ $value | humanizeDuration }}", "ms": `{{ $value | printf "%.0f" }} ms`,
		"USD": `${{ $value | printf "%.2f" }}`, "tickets": "{{ $value | humanize }} tickets", "B": "{{ $value | humanize1024 }}B",
	} {
		if diff := cmp.Diff(want, mustParse(t, text).Template("$value")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
