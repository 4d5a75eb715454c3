package promql

import (
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// aggregation says what an aggregation makes of values (https://prometheus.io/docs/prometheus/latest/querying/operators/).
type aggregation struct {
	kind   func(Kind) Kind // nil keeps the operand's
	unit   func(Measure) Measure
	bounds func(Interval) Interval
	// number says that the result is a number, whatever is aggregated.
	number bool
	// selects says that the series themselves are the result, some of them.
	selects bool
}

var aggregations = map[parser.ItemType]aggregation{
	parser.SUM:          {kind: summedKind, bounds: summed},
	parser.AVG:          {kind: sharedKind},
	parser.MIN:          {kind: sharedKind},
	parser.MAX:          {kind: sharedKind},
	parser.QUANTILE:     {kind: sharedKind, number: true},
	parser.STDDEV:       {kind: gaugeKind, bounds: positive, number: true},
	parser.STDVAR:       {kind: gaugeKind, unit: noUnit, bounds: positive, number: true},
	parser.COUNT:        {kind: gaugeKind, unit: plain, bounds: always(counted), number: true},
	parser.COUNT_VALUES: {kind: gaugeKind, unit: plain, bounds: always(counted), number: true},
	parser.GROUP:        {kind: stateKind, unit: plain, bounds: always(one.saying("group() is 1 or nothing")), number: true},
	parser.TOPK:         {selects: true},
	parser.BOTTOMK:      {selects: true},
	parser.LIMITK:       {selects: true},
	parser.LIMIT_RATIO:  {selects: true},
}

// counted is where the number of series lies: of no series there is no number, not even 0.
var counted = Interval{Low: 1, High: math.Inf(1), Promised: true}.saying("count() of nothing has no result, not 0")

// summedKind is the kind of a sum: of infos and states it is a number of them, and points in time have none.
func summedKind(k Kind) Kind {
	switch k {
	case KindInfo, KindState, KindConstant:
		return KindGauge
	case KindTimestamp:
		return KindUnknown
	default:
		return k
	}
}

func sharedKind(k Kind) Kind {
	if k == KindConstant {
		return KindGauge
	}
	return k
}

// aggregate types an aggregation.
func (w *walk) aggregate(e *parser.AggregateExpr) Type {
	operand := w.infer(e.Expr)
	var parameter Type
	if e.Param != nil {
		parameter = w.infer(e.Param)
	}
	if e.Op == parser.QUANTILE {
		w.checkQuantile(e.Param, parameter)
	}
	w.checkGrouping(e, operand)
	w.checkAggregatesOne(e)
	a, ok := aggregations[e.Op]
	if !ok {
		return Type{Value: parser.ValueTypeVector, Range: anything}
	}
	result := operand
	result.Metric, result.compared, result.filled = nil, false, operand.filled && !a.number
	if a.selects {
		result.Branches = operand.each(func(set LabelSet) LabelSet { set.picked = true; return set })
		return result
	}
	if a.kind != nil {
		result.Kind = a.kind(result.Kind)
	}
	if result.Kind == KindUnknown && operand.Kind == KindTimestamp {
		result.Unit = Measure{}
	}
	if a.unit != nil {
		result.Unit = a.unit(result.Unit)
	}
	if a.bounds != nil {
		result.Range = a.bounds(result.Range)
	}
	if e.Op == parser.QUANTILE && !isQuantile(parameter) {
		result.Range = anything
	}
	if a.number {
		result.Shape, result.Histogram = ShapeNumber, nil
	}
	result.Branches = grouped(e, operand)
	return result
}

// grouped is the labels of an aggregation's result.
func grouped(e *parser.AggregateExpr, operand Type) []LabelSet {
	added := ""
	if e.Op == parser.COUNT_VALUES {
		added = text(e.Param)
	}
	branches := operand.each(func(set LabelSet) LabelSet {
		if e.Without {
			set = set.drop(e.Grouping, reason{cause: causeWithout, node: e})
		} else {
			set = set.only(e.Grouping, reason{cause: causeSum, node: e})
		}
		if added != "" {
			set = set.with(Label{Name: added, Presence: Must})
		}
		return set
	})
	one := branches[0]
	for _, other := range branches[1:] {
		one = merged(one, other)
	}
	return []LabelSet{one}
}

// checkGrouping reports labels of by that no series has. Such a label of without is taken away in vain, which harms nobody.
func (w *walk) checkGrouping(e *parser.AggregateExpr, operand Type) {
	if e.Without {
		return
	}
	for _, name := range e.Grouping {
		w.checkForeignGrouping(e, name, operand)
		w.checkGroupingSlip(e, e.Op.String()+" by ("+name+")", name, operand)
		l := operand.Label(name)
		if name == model.MetricNameLabel || l.Presence != Never {
			continue
		}
		if name == model.BucketLabel && operand.Shape == ShapeHistogram {
			continue // one expression for classic and native histograms
		}
		w.reportUnknownLabel(e, e.Op.String()+" by ("+name+")", l, operand)
	}
}

// reportUnknownLabel reports a label that a metric never had as an error, and one that the expression has dropped as a
// warning: that may be meant for another use of the same text.
func (w *walk) reportUnknownLabel(node parser.Node, clause string, l Label, t Type) {
	w.misspelt = append(w.misspelt, l.Name)
	severity, subject := diag.Warning, "no series has a label "
	if l.why.cause == causeMetric {
		severity, subject = diag.Error, l.why.name+" has no label "
	}
	w.report(severity, codeUnknownLabel, node, clause+" groups by nothing: "+subject+l.Name,
		didYouMean(l.Name, t.sets()[0].Names()), notes(elsewhere(l))...)
}
