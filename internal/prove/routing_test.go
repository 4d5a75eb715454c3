package prove

import (
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/notify"
)

// TestAlertsAreProvenTogether holds that a warning which is proven alone is not where the critical alert on the same query mutes it
// always, or pages beside it.
func TestAlertsAreProvenTogether(t *testing.T) {
	const receivers = "\nreceivers: [{name: page, pagerduty_configs: [{routing_key: k}]}, {name: chat, slack_configs: [{api_url: http://a, channel: c}]}]"
	const inhibits = "\ninhibit_rules: [{source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [service]}]"
	for name, test := range map[string]struct {
		config              string
		warnsAt, criticalAt float64
		warnsAfter          time.Duration
		reason              string
	}{
		"the warning comes first":       {"route: {receiver: page, group_by: [alertname]}" + inhibits, 1, 2, time.Minute, ""},
		"both come at one value":        {"route: {receiver: page, group_by: [alertname]}" + inhibits, 2, 2, time.Minute, "nobody is ever told of Slow: whenever it fires, Stuck fires too and inhibits it"},
		"the warning comes sooner":      {"route: {receiver: page, group_by: [alertname]}" + inhibits, 2, 2, 0, ""},
		"the critical one comes first":  {"route: {receiver: page, group_by: [alertname]}" + inhibits, 3, 2, time.Minute, "nobody is ever told of Slow"},
		"both page":                     {"route: {receiver: page, group_by: [alertname]}", 1, 2, time.Minute, "Slow pages by PagerDuty while Stuck pages for the same thing"},
		"the warning is only written":   {"route: {receiver: page, group_by: [alertname], routes: [{matchers: [severity=warning], receiver: chat}]}", 1, 2, time.Minute, ""},
		"one incident that tells of it": {"route: {receiver: page, group_by: [service]}", 1, 2, time.Minute, ""},
	} {
		t.Run(name, func(t *testing.T) {
			signal := &ir.Signal{Name: "queue", SLI: "queue"}
			query := &ir.Query{Signal: signal, Key: "queue"}
			alert := func(name, severity string, value float64, wait time.Duration) *ir.Alert {
				return &ir.Alert{
					Name: name, Signal: signal, Query: query, Severity: severity, For: wait, Threshold: ir.Threshold{Above: true, Value: value},
					Labels: map[string]string{"severity": severity, "service": "shop"},
				}
			}
			program := &ir.Program{Alerts: []*ir.Alert{alert("Stuck", "critical", test.criticalAt, time.Minute), alert("Slow", "warning", test.warnsAt, test.warnsAfter)}}
			pipeline, err := notify.New([]byte(test.config+receivers), notify.Options{})
			if err != nil {
				t.Fatal(err)
			}
			proofs := []Proof{{Alert: program.Alerts[0], Verdict: Proven}, {Alert: program.Alerts[1], Verdict: Proven}}
			in := Input{Program: program, Notify: pipeline}
			in.checkRouting(proofs)
			if proofs[0].Verdict != Proven {
				t.Errorf("the critical alert: %s", proofs[0].Reason)
			}
			if (proofs[1].Verdict == Proven) != (test.reason == "") || !strings.HasPrefix(proofs[1].Reason, test.reason) {
				t.Errorf("the warning: %s %q, want %q", proofs[1].Verdict, proofs[1].Reason, test.reason)
			}
		})
	}
}
