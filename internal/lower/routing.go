package lower

import (
	"maps"
	"slices"
	"strings"

	"github.com/grafana/regexp"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// lowerRouting lowers the receivers, the service's subtree of routes, and what mutes what.
func (l *lowerer) lowerRouting() {
	n := &ir.Notifications{Receivers: l.receivers()}
	l.checkPlatformReceivers()
	s := l.program.Service
	if s == nil {
		l.platformRouting(n)
		return
	}
	n.Service, n.Namespace = s.Name, s.Namespace
	r := l.spec.Routing
	if r == nil {
		if len(l.spec.Receivers) > 0 {
			l.report("routing/missing", "receivers", "add routing: {receiver: …}", "there are receivers, but no routing that leads to one")
		}
		return
	}
	l.receiverExists("routing.receiver", r.Receiver)
	n.Route = &ir.Route{
		Path: "routing", Receiver: r.Receiver,
		Matchers: []ir.Matcher{{Name: "service", Op: "=", Value: s.Name}, {Name: "namespace", Op: "=", Value: s.Namespace}},
		GroupBy:  l.groupBy("routing.groupBy", r.GroupBy), GroupWait: l.duration("routing.groupWait", r.GroupWait),
		GroupInterval:  l.positive("routing.groupInterval", r.GroupInterval),
		RepeatInterval: l.positive("routing.repeatInterval", r.RepeatInterval),
	}
	n.Route.Routes = l.ownRoutes()
	for i, route := range r.Routes {
		n.Route.Routes = append(n.Route.Routes, l.route(indexed("routing.routes", i), route))
	}
	n.Inhibitions = append(l.inhibitions(), l.pagesMuteTickets()...)
	l.program.Notifications = n
	if l.program.OwnsPlatform {
		l.program.Fleet = []*ir.Notifications{n}
	}
	for _, a := range l.program.Alerts {
		set := maps.Clone(a.Labels)
		set["alertname"] = a.Name
		a.Receivers = receiversOf(n.Route, set)
	}
}

// ownRoutes lead alerts that name a receiver themselves to it, before the service's own routes are looked at.
func (l *lowerer) ownRoutes() []*ir.Route {
	var routes []*ir.Route
	for _, a := range l.program.Alerts {
		if a.Receiver != "" {
			routes = append(routes, &ir.Route{
				Path: a.Path + ".receiver", Receiver: a.Receiver, Matchers: []ir.Matcher{{Name: labels.AlertName, Op: "=", Value: a.Name}},
			})
		}
	}
	return routes
}

// platformRouting takes the receivers of a package that describes a platform alone: its root and heartbeat use them.
func (l *lowerer) platformRouting(n *ir.Notifications) {
	if l.spec.Routing != nil {
		l.report("spec/no-service", "routing", "set platform.alertmanager.receiver for strangers' alerts", "routing belongs to a service")
	}
	if l.program.OwnsPlatform && len(n.Receivers) > 0 {
		l.program.Fleet = []*ir.Notifications{n}
	}
}

// groupBy always keeps services and namespaces apart.
func (l *lowerer) groupBy(path string, names []string) []string {
	for i, name := range names {
		if name != "..." && !labelName.MatchString(name) {
			l.report("names/label", indexed(path, i), `use letters, digits and underscores, or "..." for all labels`, "%q is not a name that a label can have", name)
		}
	}
	if slices.Contains(names, "...") {
		return []string{"..."}
	}
	all := append([]string{}, names...)
	for _, name := range []string{"service", "namespace"} {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func (l *lowerer) route(path string, r schema.Route) *ir.Route {
	l.receiverExists(path+".receiver", r.Receiver)
	route := &ir.Route{
		Path: path, Receiver: r.Receiver, Continue: r.Continue, GroupWait: l.duration(path+".groupWait", r.GroupWait),
		GroupInterval: l.positive(path+".groupInterval", r.GroupInterval), RepeatInterval: l.positive(path+".repeatInterval", r.RepeatInterval),
	}
	if r.GroupBy != nil {
		route.GroupBy = l.groupBy(path+".groupBy", r.GroupBy)
	}
	ms, _ := l.matchers(path+".match", r.Match)
	for _, m := range ms {
		route.Matchers = append(route.Matchers, ir.Matcher{Name: m.Name, Op: m.Type.String(), Value: m.Value})
	}
	return route
}

func (l *lowerer) receiverExists(path, name string) bool {
	_, ok := l.spec.Receivers[name]
	if !ok {
		l.report("reference/receiver", path, didYouMean(name, sortedKeys(l.spec.Receivers)), "there is no receiver %q", name)
	}
	return ok
}

func (l *lowerer) checkPlatformReceivers() {
	if !l.program.OwnsPlatform {
		return
	}
	a := l.program.Platform.Alertmanager
	for _, use := range []struct{ path, name string }{
		{"platform.alertmanager.receiver", a.Receiver}, {"platform.alertmanager.heartbeat", a.Heartbeat},
	} {
		if use.name != "" {
			l.receiverExists(use.path, use.name)
		}
	}
}

// receiversOf follows the routes as Alertmanager does: the first child that matches takes the alert, and those after it
// only where it says continue.
func receiversOf(r *ir.Route, set map[string]string) []string {
	for _, m := range r.Matchers {
		if !matches(m, set[m.Name]) {
			return nil
		}
	}
	var found []string
	for _, child := range r.Routes {
		receivers := receiversOf(child, set)
		found = append(found, receivers...)
		if receivers != nil && !child.Continue {
			break
		}
	}
	if found == nil {
		found = []string{r.Receiver}
	}
	return slices.Compact(found)
}

func matches(m ir.Matcher, value string) bool {
	for _, kind := range []labels.MatchType{labels.MatchEqual, labels.MatchNotEqual, labels.MatchRegexp, labels.MatchNotRegexp} {
		if kind.String() == m.Op {
			return labels.MustNewMatcher(kind, m.Name, m.Value).Matches(value)
		}
	}
	return false
}

// inhibitions mute the lower severities of an SLI while a higher one fires on it. Alertmanager takes a label that is
// missing on both sides as equal, so that signal must be there on both: else any stranger's critical alert would mute any
// stranger's warning. Labels that all alerts of an SLI keep apart must be equal too.
func (l *lowerer) inhibitions() []ir.Inhibition {
	keeps := map[string][]string{} // SLI to the labels that its alerts have in common
	ranks := map[string][]int{}
	for _, a := range l.program.Alerts {
		if a.Kind == ir.AlertNoData && len(a.SLO.By) > 0 {
			continue // it is about all groups, and keeps none of their labels
		}
		sli := a.Labels["signal"]
		if known, ok := keeps[sli]; ok {
			keeps[sli] = intersect(known, a.By)
		} else {
			keeps[sli] = a.By
		}
		ranks[sli] = append(ranks[sli], rank(a.Severity))
	}
	signals := map[string][]string{} // common labels, joined, to the SLIs that have several severities
	for _, sli := range sortedKeys(ranks) {
		if slices.Min(ranks[sli]) != slices.Max(ranks[sli]) {
			common := strings.Join(keeps[sli], ",")
			signals[common] = append(signals[common], sli)
		}
	}
	var all []ir.Inhibition
	for _, common := range sortedKeys(signals) {
		equal := []string{"signal", "service", "namespace"}
		signal := ir.Matcher{Name: "signal", Op: "=~", Value: ".+"}
		if common != "" {
			equal = append(equal, strings.Split(common, ",")...)
		}
		if slis := signals[common]; len(signals) > 1 {
			signal.Op, signal.Value = "=", slis[0]
			if len(slis) > 1 {
				signal.Op, signal.Value = "=~", strings.Join(quoted(slis), "|")
			}
		}
		used := l.usedSeverities()
		for i, source := range used[:len(used)-1] {
			lower := ir.Matcher{Name: "severity", Op: "=", Value: used[i+1]}
			if len(used[i+1:]) > 1 {
				lower.Op, lower.Value = "=~", strings.Join(used[i+1:], "|")
			}
			all = append(all, ir.Inhibition{
				Source: []ir.Matcher{{Name: "severity", Op: "=", Value: source}, signal},
				Target: []ir.Matcher{lower, signal}, Equal: equal,
			})
		}
	}
	return all
}

// pagesMuteTickets mute a ticket of an SLO while its page fires, where both have one severity. Where the page's is higher,
// the inhibitions of the SLI do.
func (l *lowerer) pagesMuteTickets() []ir.Inhibition {
	type pair struct{ pages, tickets []string }
	pairs := map[string]pair{} // labels that are kept apart, joined, to the alerts
	for _, slo := range l.program.SLOs {
		by := strings.Join(slo.By, ",")
		found := pairs[by]
		for _, ticket := range slo.Alerts {
			for _, page := range slo.Alerts {
				if page.Kind != ir.AlertBurn || ticket.Kind != ir.AlertBurn || !page.Page || ticket.Page || page.Severity != ticket.Severity {
					continue
				}
				found.pages, found.tickets = append(found.pages, page.Name), append(found.tickets, ticket.Name)
			}
		}
		if len(found.pages) > 0 {
			pairs[by] = found
		}
	}
	var all []ir.Inhibition
	for _, by := range sortedKeys(pairs) {
		equal := []string{"slo", "service", "namespace"}
		if by != "" {
			equal = append(equal, strings.Split(by, ",")...)
		}
		all = append(all, ir.Inhibition{Source: []ir.Matcher{named(pairs[by].pages)}, Target: []ir.Matcher{named(pairs[by].tickets)}, Equal: equal})
	}
	return all
}

// named matches alerts by their names.
func named(names []string) ir.Matcher {
	names = sortedCopy(names)
	if len(names) == 1 {
		return ir.Matcher{Name: labels.AlertName, Op: "=", Value: names[0]}
	}
	return ir.Matcher{Name: labels.AlertName, Op: "=~", Value: strings.Join(quoted(names), "|")}
}

// quoted makes regular expressions that match nothing but the texts.
func quoted(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = regexp.QuoteMeta(text)
	}
	return all
}

// usedSeverities lists the severities that alerts have, the most urgent first.
func (l *lowerer) usedSeverities() []string {
	return slices.DeleteFunc(slices.Clone(severities), func(severity string) bool {
		return !slices.ContainsFunc(l.program.Alerts, func(a *ir.Alert) bool { return a.Severity == severity })
	})
}

func intersect(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return !slices.Contains(b, name) })
}
