package lower

import (
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// indicator is how an SLO's events are counted: as rates of a part of the events, good or bad, and of all; or as the bad and
// all slices of one evaluation.
type indicator struct {
	rates  func(over time.Duration) (part, whole parser.Expr)
	good   bool // the part is the good one
	sparse bool // the part has no series before its first event
	lazy   bool // there are no series at all before the first event, though the service is there
	level  bool // the rates are averages of a gauge, and no events per second

	badSlice, allSlices parser.Expr // nil where events are counted; allSlices nil for one slice wherever badSlice has a result
}

// indicator finds what the objective is about.
func (l *lowerer) indicator(slo *objective) bool {
	spec := slo.spec
	var given []string
	for _, source := range []struct {
		field string
		set   bool
	}{{"good", spec.Good != ""}, {"bad", spec.Bad != ""}, {"events", spec.Events != nil}} {
		if source.set {
			given = append(given, source.field)
		}
	}
	switch {
	case len(given) == 0:
		l.report("slo/signal", slo.Path, "add good: or bad: with the name of a share, ratio or within signal; or events: {bad: …, total: …} in PromQL",
			"an SLO names its good or its bad share, or counts its events")
		return false
	case len(given) > 1:
		l.report("slo/signal", at(slo.Path, given[1]), "keep one of them: the other share is the rest", "an SLO has one indicator, and this one has %d", len(given))
		return false
	case spec.Events != nil:
		return l.refuseBound(slo, "this SLO counts events") && l.writtenEvents(slo)
	}
	slo.Good = spec.Good != ""
	path, name := at(slo.Path, given[0]), spec.Good+spec.Bad
	s, found := l.signals[name]
	if !found {
		help := didYouMean(name, sortedKeys(l.signals))
		if _, isMetric := l.metrics[name]; isMetric {
			help = "make a signal of the metric first: its form says which part of the events is good"
		}
		l.report("reference/signal", path, help, "there is no signal %q", name)
		return false
	}
	s.Used = true
	if s.broken {
		return false
	}
	slo.Signal = s.Signal
	return l.signalIndicator(slo, path, s)
}

// signalIndicator counts what a signal is about.
func (l *lowerer) signalIndicator(slo *objective, path string, s *signal) bool {
	isShare := s.Form == ir.FormShare || s.Form == ir.FormWithin || s.Form == ir.FormRatio
	bounded := slo.spec.Above != "" || slo.spec.Below != ""
	switch m := l.metrics[s.spec.Value]; {
	case isShare && s.Unit.IsRatio():
		return l.refuseBound(slo, "signal "+s.Name+" is a share of events") && l.eventIndicator(slo, path, s)
	case bounded:
		return l.sliceIndicator(slo, s)
	case s.Form == ir.FormValue && m != nil && (m.Boolean || m.Unit.IsRatio()):
		return l.booleanIndicator(slo, s, m)
	}
	l.report("slo/signal", path, "name a share, ratio or within signal; or say with above or below which values are good, and evaluations are counted",
		"signal %s is %s, and an SLO is about a share", s.Name, s.Unit.Dimension())
	return false
}

// refuseBound refuses a bound where events are counted: which of them are good is known already.
func (l *lowerer) refuseBound(slo *objective, because string) bool {
	for _, bound := range []struct{ field, text string }{{"above", slo.spec.Above}, {"below", slo.spec.Below}} {
		if bound.text != "" {
			l.report("slo/signal", at(slo.Path, bound.field), "remove "+bound.field+": which events are good is known without it",
				"%s says which values of a figure are good, and %s", bound.field, because)
			return false
		}
	}
	return true
}

// eventIndicator counts the events of a share, ratio or within signal.
func (l *lowerer) eventIndicator(slo *objective, path string, s *signal) bool {
	slo.SLI = ir.SLIEvents
	if s.Form == ir.FormRatio && !l.twoCounters(path, s) || !l.partIsPart(path, s) {
		return false
	}
	counted := indicator{good: slo.Good, sparse: s.Form != ir.FormWithin || !s.Metrics[0].Classic}
	count := l.parts
	if s.Form == ir.FormShare {
		matching, _ := promql.ParseMatchers(s.spec.Matching)
		complement := counted.good && len(matching) == 1
		counted.good = counted.good && !complement
		count = func(s *signal, b build) (part, whole vector, ok bool) { return l.share(s, b, complement) }
		counted.level = s.Metrics[0].Type == ir.Gauge
	}
	b := build{path: slo.Path, over: recordedRange, by: sortedCopy(slo.spec.By), asked: slo.spec.By, where: whereOf(s), bare: true}
	_, whole, ok := count(s, b)
	if !ok {
		return false
	}
	slo.By, slo.Traffic = whole.by, whole.unit
	if !counted.level && !whole.unit.IsPerTime() {
		slo.Traffic = whole.unit.PerSecond()
	}
	counted.lazy = slices.ContainsFunc(whole.metrics, l.appearsLate)
	counted.rates = func(over time.Duration) (parser.Expr, parser.Expr) {
		b := b
		b.over = over
		part, whole, _ := count(s, b)
		return part.expr, whole.expr
	}
	slo.counted = counted
	return true
}

// whereOf is the matchers of a signal, which have been read before without a mistake.
func whereOf(s *signal) []*labels.Matcher {
	if s.spec.Where == "" {
		return nil
	}
	matchers, _ := promql.ParseMatchers(s.spec.Where)
	return matchers
}

func (l *lowerer) twoCounters(path string, s *signal) bool {
	for _, operand := range []string{s.spec.Ratio, s.spec.To} {
		if m := l.metrics[operand]; m == nil || m.Type != ir.Counter {
			l.report("slo/signal", path, "use a share or within signal, or a ratio of two counters",
				"ratio %s is not of two counters, whose events an SLO could count", s.Name)
			return false
		}
	}
	return true
}

// partIsPart refuses a part that is all of the events, whatever happens.
func (l *lowerer) partIsPart(path string, s *signal) bool {
	if s.Form == ir.FormRatio && s.spec.Ratio == s.spec.To {
		l.report("slo/part", path, "name the counter of all events in to", "signal %s divides %s by itself: its share is always 1", s.Name, s.spec.To)
		return false
	}
	if s.Form != ir.FormShare {
		return true
	}
	matching, err := promql.ParseMatchers(s.spec.Matching)
	if err != nil {
		return true
	}
	for _, m := range matching {
		label := l.metrics[s.spec.Share].Label(m.Name)
		if label == nil || len(label.Values) == 0 || slices.ContainsFunc(label.Values, func(value string) bool { return !m.Matches(value) }) {
			return true
		}
	}
	l.report("slo/part", path, "narrow the signal's matching", "signal %s takes every event of %s: its share is always 1", s.Name, s.spec.Share)
	return false
}

// appearsLate reports whether a metric may have no series though the service runs: before the first event of a label's value, or
// because another program exposes it. A metric without labels is there from the start, and the generated instrumentation
// starts at zero what it can.
func (l *lowerer) appearsLate(m *ir.Metric) bool {
	if m.Catalog == scrapeCatalog {
		return false
	}
	initialised := l.spec.Instrument != nil && m.Starting() > 0
	return !m.Instrumented() || m.Lazy || len(m.Labels) > 0 && !initialised
}

// booleanIndicator counts, at each evaluation, the series of a gauge by whether they are 1.
func (l *lowerer) booleanIndicator(slo *objective, s *signal, m *ir.Metric) bool {
	slo.SLI = ir.SLIBoolean
	b := build{path: slo.Path, by: sortedCopy(slo.spec.By), asked: slo.spec.By, where: whereOf(s)}
	if !l.usable(m, b, false) {
		return false
	}
	slo.By = grouping(m, b.by)
	var states parser.Expr = l.selector(m, "", b)
	if m.Replicas == "same" { // the replicas export one fact
		own := slices.Clone(slo.By)
		for _, label := range m.Labels {
			own = append(own, m.Stored(label.Name))
		}
		states = promql.Aggregate(parser.MAX, states, sortedCopy(own)...)
	}
	if factor, ok := m.Unit.Factor(unit.Ratio); ok && !m.Boolean {
		states = promql.Scale(states, factor)
	}
	all, holding := promql.Aggregate(parser.COUNT, states, slo.By...), promql.Sum(states, slo.By...)
	slo.counted = indicator{badSlice: holding, allSlices: all, lazy: l.appearsLate(m)}
	if slo.Good {
		slo.counted.badSlice = promql.Binary(parser.SUB, all, holding)
	}
	return true
}

// sliceIndicator counts evaluations by whether a signal is beyond a bound. Where the signal has no value there is no slice.
func (l *lowerer) sliceIndicator(slo *objective, s *signal) bool {
	slo.SLI = ir.SLISlice
	field, text, above := "above", slo.spec.Above, true
	switch {
	case slo.spec.Above != "" && slo.spec.Below != "":
		l.report("slo/signal", slo.Path+".below", "keep one of them", "a slice is good on one side of one value")
		return false
	case slo.spec.Below != "":
		field, text, above = "below", slo.spec.Below, false
	}
	use := schema.Params{By: append([]string{}, slo.spec.By...)}
	if s.Form == ir.FormExpr {
		use.By = nil
	}
	q, ok := l.query(s, use, slo.Path, nil)
	if !ok {
		return false
	}
	value, ok := l.quantity(at(slo.Path, field), text, q.Unit, q.Signal)
	if !ok {
		return false
	}
	slo.Bound = ir.Threshold{Above: above, Value: value}
	op := map[[2]bool]parser.ItemType{
		{true, true}: parser.LTE, {true, false}: parser.GTE, {false, true}: parser.GTR, {false, false}: parser.LSS,
	}[[2]bool{slo.Good, above}]
	figure := q.Expr
	always := s.Form == ir.FormValue || s.Form == ir.FormRate || s.Form == ir.FormIncrease
	if !always { // the quantile of nothing is no number, and neither good nor bad
		figure = &parser.ParenExpr{Expr: promql.Binary(parser.GTE, figure, promql.Number(math.Inf(-1)))}
	}
	bad := promql.Binary(op, figure, promql.Number(value)).(*parser.BinaryExpr)
	bad.ReturnBool = true
	slo.By = q.By
	slo.counted = indicator{badSlice: bad, lazy: !always || slices.ContainsFunc(s.Metrics, l.appearsLate)}
	if s.Form == ir.FormExpr { // nobody knows how many series it has
		slo.By = sortedCopy(slo.spec.By)
		slo.counted.badSlice, slo.counted.allSlices = promql.Sum(bad, slo.By...), promql.Aggregate(parser.COUNT, figure, slo.By...)
	}
	return true
}
