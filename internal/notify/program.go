package notify

import (
	"github.com/belfry-dev/belfry/internal/ir"
)

// AlertsOf are the alerts of a Program with what it knows of their labels: static ones, and those that their queries keep apart, with
// all their values where a metric declares them.
func AlertsOf(p *ir.Program) []Alert {
	var alerts []Alert
	for _, a := range p.Alerts {
		alert := Alert{Name: a.Name, Labels: map[string][]string{}}
		for _, label := range a.By {
			alert.Labels[label] = declaredValues(a.Signal, label)
		}
		for label, value := range a.Labels {
			alert.Labels[label] = []string{value}
		}
		if a.Signal != nil {
			alert.Watches = a.Signal.SLI
		}
		alerts = append(alerts, alert)
	}
	return alerts
}

// declaredValues are all values that a label of a signal's result can have; nil where it is open.
func declaredValues(s *ir.Signal, label string) []string {
	if s == nil {
		return nil
	}
	for _, m := range s.Metrics {
		for _, declared := range m.Labels {
			if m.Stored(declared.Name) == label && declared.Values != nil {
				return declared.Values
			}
		}
	}
	return nil
}
