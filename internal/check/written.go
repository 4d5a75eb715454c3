package check

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lint"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// checkWritten types the PromQL that the user has written out, alone and as the condition of its alerts. What Belfry builds
// from the other forms needs none of it: a test shows that nothing is found there.
func checkWritten(p *ir.Program) diag.List {
	var table *promql.Table
	var found diag.List
	for _, slo := range p.SLOs {
		if slo.Written == nil {
			continue
		}
		if table == nil {
			table = metricTable(p)
		}
		found = append(found, writtenEvents(p, table, slo)...)
	}
	for _, s := range p.Signals {
		if s.Form != ir.FormExpr || s.Default == nil {
			continue
		}
		if table == nil {
			table = metricTable(p)
		}
		path := s.Path + ".expr"
		analysis := table.Analyze(s.Default.Expr, promql.UseAny)
		for _, finding := range analysis.Findings {
			if finding.Code == "promql/range-too-short" {
				continue // the check query/range-short looks at every signal
			}
			found = append(found, finding.Diagnostic(inside(p, path, s.Written, finding.Range), path))
		}
		if declared := promql.In(s.Unit); analysis.Root.Unit.Clashes(declared) {
			found = append(found, diag.Diagnostic{
				Code: "promql/unit-mismatch", Severity: diag.Error, Pos: p.Locate(s.Path + ".unit"), Path: s.Path + ".unit",
				Message: "the expression is measured in " + analysis.Root.Unit.String() + ", and unit says " + declared.String(),
				Help:    "write the unit that the expression has, or multiply it",
			})
		}
		found = append(found, conditions(p, table, s, analysis)...)
	}
	return found
}

// writtenEvents types the PromQL of an SLO's events, and compares the units of the part and of the total.
func writtenEvents(p *ir.Program, table *promql.Table, slo *ir.SLO) diag.List {
	var found diag.List
	var measured []promql.Measure
	for _, events := range slo.Written {
		analysis := table.Analyze(events.Expr, promql.UseAny)
		for _, finding := range analysis.Findings {
			if finding.Code == "promql/range-too-short" {
				continue // the check query/range-short looks at the windows of every SLO
			}
			part := finding.Range
			part.Start, part.End = beforeWindows(events, part.Start), beforeWindows(events, part.End)
			found = append(found, finding.Diagnostic(inside(p, events.Path, events.Text, part), events.Path))
		}
		measured = append(measured, analysis.Root.Unit)
	}
	if total := slo.Written[1]; measured[0].Clashes(measured[1]) {
		found = append(found, diag.Diagnostic{
			Code: "promql/unit-mismatch", Severity: diag.Error, Pos: p.Locate(total.Path), Path: total.Path,
			Message: "the total is in " + measured[1].String() + ", and the part of it in " + measured[0].String(),
			Help:    "count the same events on both sides",
		})
	}
	return found
}

// beforeWindows is where a position of the parsed text stands in the text as written, with $window for each range.
func beforeWindows(events ir.WrittenEvents, at posrange.Pos) posrange.Pos {
	const name = "$window"
	grown := len(name) - len(unit.FormatDuration(events.Window))
	for offset := 0; ; offset += len(name) {
		next := strings.Index(events.Text[offset:], name)
		if offset += max(next, 0); next < 0 || offset >= int(at) {
			return at
		}
		at += posrange.Pos(grown)
	}
}

// conditions types the written expression as what its alerts compare, and keeps what was not found without that.
func conditions(p *ir.Program, table *promql.Table, s *ir.Signal, alone *promql.Analysis) diag.List {
	known := map[string]bool{}
	for _, finding := range alone.Findings {
		known[finding.Code+finding.Message] = true
	}
	var found diag.List
	for _, a := range p.Alerts {
		if a.Signal != s || a.Query == nil {
			continue
		}
		op := parser.ItemType(parser.LSS)
		if a.Threshold.Above {
			op = parser.GTR
		}
		analysis := table.Analyze(promql.Binary(op, a.Query.Expr, promql.Number(a.Threshold.Value)), promql.UseAlert)
		for _, finding := range analysis.Findings {
			if known[finding.Code+finding.Message] {
				continue
			}
			known[finding.Code+finding.Message] = true
			found = append(found, finding.Diagnostic(p.Locate(a.Path), a.Path))
		}
	}
	return found
}

// inside is the place of a part of a text that stands in the spec as one plain string; else of the whole.
func inside(p *ir.Program, path, text string, part posrange.PositionRange) diag.Pos {
	pos := p.Locate(path)
	const quotes = 2
	if pos.Len != len(text)+quotes || part.End <= part.Start || int(part.End) > len(text) {
		return pos
	}
	pos.Col += quotes/2 + int(part.Start)
	pos.Len = int(part.End - part.Start)
	return pos
}

// Typed counts the signals by whether every metric of their query and the result's unit are known.
func Typed(p *ir.Program) lint.Coverage {
	table := metricTable(p)
	var c lint.Coverage
	for _, s := range p.Signals {
		if s.Default == nil {
			continue
		}
		analysis, gap := table.Analyze(s.Default.Expr, promql.UseAny), lint.Gap{Name: s.Path}
		if analysis.Coverage != promql.CoverageFull {
			gap.At = p.Locate(s.Path)
		}
		c.Add(analysis, gap)
	}
	return c
}
