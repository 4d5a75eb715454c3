package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
)

var alertmanagerUnrouted = &Check{
	Code: "alertmanager/unrouted", Severity: diag.Warning,
	Summary: "an alert notifies nobody, while others of the same files notify somebody",
	Why: "A receiver without integrations discards what reaches it. That is right for what nobody needs to know, and named so by " +
		"a route; an alert that falls through to it, or one that is critical, was most likely meant to reach somebody.",
	Run: func(p *Pass) {
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
			if !notified {
				continue
			}
			for _, alert := range lost {
				p.Report(alert.At(alert.Alert.At()).Noting("the configuration is %s", routing.config.Pos), "add a route for it, or correct the labels of the alert",
					"this alert notifies nobody: it ends at receiver %q, which has no integrations", routing.ends(alert))
			}
		}
	},
}

// fate says whether somebody is notified of an alert. What a route discards by the alert's name, or what is not urgent, was meant
// to be discarded, and counts as unknown.
func (r *routing) fate(alert *Alert) verdict {
	reached := r.reachedBy(alert)
	if slices.ContainsFunc(reached, func(node reach) bool { return r.notifies(node.receiver) }) {
		if slices.ContainsFunc(reached, func(node reach) bool { return node.certain && r.notifies(node.receiver) }) {
			return yes
		}
		return maybe
	}
	rank, known := alert.urgency()
	for _, node := range reached {
		deliberate := node.parent != nil && (picksByName(node.path()) || rank == 0)
		if deliberate || r.receivers[node.receiver] == nil || known && rank == 0 {
			return maybe
		}
	}
	return no
}

// ends is the receiver that an alert ends at.
func (r *routing) ends(alert *Alert) string {
	reached := r.reachedBy(alert)
	if len(reached) == 0 {
		return r.root.receiver
	}
	return reached[0].receiver
}
