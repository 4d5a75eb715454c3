package lint

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var kubernetesRuleSelector = &Check{
	Code: "kubernetes/rule-selector", Severity: diag.Error, Warns: true,
	Summary: "no Prometheus of the files loads a PrometheusRule",
	Why: "Prometheus' operator takes the rules whose labels its selector matches, and says nothing of the others: the alerts look " +
		"deployed and never fire. kube-prometheus-stack asks for the label release with the name of its release, unless " +
		"ruleSelectorNilUsesHelmValues is false. Where no Prometheus is in the files, a resource without the label that those beside it " +
		"have is a warning.",
	Run: func(p *Pass) {
		seen := map[diag.Pos]bool{}
		for _, group := range p.Set.Groups {
			if r := group.Resource; r != nil && r.Kind.Value == "PrometheusRule" && !seen[r.Pos] {
				seen[r.Pos] = true
				notLoaded(p, r, rulesOf, "rules")
			}
		}
	},
}

var kubernetesMonitorSelector = &Check{
	Code: "kubernetes/monitor-selector", Severity: diag.Error, Warns: true,
	Summary: "no Prometheus of the files loads a ServiceMonitor or PodMonitor",
	Why: "Prometheus' operator takes the monitors whose labels its selector matches, and says nothing of the others: the targets " +
		"never appear, and whatever reads their metrics is empty. kube-prometheus-stack asks for the label release with the name of its " +
		"release, unless serviceMonitorSelectorNilUsesHelmValues is false. Where no Prometheus is in the files, a resource without the " +
		"label that those beside it have is a warning.",
	Run: func(p *Pass) {
		for i := range p.Set.Monitors {
			monitor := &p.Set.Monitors[i].Resource
			if monitor.Kind.Value == "PodMonitor" {
				notLoaded(p, monitor, podMonitorsOf, "PodMonitors")
				continue
			}
			notLoaded(p, monitor, serviceMonitorsOf, "ServiceMonitors")
		}
	},
}

// resourcePlace is the place of a resource's name.
func resourcePlace(r *read.Resource) Place {
	place := Place{At: r.Name.At(), Owner: r.Pos, Name: r.Name.Value}
	if r.Name.IsZero() {
		place.At = r.Pos
	}
	return place
}

// loader is what one Prometheus takes of one kind of resource.
type loader struct {
	objects, namespaces *read.Selector
	ofRelease           bool // the label release must be there, with a value that the files do not tell
	own                 string
	at                  diag.Pos
}

func rulesOf(server *read.Prometheus, values *read.ChartValues) loader {
	l := loader{objects: server.RuleSelector, namespaces: server.RuleNamespaceSelector}
	return l.in(server, values, values != nil && values.RulesOfRelease)
}

func serviceMonitorsOf(server *read.Prometheus, values *read.ChartValues) loader {
	l := loader{objects: server.ServiceMonitorSelector, namespaces: server.ServiceMonitorNamespaceSelector}
	return l.in(server, values, values != nil && values.ServiceMonitorsOfRelease)
}

func podMonitorsOf(server *read.Prometheus, values *read.ChartValues) loader {
	l := loader{objects: server.PodMonitorSelector, namespaces: server.PodMonitorNamespaceSelector}
	return l.in(server, values, values != nil && values.PodMonitorsOfRelease)
}

// in adds what server and chart say. The chart writes {} for namespaces that the values do not select, which takes all.
func (l loader) in(server *read.Prometheus, values *read.ChartValues, ofRelease bool) loader {
	l.own, l.at, l.ofRelease = server.Namespace.Value, server.Name.At(), ofRelease
	if values == nil {
		return l
	}
	l.at = values.Pos
	if l.objects == nil {
		l.objects = &read.Selector{}
	}
	if l.namespaces == nil {
		l.namespaces = &read.Selector{}
	}
	return l
}

