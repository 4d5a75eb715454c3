package check

import (
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var alertForShort = &Check{
	Code: "alert/for-short", Severity: diag.Warning,
	Doc: Doc{
		Summary: "an alert's for or keepFiringFor is shorter than its group's interval",
		Why: "Prometheus looks at the condition once an interval. A shorter time cannot be told from a whole interval: the alert " +
			"fires at the second evaluation, whatever is written there.",
	},
	Run: func(p *Pass) {
		intervals := map[string]time.Duration{}
		for _, g := range p.Program.Groups {
			intervals[g.Name] = g.Interval
		}
		for _, a := range p.Program.Alerts {
			interval := intervals[a.Group]
			for _, field := range []struct {
				name  string
				value time.Duration
			}{{"for", a.For}, {"keepFiringFor", a.KeepFor}} {
				if field.value > 0 && field.value < interval {
					p.Report(a.Path+"."+field.name, "write 0s or at least "+unit.FormatDuration(interval)+", or evaluate the group more often",
						"%s of %s is shorter than the %s between two evaluations of its group", unit.FormatDuration(field.value), field.name, unit.FormatDuration(interval))
				}
			}
		}
	},
}
