package promql

import (
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// checkRate reports rates of what is no counter, and ranges too short for them.
func checkRate(w *walk, e *parser.Call, arguments []Type) {
	w.checkRange(e)
	t, name := arguments[0], e.Func.Name
	const help = "use the gauge as it is, or delta() for how it moved"
	switch m := t.Metric; {
	case m != nil && m.Resets:
	case m != nil && (t.Kind == KindGauge || t.Kind == KindTimestamp || t.Kind == KindInfo):
		w.report(diag.Error, codeRateOfGauge, e, name+"() needs a counter, but "+m.Name+" is "+gaugeWord(t.Kind), help)
	case m == nil && (t.Kind == KindRate || t.Kind == KindDelta):
		w.report(diag.Warning, codeRateOfGauge, e, name+"() needs a counter, but "+excerpt(e.Args[0])+" is a "+t.Kind.String()+" already",
			"use avg_over_time() or max_over_time()")
	}
}

func gaugeWord(k Kind) string {
	switch k {
	case KindInfo:
		return "an info, which is always 1"
	case KindTimestamp:
		return "a point in time"
	default:
		return "a gauge"
	}
}

// checkDelta reports functions for gauges that are given a counter.
func checkDelta(w *walk, e *parser.Call, arguments []Type) {
	w.checkRange(e)
	if arguments[0].Kind != KindCounter || arguments[0].Shape == ShapeHistogram {
		return
	}
	name := e.Func.Name
	help := "use increase() or rate()"
	if name == "predict_linear" {
		help = "predict the rate() in a subquery instead"
	}
	w.report(diag.Warning, codeDeltaOfCounter, e, name+"() takes a restart of the counter in "+excerpt(e.Args[0])+" for a fall", help)
}

// checkChanges reports changes() of what is always 1.
func checkChanges(w *walk, e *parser.Call, arguments []Type) {
	if arguments[0].Kind != KindInfo {
		return
	}
	w.report(diag.Error, codeChangesOfInfo, e, "changes() is always 0: "+excerpt(e.Args[0])+" is an info, which is always 1",
		"count the sets of labels: count by (…) (…) > 1")
}

// checkRange reports a range that holds fewer samples than its function needs, where it is known how often the metric is
// scraped. In a subquery, its steps are what counts.
func (w *walk) checkRange(e *parser.Call) {
	matrix, ok := inside(e.Args[0]).(*parser.MatrixSelector)
	if !ok || matrix.RangeExpr != nil {
		return
	}
	selector, ok := matrix.VectorSelector.(*parser.VectorSelector)
	if !ok || selector.Anchored || selector.Smoothed {
		return
	}
	interval := w.table.interval(selector)
	if matrix.Range >= 4*interval {
		return
	}
	message := "a range of " + unit.FormatDuration(matrix.Range) + " is too short for " + e.Func.Name + "(): " + selectedName(selector) +
		" is scraped every " + unit.FormatDuration(interval)
	help := "write at least " + unit.FormatDuration(4*interval)
	if matrix.Range < 2*interval {
		w.report(diag.Error, codeRangeShort, e, message, help, "it often holds only one sample, and two are needed")
		return
	}
	w.report(diag.Warning, codeRangeShort, e, message, help, "one failed scrape leaves it without a result")
}

// selectedName is what a selector selects, in a word.
func selectedName(e *parser.VectorSelector) string {
	if name := metricName(e); name != "" {
		return name
	}
	return "it"
}
