package golden

import (
	"testing"

	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/generator"
)

// TestAPageMutesTheTicketOfItsObjective loads what is shipped into Alertmanager's own types: a page mutes the ticket also where
// both have one severity, and never that of another objective or group.
func TestAPageMutesTheTicketOfItsObjective(t *testing.T) {
	result, err := generator.Compile(generator.Options{Dir: "slo-tiers", Packages: []string{"."}})
	if err != nil || result.Diagnostics.HasErrors() {
		t.Fatal(result, err)
	}
	var loaded *config.Config
	known := map[string]model.LabelSet{}
	for _, a := range result.Outputs[0].Artifacts {
		if a.Path == "alertmanager/alertmanager.yaml" {
			if loaded, err = config.Load(string(a.Data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, a := range result.Outputs[0].Program.Alerts {
		known[a.Name] = model.LabelSet{"alertname": model.LabelValue(a.Name)}
		for name, value := range a.Labels {
			known[a.Name][model.LabelName(name)] = model.LabelValue(value)
		}
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
		if got := mutes(loaded, source, target); got != test.want {
			t.Errorf("%s mutes %s: %v, want %v", test.source, test.target, got, test.want)
		}
	}
}

// mutes reports whether a rule lets one alert mute another, as Alertmanager's documentation defines it.
func mutes(loaded *config.Config, source, target model.LabelSet) bool {
	for _, rule := range loaded.InhibitRules {
		equal := true
		for _, name := range rule.Equal {
			equal = equal && source[model.LabelName(name)] == target[model.LabelName(name)]
		}
		if equal && labels.Matchers(rule.SourceMatchers).Matches(source) && labels.Matchers(rule.TargetMatchers).Matches(target) {
			return true
		}
	}
	return false
}
