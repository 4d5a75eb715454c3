package check

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var receiverUnused = &Check{
	Code: "receiver/unused", Severity: diag.Warning,
	Doc: Doc{
		Summary: "no route leads to a receiver",
		Why:     "Whoever is behind it believes to be notified, and is not.",
	},
	Run: func(p *Pass) {
		alertmanager := p.Program.Platform.Alertmanager
		leads := map[string]bool{alertmanager.Receiver: true, alertmanager.Heartbeat: true}
		own := ownNotifications(p.Program)
		for _, n := range own {
			markRoutes(leads, n.Route)
		}
		for _, n := range own {
			for _, r := range n.Receivers {
				if !leads[r.Name] {
					p.Report(r.Path, "name it in routing, or remove it", "no route leads to receiver %s", r.Name)
				}
			}
		}
	},
}

// ownNotifications are those that this package declares: the service's, or those of a platform without a service.
func ownNotifications(p *ir.Program) []*ir.Notifications {
	if p.Notifications != nil {
		return []*ir.Notifications{p.Notifications}
	}
	var own []*ir.Notifications
	for _, n := range p.Fleet {
		if n.Service == "" {
			own = append(own, n)
		}
	}
	return own
}

func markRoutes(leads map[string]bool, r *ir.Route) {
	if r == nil {
		return
	}
	leads[r.Receiver] = true
	for _, child := range r.Routes {
		markRoutes(leads, child)
	}
}
