package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// Alert is an alerting rule with what is known of the labels that its alerts have when they reach Alertmanager.
type Alert struct {
	*Rule
	labels map[string]string // that the rule and its group set
	world  *alertWorld
}

// alertWorld is what all alerts share.
type alertWorld struct {
	external  map[string]string // labels that Prometheus adds to alerts that lack them
	complete  bool              // external has all of them
	relabeled bool              // labels change on the way
	set       map[string]bool   // labels that rules set, which therefore are no external ones
}

// newAlerts are the alerting rules of the files.
func newAlerts(f *Files) []*Alert {
	world := newAlertWorld(f.Set)
	var alerts []*Alert
	for i := range f.Rules {
		rule := &f.Rules[i]
		if rule.Alert.Value == "" {
			continue
		}
		alert := &Alert{Rule: rule, labels: map[string]string{}, world: world}
		for _, pair := range slices.Concat(rule.Group.Labels, rule.Labels) {
			alert.labels[pair.Name.Value] = pair.Value.Value
			world.set[pair.Name.Value] = true
		}
		alerts = append(alerts, alert)
	}
	return alerts
}

func newAlertWorld(set *read.Set) *alertWorld {
	// The operator adds two labels of its own (prometheus-operator, pkg/prometheus/promcfg.go).
	world := &alertWorld{external: map[string]string{}, complete: len(set.Scrapings) > 0, set: map[string]bool{}}
	for _, s := range set.Scrapings {
		world.relabeled = world.relabeled || s.RelabelsAlerts
		world.add(s.ExternalLabels)
	}
	for _, server := range servers(set) {
		world.relabeled = world.relabeled || server.RelabelsAlerts
		world.add(server.ExternalLabels)
		world.complete = false
	}
	return world
}

func (w *alertWorld) add(external []read.Pair) {
	for _, pair := range external {
		if old, known := w.external[pair.Name.Value]; known && old != pair.Value.Value {
			w.complete = false
			continue
		}
		w.external[pair.Name.Value] = pair.Value.Value
	}
}

// servers are the Prometheus servers of the operator, as resources and as the chart's values.
func servers(set *read.Set) []read.Prometheus {
	all := slices.Clone(set.Prometheuses)
	for _, values := range set.Values {
		if values.Prometheus != nil {
			all = append(all, *values.Prometheus)
		}
	}
	return all
}

// Values are all values that a label of the alert can have at Alertmanager, "" where it can be missing; nil where nobody knows.
func (a *Alert) Values(name string) []string {
	if name == model.AlertNameLabel {
		return []string{a.Alert.Value}
	}
	if a.world.relabeled {
		return nil
	}
	if value, set := a.labels[name]; set && value != "" {
		if strings.Contains(value, "{{") {
			return nil
		}
		return []string{value}
	}
	if _, set := a.labels[name]; set {
		return a.orExternal(name)
	}
	if a.Analysis == nil {
		return nil
	}
	switch known := a.Analysis.Root.Label(name); {
	case known.Presence == promql.Never:
		return a.orExternal(name)
	case known.Values == nil || known.Presence == promql.May:
		return nil
	default:
		return known.Values
	}
}

// keeps reports that every series of the alert's query has a label, and that nothing takes or replaces it.
func (a *Alert) keeps(name string) bool {
	_, set := a.labels[name]
	return !set && !a.world.relabeled && a.Analysis != nil && a.Analysis.Root.Label(name).Presence == promql.Must
}

// orExternal are the values of a label that the alert itself does not have.
func (a *Alert) orExternal(name string) []string {
	if value, ok := a.world.external[name]; ok && a.world.complete {
		return []string{value}
	}
	if a.world.complete || a.world.set[name] {
		return []string{""}
	}
	return nil
}

// Value is the one value that a label has; false where there may be others.
func (a *Alert) Value(name string) (string, bool) {
	values := a.Values(name)
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// urgency is the rank of an alert's severity, 0 the most urgent; false where the severity is unknown, or no word that people use.
func (a *Alert) urgency() (int, bool) {
	severity, ok := a.Value("severity")
	if !ok {
		return 0, false
	}
	return ir.SeverityRank(severity)
}

// informs reports an alert that says itself that nobody needs to act.
func (a *Alert) informs() bool {
	rank, known := a.urgency()
	least, _ := ir.SeverityRank("info")
	return known && rank >= least
}

// namesOf lists the first alerts by name, each once: "A, B and 3 more".
func namesOf(alerts []*Alert) string {
	var names []string
	for _, a := range alerts {
		if !slices.Contains(names, a.Alert.Value) {
			names = append(names, a.Alert.Value)
		}
	}
	return listed(names)
}
