package alertmanager

import "github.com/belfry-dev/belfry/internal/ir"

// client is how PagerDuty names where an incident comes from.
const client = "Alertmanager"

// newReceiver writes a receiver under the name that it has in the whole configuration.
func newReceiver(name string, r *ir.Receiver) receiver {
	out := receiver{Name: name}
	if r.PagerDuty != nil {
		out.PagerDuty = []pagerDutyConfig{newPagerDuty(r)}
	}
	if r.Slack != nil {
		out.Slack = []slackConfig{{
			SendResolved: r.SendResolved, APIURLFile: r.Slack.URL.File(), Channel: r.Slack.Channel,
			Title: statusTitleText, TitleLink: dashboardText, Text: bodyText, Fallback: statusTitleText,
		}}
	}
	if r.Webhook != nil {
		out.Webhook = []webhookConfig{newWebhook(r)}
	}
	if r.Email != nil {
		out.Email = []emailConfig{newEmail(r)}
	}
	if r.Opsgenie != nil {
		out.Opsgenie = []opsgenieConfig{{
			SendResolved: r.SendResolved, APIKeyFile: r.Opsgenie.APIKey.File(),
			Message: titleText, Description: bodyText, Priority: r.Opsgenie.Priority,
		}}
	}
	if r.MSTeams != nil {
		out.MSTeams = []msteamsConfig{{SendResolved: r.SendResolved, WebhookURLFile: r.MSTeams.URL.File(), Title: statusTitleText, Text: bodyText}}
	}
	if r.Discord != nil {
		out.Discord = []discordConfig{{SendResolved: r.SendResolved, WebhookURLFile: r.Discord.URL.File(), Title: statusTitleText, Message: bodyText}}
	}
	if r.Telegram != nil {
		out.Telegram = []telegramConfig{{SendResolved: r.SendResolved, BotTokenFile: r.Telegram.Token.File(), ChatID: r.Telegram.ChatID,
			Message: messageText}}
	}
	return out
}

func newPagerDuty(r *ir.Receiver) pagerDutyConfig {
	severity := r.PagerDuty.Severity
	if severity == "" {
		severity = severityText
	}
	return pagerDutyConfig{
		SendResolved: r.SendResolved, RoutingKeyFile: r.PagerDuty.RoutingKey.File(), Severity: severity, Description: titleText,
		Client: client, ClientURL: `{{ .ExternalURL }}`, Details: pagerDutyDetails(),
		Links: []pagerDutyLink{{Href: runbookText, Text: runbookNameText}, {Href: dashboardText, Text: dashboardNameText}},
	}
}

func newWebhook(r *ir.Receiver) webhookConfig {
	out := webhookConfig{SendResolved: r.SendResolved, URL: r.Webhook.URL}
	if r.Webhook.URLFrom != nil {
		out.URLFile = r.Webhook.URLFrom.File()
	}
	if r.Webhook.Token != nil {
		out.HTTPConfig = &httpConfig{authorization{r.Webhook.Token.File()}}
	}
	return out
}

func newEmail(r *ir.Receiver) emailConfig {
	out := emailConfig{
		SendResolved: r.SendResolved, To: r.Email.To, From: r.Email.From, Smarthost: r.Email.Smarthost, AuthUsername: r.Email.Username,
		Headers: map[string]string{"Subject": statusTitleText}, Text: bodyText,
	}
	if r.Email.Password != nil {
		out.AuthPasswordFile = r.Email.Password.File()
	}
	return out
}
