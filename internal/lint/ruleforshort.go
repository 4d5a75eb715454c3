package lint

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleForShort = &Check{
	Code: "rule/for-short", Severity: diag.Warning,
	Summary: "an alert's for or keep_firing_for is shorter than its group's interval",
	Why: "Prometheus looks at the condition once an interval. A shorter time cannot be told from a whole interval: the alert " +
		"fires at the second evaluation, whatever is written there.",
	Run: func(p *Pass) {
		for i := range p.Rules {
			rule := &p.Rules[i]
			interval := duration(interval(p.Set, rule.Group))
			for _, field := range []struct {
				name string
				text read.Text
			}{{"for", rule.For}, {"keep_firing_for", rule.KeepFiringFor}} {
				if value := duration(field.text); value > 0 && value < interval {
					p.Report(rule.At(field.text.At()), "write 0s or at least "+spelled(interval)+", or evaluate the group more often",
						"%s of %s is shorter than the %s between two evaluations of its group", spelled(value), field.name, spelled(interval))
				}
			}
		}
	},
}

// interval is how often a group is evaluated, as written; zero where nothing says it. A group without an interval of its own
// has that of the server, which is known where only one is among the files.
func interval(set *read.Set, group *read.RuleGroup) read.Text {
	if !group.Interval.IsZero() || len(set.Prometheuses) != 1 {
		return group.Interval
	}
	return set.Prometheuses[0].EvaluationInterval
}

func spelled(d model.Duration) string { return unit.FormatDuration(time.Duration(d)) }
