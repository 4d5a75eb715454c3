package check

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var versionAlertmanager = &Check{
	Code: "version/alertmanager", Severity: diag.Error,
	Doc: Doc{
		Summary: "a receiver uses what the oldest declared Alertmanager does not know",
		Why: "Alertmanager refuses a configuration with an unknown field as a whole, and with it every service's notifications. " +
			"platform.versions.alertmanager says which version the output must load in.",
	},
	Run: func(p *Pass) {
		declared := p.Program.Platform.Versions.Alertmanager
		for _, n := range ownNotifications(p.Program) {
			for _, r := range n.Receivers {
				for _, need := range alertmanagerNeeds {
					if need.used(r) && !declared.AtLeast(need.since.Major, need.since.Minor) {
						p.Report(r.Path+"."+need.field, "raise platform.versions.alertmanager, or notify another way",
							"%s needs Alertmanager %d.%d, and the spec declares %d.%d", need.what, need.since.Major, need.since.Minor, declared.Major, declared.Minor)
					}
				}
			}
		}
	},
}

// alertmanagerNeeds are the channels with the oldest Alertmanager that delivers by them, where secrets are read from files
// only (Alertmanager's CHANGELOG.md). Files of Discord's and Microsoft Teams' addresses came with 0.27 and did not work
// before 0.28 (#3728, #3745); those of webhooks came with 0.26 and crashed it until 0.28 (#3800). Microsoft Teams is
// reached by the integration msteamsv2 of 0.28, because Microsoft has ended what the older one posts to.
var alertmanagerNeeds = []struct {
	field string // path below the receiver
	what  string
	since ir.Version
	used  func(*ir.Receiver) bool
}{
	{"pagerduty.routingKey", "PagerDuty's routing key in a file", ir.Version{Major: 0, Minor: 25}, func(r *ir.Receiver) bool { return r.PagerDuty != nil }},
	{"slack.url", "Slack's address in a file", ir.Version{Major: 0, Minor: 22}, func(r *ir.Receiver) bool { return r.Slack != nil }},
	{"webhook.urlFrom", "a webhook's address in a file", ir.Version{Major: 0, Minor: 28}, func(r *ir.Receiver) bool { return r.Webhook != nil && r.Webhook.URLFrom != nil }},
	{"webhook.token", "a webhook's token in a file", ir.Version{Major: 0, Minor: 22}, func(r *ir.Receiver) bool { return r.Webhook != nil && r.Webhook.Token != nil }},
	{"email.password", "an SMTP password in a file", ir.Version{Major: 0, Minor: 25}, func(r *ir.Receiver) bool { return r.Email != nil && r.Email.Password != nil }},
	{"opsgenie.apiKey", "Opsgenie's key in a file", ir.Version{Major: 0, Minor: 24}, func(r *ir.Receiver) bool { return r.Opsgenie != nil }},
	{"msteams.url", "Microsoft Teams", ir.Version{Major: 0, Minor: 28}, func(r *ir.Receiver) bool { return r.MSTeams != nil }},
	{"discord.url", "Discord's address in a file", ir.Version{Major: 0, Minor: 28}, func(r *ir.Receiver) bool { return r.Discord != nil }},
	{"telegram.token", "Telegram's token in a file", ir.Version{Major: 0, Minor: 26}, func(r *ir.Receiver) bool { return r.Telegram != nil }},
}
