package lint

import (
	"path"
	"regexp"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var scrapeRetention = &Check{
	Code: "scrape/retention", Severity: diag.Error, Warns: true,
	Summary: "a query looks back further than Prometheus keeps samples",
	Why: "Prometheus answers from what is left, without a word: an error budget over 30 days is computed from 15, and looks as " +
		"exact as a right one. Panels may be answered by something that keeps more.",
	Run: func(p *Pass) {
		kept := p.keptSamples()
		if kept == 0 {
			return
		}
		help := "raise the retention, or write at most " + unit.FormatDuration(kept)
		const message = "it looks back over %s, longer than the %s that Prometheus keeps"
		for i := range p.Rules {
			if rule := &p.Rules[i]; rule.Parsed != nil {
				if back := promql.Reach(rule.Parsed); back > kept && p.mayLoad(rule.Group) {
					p.Report(rule.AtExpr(rule.Parsed), help, message, unit.FormatDuration(back), unit.FormatDuration(kept))
				}
			}
		}
		for i := range p.Queries {
			if query := &p.Queries[i]; query.Parsed != nil {
				if back := promql.Reach(query.Parsed); back > kept {
					p.Warn(query.AtExpr(query.Parsed), help, message, unit.FormatDuration(back), unit.FormatDuration(kept))
				}
			}
		}
	},
}

// keptSamples is how long the files' servers keep samples, the longest of all; 0 where one does not say, or keeps them elsewhere too.
func (f *Files) keptSamples() time.Duration {
	if slices.ContainsFunc(f.Set.Resources, evaluatesRules) {
		return 0
	}
	var longest time.Duration
	for _, server := range servers(f.Set) {
		kept := intervalOf(server.Retention)
		if kept == 0 || server.Elsewhere {
			return 0
		}
		longest = max(longest, kept)
	}
	for _, scraping := range f.Set.Scrapings {
		kept := intervalOf(scraping.Retention)
		if scraping.Elsewhere {
			return 0
		}
		longest = max(longest, kept)
	}
	return longest
}

// longTerm are the names of systems that evaluate rules over samples which Prometheus no longer has.
var longTerm = regexp.MustCompile(`(?i)thanos|mimir|cortex|victoria`)

// evaluatesRules reports a resource of what evaluates rules besides Prometheus, or holds its samples.
func evaluatesRules(r read.Resource) bool {
	return slices.Contains(otherLoaders, r.Kind.Value) || longTerm.MatchString(r.Name.Value) || longTerm.MatchString(r.APIVersion.Value)
}

// mayLoad reports whether a server of the files may load a group of rules.
func (f *Files) mayLoad(group *read.RuleGroup) bool {
	if r := group.Resource; r != nil && r.Kind.Value == "PrometheusRule" {
		loaders := f.loaders(rulesOf)
		return len(loaders) == 0 || slices.ContainsFunc(loaders, func(l loader) bool {
			reason, _ := l.refuses(r, "rules")
			return reason == ""
		})
	}
	return len(f.Set.Scrapings) == 0 || slices.ContainsFunc(f.Set.Scrapings, func(s read.Scraping) bool {
		return len(s.RuleFiles) == 0 ||
			slices.ContainsFunc(s.RuleFiles, func(pattern read.Text) bool { return endsIn(pattern)(path.Base(group.File)) })
	})
}
