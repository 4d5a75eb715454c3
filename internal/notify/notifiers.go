package notify

import (
	"log/slog"

	"github.com/prometheus/alertmanager/config"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/notify/discord"
	"github.com/prometheus/alertmanager/notify/email"
	"github.com/prometheus/alertmanager/notify/incidentio"
	"github.com/prometheus/alertmanager/notify/jira"
	"github.com/prometheus/alertmanager/notify/mattermost"
	"github.com/prometheus/alertmanager/notify/msteams"
	"github.com/prometheus/alertmanager/notify/msteamsv2"
	"github.com/prometheus/alertmanager/notify/opsgenie"
	"github.com/prometheus/alertmanager/notify/pagerduty"
	"github.com/prometheus/alertmanager/notify/pushover"
	"github.com/prometheus/alertmanager/notify/rocketchat"
	"github.com/prometheus/alertmanager/notify/slack"
	"github.com/prometheus/alertmanager/notify/telegram"
	"github.com/prometheus/alertmanager/notify/victorops"
	"github.com/prometheus/alertmanager/notify/webex"
	"github.com/prometheus/alertmanager/notify/webhook"
	"github.com/prometheus/alertmanager/notify/wechat"
	"github.com/prometheus/alertmanager/template"
	commoncfg "github.com/prometheus/common/config"
)

// notifiers make Alertmanager's own notifiers from the settings of an integration. Amazon SNS is not among them: its library asks
// Amazon for credentials first, and adds megabytes to the binary; so config/receiver, which builds all of them, is not used.
var notifiers = map[string]builder{
	"discord":    building(discord.New),
	"email":      building(newEmail),
	"incidentio": building(incidentio.New),
	"jira":       building(jira.New),
	"mattermost": building(mattermost.New),
	"msteams":    building(msteams.New),
	"msteamsv2":  building(msteamsv2.New),
	"opsgenie":   building(opsgenie.New),
	"pagerduty":  building(pagerduty.New),
	"pushover":   building(pushover.New),
	"rocketchat": building(rocketchat.New),
	"slack":      building(slack.New),
	"telegram":   building(telegram.New),
	"victorops":  building(victorops.New),
	"webex":      building(webex.New),
	"webhook":    building(webhook.New),
	"wechat":     building(wechat.New),
}

// builder makes a notifier from a pointer to the settings of its kind.
type builder func(settings any, t *template.Template, l *slog.Logger, options ...commoncfg.HTTPClientOption) (amnotify.Notifier, error)

func building[C any, N amnotify.Notifier](create func(*C, *template.Template, *slog.Logger, ...commoncfg.HTTPClientOption) (N, error)) builder {
	return func(settings any, t *template.Template, l *slog.Logger, options ...commoncfg.HTTPClientOption) (amnotify.Notifier, error) {
		return create(settings.(*C), t, l, options...)
	}
}

func newEmail(settings *config.EmailConfig, t *template.Template, l *slog.Logger, _ ...commoncfg.HTTPClientOption) (*email.Email, error) {
	return email.New(settings, t, l), nil
}
