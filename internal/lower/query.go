package lower

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// build is what a query is built with: a signal's parameters after a use has set some anew.
type build struct {
	path      string // where mistakes in the parameters are reported
	over      time.Duration
	by        []string // sorted
	asked     []string // by as it is written: mistakes are reported at its elements
	where     []*labels.Matcher
	q         float64
	variables []string // labels that the dashboard's variables filter by
	bare      bool     // a part without any series stays without a result: who asks fills in the zero
}

// byPath is where a label of by is written.
func (b build) byPath(name string) string {
	path := at(b.path, "by")
	if i := slices.Index(b.asked, name); i >= 0 {
		return indexed(path, i)
	}
	return path
}

// vector is an expression with what is known of it.
type vector struct {
	expr parser.Expr
	unit unit.Unit
	// period is the time that an amount came up in, such as 24h for an increase over a day, so that it can be shown per
	// day too. Zero where it is no such amount.
	period  time.Duration
	by      []string // labels of the result, as stored
	metrics []*ir.Metric
}

// month is the period of a gauge that starts again each month, and of the unit "/month".
const month = 30 * 24 * time.Hour

// query makes the query of a signal with some parameters set anew, or finds the one made before.
func (l *lowerer) query(s *signal, use schema.Params, path string, variables []string) (*ir.Query, bool) {
	b, where, ok := l.parameters(s, use, path)
	if !ok {
		return nil, false
	}
	unitText := use.Unit
	if unitText == "" {
		unitText = s.spec.Unit
	}
	core := queryCore(s.Name, b, where)
	key := core + "|" + unitText + "|" + strings.Join(variables, ",")
	if q, found := l.queries[key]; found {
		return q, true
	}
	b.variables = variables
	v, ok := l.form(s, b)
	if !ok {
		return nil, false
	}
	if s.Form == ir.FormIncrease && v.unit.IsCount() {
		// increase() extrapolates to the edges of its range: two restarts become 2.07, which is above 2.
		v.expr = promql.Call("round", v.expr)
	}
	if v, ok = l.inUnit(s, v, unitText, at(path, "unit")); !ok {
		return nil, false
	}
	if v, ok = l.whenMissing(s, v); !ok {
		return nil, false
	}
	q := &ir.Query{
		Signal: s.Signal, Title: title(s, use, b), Over: b.over, By: v.by, Where: where, Q: b.q, Unit: v.unit,
		Expr: v.expr, Read: v.expr, Text: v.expr.String(), Labels: commonLabels(v.metrics), Key: core,
	}
	s.addMetrics(v.metrics)
	l.queries[key] = q
	return q, true
}

// queryCore is equal for queries that mean the same but for their unit.
func queryCore(name string, b build, where string) string {
	return fmt.Sprintf("%s|%s|%s|%s|%v", name, b.over, strings.Join(b.by, ","), where, b.q)
}

// addMetrics notes the metrics that a signal reads.
func (s *signal) addMetrics(metrics []*ir.Metric) {
	s.Metrics = append(s.Metrics, metrics...)
	slices.SortFunc(s.Metrics, func(a, b *ir.Metric) int { return strings.Compare(a.Name, b.Name) })
	s.Metrics = slices.Compact(s.Metrics)
}

// parameters sets a signal's parameters anew with those of a use. It returns the matchers' text too.
func (l *lowerer) parameters(s *signal, use schema.Params, path string) (build, string, bool) {
	p := s.spec.Params
	given := func(name string) string {
		switch {
		case name == "over" && use.Over != "", name == "by" && use.By != nil, name == "where" && use.Where != "", name == "q" && use.Q != nil:
			return at(path, name)
		}
		return at(s.Path, name)
	}
	if use.Over != "" {
		p.Over = use.Over
	}
	if use.By != nil {
		p.By = use.By
	}
	if use.Where != "" {
		p.Where = use.Where
	}
	if use.Q != nil {
		p.Q = use.Q
	}
	b := build{path: path, over: l.duration(given("over"), p.Over), by: sortedCopy(p.By), asked: p.By}
	if p.Q != nil {
		b.q = *p.Q
		if s.Form != ir.FormQuantile {
			l.report("signal/setting", given("q"), "remove q", "q is for quantile signals, and %s is a %s signal", s.Name, s.Form)
			return b, "", false
		}
	}
	if p.Over != "" && b.over == 0 {
		l.report("spec/range", given("over"), `write a duration such as "5m"`, "a range of no time has no samples")
		return b, "", false
	}
	ms, ok := l.matchers(given("where"), p.Where)
	if !ok {
		return b, "", false
	}
	b.where = ms
	if s.spec.WhenMissing != "" && len(b.by) > 0 {
		l.report("signal/setting", given("by"), "remove by here, or whenMissing from the signal",
			"signal %s has a value for missing series, which has no labels", s.Name)
		return b, "", false
	}
	return b, matcherText(ms), true
}

func sortedCopy(names []string) []string {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// inUnit converts a vector into the unit that a use asks for.
func (l *lowerer) inUnit(s *signal, v vector, text, path string) (vector, bool) {
	if text == "" {
		return v, true
	}
	if s.Form == ir.FormExpr && s.Default == nil {
		return v, true // the form has taken it from the signal itself
	}
	target, err := unit.Parse(text)
	if err != nil {
		l.report("quantity/unit", path, "write a unit such as s, ms, bytes, percent, USD or tickets", "%v", err)
		return v, false
	}
	converted, ok := convert(v, target)
	if !ok {
		l.report("quantity/unit", path, "choose a unit of the same kind",
			"%s is %s, but signal %s is %s", text, target.Dimension(), s.Name, v.unit.Dimension())
	}
	return converted, ok
}

// convert scales a vector into another unit of the same dimension. An amount that came up in a known period converts into
// an amount per time as well.
func convert(v vector, target unit.Unit) (vector, bool) {
	if factor, ok := v.unit.Factor(target); ok {
		v.expr, v.unit = promql.Scale(v.expr, factor), target
		return v, true
	}
	if v.period == 0 {
		return v, false
	}
	factor, ok := v.unit.PerSecond().Factor(target)
	if !ok {
		return v, false
	}
	v.expr, v.unit, v.period = promql.Scale(v.expr, factor/v.period.Seconds()), target, 0
	return v, true
}

// whenMissing adds the value that stands for a result without series.
func (l *lowerer) whenMissing(s *signal, v vector) (vector, bool) {
	if s.spec.WhenMissing == "" {
		return v, true
	}
	value, ok := l.quantity(at(s.Path, "whenMissing"), s.spec.WhenMissing, v.unit, s.Signal)
	if !ok {
		return v, false
	}
	v.expr = promql.Binary(parser.LOR, v.expr, promql.Call("vector", promql.Number(value)))
	return v, true
}

// commonLabels lists the labels that every metric has and a dashboard variable may filter by.
func commonLabels(metrics []*ir.Metric) []string {
	if len(metrics) == 0 {
		return nil
	}
	var common []string
	for _, name := range labelsOf(metrics[0]) {
		if !slices.ContainsFunc(metrics, func(m *ir.Metric) bool { return !filterable(m, name) }) {
			common = append(common, name)
		}
	}
	return common
}
