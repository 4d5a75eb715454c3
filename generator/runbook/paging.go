package runbook

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// receiver is one whom Alertmanager notifies, with the channels as people call them.
type receiver struct{ Name, Channels string }

// receivers says who is notified, or why nobody is.
func receivers(p *ir.Program, alert *ir.Alert) ([]receiver, string) {
	if p.Notifications == nil && len(alert.Receivers) == 0 {
		return nil, "The spec routes no alerts: Alertmanager's own configuration decides who is notified."
	}
	if len(alert.Receivers) == 0 {
		return nil, "Nobody is notified: no route leads from this alert to a receiver."
	}
	var shown []receiver
	for _, name := range alert.Receivers {
		shown = append(shown, receiver{name, channels(p, name)})
	}
	return shown, ""
}

func channels(p *ir.Program, name string) string {
	if p.Notifications == nil {
		return ""
	}
	at := slices.IndexFunc(p.Notifications.Receivers, func(r *ir.Receiver) bool { return r.Name == name })
	if at < 0 {
		return ""
	}
	r := p.Notifications.Receivers[at]
	var found []string
	add := func(is bool, text string) {
		if is {
			found = append(found, text)
		}
	}
	add(r.PagerDuty != nil, "PagerDuty")
	add(r.Opsgenie != nil, "Opsgenie")
	if r.Slack != nil {
		add(true, "Slack "+oneLine(r.Slack.Channel))
	}
	if r.Email != nil {
		add(true, "e-mail to "+oneLine(r.Email.To))
	}
	add(r.MSTeams != nil, "Microsoft Teams")
	add(r.Discord != nil, "Discord")
	add(r.Telegram != nil, "Telegram")
	add(r.Webhook != nil, "a webhook")
	return strings.Join(found, ", ")
}

// silence is the command that silences the alert for this service alone. Where Alertmanager listens is amtool's own
// configuration: an address invented here would be wrong.
func silence(alert *ir.Alert) block {
	matchers := []string{"alertname=" + alert.Name}
	for _, label := range []string{"service", "namespace"} {
		if value := alert.Labels[label]; value != "" {
			matchers = append(matchers, label+"="+value)
		}
	}
	for i, matcher := range matchers {
		matchers[i] = quoteMatcher(matcher)
	}
	return fenced("sh", "amtool silence add --duration=2h --comment='why, and who looks after it' \\\n  "+strings.Join(matchers, " "))
}

// quoteMatcher writes name=value for amtool in a shell: plain where both take it as it is.
func quoteMatcher(matcher string) string {
	name, value, _ := strings.Cut(matcher, "=")
	plain := !strings.ContainsFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_-.", r)
	})
	if plain {
		return matcher
	}
	value = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
	return quoteShell(name + `="` + value + `"`)
}

// quoteShell makes one word of a text for a POSIX shell.
func quoteShell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
