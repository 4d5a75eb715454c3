package diff

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// ownMetrics are what the service exposes. What Belfry's instrumentation adds by itself follows from the rest.
func ownMetrics(p *ir.Program) map[string]*ir.Metric {
	return byName(slices.DeleteFunc(slices.Clone(p.Metrics), func(m *ir.Metric) bool { return !m.Own() || m.Derived }), func(m *ir.Metric) string { return m.Name })
}

// metrics compares what the service exposes: dashboards, alerts and people outside of the spec may read it.
func (p *pair) metrics() {
	before, after := ownMetrics(p.before), ownMetrics(p.after)
	renamed := renamedMetrics(before, after)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		switch {
		case is == nil && renamed[name] != "":
			p.add(Change{Mark: Changed, Kind: Metric, Name: name, Danger: true, Text: "renamed to " + renamed[name] + p.usedBefore(was, "")})
		case is == nil:
			p.add(Change{Mark: Removed, Kind: Metric, Name: name, Danger: true, Text: "removed" + p.usedBefore(was, "")})
		case was == nil && renamed[name] != "":
		case was == nil:
			p.add(Change{Mark: Added, Kind: Metric, Name: name, Text: fmt.Sprintf("%s, %s a replica", is.Type, seriesWords(is)), Details: []string{is.Help}})
		default:
			p.metric(was, is)
		}
	}
}

// renamedMetrics pairs the one metric that went with the one that came where all else is equal, both ways.
func renamedMetrics(before, after map[string]*ir.Metric) map[string]string {
	renamed := map[string]string{}
	names := joined(before, after)
	for _, name := range names {
		if after[name] != nil {
			continue
		}
		for _, other := range names {
			if before[other] == nil && renamed[other] == "" && before[name].Help == after[other].Help && fmt.Sprint(shape(before[name])) == fmt.Sprint(shape(after[other])) {
				renamed[name], renamed[other] = other, name
				break
			}
		}
	}
	return renamed
}

func shape(m *ir.Metric) []any { return []any{m.Type, m.Unit.String(), m.Labels, m.Buckets} }

func (p *pair) metric(was, is *ir.Metric) {
	f := &facts{}
	if was.Type != is.Type {
		f.warn("type " + turned(string(was.Type), string(is.Type)))
	}
	if was.Unit != is.Unit {
		f.warn("unit " + turned(was.Unit.String(), is.Unit.String()))
	}
	p.metricLabels(f, was, is)
	gone, come := parts(bounds(was), bounds(is))
	if len(gone) > 0 {
		f.warn("loses the buckets " + some(gone))
	}
	if len(come) > 0 {
		f.say("gets the buckets " + some(come))
	}
	f.exposition(was, is)
	if was.Replicas != is.Replicas {
		f.say("replicas " + turned(was.Replicas, is.Replicas))
	}
	if before, now := seriesWords(was), seriesWords(is); before != now && len(f.said) > 0 {
		f.say(fmt.Sprintf("%s → %s a replica", strings.TrimSuffix(before, " series"), now))
	}
	switch {
	case len(f.said) > 0:
		p.add(f.change(Metric, is.Name))
	case was.Help != is.Help:
		p.add(Change{Mark: Changed, Kind: Text, Name: is.Name, Text: "new wording: help", Details: beforeAfter(was.Help, is.Help)})
	}
}

// exposition compares who exposes the metric, and in which shape.
func (f *facts) exposition(was, is *ir.Metric) {
	switch {
	case (was.Exporter == nil) != (is.Exporter == nil):
		f.say("is exposed by " + exposedBy(is) + " (was " + exposedBy(was) + ")")
	case was.Exporter != nil:
		for _, s := range settingsOf(was.Exporter, is.Exporter) {
			f.say("exporter's " + s.words())
		}
	}
	switch {
	case was.Type != is.Type:
	case was.Classic && !is.Classic:
		f.warn("no longer has classic buckets")
	case was.Native && !is.Native:
		f.warn("is no native histogram any more")
	case !was.Classic && is.Classic:
		f.say("has classic buckets too")
	case !was.Native && is.Native:
		f.say("is a native histogram too")
	}
	if !reflect.DeepEqual(was.Exclude, is.Exclude) {
		f.say("has other combinations of labels")
	}
	if was.Lazy != is.Lazy {
		f.say(map[bool]string{true: "has series when they are first used", false: "has its series from the start"}[is.Lazy])
	}
}

