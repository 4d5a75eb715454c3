package lower

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// receivers lowers every receiver.
func (l *lowerer) receivers() []*ir.Receiver {
	var all []*ir.Receiver
	for _, name := range sortedKeys(l.spec.Receivers) {
		spec := l.spec.Receivers[name]
		path := at("receivers", name)
		if name == "null" {
			l.report("names/receiver", path, "choose another name", `receiver "null" is the one that notifies nobody`)
		}
		if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "\n\r\t") || strings.Contains(name, "{{") {
			l.report("names/receiver", path, "use letters, digits and hyphens, such as pagerduty-critical",
				"%q is not a name that a receiver can have", name)
		}
		r := receiver(name, path, spec)
		if r.PagerDuty == nil && r.Slack == nil && r.Webhook == nil && r.Email == nil &&
			r.Opsgenie == nil && r.MSTeams == nil && r.Discord == nil && r.Telegram == nil {
			l.report("receiver/empty", path, "add pagerduty, slack, webhook, email, opsgenie, msteams, discord or telegram",
				"receiver %s notifies nobody", name)
		}
		if w := r.Webhook; w != nil && (w.URL == "") == (w.URLFrom == nil) {
			l.report("receiver/webhook", path+".webhook", "give url, or urlFrom where the address is a secret", "a webhook has one address")
		}
		all = append(all, r)
	}
	return all
}

func receiver(name, path string, s schema.Receiver) *ir.Receiver {
	r := &ir.Receiver{Name: name, Path: path, SendResolved: s.SendResolved}
	if c := s.PagerDuty; c != nil {
		r.PagerDuty = &ir.PagerDuty{RoutingKey: secret(c.RoutingKey), Severity: c.Severity}
	}
	if c := s.Slack; c != nil {
		r.Slack = &ir.Slack{URL: secret(c.URL), Channel: c.Channel}
	}
	if c := s.Webhook; c != nil {
		r.Webhook = &ir.Webhook{URL: c.URL, URLFrom: optionalSecret(c.URLFrom), Token: optionalSecret(c.Token)}
	}
	if c := s.Email; c != nil {
		r.Email = &ir.Email{To: c.To, From: c.From, Smarthost: c.Smarthost, Username: c.Username, Password: optionalSecret(c.Password)}
	}
	if c := s.Opsgenie; c != nil {
		r.Opsgenie = &ir.Opsgenie{APIKey: secret(c.APIKey), Priority: c.Priority}
	}
	if c := s.MSTeams; c != nil {
		r.MSTeams = &ir.MSTeams{URL: secret(c.URL)}
	}
	if c := s.Discord; c != nil {
		r.Discord = &ir.Discord{URL: secret(c.URL)}
	}
	if c := s.Telegram; c != nil {
		r.Telegram = &ir.Telegram{Token: secret(c.Token), ChatID: c.ChatID}
	}
	return r
}

func secret(s schema.Secret) ir.Secret { return ir.Secret{Name: s.Secret.Name, Key: s.Secret.Key} }

func optionalSecret(s *schema.Secret) *ir.Secret {
	if s == nil {
		return nil
	}
	lowered := secret(*s)
	return &lowered
}
