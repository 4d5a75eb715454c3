package lint

import (
	"regexp"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleRecordWindow = &Check{
	Code: "rule/record-window", Severity: diag.Warning,
	Summary: "a recorded series is named for another range than its expression has",
	Why: "The last part of a recording's name says the operation and its range, as in job:requests:rate5m (Prometheus' practices for " +
		"recording rules). Whoever reads the series by its name takes it for what it says, and compares it with what is not alike.",
	Run: func(p *Pass) {
		seen := newLookbacks(p.Rules)
		for i := range p.Rules {
			if rule := &p.Rules[i]; rule.Record.Value != "" && rule.Parsed != nil {
				checkWindow(p, rule, *seen.of(rule))
			}
		}
	},
}

// namedWindow is an operation with its range at the end of a name.
var namedWindow = regexp.MustCompile(`:[a-z0-9_]*(?:rate|increase|delta|changes|over_time|avg|max|min|sum)_?(\d+[smhdw])$`)

func checkWindow(p *Pass, rule *Rule, seen lookback) {
	found := namedWindow.FindStringSubmatchIndex(rule.Record.Value)
	if found == nil {
		return
	}
	named, err := model.ParseDuration(rule.Record.Value[found[2]:found[3]])
	if err != nil || seen.unknown || len(seen.ranges) == 0 || slices.Contains(seen.ranges, time.Duration(named)) {
		return
	}
	p.Report(rule.At(rule.Record.Pos(found[2], found[3]-found[2])), "name the range that the expression has, or mend the range",
		"the name says %s, but the expression looks back %s", rule.Record.Value[found[2]:found[3]], unit.FormatDuration(seen.ranges[0]))
}
