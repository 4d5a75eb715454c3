package lint

import (
	"math"
	"slices"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelThresholdUnreachable = &Check{
	Code: "panel/threshold-unreachable", Severity: diag.Error, Warns: true,
	Summary: "a panel's threshold lies outside what its query can give",
	Why: "A share never exceeds 1, a quantile never exceeds the last bucket of its histogram, and a rate is never below 0. A step beyond " +
		"shows its colour never, or always: most often it is in another unit than the query, such as 80 for a share. For a gauge that " +
		"is a share it is a warning, because a program may expose anything, and for the 80 that Grafana writes into every new panel.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			if steps := panel.steps(); len(steps) > 0 && panel.reducesToValue() && panel.AllTyped() && !panel.ownThresholds() {
				checkReach(p, panel, steps)
			}
		}
	},
}

// selecting are calculations whose result lies among the values that they are given.
var selecting = []string{"last", "lastNotNull", "current", "first", "firstNotNull", "min", "max", "mean", "avg", "median"}

// reducesToValue reports whether what is colored lies where the query's values do.
func (p Panel) reducesToValue() bool {
	return !p.Transformed(keepingValues...) && !slices.ContainsFunc(p.Calculations, func(c read.Text) bool { return !slices.Contains(selecting, c.Value) })
}

// reach is where the values of all queries of a panel lie.
func (p Panel) reach() promql.Interval {
	all := promql.Interval{Low: math.Inf(1), High: math.Inf(-1), Promised: true}
	for _, q := range p.Typed() {
		r := q.Analysis.Root.Range
		if q.isHeatmap() || q.Analysis.Root.Kind == promql.KindUnknown && !r.Promised {
			return promql.Interval{Low: math.Inf(-1), High: math.Inf(1)}
		}
		all.Low, all.High, all.Promised = min(all.Low, r.Low), max(all.High, r.High), all.Promised && r.Promised
	}
	return all
}

func checkReach(p *Pass, panel Panel, steps []step) {
	r := panel.reach()
	report := p.Report
	beyond := func(s step) bool { return s.value > r.High || s.value < min(r.Low, 0) } // from 0 on, no result may be shown as 0
	inReach := slices.ContainsFunc(steps, func(s step) bool { return !math.IsInf(s.value, 0) && !beyond(s) })
	if !r.Promised || isUntouched(steps) || inReach {
		report = p.Warn // where another step shows its colour, one beyond takes nothing away
	}
	measure := panel.Typed()[0].Analysis.Root.Unit
	for _, s := range steps {
		at := panel.At(s.Value.At()).Noting("the query is %s", excerpt(panel.Typed()[0].Target.Expr.Value))
		switch {
		case math.IsInf(s.value, 0):
		case s.value > r.High:
			report(at, "write at most "+figure(r.High)+", or remove the step",
				"the step at %s is never reached: the query gives at most %s", figure(s.value), figureIn(r.High, measure))
		case beyond(s):
			report(at, "write at least "+figure(r.Low)+", or remove the step",
				"the step at %s is always reached: the query gives at least %s", figure(s.value), figureIn(r.Low, measure))
		}
	}
}
