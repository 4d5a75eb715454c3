package notify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/alertmanager/dispatch"
	amlabels "github.com/prometheus/alertmanager/pkg/labels"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/matching"
)

// Alert is what is known of an alert before it fires.
type Alert struct {
	Name string
	// Labels has all values that each label can have at Alertmanager, "" where it may be missing, nil where it can have any. What
	// is not here is missing.
	Labels map[string][]string
	// Watches is what it measures: alerts that watch the same thing differ in how urgent they are. Empty where nobody knows.
	Watches string
}

// values are what the alert's labels can be, its name among them.
func (a *Alert) values(label string) []string {
	if label == model.AlertNameLabel {
		return []string{a.Name}
	}
	values, known := a.Labels[label]
	if !known {
		return []string{""}
	}
	return values
}

// Audit finds what is wrong with the routing of these alerts, which are taken for all that there are. Scenarios are alerts that
// fire together, and say which ones people are told of; without them only the tree is looked at.
func (p *Pipeline) Audit(alerts []Alert, scenarios ...[]Event) []Finding {
	a := &audit{pipeline: p, alerts: alerts, ends: map[string][]matching.Reach[*dispatch.Route]{}, entered: map[*dispatch.Route]bool{}}
	for i := range alerts {
		a.follow(&alerts[i])
	}
	if len(alerts) > 0 { // without alerts nothing says what a route is for
		a.unreached(p.root)
	}
	a.unused()
	a.discarded()
	a.observe(scenarios)
	return a.findings
}

// audit collects findings. Each mistake is one of them.
type audit struct {
	pipeline *Pipeline
	alerts   []Alert
	ends     map[string][]matching.Reach[*dispatch.Route] // by the alert's name
	entered  map[*dispatch.Route]bool                     // nodes that some alert may come to
	findings []Finding
}

// tree is how matching walks Alertmanager's own routes.
var tree = matching.Tree[*dispatch.Route]{
	Matchers: func(r *dispatch.Route) amlabels.Matchers { return r.Matchers },
	Children: func(r *dispatch.Route) []*dispatch.Route { return r.Routes },
	Continue: func(r *dispatch.Route) bool { return r.Continue },
}

// follow notes where an alert may end and what it comes through.
func (a *audit) follow(alert *Alert) {
	ends := tree.Reached(a.pipeline.root, func(m amlabels.Matchers) matching.Certainty { return matching.Decide(m, alert.values) })
	a.ends[alert.Name] = append(a.ends[alert.Name], ends...)
	for _, end := range ends {
		for node := end.Node; node != nil; node = a.pipeline.parents[node] {
			a.entered[node] = true
		}
	}
}

func (a *audit) report(kind FindingKind, receiver, alert string, node *dispatch.Route, help, format string, arguments ...any) {
	finding := Finding{Kind: kind, Message: fmt.Sprintf(format, arguments...), Help: help, Receiver: receiver, Alert: alert}
	if node != nil {
		finding.Route = slices.Clone(a.pipeline.routes[node].Position)
	}
	a.findings = append(a.findings, finding)
}

// unreached reports the topmost nodes that no alert comes to, with the reason.
func (a *audit) unreached(node *dispatch.Route) {
	for i, child := range node.Routes {
		if a.entered[child] {
			a.unreached(child)
			continue
		}
		receiver := child.RouteOpts.Receiver
		if before := coveredBy(node.Routes[:i], child); before != nil {
			a.report(RouteShadowed, receiver, "", child, "move it up, or let the route before say continue: true",
				"no alert reaches the route %s to %s: the route %s before takes all that it matches", child.Matchers, receiver, before.Matchers)
			continue
		}
		help, why := a.whyUnreached(child, node.Routes[:i])
		a.report(RouteUnreached, receiver, "", child, help, "no alert reaches the route %s to %s: %s", child.Matchers, receiver, why)
	}
}

// coveredBy is the first route that takes everything that another matches.
func coveredBy(before []*dispatch.Route, route *dispatch.Route) *dispatch.Route {
	for _, earlier := range before {
		if !earlier.Continue && matching.Covers(earlier.Matchers, route.Matchers) {
			return earlier
		}
	}
	return nil
}

