package notify

import (
	"testing"

	"github.com/belfry-dev/belfry/internal/ir"
)

// TestMissingSeriesAreNotSeenBesideTheirBurn: without series no burn rate is known, so that the two are never told of at once.
func TestMissingSeriesAreNotSeenBesideTheirBurn(t *testing.T) {
	signal := &ir.Signal{Name: "errors", SLI: "errors"}
	alert := func(name string, kind ir.AlertKind) *ir.Alert {
		return &ir.Alert{Name: name, Kind: kind, Signal: signal, Labels: map[string]string{}}
	}
	p := &ir.Program{Alerts: []*ir.Alert{alert("Page", ir.AlertBurn), alert("Ticket", ir.AlertBurn), alert("Gone", ir.AlertNoData)}}
	alone, together := false, false
	for _, scenario := range ScenariosOf(p) {
		names := map[string]bool{}
		for _, event := range scenario {
			names[event.Labels["alertname"]] = true
		}
		alone = alone || len(names) == 1 && names["Gone"]
		together = together || names["Page"] && names["Ticket"]
		if names["Gone"] && len(names) > 1 {
			t.Errorf("a scenario has missing series and more: %v", names)
		}
	}
	if !alone || !together {
		t.Errorf("missing series alone: %t, both burns together: %t; want both", alone, together)
	}
}
