package alertmanager_test

import (
	"testing"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/notify"
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
	type labels = map[string]string
	alert := func(service, severity, pod string) labels {
		return labels{"service": service, "namespace": "ai-support", "signal": "depth", "severity": severity, "pod": pod}
	}
	pipeline, err := notify.New([]byte(emit(t, program(whole, byPod))[alertmanager.ConfigPath]), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer pipeline.Close()
	for _, test := range []struct {
		name           string
		source, target labels
		want           bool
	}{
		{"the same pod", alert("queues", "critical", "1"), alert("queues", "warning", "1"), true},
		{"another pod", alert("queues", "critical", "1"), alert("queues", "warning", "2"), false},
		{"the service that keeps nothing apart", alert("ai-agent", "critical", ""), alert("ai-agent", "warning", ""), true},
		{"another service", alert("ai-agent", "critical", ""), alert("queues", "warning", ""), false},
	} {
		if got := pipeline.Inhibits(test.source, test.target); got != test.want {
			t.Errorf("%s: muted %v, want %v", test.name, got, test.want)
		}
	}
}
