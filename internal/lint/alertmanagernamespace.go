package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerNamespace = &Check{
	Code: "alertmanager/namespace", Severity: diag.Warning,
	Summary: "an alert lacks the namespace by which an AlertmanagerConfig takes alerts",
	Why: "Prometheus' operator adds a matcher for its own namespace to the route of every AlertmanagerConfig. An alert whose query sums " +
		"the label namespace away never reaches it (prometheus-operator, alertmanagerConfigMatcherStrategy).",
	Run: func(p *Pass) {
		configs := p.namespacedConfigs()
		if len(configs) == 0 || len(p.Set.Alertmanagers) > 0 {
			return
		}
		for _, alert := range p.Alerts {
			home := alert.Group.Resource
			at := slices.IndexFunc(configs, func(c read.Resource) bool { return home != nil && c.Namespace.Value == home.Namespace.Value })
			if at < 0 || !alert.lacks("namespace") {
				continue // it may be for another Alertmanager
			}
			p.Report(alert.At(alert.Alert.At()).Noting("the AlertmanagerConfig is at %s", configs[at].Name.At()),
				"keep namespace in the query, or give the rule the label namespace: "+home.Namespace.Value,
				"this alert has no label namespace: the routes of AlertmanagerConfig %s never take it", configs[at].Name.Value)
		}
	},
}

// namespacedConfigs are the AlertmanagerConfigs of the files, where they take alerts of their own namespace only.
func (f *Files) namespacedConfigs() []read.Resource {
	otherwise := slices.ContainsFunc(f.alertmanagerServers(), func(s read.AlertmanagerServer) bool {
		return s.MatcherStrategy.Value != "" && s.MatcherStrategy.Value != "OnNamespace"
	})
	enforced := slices.ContainsFunc(servers(f.Set), func(s read.Prometheus) bool { return s.EnforcedNamespaceLabel.Value != "" })
	if otherwise || enforced {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Set.Resources), func(r read.Resource) bool {
		return r.Kind.Value != "AlertmanagerConfig" || r.Namespace.Value == ""
	})
}

// lacks reports that neither the query nor the rule gives an alert a label, and no external label of the files does.
func (a *Alert) lacks(name string) bool {
	_, external := a.world.external[name]
	return !external && !a.world.relabeled && a.labels[name] == "" && a.Analysis != nil && a.Analysis.Root.Label(name).Presence == promql.Never
}
