package lower

import (
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// form makes a signal's expression.
func (l *lowerer) form(s *signal, b build) (vector, bool) {
	switch s.Form {
	case ir.FormValue:
		return l.metricForm(s, "value", s.spec.Value, b, l.value, ir.Gauge)
	case ir.FormRate:
		return l.metricForm(s, "rate", s.spec.Rate, b, l.rate, ir.Counter, ir.Histogram)
	case ir.FormIncrease:
		return l.metricForm(s, "increase", s.spec.Increase, b, l.increase, ir.Counter, ir.Histogram, ir.Gauge)
	case ir.FormQuantile:
		return l.metricForm(s, "quantile", s.spec.Quantile, b, l.quantile, ir.Histogram)
	case ir.FormWithin:
		if m := l.metrics[s.spec.Within]; m != nil && m.Type == ir.Histogram && !m.Classic {
			return l.nativeWithin(s, m, b)
		}
		fallthrough
	case ir.FormShare, ir.FormRatio:
		part, whole, ok := l.parts(s, b)
		if !ok {
			return vector{}, false
		}
		return divide(part, whole), true
	case ir.FormDifference:
		return l.difference(s, b)
	case ir.FormParts:
		return l.sumOfParts(s, b)
	default:
		return l.written(s, b)
	}
}

// metricForm applies a form that takes one metric of certain types.
func (l *lowerer) metricForm(s *signal, field, name string, b build,
	make func(*ir.Metric, build) (vector, bool), types ...ir.MetricType) (vector, bool) {
	path := at(s.Path, field)
	m, ok := l.metric(path, name)
	if !ok {
		return vector{}, false
	}
	if !slices.Contains(types, m.Type) {
		l.report("signal/metric-type", path, formFor(m), "%s takes a %s, and %s is a %s", field, typeWords(types), name, m.Type)
		return vector{}, false
	}
	if field == "increase" && m.Type == ir.Gauge && !m.Resets {
		l.report("signal/metric-type", path, `use value, or declare resets: "month" where the gauge starts again each month and never falls otherwise`,
			"increase takes a counter, and %s is a gauge that may fall", name)
		return vector{}, false
	}
	return make(m, b)
}

func typeWords(types []ir.MetricType) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return strings.Join(words, " or ")
}

// formFor is the help that names the forms a metric can be used with.
func formFor(m *ir.Metric) string {
	switch m.Type {
	case ir.Counter:
		return "use rate, increase or share for a counter"
	case ir.Histogram:
		return "use quantile, within, share or rate for a histogram"
	case ir.Info:
		return "an info carries facts as labels; it has no value to watch"
	default:
		return "use value for a gauge"
	}
}

// metric finds a metric by name.
func (l *lowerer) metric(path, name string) (*ir.Metric, bool) {
	if m, ok := l.metrics[name]; ok {
		return m, l.stored(path, m)
	}
	if _, ok := l.signals[name]; ok {
		l.report("reference/metric", path, "use ratio, difference or parts to combine signals", "%s is a signal, and a metric is needed here", name)
		return nil, false
	}
	l.report("reference/metric", path, l.metricHelp(name), "there is no metric %q", name)
	return nil, false
}

// stored reports a metric that kube-prometheus-stack drops before it is stored.
func (l *lowerer) stored(path string, m *ir.Metric) bool {
	if m.Dropped == "" {
		return true
	}
	l.report("reference/dropped", path, m.Dropped, "kube-prometheus-stack drops %s, so that Prometheus never has it", m.Name)
	return false
}

// unitOf is the metric's unit, which may depend on a label that the matchers fix.
func unitOf(m *ir.Metric, where []*labels.Matcher) unit.Unit {
	for _, c := range m.UnitWhen {
		for _, matcher := range where {
			if matcher.Type == labels.MatchEqual && matcher.Name == c.Label && matcher.Value == c.Value {
				return c.Unit
			}
		}
	}
	return m.Unit
}

// usable reports labels of the parameters that the metric does not have, and a range that is missing.
func (l *lowerer) usable(m *ir.Metric, b build, ranged bool) bool {
	if ranged && b.over == 0 {
		l.report("signal/range", b.path, `add over: "5m"`, "a rate of %s needs a range to be taken over", m.Name)
		return false
	}
	for _, name := range b.by {
		if !l.checkLabel(b.byPath(name), m, name) {
			return false
		}
	}
	return l.checkMatchers(at(b.path, "where"), m, b.where)
}

