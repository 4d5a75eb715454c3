package lower

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// writtenEvents counts events that the spec writes in PromQL.
func (l *lowerer) writtenEvents(slo *objective) bool {
	spec, path := slo.spec.Events, slo.Path+".events"
	slo.SLI = ir.SLIWritten
	slo.Signal = &ir.Signal{Name: slo.Name, Path: path, Title: slo.Title, SLI: l.ownIndicator(slo.Name), Used: true}
	field, part := "bad", spec.Bad
	switch {
	case spec.Bad != "" && spec.Good != "":
		l.report("slo/events", path+".bad", "keep one of them: the other part is the rest", "the events are counted by their good or by their bad part")
		return false
	case spec.Bad == "" && spec.Good == "":
		l.report("slo/events", path, "add bad: or good:", "nothing says which of the events are bad")
		return false
	case spec.Good != "":
		field, part, slo.Good = "good", spec.Good, true
	}
	slo.By = sortedCopy(slo.spec.By)
	for _, side := range []struct{ field, text string }{{field, part}, {"total", spec.Total}} {
		if !l.writtenSide(slo, at(path, side.field), side.text) {
			return false
		}
	}
	if !l.writtenPart(slo) {
		return false
	}
	slo.Traffic = l.writtenUnit(slo).PerSecond()
	perSecond := takesRates(slo.Written[1].Expr)
	slo.counted = indicator{good: slo.Good, sparse: true, lazy: true, rates: func(over time.Duration) (parser.Expr, parser.Expr) {
		// Both texts have been parsed with another range.
		part, _ := promql.ParseWindow(part, over)
		whole, _ := promql.ParseWindow(spec.Total, over)
		if !perSecond && over == recordedRange { // what is recorded is per second
			return promql.Binary(parser.DIV, part, promql.Number(over.Seconds())), promql.Binary(parser.DIV, whole, promql.Number(over.Seconds()))
		}
		return part, whole
	}}
	return true
}

// writtenUnit is what the total counts: the unit of its one counter, where it has one.
func (l *lowerer) writtenUnit(slo *objective) unit.Unit {
	counter := countedBy(slo.Written[1].Expr)
	if counter == nil {
		return unit.None
	}
	if m := l.metrics[counter.Name]; m != nil && m.Type == ir.Counter {
		return unitOf(m, counter.LabelMatchers)
	}
	return unit.None
}

// takesRates reports whether events are counted per second, and not as an amount over the window, as increase does.
func takesRates(expr parser.Expr) bool {
	found := false
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if call, ok := node.(*parser.Call); ok && (call.Func.Name == "rate" || call.Func.Name == "irate") {
			found = true
		}
		return nil
	})
	return found
}

// ownIndicator is the name of an SLI that no signal has.
func (l *lowerer) ownIndicator(name string) string {
	for l.signals[name] != nil {
		name = "slo_" + name
	}
	return name
}

// writtenSide reads the PromQL of the part or of the total.
func (l *lowerer) writtenSide(slo *objective, path, text string) bool {
	expr, err := promql.ParseWindow(text, recordedRange)
	if err != nil {
		message := syntaxMessage(err)
		l.report("promql/syntax", path, promql.SyntaxHelp(message), "%s", message)
		return false
	}
	if expr.Type() != parser.ValueTypeVector {
		l.report("promql/type", path, "count with sum(rate(…["+promql.WindowName+"]))", "the expression is a %s", parser.DocumentedType(expr.Type()))
		return false
	}
	windows, own, _ := promql.Windows(text) // the text has been parsed
	switch {
	case len(own) > 0:
		l.report("slo/events", path, "write ["+promql.WindowName+"] for every range", "the range [%s] is fixed, and each rule takes the events over a window of its own", unit.FormatDuration(own[0]))
		return false
	case windows == 0:
		l.report("slo/events", path, "write sum(rate(…["+promql.WindowName+"]))", "the events are not counted over "+promql.WindowName+": every window would have the same ratio")
		return false
	}
	kept, known := promql.ResultLabels(expr)
	switch {
	case !known:
		l.report("slo/events", path, "write "+summed(slo.By), "the events are not added up: every series would be an objective of its own")
		return false
	case !slices.Equal(kept, slo.By):
		l.report("slo/events", path, "write "+summed(slo.By)+", or say by: ["+strings.Join(quotedAll(kept), ", ")+"]",
			"the events keep {%s}, and the SLO's by is {%s}", strings.Join(kept, ", "), strings.Join(slo.By, ", "))
		return false
	}
	slo.Written = append(slo.Written, ir.WrittenEvents{Path: path, Text: text, Expr: expr, Window: recordedRange})
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			if m := l.metrics[baseName(selector.Name, l.metrics)]; m != nil && !slices.Contains(slo.Signal.Metrics, m) {
				slo.Signal.Metrics = append(slo.Signal.Metrics, m)
			}
		}
		return nil
	})
	return true
}

