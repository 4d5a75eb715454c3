package lint

import (
	"slices"
	"strconv"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var variableQuery = &Check{
	Code: "variable/query", Severity: diag.Error, Warns: true,
	Summary: "a variable asks for the values of a label that its series do not have",
	Why: "The list of choices stays empty, and with it every panel that filters by the variable. What is wrong with the series themselves is " +
		"reported as for any other query.",
	Run: func(p *Pass) {
		for i := range p.others {
			if v := variableOf(&p.others[i]); v != nil {
				checkVariableLabel(p, &p.others[i], v)
			}
		}
	},
}

// variableOf is the variable whose query it is; nil of the query of an annotation.
func variableOf(q *Query) *read.Variable {
	for i := range q.Dashboard.Variables {
		if v := &q.Dashboard.Variables[i]; v.Pos == q.Panel.Pos {
			return v
		}
	}
	return nil
}

func checkVariableLabel(p *Pass, q *Query, v *read.Variable) {
	wanted, ok := variableAsks(v)
	if !ok || wanted.label == "" || q.Analysis == nil {
		return
	}
	label := q.Analysis.Root.Label(wanted.label)
	if label.Presence != promql.Never {
		checkVariableSlip(p, q, v, wanted.label, wanted.at)
		return
	}
	at := q.At(v.Query.Pos(wanted.at, len(wanted.label)))
	if why := label.Why(); why != "" {
		at = at.Noting("%s", why)
	}
	p.Report(at, legendHelp(q), "$%s lists the values of %s, which no series of the query has", v.Name.Value, wanted.label)
}

// checkVariableSlip reports a label that the series are not known to have, beside one that they or all targets have.
func checkVariableSlip(p *Pass, q *Query, v *read.Variable, label string, at int) {
	known := q.Analysis.Root.Branches
	if len(known) != 1 || slices.Contains(known[0].Names(), label) || slices.Contains(ir.TargetLabels, label) {
		return
	}
	for _, name := range slices.Concat(known[0].Names(), ir.TargetLabels) {
		if diag.IsSlip(label, name) && label != name+"s" {
			p.Warn(q.At(v.Query.Pos(at, len(label))), "did you mean "+strconv.Quote(name)+"?",
				"$%s lists the values of %s, which its series are not known to have",
				v.Name.Value, label)
			return
		}
	}
}
