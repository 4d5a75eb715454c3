package check

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var namesOtherUnit = &Check{
	Code: "names/other-unit", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a metric's name ends with another unit than the one declared",
		Why: "One of the two is wrong. Where it is the declared one, every threshold and every axis is off by the factor between them, " +
			"and nothing else will show it: the figures look like figures.",
	},
	Run: func(p *Pass) {
		for _, m := range p.Program.Metrics {
			if !m.Own() {
				continue
			}
			named, ok := unit.InName(m.Name)
			if !ok || named == m.Unit || m.Unit.IsPerTime() {
				continue // a budget is named after money, and declared as money a month
			}
			p.Report(m.Path+".unit", "write unit: \""+named.String()+"\", or rename the metric, or accept it with a reason",
				"%s is named after %s, and declared in %s", m.Name, named.String(), spelled(m.Unit))
		}
	},
}

// spelled is a unit for people.
func spelled(u unit.Unit) string {
	if u == unit.None {
		return "no unit"
	}
	return u.String()
}
