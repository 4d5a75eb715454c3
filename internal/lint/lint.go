// Package lint types the PromQL of files that others wrote. What was read comes in, with what is known of the metrics;
// findings at the places in the user's own files come out, and how much of the queries is understood.
package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// Coverage counts the expressions by how much of what they read is known.
type Coverage struct{ Full, Partial, Unknown int }

// All is how many expressions there are.
func (c Coverage) All() int { return c.Full + c.Partial + c.Unknown }

func (c *Coverage) count(of promql.Coverage) {
	switch of {
	case promql.CoverageFull:
		c.Full++
	case promql.CoveragePartial:
		c.Partial++
	default:
		c.Unknown++
	}
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
			all = append(all, promql.Recording{Name: rule.Record.Value, Expr: expr, Labels: labels})
		}
	}
	return all
}

// Queries types every rule and every panel's query. Findings that a comment in the file silences are left out.
func Queries(set *read.Set, table *promql.Table) (diag.List, Coverage) {
	l := &linter{set: set, table: table}
	for _, group := range set.Groups {
		for _, rule := range group.Rules {
			l.rule(rule)
		}
	}
	for _, dashboard := range set.Dashboards {
		for _, panel := range dashboard.Panels {
			for _, target := range panel.Targets {
				l.target(dashboard, panel, target)
			}
		}
	}
	return l.found.Sort(), l.coverage
}

type linter struct {
	set      *read.Set
	table    *promql.Table
	found    diag.List
	coverage Coverage
}

func (l *linter) rule(rule read.Rule) {
	use := promql.UseRecord
	if rule.Alert.Value != "" {
		use = promql.UseAlert
	}
	place := func(start, length int) diag.Pos { return rule.Expr.Pos(start, length) }
	l.analyze(rule.Expr.Value, rule.Name().Value, use, place, rule.Pos)
}

func (l *linter) target(dashboard read.Dashboard, panel read.Panel, target read.Target) {
	isPromQL := target.Datasource.IsPrometheus() && panel.Datasource.IsPrometheus()
	if !isPromQL || strings.TrimSpace(target.Expr.Value) == "" {
		return
	}
	substituted := read.Grafana(target.Expr.Value, dashboard.Variables)
	if substituted.Blocked != "" {
		l.coverage.Unknown++
		return
	}
	place := func(start, length int) diag.Pos { return target.Expr.Pos(substituted.Original(start, start+length)) }
	l.analyze(substituted.Text, panel.Title.Value, promql.UseGraph, place, panel.Pos)
}

// analyze types one expression, and reports what is found at the part of it that it is about.
func (l *linter) analyze(text, name string, use promql.Use, place func(start, length int) diag.Pos, owner diag.Pos) {
	expr, err := promql.ParseAny(text)
	if err != nil {
		l.coverage.Unknown++
		message, start := err.Error(), 0
		if list, ok := err.(parser.ParseErrors); ok && len(list) > 0 {
			message, start = list[0].Err.Error(), int(list[0].PositionRange.Start)
		}
		l.add(diag.Diagnostic{
			Code: "promql/syntax", Severity: diag.Error, Path: name, Pos: place(min(start, len(text)), 1),
			Message: "not PromQL: " + message, Help: "it must be PromQL as Prometheus reads it",
		}, owner)
		return
	}
	analysis := l.table.Analyze(expr, use)
	l.coverage.count(analysis.Coverage)
	for _, finding := range analysis.Findings {
		start, end := int(finding.Range.Start), int(finding.Range.End)
		l.add(finding.Diagnostic(place(start, max(end-start, 1)), name), owner)
	}
}

// add keeps a finding unless a comment beside it, or beside its rule or panel, silences it.
func (l *linter) add(found diag.Diagnostic, owner diag.Pos) {
	if _, silenced := l.set.Ignores.Find(found.Code, found.Pos, owner); !silenced {
		l.found = append(l.found, found)
	}
}
