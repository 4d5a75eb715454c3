package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var kubernetesMonitorService = &Check{
	Code: "kubernetes/monitor-service", Severity: diag.Error, Warns: true,
	Summary: "a ServiceMonitor finds no target at the Services of the files",
	Why: "A ServiceMonitor selects Services by their labels, in its own namespace unless namespaceSelector says otherwise, and an " +
		"endpoint names a port of the Service by the port's name. Where one of the three is wrong there is no target and no error.",
	Run: func(p *Pass) {
		for i := range p.Set.Monitors {
			monitor := &p.Set.Monitors[i]
			if monitor.Kind.Value != "ServiceMonitor" || monitor.Selector == nil || p.changes(monitor.Pos.File) {
				continue
			}
			taken, elsewhere := selectedServices(p.Set, monitor)
			switch at := resourcePlace(&monitor.Resource); {
			case len(taken) > 0:
				portless(p, at, monitor, taken)
			case len(elsewhere) > 0:
				p.Warn(at.Noting("the Service is at %s", elsewhere[0].Name.At()), "write the namespace into namespaceSelector.matchNames",
					"it selects Service %s, but does not look at its namespace %s", elsewhere[0].Name.Value, elsewhere[0].Namespace.Value)
			default:
				takesNone(p, at, monitor)
			}
		}
	},
}

// portless reports endpoints whose ports none of the Services has. Where other endpoints find theirs, the port may be that of a Service
// which is in no file.
func portless(p *Pass, at Place, monitor *read.Monitor, services []*read.Service) {
	var names []string
	for _, service := range services {
		for _, port := range service.Ports {
			if port.Name.Value != "" {
				names = append(names, port.Name.Value)
			}
		}
	}
	finds := func(e read.Endpoint) bool { return e.Port.Value == "" || slices.Contains(names, e.Port.Value) }
	for _, endpoint := range monitor.Endpoints {
		if finds(endpoint) {
			continue
		}
		wanted, report := endpoint.Port.Value, p.Report
		isSlip := slices.ContainsFunc(names, func(name string) bool { return diag.IsSlip(name, wanted) })
		if !isSlip && slices.ContainsFunc(monitor.Endpoints, finds) {
			report = p.Warn
		}
		help := "give the Service's port a name, and write that"
		if len(names) > 0 {
			help = meant(wanted, names, "write the name of one of its ports: "+listed(distinct(names)))
		}
		at.At = endpoint.Port.At()
		report(at.Noting("the Service is at %s", services[0].Name.At()), help, "Service %s has no port named %s", services[0].Name.Value, wanted)
	}
}

// takesNone reports a monitor that takes none of the Services in the namespaces that it looks at, and that differs from one of
// them in one label only: others may be in no file.
func takesNone(p *Pass, at Place, monitor *read.Monitor) {
	for i := range p.Set.Services {
		service := &p.Set.Services[i]
		if !looksAt(monitor, service.Namespace.Value) || len(monitor.Selector.MatchExpressions) > 0 {
			continue
		}
		var wrong []read.Pair
		for _, pair := range monitor.Selector.MatchLabels {
			if read.Find(service.Labels, pair.Name.Value).Value != pair.Value.Value {
				wrong = append(wrong, pair)
			}
		}
		alike := len(wrong) < len(monitor.Selector.MatchLabels) || service.Name.Value == monitor.Name.Value || onlyService(p.Set, service)
		if len(wrong) != 1 || !alike || otherMonitorTakes(p.Set, service) {
			continue
		}
		at.At = wrong[0].Value.At()
		help := "give the Service this label, or correct the selector"
		if value := read.Find(service.Labels, wrong[0].Name.Value).Value; value != "" {
			help = "Service " + service.Name.Value + " has " + wrong[0].Name.Value + ": " + value
		}
		p.Warn(at.Noting("the Service is at %s", service.Name.At()), help, "no Service of these files has the label %s: %s", wrong[0].Name.Value,
			wrong[0].Value.Value)
		return
	}
}

func onlyService(set *read.Set, service *read.Service) bool {
	return !slices.ContainsFunc(set.Services, func(s read.Service) bool { return s.Name.Value != service.Name.Value })
}

// otherMonitorTakes reports whether a Service has a monitor already.
func otherMonitorTakes(set *read.Set, service *read.Service) bool {
	return slices.ContainsFunc(set.Monitors, func(m read.Monitor) bool {
		return m.Kind.Value == "ServiceMonitor" && picks(m.Selector, service.Labels) == yes && looksAt(&m, service.Namespace.Value)
	})
}
