package lint

import (
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
)

// Coverage counts the expressions by how much of what they read is known.
type Coverage struct {
	Full, Partial, Unknown int
	Gaps                   []Gap // the expressions that are not fully typed
}

// Gap is an expression that is not fully typed.
type Gap struct {
	At     diag.Pos
	Name   string // of the rule or panel; may be empty
	IsPart bool   // something of it is known
	Reason string // the first
}

// All is how many expressions there are.
func (c Coverage) All() int { return c.Full + c.Partial + c.Unknown }

// Add counts an expression. The gap says where it stands, and why there is no analysis where that is not its syntax.
func (c *Coverage) Add(analysis *promql.Analysis, gap Gap) {
	switch {
	case analysis == nil:
		c.Unknown++
	case analysis.Coverage == promql.CoverageFull:
		c.Full++
		return
	case analysis.Coverage == promql.CoverageNone:
		c.Unknown++
		gap.Reason = analysis.Unknown()
	default:
		c.Partial++
		gap.IsPart, gap.Reason = true, analysis.Unknown()
	}
	if gap.Reason == "" {
		gap.Reason = "it is not PromQL"
	}
	c.Gaps = append(c.Gaps, gap)
}

// Join adds what was counted elsewhere.
func (c *Coverage) Join(other Coverage) {
	c.Full, c.Partial, c.Unknown = c.Full+other.Full, c.Partial+other.Partial, c.Unknown+other.Unknown
	c.Gaps = append(c.Gaps, other.Gaps...)
}

func (f *Files) coverage() Coverage {
	var c Coverage
	for i := range f.Rules {
		rule := &f.Rules[i]
		c.Add(rule.Analysis, Gap{At: rule.At(rule.Expr.At()).At, Name: rule.Name().Value})
	}
	for i := range f.Queries {
		query := &f.Queries[i]
		c.Add(query.Analysis, Gap{At: query.Target.Expr.At(), Name: query.Panel.Title.Value, Reason: query.Substituted.Blocked})
	}
	return c
}

// queries reports what the types of the expressions tell, at the part that it is about.
func (f *Files) queries() diag.List {
	var found diag.List
	for i := range f.Rules {
		rule := &f.Rules[i]
		found = append(found, f.expression(rule.failure, rule.Analysis, len(rule.Expr.Value), func(start, length int) Place {
			return rule.At(rule.Expr.Pos(start, length))
		})...)
	}
	for _, queries := range [][]Query{f.Queries, f.others} {
		for i := range queries {
			query := &queries[i]
			found = append(found, f.expression(query.failure, query.Analysis, len(query.Substituted.Text), func(start, length int) Place {
				return query.At(query.Target.Expr.Pos(query.Substituted.Original(start, start+length)))
			})...)
		}
	}
	return found
}

func (f *Files) expression(failure error, analysis *promql.Analysis, size int, place func(start, length int) Place) diag.List {
	var found diag.List
	add := func(at Place, one diag.Diagnostic) {
		if !f.silenced(one.Code, at) {
			found = append(found, one)
		}
	}
	if failure != nil {
		message, start := failure.Error(), 0
		if list, ok := failure.(parser.ParseErrors); ok && len(list) > 0 {
			message, start = list[0].Err.Error(), int(list[0].PositionRange.Start)
		}
		at := place(min(start, size), 1)
		add(at, diag.Diagnostic{Code: "promql/syntax", Severity: diag.Error, Path: at.Name, Pos: at.At,
			Message: "not PromQL: " + message, Help: promql.SyntaxHelp(message)})
	}
	if analysis == nil {
		return found
	}
	for _, finding := range analysis.Findings {
		at := place(int(finding.Range.Start), max(int(finding.Range.End-finding.Range.Start), 1))
		add(at, finding.Diagnostic(at.At, at.Name))
	}
	return found
}
