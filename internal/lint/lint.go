// Package lint inspects files that others wrote: rules, dashboards, Alertmanager configurations and the resources around
// them. What was read comes in, with what is known of the metrics; findings at the places in the user's own files come out,
// and how much of the queries is understood. Each check is one file, and its example in testdata is its test.
package lint

import (
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// Run types every rule and every panel's query, and runs every check. Findings that a comment in the file silences are left
// out. How often metrics are scraped the files tell.
func Run(set *read.Set, table *promql.Table) (diag.List, Coverage) {
	targets := newTargets(set)
	table = table.ScrapedEvery(intervals(targets))
	files := newFiles(set, table)
	files.targets = targets
	found := files.queries()
	for _, check := range All() {
		pass := &Pass{Files: files, check: check}
		check.Run(pass)
		found = append(found, pass.found...)
	}
	found = append(found, files.ignores()...)
	files.conceal(found)
	return found.Sort(), files.coverage()
}

// Recordings are the recording rules of the files, which their alerts and dashboards read.
func Recordings(set *read.Set) []promql.Recording {
	var all []promql.Recording
	for _, group := range set.Groups {
		for _, rule := range group.Rules {
			if rule.Record.Value == "" {
				continue
			}
			labels := map[string]string{}
			for _, pair := range slices.Concat(group.Labels, rule.Labels) {
				labels[pair.Name.Value] = pair.Value.Value
			}
			expr, err := promql.ParseAny(rule.Expr.Value)
			if err != nil {
				expr = nil // reported where the rule itself is looked at
			}
			all = append(all, promql.Recording{Name: rule.Record.Value, Expr: expr, Labels: labels, Scope: group.File})
		}
	}
	return all
}
