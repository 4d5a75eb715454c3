package golden

import (
	"maps"
	"testing"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/notify"
)

// TestAPageMutesTheTicketOfItsObjective asks Alertmanager's own rules about what is shipped: a page mutes the ticket also where
// both have one severity, and never that of another objective or group.
func TestAPageMutesTheTicketOfItsObjective(t *testing.T) {
	result, err := generator.Compile(generator.Options{Dir: "slo-tiers", Packages: []string{"."}})
	if err != nil || result.Diagnostics.HasErrors() {
		t.Fatal(result, err)
	}
	var pipeline *notify.Pipeline
	known := map[string]map[string]string{}
	for _, a := range result.Outputs[0].Artifacts {
		if a.Path == "alertmanager/alertmanager.yaml" {
			if pipeline, err = notify.New(a.Data, notify.Options{}); err != nil {
				t.Fatal(err)
			}
			defer pipeline.Close()
		}
	}
	for _, a := range result.Outputs[0].Program.Alerts {
		known[a.Name] = map[string]string{"alertname": a.Name}
		maps.Copy(known[a.Name], a.Labels)
	}
	for _, test := range []struct {
		source, target string
		want           bool
	}{
		{"EqualBurnRatePage", "EqualBurnRateTicket", true},
		{"EqualBurnRateTicket", "EqualBurnRatePage", false},
		{"OwnPage", "OwnTicket", true},
		{"OwnPage", "OwnPageSlow", true},
		{"OwnPageSlow", "OwnSlow", true},
		{"OwnSlow", "OwnPageSlow", false},
		{"OwnTicket", "OwnPage", false},
		{"EqualBurnRatePage", "OwnSlow", false},
		{"EqualBurnRatePage", "EqualBurnRatePage", false},
	} {
		source, target := known[test.source], known[test.target]
		if source == nil || target == nil {
			t.Fatalf("no alert %s or %s", test.source, test.target)
		}
		if got := pipeline.Inhibits(source, target); got != test.want {
			t.Errorf("%s mutes %s: %v, want %v", test.source, test.target, got, test.want)
		}
	}
}
