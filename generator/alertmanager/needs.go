package alertmanager

import "github.com/belfry-dev/belfry/internal/ir"

// Requirement is a field of a receiver and the oldest Alertmanager that delivers by it.
type Requirement struct {
	Field        string // path below the receiver in the spec, such as webhook.urlFrom
	Major, Minor int
}

// requirements are the fields that Alertmanager learned later than the integration itself, because secrets are only read
// from files (Alertmanager's CHANGELOG.md). Discord's and Microsoft Teams' webhook_url_file came with 0.27 but did not
// work before 0.28 (#3728, #3745), and url_file of a webhook crashed until then (#3800); Microsoft Teams is reached by the
// integration msteamsv2 of 0.28, because Microsoft has ended what the older one posts to.
var requirements = []struct {
	Requirement
	used func(*ir.Receiver) bool
}{
	{Requirement{"pagerduty.routingKey", 0, 25}, func(r *ir.Receiver) bool { return r.PagerDuty != nil }},
	{Requirement{"slack.url", 0, 22}, func(r *ir.Receiver) bool { return r.Slack != nil }},
	{Requirement{"webhook.urlFrom", 0, 28}, func(r *ir.Receiver) bool { return r.Webhook != nil && r.Webhook.URLFrom != nil }},
	{Requirement{"webhook.token", 0, 22}, func(r *ir.Receiver) bool { return r.Webhook != nil && r.Webhook.Token != nil }},
	{Requirement{"email.password", 0, 25}, func(r *ir.Receiver) bool { return r.Email != nil && r.Email.Password != nil }},
	{Requirement{"opsgenie.apiKey", 0, 24}, func(r *ir.Receiver) bool { return r.Opsgenie != nil }},
	{Requirement{"msteams.url", 0, 28}, func(r *ir.Receiver) bool { return r.MSTeams != nil }},
	{Requirement{"discord.url", 0, 28}, func(r *ir.Receiver) bool { return r.Discord != nil }},
	{Requirement{"telegram.token", 0, 26}, func(r *ir.Receiver) bool { return r.Telegram != nil }},
}

// Needs lists the fields that the receiver uses and the oldest Alertmanager that delivers by each, in the schema's order. A
// check compares them with the declared version.
func Needs(r *ir.Receiver) []Requirement {
	var out []Requirement
	for _, requirement := range requirements {
		if requirement.used(r) {
			out = append(out, requirement.Requirement)
		}
	}
	return out
}