func exposedBy(m *ir.Metric) string {
	if m.Exporter == nil {
		return "the service"
	}
	return "exporter " + m.Exporter.Name
}

func bounds(m *ir.Metric) []string {
	var all []string
	for _, b := range m.Buckets {
		all = append(all, m.Unit.Format(b))
	}
	return all
}

// metricLabels compares labels and their values. A value that is gone leaves series that nobody counts any more.
func (p *pair) metricLabels(f *facts, was, is *ir.Metric) {
	label := func(l ir.Label) string { return l.Name }
	before, after := byName(was.Labels, label), byName(is.Labels, label)
	for _, name := range joined(before, after) {
		old, had := before[name]
		now, has := after[name]
		gone, come := parts(old.Values, now.Values)
		switch {
		case !has:
			f.warn("label " + name + " removed" + p.usedBefore(was, name))
		case !had:
			f.say("label " + name + " added")
		case old.Values == nil && now.Values == nil:
			if old.Max != now.Max {
				f.say(fmt.Sprintf("label %s up to %d → %d values", name, old.Max, now.Max))
			}
			if old.Pattern != now.Pattern {
				f.say("label " + name + " matches " + turned(old.Pattern, now.Pattern))
			}
		case old.Values == nil:
			f.say("label " + name + " is one of " + some(now.Values) + " now")
		case now.Values == nil:
			f.say(fmt.Sprintf("label %s has up to %d values now", name, now.Max))
		default:
			if len(gone) > 0 {
				f.say("label " + name + " is never " + some(gone) + " any more")
			}
			if len(come) > 0 {
				f.say("label " + name + " may be " + some(come) + " too")
			}
		}
	}
}

// usedBefore counts what read a metric, or its label, on the base.
func (p *pair) usedBefore(m *ir.Metric, label string) string {
	reads := func(q *ir.Query) bool { return readsMetric(q, m, label) }
	alerts, panels := 0, 0
	for _, a := range p.before.Alerts {
		if a.Query != nil && reads(a.Query) || a.Query == nil && label == "" && slices.Contains(a.Signal.Metrics, m) {
			alerts++
		}
	}
	for _, d := range p.before.Dashboards {
		for _, row := range d.Rows {
			for _, panel := range row.Panels {
				if slices.ContainsFunc(panel.Series, func(s ir.Series) bool { return reads(s.Query) }) {
					panels++
				}
			}
		}
	}
	if alerts+panels == 0 {
		return " (nothing in the spec used it; something outside may)"
	}
	return " (used by " + list(counts([]count{{alerts, "alert"}, {panels, "panel"}})) + " before)"
}

// readsMetric reports whether a query reads the metric, and the label where one is named.
func readsMetric(q *ir.Query, m *ir.Metric, label string) bool {
	if !slices.Contains(q.Signal.Metrics, m) {
		return false
	}
	found := label == "" || slices.Contains(q.By, label)
	parser.Inspect(q.Expr, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok {
			for _, matcher := range s.LabelMatchers {
				found = found || matcher.Name == m.Stored(label)
			}
		}
		return nil
	})
	return found
}

// selected are the names of the series that an expression selects, in its order.
func selected(expr parser.Expr) []string {
	var names []string
	if expr == nil {
		return nil
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if s, ok := node.(*parser.VectorSelector); ok {
			names = append(names, s.Name)
		}
		return nil
	})
	return names
}

// seriesWords is how many series a metric has in one replica.
func seriesWords(m *ir.Metric) string {
	n := m.Combinations()
	if m.Type == ir.Histogram && m.Classic {
		n *= float64(len(m.Buckets) + histogramExtra)
	}
	if n == 1 {
		return "1 series"
	}
	return unit.None.Format(n) + " series"
}

// histogramExtra are the series of a classic histogram besides its finite buckets: +Inf, the sum and the count.
const histogramExtra = 3
