package lint

import (
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelCalculation = &Check{
	Code: "panel/calculation", Severity: diag.Warning,
	Summary: "a panel adds up samples that have no sum",
	Why: "The sum of a series adds one value for each step of the graph, so that it changes with the width of the panel and the time range. " +
		"Of a rate, a share or a gauge it means nothing: how much came up in the time range is increase(…[$__range]).",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			if panel.Transformed(keepingValues...) || panel.Options.Field("reduceOptions", "values").Text().Value == "true" {
				continue
			}
			for _, calculation := range panel.Calculations {
				checkCalculation(p, panel, calculation, "the panel shows")
			}
			for _, calculation := range panel.LegendCalculations {
				checkCalculation(p, panel, calculation, "the legend shows")
			}
		}
	},
}

// checkCalculation reports a sum over the samples of the first query that has none.
func checkCalculation(p *Pass, panel Panel, calculation read.Text, where string) {
	if calculation.Value != "sum" && calculation.Value != "total" {
		return
	}
	for _, q := range panel.Typed() {
		what, ok := unsummable(q)
		if !ok {
			continue
		}
		p.Report(panel.At(calculation.At()).Noting("the query is %s", excerpt(q.Target.Expr.Value)), calculationHelp(q),
			"%s the sum of the samples of %s", where, what)
		return
	}
}

// unsummable says what the query's samples are, where their sum depends on how many there are.
func unsummable(q *Query) (string, bool) {
	if q.isTable() || q.Instant && !q.Range {
		return "", false // one sample each
	}
	root := q.Analysis.Root
	switch {
	case root.Kind == promql.KindRate:
		return "a rate per second", true
	case root.Unit.Known() && root.Unit.Unit.IsRatio():
		return "a share", true
	case root.Kind == promql.KindGauge && root.Metric != nil, root.Kind == promql.KindGauge && root.Unit.Known():
		return "a gauge", true
	case root.Kind == promql.KindCounter:
		return "a counter", true
	}
	return "", false
}

func calculationHelp(q *Query) string {
	switch q.Analysis.Root.Kind {
	case promql.KindRate, promql.KindCounter:
		return "ask for increase(…[$__range]) in an instant query, or show mean or lastNotNull"
	}
	return "show mean, max or lastNotNull"
}
