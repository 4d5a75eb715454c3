package lower

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
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
	case ir.FormWithin, ir.FormShare, ir.FormRatio:
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
		l.report("signal/metric-type", path, `use value, or declare resets: "month" where the gauge starts again each month`,
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
		return "use quantile, within or rate for a histogram"
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
		if !l.checkLabel(at(b.path, "by"), m, name) {
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

// difference subtracts a metric, a signal or a quantity from another.
func (l *lowerer) difference(s *signal, b build) (vector, bool) {
	leftPath, rightPath := at(s.Path, "difference"), at(s.Path, "minus")
	leftNumber, rightNumber := isQuantity(s.spec.Difference), isQuantity(s.spec.Minus)
	if leftNumber && rightNumber {
		l.report("signal/form", leftPath, "name a metric or a signal", "the difference of two figures is no signal")
		return vector{}, false
	}
	if leftNumber {
		right, ok := l.operand(rightPath, s.spec.Minus, b)
		if !ok {
			return vector{}, false
		}
		value, ok := l.quantity(leftPath, s.spec.Difference, right.unit, s.Signal)
		right.expr = promql.Binary(parser.SUB, promql.Number(value), right.expr)
		return right, ok
	}
	left, ok := l.operand(leftPath, s.spec.Difference, l.besideCounter(s.spec.Difference, s.spec.Minus, b))
	if !ok {
		return vector{}, false
	}
	if rightNumber {
		value, ok := l.quantity(rightPath, s.spec.Minus, left.unit, s.Signal)
		left.expr = promql.Binary(parser.SUB, left.expr, promql.Number(value))
		return left, ok
	}
	right, ok := l.operand(rightPath, s.spec.Minus, l.besideCounter(s.spec.Minus, s.spec.Difference, b))
	if !ok {
		return vector{}, false
	}
	left, right, ok = l.agree(s, rightPath, left, right)
	if !ok {
		return vector{}, false
	}
	return vector{
		expr: promql.Binary(parser.SUB, left.expr, right.expr), unit: left.unit, period: left.period,
		by: left.by, metrics: join(left.metrics, right.metrics),
	}, true
}

// agree converts one of two vectors into the other's unit.
func (l *lowerer) agree(s *signal, path string, left, right vector) (vector, vector, bool) {
	if converted, ok := convert(right, left.unit); ok {
		return left, converted, true
	}
	if converted, ok := convert(left, right.unit); ok {
		return converted, right, true
	}
	l.report("quantity/unit", path, "combine figures of one kind",
		"it is %s, and the other operand of %s is %s", right.unit.Dimension(), s.Name, left.unit.Dimension())
	return left, right, false
}

// sumOfParts joins signals as the values of one label. Where that label is not in by, they add up.
func (l *lowerer) sumOfParts(s *signal, b build) (vector, bool) {
	inner := b
	inner.by = slices.DeleteFunc(slices.Clone(b.by), func(name string) bool { return name == s.spec.As })
	var sum vector
	for i, part := range sortedKeys(s.spec.Parts) {
		path := at(at(s.Path, "parts"), part)
		v, ok := l.operand(path, s.spec.Parts[part], inner)
		if !ok {
			return vector{}, false
		}
		if i > 0 {
			if _, v, ok = l.agree(s, path, vector{unit: sum.unit}, v); !ok {
				return vector{}, false
			}
		}
		v.expr = promql.Call("label_replace", v.expr, promql.String(s.spec.As), promql.String(part), promql.String(""), promql.String(""))
		if i == 0 {
			sum = v
			continue
		}
		sum.expr = &parser.BinaryExpr{Op: parser.LOR, LHS: sum.expr, RHS: v.expr, VectorMatching: &parser.VectorMatching{Card: parser.CardManyToMany}}
		sum.metrics = join(sum.metrics, v.metrics)
		if v.period != sum.period {
			sum.period = 0
		}
	}
	if len(inner.by) < len(b.by) {
		sum.by = sortedCopy(append(slices.Clone(sum.by), s.spec.As))
		return sum, true
	}
	sum.expr = promql.Sum(sum.expr, sum.by...)
	return sum, true
}

// written parses a signal's own PromQL.
func (l *lowerer) written(s *signal, b build) (vector, bool) {
	path := at(s.Path, "expr")
	for name, given := range map[string]bool{"over": b.over > 0, "by": len(b.by) > 0, "where": len(b.where) > 0} {
		if given {
			l.report("signal/setting", at(b.path, name), "write it into the expression", "%s does not change written-out PromQL", name)
			return vector{}, false
		}
	}
	expr, err := promql.Parse(s.spec.Expr)
	if err != nil {
		l.report("promql/syntax", path, "it must be PromQL as Prometheus reads it", "%s", syntaxMessage(err))
		return vector{}, false
	}
	if expr.Type() != parser.ValueTypeVector {
		l.report("promql/type", path, "an instant vector is needed: a selector, a rate, an aggregation", "the expression is a %s", parser.DocumentedType(expr.Type()))
		return vector{}, false
	}
	v := vector{expr: expr, unit: l.unit(at(s.Path, "unit"), s.spec.Unit)}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			if m, found := l.metrics[baseName(selector.Name, l.metrics)]; found {
				v.metrics = append(v.metrics, m)
			}
		}
		return nil
	})
	return v, true
}

