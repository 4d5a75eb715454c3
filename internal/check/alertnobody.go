package check

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var alertNobody = &Check{
	Code: "alert/nobody", Severity: diag.Error,
	Doc: Doc{
		Summary: "an alert reaches nobody",
		Why: "An alert that notifies nobody looks like protection and is none. The service needs routing with a receiver, or the " +
			"platform a root receiver that takes the alerts of services without routing.",
	},
	Run: func(p *Pass) {
		program := p.Program
		if len(program.Alerts) == 0 || program.Platform.Alertmanager.Receiver != "" {
			return
		}
		if program.Notifications == nil {
			path := "alerts"
			if !slices.ContainsFunc(program.Alerts, func(a *ir.Alert) bool { return a.SLO == nil }) {
				path = "slos"
			}
			p.Report(path, "add receivers and routing: {receiver: …}, or set platform.alertmanager.receiver",
				"nobody is notified of %s: the spec has no routing", counted(len(program.Alerts), "alert"))
			return
		}
		for _, a := range program.Alerts {
			if !slices.ContainsFunc(a.Receivers, func(name string) bool { return delivers(program.Notifications, name) }) {
				p.Report(a.Path, "route it to a receiver that has a channel", "alert %s reaches nobody", a.Name)
			}
		}
	},
}

// delivers reports whether a receiver exists and has a channel.
func delivers(n *ir.Notifications, name string) bool {
	return slices.ContainsFunc(n.Receivers, func(r *ir.Receiver) bool {
		return r.Name == name && (r.PagerDuty != nil || r.Slack != nil || r.Webhook != nil || r.Email != nil ||
			r.Opsgenie != nil || r.MSTeams != nil || r.Discord != nil || r.Telegram != nil)
	})
}
