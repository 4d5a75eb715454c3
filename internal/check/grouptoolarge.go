package check

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/rulefile"
)

var groupTooLarge = &Check{
	Code: "group/too-large", Severity: diag.Error,
	Doc: Doc{
		Summary: "a rule group has more bytes than one resource of Kubernetes takes",
		Why: "Prometheus' operator mounts rules by ConfigMaps and refuses larger ones. A group is never divided between two, because its " +
			"rules are evaluated in order.",
	},
	Run: func(p *Pass) {
		writer := rulefile.InResource(p.Program)
		for _, group := range p.Program.Groups {
			size, exceeds := writer.Exceeds(group)
			if !exceeds {
				continue
			}
			path := "alerts"
			for _, a := range p.Program.Alerts {
				if a.Group == group.Name {
					path = a.Path
					break
				}
			}
			p.Report(path, "divide its alerts by group, which each of them may name",
				"rule group %s has %d rules of %d bytes together, and Kubernetes takes %d in one resource", group.Name, len(group.Rules), size, rulefile.ResourceLimit)
		}
	},
}