func summed(by []string) string {
	if len(by) == 0 {
		return "sum(…)"
	}
	return "sum by (" + strings.Join(by, ", ") + ") (…)"
}

func quotedAll(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = `"` + name + `"`
	}
	return all
}

// writtenPart refuses a part that must count more than all, or all: the same function of the same metric by fewer matchers.
func (l *lowerer) writtenPart(slo *objective) bool {
	part, whole := slo.Written[0], slo.Written[1]
	for _, side := range slo.Written {
		s := countedBy(side.Expr)
		if s == nil || !strings.HasSuffix(s.Name, "_bucket") || slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == labels.BucketLabel }) {
			continue
		}
		l.report("slo/part", side.Path, "choose a bucket by le, or count "+strings.TrimSuffix(s.Name, "_bucket")+"_count",
			"it adds up all buckets of %s, and an event is in each bucket above it: it counts several times", strings.TrimSuffix(s.Name, "_bucket"))
		return false
	}
	a, b := countedBy(part.Expr), countedBy(whole.Expr)
	if a == nil || b == nil || baseName(a.Name, l.metrics) != baseName(b.Name, l.metrics) {
		return true
	}
	_, word, _ := strings.Cut(strings.TrimPrefix(part.Path, slo.Path+"."), ".")
	extra := without(b.LabelMatchers, a.LabelMatchers) // what narrows the total and not the part
	more := without(a.LabelMatchers, b.LabelMatchers)
	bucketOf := func(s *parser.VectorSelector) bool { return strings.HasSuffix(s.Name, "_bucket") }
	switch {
	case a.Name != b.Name && !(bucketOf(b) && !bucketOf(a)):
		return true
	case a.Name != b.Name:
		l.report("slo/part", part.Path, "count the total by "+strings.TrimSuffix(b.Name, "_bucket")+"_count", "the %s events are all observations, and the total is one bucket of them: the part is more than the whole", word)
	case len(extra) == 0 && len(more) == 0:
		l.report("slo/part", part.Path, "add the matchers that tell the "+word+" events", "the %s events and the total are counted by the same query: the share is always 1", word)
	case len(extra) > 0:
		l.report("slo/part", part.Path, "repeat it in the query of the "+word+" events", "the total takes only {%s}, and the %s events take others too: the part may be more than the whole", extra[0], word)
	default:
		return true
	}
	return false
}

// countedBy is the one selector whose rate an expression adds up: sum(rate(x[$window])); nil for anything else.
func countedBy(expr parser.Expr) *parser.VectorSelector {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return countedBy(e.Expr)
	case *parser.AggregateExpr:
		if e.Op == parser.SUM {
			return countedBy(e.Expr)
		}
	case *parser.Call:
		if matrix, ok := e.Args[0].(*parser.MatrixSelector); ok && (e.Func.Name == "rate" || e.Func.Name == "increase") {
			selector, _ := matrix.VectorSelector.(*parser.VectorSelector)
			return selector
		}
	case *parser.BinaryExpr:
		if e.Op == parser.LOR {
			return countedBy(e.LHS)
		}
	}
	return nil
}

// without lists the matchers, other than that of the name, that are not among others.
func without(ms, others []*labels.Matcher) []*labels.Matcher {
	return slices.DeleteFunc(withoutName(ms), func(m *labels.Matcher) bool {
		return slices.ContainsFunc(others, func(other *labels.Matcher) bool { return other.String() == m.String() })
	})
}
