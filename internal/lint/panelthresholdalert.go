package lint

import (
	"math"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelThresholdAlert = &Check{
	Code: "panel/threshold-alert", Severity: diag.Warning,
	Summary: "a panel draws other thresholds than the alerts on its query have",
	Why: "Whoever is called by an alert opens the dashboard and finds the value in the green. One of the two was changed and the other " +
		"forgotten.",
	Run: func(p *Pass) {
		for _, panel := range p.coloured() {
			steps := panel.steps()
			if len(steps) == 0 || isUntouched(steps) || panel.ownThresholds() || !panel.reducesToValue() {
				continue
			}
			var others []step // that are no alert's on any query of the panel
			for _, s := range steps {
				if !slices.ContainsFunc(panel.Typed(), func(q *Query) bool { return isAlerts(p, s, q) }) {
					others = append(others, s)
				}
			}
			for _, q := range panel.Typed() {
				checkThresholdsOfAlerts(p, panel, steps, others, q)
			}
		}
	},
}

// growing are functions whose results grow with their range, so that those of other ranges have other thresholds.
var growing = []string{"increase(", "delta(", "count_over_time(", "sum_over_time(", "changes(", "resets("}

// isAlerts reports whether a step is where an alert on the query fires.
func isAlerts(p *Pass, s step, q *Query) bool {
	alerts, factor := p.alertsOn().of(q)
	return slices.ContainsFunc(alerts, func(c comparison) bool { return same(s.value, c.threshold/c.factor*factor) })
}

func checkThresholdsOfAlerts(p *Pass, panel Panel, steps, others []step, q *Query) {
	if slices.ContainsFunc(q.Substituted.Holes, func(h read.Hole) bool { return h.Use == read.UseDuration }) &&
		slices.ContainsFunc(growing, func(name string) bool { return strings.Contains(q.Substituted.Text, name) }) {
		return
	}
	alerts, factor := p.alertsOn().of(q)
	var missing []comparison
	for _, c := range alerts {
		if !slices.ContainsFunc(steps, func(s step) bool { return same(s.value, c.threshold/c.factor*factor) }) {
			missing = append(missing, c)
		}
	}
	for _, s := range others {
		if math.IsInf(s.value, 0) || len(missing) == 0 {
			continue
		}
		nearest := slices.MinFunc(missing, func(a, b comparison) int {
			return int(math.Copysign(1, math.Abs(a.threshold/a.factor*factor-s.value)-math.Abs(b.threshold/b.factor*factor-s.value)))
		})
		value := figure(nearest.threshold / nearest.factor * factor)
		p.Report(panel.At(s.Value.At()).Noting("%s stands at %s", nearest.rule.Alert.Value, nearest.rule.Expr.At()),
			"write "+value+", or change the alert", "the step is at %s, but the alert %s on the same expression fires at %s",
			figure(s.value), nearest.rule.Alert.Value, value)
		return
	}
}

// same compares numbers that were computed in different ways.
func same(a, b float64) bool {
	return a == b || !math.IsInf(a, 0) && math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}
