package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// parts makes the numerator and the denominator of a share, ratio or within signal: SLOs record the two apart.
func (l *lowerer) parts(s *signal, b build) (part, whole vector, ok bool) {
	switch s.Form {
	case ir.FormWithin:
		return l.within(s, b)
	case ir.FormShare:
		return l.share(s, b, false)
	default:
		return l.ratio(s, b)
	}
}

// divide makes the quotient of two vectors with equal labels.
func divide(part, whole vector) vector {
	return vector{
		expr: promql.Binary(parser.DIV, part.expr, whole.expr), unit: part.unit.Per(whole.unit),
		by: part.by, metrics: join(part.metrics, whole.metrics),
	}
}

// orZero stands in for a part that has no series yet: no error so far is no error, and not no data.
func orZero(part, whole vector, b build) parser.Expr {
	if b.bare {
		return part.expr
	}
	return promql.Binary(parser.LOR, part.expr, promql.Binary(parser.MUL, promql.Number(0), whole.expr))
}

// within is the share of a histogram's observations at or below a bound.
func (l *lowerer) within(s *signal, b build) (part, whole vector, ok bool) {
	path := at(s.Path, "within")
	m, ok := l.metric(path, s.spec.Within)
	if !ok {
		return part, whole, false
	}
	if m.Type != ir.Histogram {
		l.report("signal/metric-type", path, formFor(m), "within takes a histogram, and %s is a %s", m.Name, m.Type)
		return part, whole, false
	}
	bound, ok := l.quantity(at(s.Path, "bound"), s.spec.Bound, m.Unit, &ir.Signal{Name: s.Name, Path: s.Path, Unit: m.Unit, Metrics: []*ir.Metric{m}})
	if !ok || !l.usable(m, b, true) {
		return part, whole, false
	}
	if whole, ok = l.rate(m, b); !ok {
		return part, whole, false
	}
	by := grouping(m, b.by)
	part = vector{unit: whole.unit, by: by, metrics: []*ir.Metric{m}}
	if !m.Classic {
		// Nothing observed has no share: it is not a number, and one such sample would spoil every sum over an SLO's window.
		observed := promql.Binary(parser.MUL, l.fraction(m, bound, b), whole.expr)
		part.expr = promql.Binary(parser.GTE, observed, promql.Number(0))
		part.expr = orZero(part, whole, b)
		return part, whole, true
	}
	if len(m.Buckets) == 0 {
		return part, whole, false // the metric has been reported
	}
	if !slices.Contains(m.Buckets, bound) {
		l.report("signal/bound", at(s.Path, "bound"), "use a bucket's bound, or add a bucket: "+nearestBounds(m, bound),
			"%s is not the bound of a bucket of %s", s.spec.Bound, m.Name)
		return part, whole, false
	}
	buckets := l.selector(m, "_bucket", b)
	buckets = promql.Select(buckets.Name, append(withoutName(buckets.LabelMatchers), boundMatcher(bound))...)
	part.expr = promql.Sum(promql.Call("rate", promql.Over(buckets, b.over)), by...)
	return part, whole, true
}

// nativeWithin is the same share of a native histogram, which needs no division.
func (l *lowerer) nativeWithin(s *signal, m *ir.Metric, b build) (vector, bool) {
	_, whole, ok := l.within(s, b)
	if !ok {
		return vector{}, false
	}
	bound, _ := l.quantity(at(s.Path, "bound"), s.spec.Bound, m.Unit, s.Signal)
	return vector{expr: l.fraction(m, bound, b), unit: unit.Ratio, by: whole.by, metrics: whole.metrics}, true
}

// fraction is the share of a native histogram's observations up to a bound. It has no bucket there: Prometheus
// interpolates.
func (l *lowerer) fraction(m *ir.Metric, bound float64, b build) parser.Expr {
	rates := promql.Sum(promql.Call("rate", promql.Over(l.selector(m, "", b), b.over)), grouping(m, b.by)...)
	return promql.Call("histogram_fraction", promql.Number(0), promql.Number(bound), rates)
}

func withoutName(ms []*labels.Matcher) []*labels.Matcher {
	return slices.DeleteFunc(slices.Clone(ms), func(m *labels.Matcher) bool { return m.Name == model.MetricNameLabel })
}

// nearestBounds names the buckets next to a bound, in people's units.
func nearestBounds(m *ir.Metric, bound float64) string {
	var below, above string
	for _, bucket := range m.Buckets {
		if bucket < bound {
			below = m.Unit.Format(bucket)
		} else if above == "" {
			above = m.Unit.Format(bucket)
		}
	}
	switch {
	case below == "":
		return "the lowest is " + above
	case above == "":
		return "the highest is " + below
	}
	return fmt.Sprintf("the nearest are %s and %s", below, above)
}

