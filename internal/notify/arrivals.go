package notify

import (
	"cmp"
	"slices"
	"time"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/common/model"
)

// arrival is an alert that Prometheus sends. It sends firing ones again and again, so that they do not time out; that changes
// nothing, and only the first is looked at.
type arrival struct {
	at    time.Time
	alert *alert.Alert // EndsAt is zero while it fires
}

// resolvedRetention is how long Prometheus goes on to send that an alert is resolved (prometheus, rules/alerting.go).
const resolvedRetention = 15 * time.Minute

// arrivals are what Prometheus sends of alerts, in order of time.
func (p *Pipeline) arrivals(events []Event) []arrival {
	var all []arrival
	for _, spell := range spells(events) {
		for i, event := range spell {
			all = append(all, arrival{event.StartsAt, event.alert(time.Time{})})
			if event.EndsAt.IsZero() {
				continue
			}
			for since := time.Duration(0); since <= resolvedRetention; since += p.options.ResendDelay {
				at := event.EndsAt.Add(since)
				if i+1 < len(spell) && !at.Before(spell[i+1].StartsAt) {
					break // it fires again
				}
				all = append(all, arrival{at, event.alert(event.EndsAt)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return a.at.Compare(b.at) })
	return all
}

// spells are the events of each alert in order of time, overlapping ones joined.
func spells(events []Event) [][]Event {
	byAlert := map[model.Fingerprint][]Event{}
	var order []model.Fingerprint
	for _, event := range events {
		print := labelSet(event.Labels).Fingerprint()
		if byAlert[print] == nil {
			order = append(order, print)
		}
		byAlert[print] = append(byAlert[print], event)
	}
	var all [][]Event
	for _, print := range order {
		sorted := byAlert[print]
		slices.SortStableFunc(sorted, func(a, b Event) int { return a.StartsAt.Compare(b.StartsAt) })
		joined := sorted[:1:1]
		for _, event := range sorted[1:] {
			last := &joined[len(joined)-1]
			if !last.EndsAt.IsZero() && event.StartsAt.After(last.EndsAt) {
				joined = append(joined, event)
			} else {
				last.EndsAt = later(last.EndsAt, event.EndsAt)
			}
		}
		all = append(all, joined)
	}
	return all
}

// later is the later of two ends, of which zero is never.
func later(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	return slices.MaxFunc([]time.Time{a, b}, time.Time.Compare)
}

// until is when to stop: by then all that ended is told to be resolved, where no time is given.
func (p *Pipeline) until(arrivals []arrival) time.Time {
	if !p.options.Until.IsZero() || len(arrivals) == 0 {
		return p.options.Until
	}
	longest := time.Duration(0)
	for _, route := range p.routes {
		longest = max(longest, route.GroupWait+2*route.GroupInterval)
	}
	last := slices.MaxFunc(arrivals, func(a, b arrival) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return last.at.Add(longest)
}

// alert is the event as Alertmanager keeps it.
func (e Event) alert(endsAt time.Time) *alert.Alert {
	return &alert.Alert{Alert: model.Alert{
		Labels: labelSet(e.Labels), Annotations: labelSet(e.Annotations), StartsAt: e.StartsAt, EndsAt: endsAt, GeneratorURL: e.GeneratorURL,
	}}
}
