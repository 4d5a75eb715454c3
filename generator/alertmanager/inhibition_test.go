package alertmanager_test

import (
	"testing"

	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
)

// TestARuleOfOneServiceMutesNothingThatAnotherKeepsApart gives one service a rule for whole signals and another one for
// each pod: the first must not mute a pod of the second because of another pod.
func TestARuleOfOneServiceMutesNothingThatAnotherKeepsApart(t *testing.T) {
	whole, byPod := agent(), agent()
	byPod.Service, byPod.Route.Matchers[0].Value = "queues", "queues"
	byPod.Inhibitions = []ir.Inhibition{{
		Source: []ir.Matcher{{Name: "severity", Op: "=", Value: "critical"}, {Name: "signal", Op: "=~", Value: ".+"}},
		Target: []ir.Matcher{{Name: "severity", Op: "=", Value: "warning"}, {Name: "signal", Op: "=~", Value: ".+"}},
		Equal:  []string{"signal", "service", "namespace", "pod"},
	}}
	alert := func(service, severity, pod string) model.LabelSet {
		return model.LabelSet{"service": model.LabelValue(service), "namespace": "ai-support", "signal": "depth", "severity": model.LabelValue(severity), "pod": model.LabelValue(pod)}
	}
	loaded := load(t, program(whole, byPod))
	for _, test := range []struct {
		name           string
		source, target model.LabelSet
		want           bool
	}{
		{"the same pod", alert("queues", "critical", "1"), alert("queues", "warning", "1"), true},
		{"another pod", alert("queues", "critical", "1"), alert("queues", "warning", "2"), false},
		{"the service that keeps nothing apart", alert("ai-agent", "critical", ""), alert("ai-agent", "warning", ""), true},
		{"another service", alert("ai-agent", "critical", ""), alert("queues", "warning", ""), false},
	} {
		if got := mutes(loaded, test.source, test.target); got != test.want {
			t.Errorf("%s: muted %v, want %v", test.name, got, test.want)
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
