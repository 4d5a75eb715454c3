package ir

import (
	"reflect"
	"time"
)

// Notifications is one service's part of Alertmanager's configuration.
type Notifications struct {
	Service, Namespace string
	Receivers          []*Receiver // by name
	// Route is the service's subtree; its matchers are the service's and namespace's labels.
	Route       *Route
	Inhibitions []Inhibition
}

// Receiver is whom Alertmanager notifies. At least one channel is set.
type Receiver struct {
	Name         string
	Path         string
	SendResolved bool
	PagerDuty    *PagerDuty
	Slack        *Slack
	Webhook      *Webhook
	Email        *Email
	Opsgenie     *Opsgenie
	MSTeams      *MSTeams
	Discord      *Discord
	Telegram     *Telegram
}

// Secret names a key of a Kubernetes Secret that is mounted into Alertmanager.
type Secret struct{ Name, Key string }

// File is where Alertmanager finds the secret: the operator mounts a Secret there.
func (s Secret) File() string { return "/etc/alertmanager/secrets/" + s.Name + "/" + s.Key }

// PagerDuty is a PagerDuty Events v2 integration.
type PagerDuty struct {
	RoutingKey Secret
	Severity   string // or empty: the alert's own severity
}

// Slack is an incoming webhook of Slack.
type Slack struct {
	URL     Secret
	Channel string
}

// Webhook takes Alertmanager's JSON. One of URL and URLFrom is set.
type Webhook struct {
	URL     string
	URLFrom *Secret
	Token   *Secret
}

// Email is mail over SMTP.
type Email struct {
	To, From, Smarthost, Username string
	Password                      *Secret
}

// Opsgenie is an API integration of Opsgenie.
type Opsgenie struct {
	APIKey   Secret
	Priority string
}

// MSTeams is an incoming webhook of Microsoft Teams.
type MSTeams struct{ URL Secret }

// Discord is a webhook of Discord.
type Discord struct{ URL Secret }

// Telegram is a bot's chat.
type Telegram struct {
	Token  Secret
	ChatID int64
}

// Matcher is one label matcher of a route or inhibition, as Alertmanager prints it.
type Matcher struct {
	Name, Op, Value string // Op is =, !=, =~ or !~
}

// Route is a node of the routing tree. Durations of zero and nil GroupBy are inherited.
type Route struct {
	Path           string
	Matchers       []Matcher
	Receiver       string
	Continue       bool
	GroupBy        []string
	GroupWait      time.Duration
	GroupInterval  time.Duration
	RepeatInterval time.Duration
	Routes         []*Route
}

// Inhibition mutes target alerts while a source alert fires that has equal values of the labels.
type Inhibition struct {
	Source, Target []Matcher
	Equal          []string
}

// Same reports whether two receivers notify the same place in the same way.
func (r *Receiver) Same(other *Receiver) bool {
	a, b := *r, *other
	a.Path, b.Path = "", ""
	return reflect.DeepEqual(a, b)
}