// grouping is the labels of by as stored on the metric's series.
func grouping(m *ir.Metric, by []string) []string {
	stored := make([]string, len(by))
	for i, name := range by {
		stored[i] = m.Stored(name)
	}
	slices.Sort(stored)
	return stored
}

// rate is a counter's events, or a histogram's observations, per second.
func (l *lowerer) rate(m *ir.Metric, b build) (vector, bool) {
	return l.counted(m, b, "rate", eventUnit(m, b.where).PerSecond())
}

// eventUnit is what a metric's events count: observations of a histogram have no unit.
func eventUnit(m *ir.Metric, where []*labels.Matcher) unit.Unit {
	if m.Type == ir.Histogram {
		return unit.None
	}
	return unitOf(m, where)
}

// increase is how much a counter, or a gauge that starts again, rose.
func (l *lowerer) increase(m *ir.Metric, b build) (vector, bool) {
	v, ok := l.counted(m, b, "increase", eventUnit(m, b.where))
	v.period = b.over
	return v, ok
}

// counted sums function(metric[range]).
func (l *lowerer) counted(m *ir.Metric, b build, function string, u unit.Unit) (vector, bool) {
	if !l.usable(m, b, true) {
		return vector{}, false
	}
	suffix := ""
	if m.Type == ir.Histogram && m.Classic {
		suffix = "_count"
	}
	inner := promql.Call(function, promql.Over(l.selector(m, suffix, b), b.over))
	if m.Type == ir.Histogram && !m.Classic {
		inner = promql.Call("histogram_count", inner)
	}
	by := grouping(m, b.by)
	if m.Type == ir.Gauge {
		return vector{expr: combine(m, inner, by), unit: u, by: by, metrics: []*ir.Metric{m}}, true
	}
	return vector{expr: promql.Sum(inner, by...), unit: u, by: by, metrics: []*ir.Metric{m}}, true
}

// value is the value of a gauge over all replicas.
func (l *lowerer) value(m *ir.Metric, b build) (vector, bool) {
	if !l.usable(m, b, false) {
		return vector{}, false
	}
	var inner parser.Expr = l.selector(m, "", b)
	if b.over > 0 {
		inner = promql.Call("avg_over_time", promql.Over(l.selector(m, "", b), b.over))
	}
	by := grouping(m, b.by)
	v := vector{expr: combine(m, inner, by), unit: unitOf(m, b.where), by: by, metrics: []*ir.Metric{m}}
	if m.Resets {
		v.period = month
	}
	return v, true
}

// combine makes one value a group of a gauge's series: its replicas combine as the metric says, its own labels add up.
// A share has nothing to add up, so that its labels combine by their mean.
func combine(m *ir.Metric, inner parser.Expr, by []string) parser.Expr {
	switch m.Replicas {
	case "mean":
		return promql.Aggregate(parser.AVG, inner, by...)
	case "same":
		var own []string
		for _, label := range m.Labels {
			own = append(own, m.Stored(label.Name))
		}
		own = append(own, by...)
		slices.Sort(own)
		own = slices.Compact(own)
		one := promql.Aggregate(parser.MAX, inner, own...)
		if slices.Equal(own, by) {
			return one
		}
		if m.Unit.IsRatio() {
			return promql.Aggregate(parser.AVG, one, by...)
		}
		return promql.Sum(one, by...)
	default:
		return promql.Sum(inner, by...)
	}
}

// quantile is a quantile of a histogram.
func (l *lowerer) quantile(m *ir.Metric, b build) (vector, bool) {
	if !l.usable(m, b, true) {
		return vector{}, false
	}
	by := grouping(m, b.by)
	suffix, inner := "", by
	if m.Classic {
		suffix, inner = "_bucket", append([]string{"le"}, by...)
	}
	rates := promql.Sum(promql.Call("rate", promql.Over(l.selector(m, suffix, b), b.over)), inner...)
	return vector{
		expr: promql.Call("histogram_quantile", promql.Number(b.q), rates), unit: m.Unit, by: by, metrics: []*ir.Metric{m},
	}, true
}

// boundMatcher matches a bucket in every spelling: clients write 5 or 5.0, Prometheus 2 stores what they write, and
// Prometheus 3 stores 5.0.
func boundMatcher(bound float64) *labels.Matcher {
	text := strconv.FormatFloat(bound, 'g', -1, 64)
	if strings.ContainsAny(text, ".e") {
		return promql.Equal("le", text)
	}
	return promql.Match(labels.MatchRegexp, "le", text+`(\.0)?`)
}
