package lint

import (
	"fmt"
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
)

var alertmanagerInhibitionMissing = &Check{
	Code: "alertmanager/inhibition-missing", Severity: diag.Warning,
	Summary: "a critical alert does not mute the warning on the same query",
	Why: "When the critical threshold is crossed the warning's is too. Without an inhibition people are notified twice of one " +
		"thing, at the moment when they have the least time.",
	Run: func(p *Pass) {
		pairs := p.severityPairs()
		for _, routing := range p.routings {
			rules, ok := inhibitions(routing.config)
			if !ok {
				continue
			}
			var unmuted []string
			var example severityPair
			for _, pair := range pairs {
				if !routing.bothNotified(pair) || slices.ContainsFunc(rules, func(r inhibition) bool { return r.mutes(pair.urgent, pair.mild) != no }) {
					continue
				}
				example = pair
				unmuted = append(unmuted, fmt.Sprintf("%s does not mute %s", pair.urgent.Alert.Value, pair.mild.Alert.Value))
			}
			if len(unmuted) == 0 {
				continue
			}
			place := Place{At: routing.config.Pos, Owner: routing.config.Pos}
			if len(rules) > 0 {
				place.At = rules[0].Pos
			}
			place = place.Noting("both are on one query, as at %s and %s", example.urgent.Alert.At(), example.mild.Alert.At())
			p.Report(place, "add an inhibit rule from the critical to the warning alert, equal in the labels that both have", "%s",
				listed(slices.Compact(slices.Sorted(slices.Values(unmuted)))))
		}
	},
}

// bothNotified reports whether somebody certainly hears of both alerts.
func (r *routing) bothNotified(pair severityPair) bool {
	return r.fate(pair.urgent) == yes && r.fate(pair.mild) == yes
}
