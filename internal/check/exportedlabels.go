package check

import "github.com/belfry-dev/belfry/internal/diag"

var labelsExported = &Check{
	Code: "labels/exported", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a label of a metric has the name of a label that Prometheus sets on every series of the target",
		Why: "Prometheus keeps its own label and stores the metric's as exported_<name>. Belfry's queries know that, but queries " +
			"that people type do not: by (service) groups by the Kubernetes Service instead.",
	},
	Run: func(p *Pass) {
		for _, m := range p.Program.Metrics {
			if !m.Own() {
				continue
			}
			for _, label := range m.Labels {
				if stored := m.Stored(label.Name); stored != label.Name {
					p.Report(m.Path+".labels."+label.Name, "give the label another name, or accept it with a reason",
						"label %s of %s is stored as %s: every target has a label of that name", label.Name, m.Name, stored)
				}
			}
		}
	},
}
