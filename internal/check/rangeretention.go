package check

import (
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// calendars are how long the calendar's periods may be.
var calendars = map[string]time.Duration{"month": 31 * 24 * time.Hour, "week": 7 * 24 * time.Hour}

var queryRangeRetention = &Check{
	Code: "query/range-retention", Severity: diag.Error,
	Doc: Doc{
		Summary: "a range or an SLO's window is longer than Prometheus keeps samples",
		Why: "Prometheus answers from what is left, without a word: an error budget over 30 days is computed from 15, and looks as " +
			"exact as a right one.",
	},
	Run: func(p *Pass) {
		kept := p.Program.Platform.Prometheus.Retention
		if !p.Program.Platform.Declared || !p.Program.Platform.Prometheus.Ruler.IsPrometheus() {
			return // nobody has said how long samples are kept: a ruler beside Prometheus reads a store of its own
		}
		help := "raise platform.prometheus.retention, or write at most " + unit.FormatDuration(kept)
		for _, slo := range p.Program.SLOs {
			if slo.Window > kept {
				p.Report(slo.Path+".window", help, "a window of %s is longer than the %s that Prometheus keeps", unit.FormatDuration(slo.Window), unit.FormatDuration(kept))
			}
			if longest := calendars[slo.Calendar]; longest > kept {
				p.Report(slo.Path+".calendar", "raise platform.prometheus.retention", "a %s may have %s, longer than the %s that Prometheus keeps",
					slo.Calendar, unit.FormatDuration(longest), unit.FormatDuration(kept))
			}
		}
		for _, u := range uses(p.Program) {
			if back := promql.Reach(u.query.Expr); back > kept {
				p.Report(u.path, help, "it looks back over %s, longer than the %s that Prometheus keeps", unit.FormatDuration(back), unit.FormatDuration(kept))
			}
		}
	},
}
