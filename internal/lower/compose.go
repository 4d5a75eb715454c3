package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// difference subtracts a metric, a signal or a quantity from another.
func (l *lowerer) difference(s *signal, b build) (vector, bool) {
	leftPath, rightPath := at(s.Path, "difference"), at(s.Path, "minus")
	if s.spec.Difference == nowName && l.metrics[nowName] == nil && l.signals[nowName] == nil {
		return l.age(s, b)
	}
	if s.spec.Minus == nowName && l.metrics[nowName] == nil && l.signals[nowName] == nil {
		l.report("signal/form", rightPath, fmt.Sprintf("write difference: %q, minus: %q", nowName, s.spec.Difference), "an age is now less the point in time, not the other way round")
		return vector{}, false
	}
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

// nowName is the operand of a difference that is the time now.
const nowName = "now"

// age is the time since a gauge's point in time, as of a last success. Replicas that export one fact have the newest; of
// several facts the oldest counts.
func (l *lowerer) age(s *signal, b build) (vector, bool) {
	path := at(s.Path, "minus")
	m, ok := l.metric(path, s.spec.Minus)
	if !ok || !l.usable(m, b, false) {
		return vector{}, false
	}
	seconds, isTime := m.Unit.Factor(unit.Second)
	if m.Type != ir.Gauge || !isTime {
		l.report("signal/metric-type", path, "name a gauge whose value is a time since 1970, in a unit of time",
			"now less %s is no age: it is a %s of %s", m.Name, m.Type, m.Unit.Dimension())
		return vector{}, false
	}
	if b.over > 0 {
		l.report("signal/setting", at(b.path, "over"), "remove over", "an age is taken at one moment, and over would average the time of day")
		return vector{}, false
	}
	if m.Own() {
		m.Timestamp = true // a catalog's entries say so themselves
	}
	by := grouping(m, b.by)
	var at parser.Expr = l.selector(m, "", b)
	if m.Replicas == "same" {
		own := slices.Clone(by)
		for _, label := range m.Labels {
			own = append(own, m.Stored(label.Name))
		}
		at = promql.Aggregate(parser.MAX, at, sortedCopy(own)...)
	}
	oldest := promql.Scale(promql.Aggregate(parser.MIN, at, by...), seconds)
	return vector{
		expr: promql.Binary(parser.SUB, promql.Call("time"), oldest), unit: unit.Second, by: by, metrics: []*ir.Metric{m},
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
	for _, setting := range []struct {
		name  string
		given bool
	}{{"over", b.over > 0}, {"by", len(b.by) > 0}, {"where", len(b.where) > 0}} {
		if setting.given {
			l.report("signal/setting", at(b.path, setting.name), "write it into the expression", "%s does not change written-out PromQL", setting.name)
			return vector{}, false
		}
	}
	expr, err := promql.Parse(s.spec.Expr)
	if err != nil {
		message := syntaxMessage(err)
		l.report("promql/syntax", path, promql.SyntaxHelp(message), "%s", message)
		return vector{}, false
	}
	if expr.Type() != parser.ValueTypeVector {
		l.report("promql/type", path, "an instant vector is needed: a selector, a rate, an aggregation", "the expression is a %s", parser.DocumentedType(expr.Type()))
		return vector{}, false
	}
	v := vector{expr: expr, unit: l.unit(at(s.Path, "unit"), s.spec.Unit)}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			if m, found := l.metrics[baseName(selector.Name, l.metrics)]; found && l.stored(path, m) {
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
func syntaxMessage(err error) string { return "not PromQL: " + parserMessage(err) }

// parserMessage is the first line of what Prometheus' parser says, without the place.
func parserMessage(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if _, after, ok := strings.Cut(line, "parse error: "); ok {
		line = after
	}
	return line
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
	own.path, own.asked, own.variables = b.path, b.asked, b.variables
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
