package lint

import (
	"fmt"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerDoubleNotification = &Check{
	Code: "alertmanager/double-notification", Severity: diag.Warning,
	Summary: "one alert is sent twice to the same people",
	Why: "A route with continue: true lets the routes behind it match as well. Two receivers that page, two that send to the same " +
		"place, or one receiver twice make two incidents of one alert, and whoever acknowledges one is woken by the other.",
	Run: func(p *Pass) {
		for _, routing := range p.routings {
			twice := newTwice(routing)
			for _, alert := range p.Alerts {
				twice.add(alert)
			}
			twice.report(p)
		}
	},
}

// twice collects pairs of routes that one alert reaches for certain.
type twice struct {
	routing *routing
	pairs   []pairOfRoutes
	alerts  map[pairOfRoutes][]*Alert
}

type pairOfRoutes struct{ first, second *route }

func newTwice(r *routing) *twice { return &twice{routing: r, alerts: map[pairOfRoutes][]*Alert{}} }

func (t *twice) add(alert *Alert) {
	var certain []*route
	for _, node := range t.routing.reachedBy(alert) {
		if node.certain {
			certain = append(certain, node.route)
		}
	}
	for i, first := range certain {
		for _, second := range certain[i+1:] {
			pair := pairOfRoutes{first, second}
			if t.alerts[pair] == nil {
				t.pairs = append(t.pairs, pair)
			}
			t.alerts[pair] = append(t.alerts[pair], alert)
		}
	}
}

func (t *twice) report(p *Pass) {
	for _, pair := range t.pairs {
		why := t.routing.same(pair.first.receiver, pair.second.receiver)
		if why == "" {
			continue
		}
		place := pair.second.at().Noting("the route of line %d takes them first and says continue", continuing(pair.first, pair.second).Pos.Line)
		p.Report(place, "remove continue, or let one of the two routes not match", "%s %s: %s", namesOf(t.alerts[pair]), sentTwice(t.alerts[pair]),
			why)
	}
}

// continuing is the node on the way to the first route that lets alerts go on to the second.
func continuing(first, second *route) *route {
	above := map[*route]bool{}
	for r := second; r != nil; r = r.parent {
		above[r] = true
	}
	for r := first; r.parent != nil; r = r.parent {
		if above[r.parent] {
			return r
		}
	}
	return first
}

func sentTwice(alerts []*Alert) string {
	if len(alerts) == 1 {
		return "is sent twice"
	}
	return "are sent twice"
}

// same says what two receivers have in common; empty where they may well both be told.
func (r *routing) same(first, second string) string {
	if first == second {
		if !r.notifies(first) {
			return ""
		}
		return fmt.Sprintf("both routes lead to %s", first)
	}
	if one, other := r.pages(first), r.pages(second); one != "" && other != "" {
		return fmt.Sprintf("%s pages by %s, and %s by %s", first, one, second, other)
	}
	a, b := r.receivers[first], r.receivers[second]
	if a == nil || b == nil {
		return ""
	}
	for _, one := range a.Integrations {
		for _, other := range b.Integrations {
			if one.Kind == other.Kind && sameTarget(one, other) {
				return fmt.Sprintf("%s and %s send to the same %s", first, second, targetWord(one.Kind))
			}
		}
	}
	return ""
}

// targets are the fields that say where an integration sends, and what people call that.
var targets = map[string][]string{
	"slack": {"channel", "api_url", "api_url_file"}, "email": {"to"}, "webhook": {"url", "url_file"},
	"discord": {"webhook_url", "webhook_url_file"},
	"msteams": {"webhook_url", "webhook_url_file"}, "msteamsv2": {"webhook_url", "webhook_url_file"}, "telegram": {"chat_id"},
	"mattermost": {"channel", "webhook_url", "webhook_url_file"}, "rocketchat": {"channel", "api_url"}, "sns": {"topic_arn", "phone_number"},
	"webex": {"room_id"},
}

var places = map[string]string{"slack": "channel", "email": "address", "telegram": "chat", "webex": "room", "mattermost": "channel",
	"rocketchat": "channel"}

func targetWord(kind string) string {
	if name := places[kind]; name != "" {
		return name
	}
	return kind
}

// sameTarget reports whether two integrations of one kind have all that says where they send in common.
func sameTarget(one, other read.Integration) bool {
	said := false
	for _, field := range targets[one.Kind] {
		a, b := one.Settings.Field(field).Text().Value, other.Settings.Field(field).Text().Value
		if a != b {
			return false
		}
		said = said || a != ""
	}
	return said
}
