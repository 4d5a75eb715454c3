package notify

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// integrationNames are the integrations as people call them.
var integrationNames = map[string]string{
	"pagerduty": "PagerDuty", "slack": "Slack", "webhook": "the webhook", "email": "e-mail", "opsgenie": "Opsgenie", "msteams": "Microsoft Teams",
	"msteamsv2": "Microsoft Teams", "discord": "Discord", "telegram": "Telegram", "pushover": "Pushover", "victorops": "VictorOps",
	"webex": "Webex", "wechat": "WeChat", "mattermost": "Mattermost", "rocketchat": "Rocket.Chat", "jira": "Jira", "incidentio": "incident.io",
	"sns": "Amazon SNS",
}

// limits are those that receivers have and Alertmanager's notifiers do not keep. The others are told by the notifiers themselves.
var limits = map[string]struct {
	what  string
	most  int
	unit  string
	count func(*Notification) int
}{
	// https://docs.opsgenie.com/docs/alert-api, create alert
	"opsgenie": {"description", 15_000, "characters", func(n *Notification) int { return utf8.RuneCountInString(n.Text) }},
	// https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams, messages of webhooks
	"msteams":   {"message", 28 * 1024, "bytes", func(n *Notification) int { return len(n.Payload) }},
	"msteamsv2": {"message", 28 * 1024, "bytes", func(n *Notification) int { return len(n.Payload) }},
	// https://discord.com/developers/docs/resources/message#embed-object-embed-limits, all texts of all embeds
	"discord": {"message", 6_000, "characters", func(n *Notification) int { return utf8.RuneCountInString(n.Title + n.Text) }},
}

var (
	// notFinite is a value that is no finite number, as Prometheus and Go print it.
	notFinite = regexp.MustCompile(`(?:^|[^\w.+-])([+-]?Inf|NaN)(?:[^\w]|$)`)
	cut       = regexp.MustCompile(`^Truncated (\w+).*?(\d+)?$`)
	// whereFailed is the beginning of errors of Go's templates: name, line, column.
	whereFailed = regexp.MustCompile(`template: [^:]*:\d+(?::\d+)?: (.*)`)
)

// tooLongForTelegram is what Alertmanager sends in the place of HTML that is too long (notify/telegram).
const tooLongForTelegram = "message length exceeds Telegram limits"

// inspect finds what is wrong with a notification. In come the texts of its payload, and what its notifier said.
func (n *Notification) inspect(texts []string, failure error, warnings []string) {
	if failure != nil {
		n.inspectFailure(failure)
		return
	}
	if n.Title == "" && n.hasTitle() {
		n.find(EmptyTitle, "the "+n.Status+" notification by "+n.by()+" has no title: people see nothing of what is wrong",
			"give the alerts a summary, or let the template print the alert's name where there is none")
	}
	joined := strings.Join(texts, "\n")
	if around, found := excerpt(joined, "<no value>"); found {
		n.find(NoValue, fmt.Sprintf("the notification by %s prints <no value>: %q", n.by(), around),
			"let the template ask for what the alert has, such as {{ with .Annotations.x }}{{ . }}{{ end }}")
	}
	if match := notFinite.FindStringSubmatch(n.Title + "\n" + n.Text); match != nil {
		around, _ := excerpt(n.Title+"\n"+n.Text, match[1])
		n.find(NotANumber, fmt.Sprintf("the notification by %s prints %s for a value: %q", n.by(), match[1], around),
			"keep the expression from dividing by zero, or leave the value out of the text")
	}
	n.inspectLength(joined, warnings)
}

// inspectFailure says why nothing is sent.
func (n *Notification) inspectFailure(failure error) {
	if match := whereFailed.FindStringSubmatch(failure.Error()); match != nil {
		n.find(BrokenTemplate, fmt.Sprintf("a template of the receiver for %s fails, and what it should print is not sent: %s", n.by(), match[1]),
			"correct the template: https://prometheus.io/docs/alerting/latest/notifications/")
		return
	}
	n.find(Failed, fmt.Sprintf("nothing is sent by %s: %v", n.by(), failure), "correct the settings of the receiver")
}

// inspectLength finds texts that the receiver does not take whole.
func (n *Notification) inspectLength(joined string, warnings []string) {
	const shorter = "shorten the text, most important words first, or let it list fewer alerts"
	for _, warning := range warnings {
		if match := cut.FindStringSubmatch(warning); match != nil {
			most := ""
			if match[2] != "" {
				most = " after " + match[2] + " characters"
			}
			n.find(CutOff, fmt.Sprintf("%s takes no longer %s: it is cut%s", n.by(), strings.ToLower(match[1]), most), shorter)
		}
	}
	if strings.Contains(joined, tooLongForTelegram) {
		n.find(CutOff, "Telegram takes no longer message than 4096 characters: Alertmanager sends an error in its place", shorter)
	}
	if limit, ok := limits[n.Integration]; ok {
		if length := limit.count(n); length > limit.most {
			n.find(CutOff, fmt.Sprintf("%s takes no %s of more than %d %s: this one has %d", n.by(), limit.what, limit.most, limit.unit, length), shorter)
		}
	}
}

// hasTitle reports whether people see a title of ours: Opsgenie is only told to close, and a webhook with a payload of its own
// may have none.
func (n *Notification) hasTitle() bool {
	switch n.Integration {
	case "opsgenie":
		return n.Status == "firing"
	case "webhook", "incidentio":
		return false
	}
	return true
}

func (n *Notification) by() string {
	if name := integrationNames[n.Integration]; name != "" {
		return name
	}
	return n.Integration
}

// excerpt is a word with what stands around it on its line.
func excerpt(text, word string) (string, bool) {
	const around = 40
	for line := range strings.Lines(text) {
		start := strings.Index(line, word)
		if start < 0 {
			continue
		}
		runes, before := []rune(strings.TrimSpace(line)), utf8.RuneCountInString(strings.TrimLeft(line[:start], " \t"))
		from, to := max(0, before-around), min(len(runes), before+utf8.RuneCountInString(word)+around)
		return string(runes[min(from, to):to]), true
	}
	return "", false
}
