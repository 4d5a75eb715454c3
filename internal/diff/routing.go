package diff

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
)

// receivers compares whom Alertmanager notifies, and how. Secrets are names here; addresses are not printed, because some hold one.
func (p *pair) receivers() {
	before, after := receiversOf(p.before), receiversOf(p.after)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		switch {
		case is == nil:
			p.add(Change{Mark: Removed, Kind: Receiver, Name: name, Text: "receiver removed (" + list(channels(was)) + ")"})
		case was == nil:
			p.add(Change{Mark: Added, Kind: Receiver, Name: name, Text: "receiver (" + list(channels(is)) + ")"})
		default:
			p.receiver(was, is)
		}
	}
}

func receiversOf(p *ir.Program) map[string]*ir.Receiver {
	if p.Notifications == nil {
		return nil
	}
	return byName(p.Notifications.Receivers, func(r *ir.Receiver) string { return r.Name })
}

// channelFields are the fields of a receiver that hold a channel, with what people call them.
var channelFields = []struct{ field, name string }{
	{"PagerDuty", "PagerDuty"}, {"Slack", "Slack"}, {"Webhook", "a webhook"}, {"Email", "mail"}, {"Opsgenie", "Opsgenie"},
	{"MSTeams", "Microsoft Teams"}, {"Discord", "Discord"}, {"Telegram", "Telegram"},
}

func channels(r *ir.Receiver) []string {
	var names []string
	for _, c := range channelFields {
		if !reflect.ValueOf(r).Elem().FieldByName(c.field).IsNil() {
			names = append(names, c.name)
		}
	}
	return names
}

func (p *pair) receiver(was, is *ir.Receiver) {
	f := &facts{}
	gone, come := parts(channels(was), channels(is))
	switch {
	case len(gone) > 0 && len(come) > 0:
		f.say("notifies by " + list(come) + " (was " + list(gone) + ")")
	case len(gone) > 0:
		f.warn("no longer notifies by " + list(gone))
	case len(come) > 0:
		f.say("notifies by " + list(come) + " too")
	}
	for _, c := range channelFields {
		before, now := reflect.ValueOf(was).Elem().FieldByName(c.field), reflect.ValueOf(is).Elem().FieldByName(c.field)
		if !before.IsNil() && !now.IsNil() {
			for _, field := range settingsOf(before.Interface(), now.Interface()) {
				f.say(strings.TrimPrefix(c.name, "a ") + " " + field.words())
			}
		}
	}
	if was.SendResolved != is.SendResolved {
		f.say(map[bool]string{true: "says when an alert resolves", false: "no longer says when an alert resolves"}[is.SendResolved])
	}
	if len(f.said) > 0 {
		p.add(f.change(Receiver, is.Name))
	}
}

// routes compares the subtree of the service. Who is told is said by the alerts: here is when and how often.
func (p *pair) routes() {
	before, order := flatten(p.before)
	after, newOrder := flatten(p.after)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		switch {
		case was == nil:
			p.add(Change{Mark: Added, Kind: Route, Name: name, Text: "route → " + is.Receiver})
		case is == nil:
			p.add(Change{Mark: Removed, Kind: Route, Name: name, Text: "route removed (was → " + was.Receiver + ")"})
		default:
			p.route(name, was, is)
		}
	}
	if len(before) == len(after) && !slices.Equal(order, newOrder) && slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(newOrder))) {
		p.add(Change{Mark: Changed, Kind: Route, Name: "routes", Text: "stand in another order; who is told now is said by the alerts, if anything changed"})
	}
	p.inhibitions()
}

// flatten names the routes by what they match, in order.
func flatten(p *ir.Program) (map[string]*ir.Route, []string) {
	routes := map[string]*ir.Route{}
	var order []string
	if p.Notifications == nil || p.Notifications.Route == nil {
		return routes, nil
	}
	var walk func(r *ir.Route, name string)
	walk = func(r *ir.Route, name string) {
		for n := 2; routes[name] != nil; n++ {
			name = fmt.Sprintf("%s (%d)", strings.TrimSuffix(name, fmt.Sprintf(" (%d)", n-1)), n)
		}
		routes[name], order = r, append(order, name)
		for _, child := range r.Routes {
			walk(child, matchersOf(child.Matchers))
		}
	}
	walk(p.Notifications.Route, "routing")
	return routes, order
}

func matchersOf(ms []ir.Matcher) string {
	words := make([]string, len(ms))
	for i, m := range ms {
		words[i] = fmt.Sprintf("%s%s%q", m.Name, m.Op, m.Value)
	}
	if len(words) == 0 {
		return "everything"
	}
	return strings.Join(words, ",")
}

func (p *pair) route(name string, was, is *ir.Route) {
	f := &facts{}
	if was.Receiver != is.Receiver {
		f.say("leads to " + is.Receiver + " (was " + was.Receiver + ")")
	}
	inherited := func(d time.Duration) string {
		if d == 0 {
			return "inherited"
		}
		return duration(d)
	}
	for _, d := range []struct {
		what    string
		was, is time.Duration
		slower  bool // longer is later for people
	}{
		{"first notification waits", was.GroupWait, is.GroupWait, true},
		{"further notifications of a group wait", was.GroupInterval, is.GroupInterval, false},
		{"repeats every", was.RepeatInterval, is.RepeatInterval, false},
	} {
		switch text := d.what + " " + inherited(d.was) + arrow + inherited(d.is); {
		case d.was == d.is:
		case d.slower && d.is > d.was+muchLater:
			f.warn(text)
		default:
			f.say(text)
		}
	}
	if before, now := list(was.GroupBy), list(is.GroupBy); before != now {
		f.say("groups by " + turned(before, now))
	}
	if was.Continue != is.Continue {
		f.say(map[bool]string{true: "routes after it are tried too", false: "routes after it are no longer tried"}[is.Continue])
	}
	if len(f.said) > 0 {
		p.add(f.change(Route, name))
	}
}

// inhibitions compares what mutes what, as far as both sides know the alerts.
func (p *pair) inhibitions() {
	words := func(program *ir.Program) []string {
		var all []string
		if program.Notifications != nil {
			for _, i := range program.Notifications.Inhibitions {
				all = append(all, fmt.Sprintf("{%s} mutes {%s} of the same %s", matchersOf(i.Source), matchersOf(i.Target), list(i.Equal)))
			}
		}
		return all
	}
	gone, come := parts(words(p.before), words(p.after))
	if len(gone)+len(come) == 0 {
		return
	}
	c := Change{Mark: Changed, Kind: Route, Name: "inhibitions", Text: fmt.Sprintf("alerts are muted by other rules: %d removed, %d added", len(gone), len(come))}
	for _, one := range gone {
		c.Details = append(c.Details, "- "+one)
	}
	for _, one := range come {
		c.Details = append(c.Details, "+ "+one)
	}
	p.add(c)
}