// notLoaded reports a resource that every Prometheus of the files leaves alone.
func notLoaded(p *Pass, r *read.Resource, of func(*read.Prometheus, *read.ChartValues) loader, what string) {
	loaders := p.loaders(of)
	switch {
	case p.changes(r.Pos.File):
		return
	case len(loaders) == 0:
		unlikeOthers(p, r)
		return
	}
	var reasons []string
	place := resourcePlace(r)
	for _, l := range loaders {
		reason, at := l.refuses(r, what)
		if reason == "" {
			return
		}
		if at.IsValid() {
			place.At = at
		}
		reasons = append(reasons, reason)
	}
	place = place.Noting("it is selected at %s", loaders[0].at)
	report := p.Report
	if len(loaders) > 1 {
		report = p.Warn // several clusters, or parts of one, of which others may be in no file
	}
	report(place, "give it the labels that the selector asks for, or widen the selector", "Prometheus does not load it: %s", reasons[0])
}

// otherLoaders are further kinds of servers that load rules or monitors by selectors of their own.
var otherLoaders = []string{"ThanosRuler", "PrometheusAgent"}

// loaders are all servers of the files, of the chart's values and of the operator's resources.
func (f *Files) loaders(of func(*read.Prometheus, *read.ChartValues) loader) []loader {
	var all []loader
	if slices.ContainsFunc(f.Set.Resources, func(r read.Resource) bool { return slices.Contains(otherLoaders, r.Kind.Value) }) {
		return nil
	}
	for i := range f.Set.Prometheuses {
		all = append(all, of(&f.Set.Prometheuses[i], nil))
	}
	for i := range f.Set.Values {
		if values := &f.Set.Values[i]; values.Prometheus != nil {
			all = append(all, of(values.Prometheus, values))
		}
	}
	return all
}

// refuses says why a server certainly does not take a resource, and at which of its labels; empty where it may.
func (l loader) refuses(r *read.Resource, what string) (reason string, at diag.Pos) {
	release := read.Find(r.Labels, "release")
	switch {
	case l.ofRelease && release.IsZero():
		return fmt.Sprintf("the chart's values take only %s with the label release", what), diag.Pos{}
	case l.objects == nil:
		return fmt.Sprintf("it selects no %s at all", what), diag.Pos{}
	case picks(l.objects, r.Labels) == no:
		return fmt.Sprintf("it takes %s with %s", what, saidSelector(l.objects)), l.wrongLabel(r)
	case selectsNamespace(l.namespaces, l.own, r.Namespace.Value) == no && l.namespaces == nil:
		return fmt.Sprintf("it takes %s of its own namespace %s, and this is in %s", what, l.own, r.Namespace.Value), r.Namespace.At()
	case selectsNamespace(l.namespaces, l.own, r.Namespace.Value) == no:
		return fmt.Sprintf("it takes %s of namespaces with %s, and this is in %s", what, saidSelector(l.namespaces), r.Namespace.Value),
			r.Namespace.At()
	}
	return "", diag.Pos{}
}

// wrongLabel is the label that has another value than it must have.
func (l loader) wrongLabel(r *read.Resource) diag.Pos {
	for _, pair := range l.objects.MatchLabels {
		if label := read.Find(r.Labels, pair.Name.Value); !label.IsZero() && label.Value != pair.Value.Value {
			return label.At()
		}
	}
	return diag.Pos{}
}

func isBelow(file, folder string) bool { return folder == "." || strings.HasPrefix(file, folder+"/") }

// changes reports whether a kustomization of the files may change labels and namespaces of a file's resources.
func (f *Files) changes(file string) bool {
	return slices.ContainsFunc(f.Set.Kustomized, func(k read.Kustomization) bool {
		if !k.Changes {
			return false
		}
		folder := path.Dir(k.File)
		return isBelow(file, folder) || slices.ContainsFunc(k.Resources, func(entry read.Text) bool {
			listed := path.Join(folder, entry.Value)
			return file == listed || isBelow(file, listed)
		})
	})
}
