package notify

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
)

// ScenariosOf are what the alerts of a Program can be seen in: for each alert the mildest incident in which it fires, with the alerts
// that cannot but fire along, and for each indicator its total failure, in which all of its alerts do.
func ScenariosOf(p *ir.Program) [][]Event {
	var scenarios [][]Event
	bySLI := map[string][]Event{}
	var order []string
	for _, a := range p.Alerts {
		mildest := []Event{exampleOf(a)}
		for _, other := range p.Alerts {
			if other != a && firesWith(a, other) {
				mildest = append(mildest, exampleOf(other))
			}
		}
		scenarios = append(scenarios, mildest)
		if a.Signal == nil || a.Signal.SLI == "" || a.Kind == ir.AlertNoData { // without series the others on the signal are silent
			continue
		}
		if bySLI[a.Signal.SLI] == nil {
			order = append(order, a.Signal.SLI)
		}
		bySLI[a.Signal.SLI] = append(bySLI[a.Signal.SLI], exampleOf(a))
	}
	for _, sli := range order {
		scenarios = append(scenarios, bySLI[sli])
	}
	return scenarios
}

// firesWith reports whether a second alert is past its threshold whenever the first is: both are about one query and one direction.
func firesWith(first, second *ir.Alert) bool {
	if first.Query == nil || second.Query == nil || first.Query.Key != second.Query.Key || first.Threshold.Above != second.Threshold.Above {
		return false
	}
	bound, ok := second.Query.Unit.Convert(second.Threshold.Value, first.Query.Unit)
	if !ok {
		return false
	}
	if first.Threshold.Above {
		return bound <= first.Threshold.Value
	}
	return bound >= first.Threshold.Value
}

// someday is when incidents begin that happen at no time in particular, and incidentLasts is how long they take: longer than any group
// waits.
var someday = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

const incidentLasts = 6 * time.Hour

// exampleOf is the alert as it fires in an incident that begins someday, with the first of the values that its labels can have.
func exampleOf(a *ir.Alert) Event {
	labels := map[string]string{}
	for _, label := range a.By {
		labels[label] = "example"
		if values := declaredValues(a.Signal, label); len(values) > 0 {
			labels[label] = values[0]
		}
	}
	for label, value := range a.Labels {
		labels[label] = value
	}
	labels[model.AlertNameLabel] = a.Name
	return Event{
		Labels: labels, Annotations: map[string]string{"summary": a.Summary}, StartsAt: someday.Add(a.For), EndsAt: someday.Add(a.For + incidentLasts),
	}
}