// baseName strips the suffix of a classic histogram's series where that names a known metric.
func baseName(name string, metrics map[string]*ir.Metric) string {
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if base, cut := strings.CutSuffix(name, suffix); cut && metrics[base] != nil && metrics[base].Type == ir.Histogram {
			return base
		}
	}
	return name
}

// syntaxMessage is the first line of a parser's error without its own position.
func syntaxMessage(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if _, after, ok := strings.Cut(line, "parse error: "); ok {
		line = after
	}
	return fmt.Sprintf("not PromQL: %s", line)
}

func join(a, b []*ir.Metric) []*ir.Metric { return append(slices.Clone(a), b...) }

// isQuantity tells a figure from a name: names do not begin with a digit.
func isQuantity(text string) bool {
	return text != "" && (text[0] >= '0' && text[0] <= '9' || text[0] == '-')
}

// besideCounter drops the range of a gauge that a counter's increase is held against: the range is the counter's.
func (l *lowerer) besideCounter(gauge, other string, b build) build {
	m, o := l.metrics[gauge], l.metrics[other]
	if m != nil && o != nil && m.Type == ir.Gauge && o.Type == ir.Counter {
		b.over = 0
	}
	return b
}

// operand makes the vector of a metric or a signal inside another signal. A counter is taken as its increase.
func (l *lowerer) operand(path, name string, b build) (vector, bool) {
	if inner, ok := l.signals[name]; ok {
		return l.nested(inner, b)
	}
	m, ok := l.metrics[name]
	if !ok {
		l.report("reference/operand", path, l.operandHelp(name), "there is no metric or signal %q", name)
		return vector{}, false
	}
	if !l.stored(path, m) {
		return vector{}, false
	}
	switch m.Type {
	case ir.Gauge:
		return l.value(m, b)
	case ir.Counter:
		return l.increase(m, b)
	default:
		l.report("signal/metric-type", path, "make a signal of it first: "+formFor(m), "a %s has no single value: %s", m.Type, name)
		return vector{}, false
	}
}

// nested makes a signal's vector inside another. The outer by replaces its own; the outer range, matchers and quantile
// join its own.
func (l *lowerer) nested(s *signal, b build) (vector, bool) {
	if s.broken {
		return vector{}, false
	}
	use := schema.Params{By: b.by}
	if use.By == nil {
		use.By = []string{}
	}
	own, _, ok := l.parameters(s, use, s.Path)
	if !ok {
		return vector{}, false
	}
	own.path, own.variables = b.path, b.variables
	own.where = append(own.where, b.where...)
	if b.over > 0 && own.over > 0 {
		own.over = b.over
	}
	v, ok := l.form(s, own)
	if !ok {
		return vector{}, false
	}
	if v, ok = l.inUnit(s, v, s.spec.Unit, at(s.Path, "unit")); !ok {
		return vector{}, false
	}
	return l.whenMissing(s, v)
}
