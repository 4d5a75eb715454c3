package runbook

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// sloCondition says when an SLO's alert fires, as a clause.
func sloCondition(alert *ir.Alert) string {
	slo := alert.SLO
	title := oneLine(cmp.Or(slo.Title, slo.Name))
	switch alert.Kind {
	case ir.AlertNoData:
		return quoted(title) + " has had no data for " + unit.FormatDuration(alert.For)
	case ir.AlertTraffic:
		return quoted(title) + " has had less traffic than " + slo.Traffic.Format(alert.Threshold.Value) + " for " + unit.FormatDuration(alert.For)
	default:
		return "Error budget of " + quoted(title) + " burns " + factors(alert.Tier) + " as fast as it may"
	}
}

// sloSubject says what is broken, and what that is for users.
func sloSubject(alert *ir.Alert) (subject, meaning string) {
	title := oneLine(cmp.Or(alert.SLO.Title, alert.SLO.Name))
	switch alert.Kind {
	case ir.AlertNoData:
		return "No data about " + quoted(title), "nobody can tell whether it works."
	case ir.AlertTraffic:
		return "Hardly any traffic for " + quoted(title), "users may not get through at all."
	default:
		return title, oneLine(alert.Signal.Help)
	}
}

// quoted keeps a title, which may be a whole clause, apart from the sentence around it.
func quoted(title string) string { return "“" + title + "”" }

// means says in plain words what an SLO's alert means, a paragraph each.
func means(alert *ir.Alert) []string {
	slo := alert.SLO
	goal := fmt.Sprintf("The objective is %s over %s.", unit.Ratio.Format(slo.Objective), unit.FormatDuration(slo.Window))
	switch alert.Kind {
	case ir.AlertNoData:
		return []string{
			goal + " Nothing watches it while there is no data, and its other alerts cannot fire.",
			"The service is down, Prometheus does not reach it, or it no longer exposes what is counted." + limited(slo),
		}
	case ir.AlertTraffic:
		return []string{
			"An outage that stops the traffic leaves no bad events behind and burns no error budget, so that the burn-rate alerts stay silent.",
			goal + " It says nothing about events that never came. Look before the service: DNS, certificates, load balancer, the services that call it.",
		}
	default:
		return []string{burnMeans(alert, goal)}
	}
}

// burnMeans says how much of the budget is gone and how long the rest lasts at worst.
func burnMeans(alert *ir.Alert, goal string) string {
	slo := alert.SLO
	outage := float64(slo.Window) * allowed(slo)
	text := fmt.Sprintf("%s The error budget is the other %s, which a total failure uses up in %s.", goal,
		unit.Ratio.Format(allowed(slo)), roughly(outage))
	least := 1.0
	for _, tier := range alert.Tier {
		least = min(least, tier.BudgetShare)
	}
	if len(slo.By) > 0 {
		text += " Each " + strings.Join(slo.By, " and ") + " has a budget of its own, and the alert names which it is about."
	}
	if len(alert.Tier) == 0 || least >= 1 {
		return text
	}
	return text + fmt.Sprintf("\n**By the time it fires, at least %s of it is gone**; if everything fails, the rest lasts %s.",
		unit.Ratio.Format(least), roughly(outage*(1-least)))
}

// limited says that more groups than allowed silence the rules.
func limited(slo *ir.SLO) string {
	if slo.Limit == 0 {
		return ""
	}
	return fmt.Sprintf(" Or there are more than %d values of %s, the limit, where the rules fail on purpose.", slo.Limit, strings.Join(slo.By, " and "))
}

// others are the other alerts of the same SLO.
func others(alert *ir.Alert) []link {
	var links []link
	for _, other := range alert.SLO.Alerts {
		if other.Name != alert.Name {
			links = append(links, linkTo(other.Name))
		}
	}
	return links
}
