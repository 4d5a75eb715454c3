package lint

import "github.com/belfry-dev/belfry/internal/diag"

var alertmanagerReceiverUnused = &Check{
	Code: "alertmanager/receiver-unused", Severity: diag.Warning,
	Summary: "no route leads to a receiver",
	Why:     "Whoever is behind it believes to be notified, and is not. Receivers without integrations, which only discard, are left alone.",
	Run: func(p *Pass) {
		for _, routing := range p.routings {
			leads := map[string]bool{}
			routing.root.each(func(r *route) { leads[r.receiver] = true })
			for _, receiver := range routing.config.Receivers {
				if name := receiver.Name.Value; name != "" && !leads[name] && len(receiver.Integrations) > 0 {
					p.Report(Place{At: receiver.Name.At(), Owner: receiver.Pos, Name: name}, "name it in a route, or remove it",
						"no route leads to this receiver")
				}
			}
		}
	},
}
