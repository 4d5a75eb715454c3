package generator

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// Counts is how much a spec declares.
type Counts struct {
	Metrics    int `json:"metrics"` // that the service exposes
	Signals    int `json:"signals"`
	Alerts     int `json:"alerts"` // without those of SLOs
	SLOs       int `json:"slos"`
	Receivers  int `json:"receivers"`
	Dashboards int `json:"dashboards"`
}

// Count counts what a program declares.
func Count(p *ir.Program) Counts {
	n := Counts{Signals: len(p.Signals), SLOs: len(p.SLOs), Dashboards: len(p.Dashboards)}
	for _, m := range p.Metrics {
		if m.Own() {
			n.Metrics++
		}
	}
	for _, a := range p.Alerts {
		if a.SLO == nil {
			n.Alerts++
		}
	}
	if p.Notifications != nil {
		n.Receivers = len(p.Notifications.Receivers)
	}
	return n
}

// Add adds another spec's counts.
func (n *Counts) Add(other Counts) {
	n.Metrics += other.Metrics
	n.Signals += other.Signals
	n.Alerts += other.Alerts
	n.SLOs += other.SLOs
	n.Receivers += other.Receivers
	n.Dashboards += other.Dashboards
}

// member is what the others of a fleet, and the summary, need to know of an output: all that is left of a package that is
// compiled no more, because it was compiled before.
type member struct {
	Folder        string // below the output folder
	Name          string
	NameField     string // the field of the spec that gives the name
	Environment   string
	Platform      string // name of the platform
	HasPlatform   bool   // the package's folder, or one above, declares a platform
	OwnsPlatform  bool
	Notifications *ir.Notifications
	Counts        Counts
	Groups        int      // of rules
	Files         []string // below Folder, sorted; with the manifest
	Stamp         string   // of the files as they were written

	place func(string) diag.Pos // where the user's files have a path of the spec
}

func newMember(loaded *schema.Package, output Output) *member {
	p := output.Program
	m := &member{
		Folder: output.Folder, Name: p.Name(), NameField: "service.name", Environment: p.Environment, Platform: p.Platform.Name,
		HasPlatform: loaded.Spec.Platform != nil, OwnsPlatform: p.OwnsPlatform, Notifications: p.Notifications,
		Counts: Count(p), Groups: len(p.Groups), place: p.Locate,
	}
	if p.Service == nil {
		m.NameField = "platform.name"
	}
	return m
}