// share is the part of a metric that matches; with complement, the part that does not, where matching is one matcher.
func (l *lowerer) share(s *signal, b build, complement bool) (part, whole vector, ok bool) {
	path := at(s.Path, "share")
	m, ok := l.metric(path, s.spec.Share)
	if !ok {
		return part, whole, false
	}
	make := l.rate
	switch m.Type {
	case ir.Gauge:
		make = l.value
	case ir.Counter, ir.Histogram: // of a histogram, its observations
	default:
		l.report("signal/metric-type", path, formFor(m), "share takes a counter, a histogram or a gauge, and %s is an %s", m.Name, m.Type)
		return part, whole, false
	}
	matching, ok := l.matchers(at(s.Path, "matching"), s.spec.Matching)
	if !ok || !l.checkMatchers(at(s.Path, "matching"), m, matching) {
		return part, whole, false
	}
	if complement {
		matching = []*labels.Matcher{opposite(matching[0])}
	}
	if whole, ok = make(m, b); !ok {
		return part, whole, false
	}
	narrowed := b
	narrowed.where = append(slices.Clone(b.where), matching...)
	if part, ok = make(m, narrowed); !ok {
		return part, whole, false
	}
	part.expr = orZero(part, whole, b)
	return part, whole, true
}

// opposite matches exactly what a matcher does not.
func opposite(m *labels.Matcher) *labels.Matcher {
	return promql.Match(map[labels.MatchType]labels.MatchType{
		labels.MatchEqual: labels.MatchNotEqual, labels.MatchNotEqual: labels.MatchEqual,
		labels.MatchRegexp: labels.MatchNotRegexp, labels.MatchNotRegexp: labels.MatchRegexp,
	}[m.Type], m.Name, m.Value)
}

// ratio divides two metrics or signals. Two counters are compared by their rates.
func (l *lowerer) ratio(s *signal, b build) (part, whole vector, ok bool) {
	partPath, wholePath := at(s.Path, "ratio"), at(s.Path, "to")
	a, c := l.metrics[s.spec.Ratio], l.metrics[s.spec.To]
	if a != nil && c != nil && a.Type == ir.Counter && c.Type == ir.Counter {
		if whole, ok = l.rate(c, b); !ok {
			return part, whole, false
		}
		if part, ok = l.rate(a, b); !ok {
			return part, whole, false
		}
		part.unit, whole.unit = a.Unit, c.Unit // both are per second, which cancels
		if slices.Equal(part.by, whole.by) {
			part.expr = orZero(part, whole, b)
		}
	} else {
		if part, ok = l.operand(partPath, s.spec.Ratio, l.besideCounter(s.spec.Ratio, s.spec.To, b)); !ok {
			return part, whole, false
		}
		if whole, ok = l.operand(wholePath, s.spec.To, l.besideCounter(s.spec.To, s.spec.Ratio, b)); !ok {
			return part, whole, false
		}
		if converted, same := convert(part, whole.unit); same {
			part = converted
		}
	}
	if !slices.Equal(part.by, whole.by) {
		l.report("promql/never-matches", wholePath, "leave the label out of by",
			"the two sides keep different labels: %s and %s", strings.Join(part.by, ", "), strings.Join(whole.by, ", "))
		return part, whole, false
	}
	return part, whole, true
}

// metricHelp says what to do about a metric that does not exist.
func (l *lowerer) metricHelp(name string) string {
	if owner, ok := catalog.Owner(name); ok {
		return fmt.Sprintf("it is a metric of %s: add catalogs: [%q]", owner, owner)
	}
	return nearest(name, sortedKeys(l.metrics), sortedKeys(l.spec.Metrics))
}

// operandHelp says what to do about an operand that does not exist.
func (l *lowerer) operandHelp(name string) string {
	if _, ok := catalog.Owner(name); ok {
		return l.metricHelp(name)
	}
	signals := sortedKeys(l.signals)
	return nearest(name, slices.Concat(signals, sortedKeys(l.metrics)), slices.Concat(signals, sortedKeys(l.spec.Metrics)))
}

// nameIndicators gives every signal the name of its SLI. Two shares of one metric by opposite matchers, such as
// availability and error rate, are one indicator; it has the name of the first of them in the alphabet.
func (l *lowerer) nameIndicators() {
	first := map[string]string{}
	for _, name := range sortedKeys(l.signals) {
		s := l.signals[name]
		s.SLI = name
		if s.Form != ir.FormShare || s.broken {
			continue
		}
		ms, err := promql.ParseMatchers(s.spec.Matching)
		if err != nil || len(ms) != 1 {
			continue
		}
		m := ms[0]
		if m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp {
			m = opposite(m)
		}
		key := fmt.Sprintf("%s{%s}|%s", s.spec.Share, m, s.spec.Where)
		if other, ok := first[key]; ok {
			s.SLI = other
			continue
		}
		first[key] = name
	}
}
