package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerUnrouted = &Check{
	Code: "alertmanager/unrouted", Severity: diag.Warning,
	Summary: "an alert notifies nobody, while others of the same files notify somebody",
	Why: "A receiver without integrations discards what reaches it. That is right for what nobody needs to know, and named so by " +
		"a route; an alert that falls through to it, or one that is critical, was most likely meant to reach somebody.",
	Run: func(p *Pass) {
		if p.routedElsewhere() {
			return
		}
		for _, routing := range p.routings {
			var lost []*Alert
			notified := false
			for _, alert := range p.Alerts {
				switch routing.fate(alert) {
				case yes:
					notified = true
				case no:
					lost = append(lost, alert)
				}
			}
			if notified || len(lost) == len(p.Alerts) && routing.notifiesAtAll() {
				routing.lose(p, lost)
			}
		}
	},
}

// mostLost is how many alerts are told of one by one.
const mostLost = 5

// lose reports alerts that notify nobody, each at its own place, or many at the routes where they end.
func (r *routing) lose(p *Pass, lost []*Alert) {
	if len(lost) <= mostLost {
		for _, alert := range lost {
			p.Report(alert.At(alert.Alert.At()).Noting("the configuration is at %s", r.config.Pos),
				"add a route for it, or correct the labels of the alert",
				"this alert notifies nobody: it ends at receiver %q, which has no integrations", r.ends(alert).receiver)
		}
		return
	}
	ending := map[*route][]*Alert{}
	for _, alert := range lost {
		ending[r.ends(alert)] = append(ending[r.ends(alert)], alert)
	}
	r.root.each(func(node *route) {
		if len(ending[node]) == 0 {
			return
		}
		at := node.at()
		if !node.Receiver.IsZero() {
			at.At = node.Receiver.At()
		}
		p.Report(at, "add a route or an integration for them, or correct what their routes match",
			"alerts of these files notify nobody, because receiver %q has no integrations: %s", node.receiver, namesOf(ending[node]))
	})
}

// routedElsewhere reports whether resources of the files, or of others, add routes to the configurations.
func (f *Files) routedElsewhere() bool {
	return slices.ContainsFunc(f.Set.Resources, func(r read.Resource) bool { return r.Kind.Value == "AlertmanagerConfig" }) ||
		slices.ContainsFunc(f.alertmanagerServers(), func(s read.AlertmanagerServer) bool { return s.Selects })
}

// notifiesAtAll reports whether some receiver sends anything.
func (r *routing) notifiesAtAll() bool {
	return slices.ContainsFunc(r.config.Receivers, func(one read.AlertReceiver) bool { return len(one.Integrations) > 0 })
}

// fate says whether somebody is notified of an alert. What a route discards by the alert's name, or what is not urgent, was meant
// to be discarded, and counts as unknown.
func (r *routing) fate(alert *Alert) certainty {
	reached := r.reachedBy(alert)
	if slices.ContainsFunc(reached, func(node reach) bool { return r.notifies(node.receiver) }) {
		if slices.ContainsFunc(reached, func(node reach) bool { return node.certain && r.notifies(node.receiver) }) {
			return yes
		}
		return maybe
	}
	if alert.informs() {
		return maybe
	}
	_, known := alert.urgency()
	for _, node := range reached {
		deliberate := node.parent != nil && (!known || picksByName(node.path()))
		if deliberate || r.receivers[node.receiver] == nil {
			return maybe
		}
	}
	return no
}

// ends is the first node that an alert ends at.
func (r *routing) ends(alert *Alert) *route {
	reached := r.reachedBy(alert)
	if len(reached) == 0 {
		return r.root
	}
	return reached[0].route
}
