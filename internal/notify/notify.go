// Package notify says what an Alertmanager does with alerts: which routes take them, when their groups are notified, and how
// each notification reads. In come the bytes of a configuration and alerts with their times; out go notifications, rendered
// by Alertmanager's own notifiers into servers inside this process. Nothing leaves the machine.
package notify

import (
	"time"

	"github.com/prometheus/common/model"
)

// Event is one alert as Prometheus sends it: labels, annotations, and the time during which it fires.
type Event struct {
	Labels      map[string]string // with alertname
	Annotations map[string]string
	StartsAt    time.Time
	EndsAt      time.Time // zero: it fires for ever
	// GeneratorURL is where the expression can be looked at; it may be empty.
	GeneratorURL string
}

// Route is a node of the routing tree at which an alert ends, with what it inherits.
type Route struct {
	Receiver       string
	GroupBy        []string // sorted; empty where GroupByAll or where all alerts are one group
	GroupByAll     bool     // group_by: ['...'], every set of labels is a group
	GroupWait      time.Duration
	GroupInterval  time.Duration
	RepeatInterval time.Duration
	MuteTimes      []string // names of the intervals in which it is silent
	ActiveTimes    []string // names of the intervals outside of which it is silent
	// Position is the index of the route among its siblings, from the root down; empty for the root.
	Position []int
	// Path are the matchers from the root down, as Alertmanager prints them.
	Path string
}

// Notification is one message of one integration.
type Notification struct {
	At          time.Time
	Receiver    string
	Integration string            // as in the configuration: pagerduty, slack, webhook, email, opsgenie, msteamsv2, discord, telegram, …
	Status      string            // firing or resolved
	Reason      string            // why now, in Alertmanager's words, such as "first notification"
	GroupLabels map[string]string // what the alerts of the group share
	Alerts      []Event           // those that it is about, resolved ones among them
	Title       string            // what people see first
	Text        string            // what follows
	Payload     []byte            // what is sent: JSON, a form, or a mail without what differs each time
	Findings    []Finding
}

// Finding is what is wrong with a notification or with the routing.
type Finding struct {
	Kind     FindingKind
	Message  string // what is wrong, with the reason
	Help     string // what to do
	Receiver string // or empty
	Alert    string // name, or empty
	Route    []int  // Position of the route, or nil
}

// FindingKind tells findings apart.
type FindingKind string

// What may be wrong with a notification.
const (
	EmptyTitle     FindingKind = "empty-title"     // people see nothing at first, and PagerDuty refuses it
	NoValue        FindingKind = "no-value"        // a template prints "<no value>"
	BrokenTemplate FindingKind = "broken-template" // a template fails, so that nothing is sent
	CutOff         FindingKind = "cut-off"         // a text is longer than the receiver takes
	NotANumber     FindingKind = "not-a-number"    // a text prints NaN or an infinite value
	Failed         FindingKind = "failed"          // the notifier does not send it for another reason
	NotRendered    FindingKind = "not-rendered"    // nothing is wrong; this integration cannot be rendered here
)

// What may be wrong with the routing.
const (
	RouteShadowed   FindingKind = "route-shadowed"   // a route before takes all that it matches
	RouteUnreached  FindingKind = "route-unreached"  // none of the alerts reaches it
	ReceiverUnused  FindingKind = "receiver-unused"  // no route names it
	BlackHole       FindingKind = "black-hole"       // a route leads alerts to a receiver that discards them
	AlertNobody     FindingKind = "alert-nobody"     // no route takes an alert, and the root's receiver discards it
	BothPage        FindingKind = "both-page"        // a warning pages while the critical alert on the same does
	AlwaysInhibited FindingKind = "always-inhibited" // an alert is never told, because another fires whenever it does
)

// find adds a finding about the notification.
func (n *Notification) find(kind FindingKind, message, help string) {
	n.Findings = append(n.Findings, Finding{Kind: kind, Message: message, Help: help, Receiver: n.Receiver, Alert: n.alertName()})
}

// alertName is the name that all alerts of the notification share, or that of the first.
func (n *Notification) alertName() string {
	if len(n.Alerts) == 0 {
		return ""
	}
	return n.Alerts[0].Labels[model.AlertNameLabel]
}