// whyUnreached finds the matcher that no alert satisfies, the matcher above that contradicts it, or the routes that take the alerts.
func (a *audit) whyUnreached(route *dispatch.Route, before []*dispatch.Route) (help, why string) {
	var path amlabels.Matchers
	for node := route; node != nil; node = a.pipeline.parents[node] {
		path = append(path, node.Matchers...)
	}
	for _, m := range route.Matchers {
		if having := a.having(m.Name); len(having) > 0 && !slices.ContainsFunc(having, m.Matches) {
			return "correct the matcher or the labels of the alerts, or remove the route",
				fmt.Sprintf("no alert matches %s, their %s is %s", m, m.Name, listed(having))
		}
		if having := a.having(m.Name); having != nil && len(having) == 0 && !m.Matches("") {
			return "correct the matcher or the labels of the alerts, or remove the route", "no alert has a label " + m.Name
		}
	}
	if one, other := matching.Contradiction(path); one != nil {
		return "move the route out of the one above, or correct one of the two", fmt.Sprintf("no alert has both %s and %s", one, other)
	}
	var matched []string
	for i := range a.alerts {
		if matching.Decide(path, a.alerts[i].values) != matching.No {
			matched = append(matched, a.alerts[i].Name)
		}
	}
	if len(matched) == 0 {
		return "correct its matchers, or remove the route", "no alert matches all of them"
	}
	for _, earlier := range before {
		taken := slices.ContainsFunc(a.alerts, func(one Alert) bool {
			return slices.Contains(matched, one.Name) && matching.Decide(earlier.Matchers, one.values) == matching.Yes
		})
		if taken && !earlier.Continue {
			return "move it up, or let the route before say continue: true",
				fmt.Sprintf("it matches %s, and the route %s before takes what it matches", listed(matched), earlier.Matchers)
		}
	}
	return "move it up, or let the routes before say continue: true", fmt.Sprintf("it matches %s, and routes before take what it matches", listed(matched))
}

// having are the values that alerts have of a label, without the missing one; nil where one can have any.
func (a *audit) having(label string) []string {
	all := map[string]bool{}
	for i := range a.alerts {
		values := a.alerts[i].values(label)
		if values == nil {
			return nil
		}
		for _, value := range values {
			all[value] = true
		}
	}
	delete(all, "")
	return slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(all))))
}

// unused reports receivers that no route names.
func (a *audit) unused() {
	named := map[string]bool{}
	a.pipeline.root.Walk(func(r *dispatch.Route) { named[r.RouteOpts.Receiver] = true })
	for _, receiver := range a.pipeline.receivers {
		if !named[receiver] && len(a.pipeline.channels[receiver]) > 0 {
			a.report(ReceiverUnused, receiver, "", nil, "name it in a route, or remove it",
				"no route leads to receiver %s: whoever is behind it is told nothing", receiver)
		}
	}
}

// discarded reports alerts that nobody is told of, those of one route together.
func (a *audit) discarded() {
	lost := map[*dispatch.Route][]string{}
	for _, name := range a.names() {
		told := slices.ContainsFunc(a.ends[name], func(end matching.Reach[*dispatch.Route]) bool {
			return len(a.pipeline.channels[end.Node.RouteOpts.Receiver]) > 0
		})
		if !told && len(a.ends[name]) > 0 {
			lost[a.ends[name][0].Node] = append(lost[a.ends[name][0].Node], name)
		}
	}
	a.pipeline.root.Walk(func(node *dispatch.Route) {
		names, receiver := lost[node], node.RouteOpts.Receiver
		switch {
		case len(names) == 0 || picksByName(node):
		case node == a.pipeline.root:
			a.report(AlertNobody, receiver, names[0], node, "add a route for it, or correct its labels",
				"nobody is told of %s: no route takes it, and the root's receiver %s has no integrations", listed(names), receiver)
		default:
			a.report(BlackHole, receiver, names[0], node, "give the receiver an integration, or the route another receiver",
				"nobody is told of %s: the route %s leads to receiver %s, which has no integrations", listed(names), node.Matchers, receiver)
		}
	})
}

// picksByName reports that a route picks alerts by their names: whoever discards those means to.
func picksByName(node *dispatch.Route) bool {
	return slices.ContainsFunc(node.Matchers, func(m *amlabels.Matcher) bool { return m.Name == model.AlertNameLabel })
}

// names are those of all alerts, each once, in their order.
func (a *audit) names() []string {
	var names []string
	for _, alert := range a.alerts {
		if !slices.Contains(names, alert.Name) {
			names = append(names, alert.Name)
		}
	}
	return names
}

// listed is "A", "A and B", or "A, B and 3 more".
func listed(names []string) string {
	const most = 4
	switch {
	case len(names) > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), len(names)-most+1)
	case len(names) > 1:
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	default:
		return strings.Join(names, "")
	}
}
