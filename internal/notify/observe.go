package notify

import (
	"slices"
	"time"

	"github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/matching"
)

// observe replays scenarios and reports what only time shows: alerts that others always mute, and pages that come twice.
func (a *audit) observe(scenarios [][]Event) {
	told, mutedBy := map[string]bool{}, map[string]string{}
	reported := map[[2]string]bool{}
	for _, scenario := range scenarios {
		replayed := a.pipeline.run(scenario)
		for _, sent := range replayed.sent {
			for _, one := range sent.alerts {
				told[one.Name()] = told[one.Name()] || one.EndsAt.IsZero()
			}
		}
		for _, muted := range replayed.suppressed {
			if muted.reason == amnotify.SuppressedReasonInhibition && mutedBy[muted.alert.Name()] == "" {
				mutedBy[muted.alert.Name()] = muted.by
			}
		}
		a.pagesTwice(scenario, replayed, reported)
	}
	for _, name := range a.names() {
		if by := mutedBy[name]; by != "" && !told[name] {
			a.report(AlwaysInhibited, "", name, nil, "let it fire earlier than "+by+", or give the inhibition labels that tell the two apart",
				"nobody is ever told of %s: whenever it fires, %s fires too and inhibits it", name, by)
		}
	}
}

// pagesTwice reports alerts that page anew while a more urgent one on the same pages in another notification: one would do.
func (a *audit) pagesTwice(scenario []Event, replayed *schedule, reported map[[2]string]bool) {
	pages := slices.DeleteFunc(slices.Clone(replayed.sent), func(s sending) bool { return matching.Pages(s.channel.kind) == "" })
	known := map[logID]map[string]bool{} // the alerts that an incident is about already
	for _, page := range pages {
		incident := page.logID()
		if known[incident] == nil {
			known[incident] = map[string]bool{}
		}
		for _, mild := range page.alerts {
			name := mild.Name()
			anew := mild.EndsAt.IsZero() && (!known[incident][name] || page.reason == amnotify.ReasonRepeatIntervalElapsed)
			known[incident][name] = mild.EndsAt.IsZero()
			urgent := a.urgentThan(mild, scenario, page.at)
			pair := [2]string{name, urgent}
			if !anew || urgent == "" || reported[pair] || !slices.ContainsFunc(pages,
				func(other sending) bool { return other.logID() != incident && other.fires(urgent) }) {
				continue
			}
			reported[pair] = true
			a.report(BothPage, page.channel.receiver, name, page.group.route, "let "+urgent+" inhibit "+name+", or send it where nobody is woken",
				"%s pages by %s while %s pages for the same thing", name, matching.Pages(page.channel.kind), urgent)
		}
	}
}

// fires reports whether a notification says that an alert fires.
func (s *sending) fires(name string) bool {
	return slices.ContainsFunc(s.alerts, func(a *alert.Alert) bool { return a.Name() == name && a.EndsAt.IsZero() })
}

// urgentThan is an alert of the scenario that fires at a time, watches what another does, and is more urgent; empty where none is.
func (a *audit) urgentThan(mild *alert.Alert, scenario []Event, at time.Time) string {
	watched := a.watchedBy(mild.Name())
	rank, known := ir.SeverityRank(string(mild.Labels["severity"]))
	if watched == "" || !known {
		return ""
	}
	for _, event := range scenario {
		name := event.Labels[model.AlertNameLabel]
		firing := !at.Before(event.StartsAt) && (event.EndsAt.IsZero() || at.Before(event.EndsAt))
		if other, known := ir.SeverityRank(event.Labels["severity"]); known && other < rank && firing && a.watchedBy(name) == watched {
			return name
		}
	}
	return ""
}

func (a *audit) watchedBy(name string) string {
	if i := slices.IndexFunc(a.alerts, func(one Alert) bool { return one.Name == name }); i >= 0 {
		return a.alerts[i].Watches
	}
	return ""
}
