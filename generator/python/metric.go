package python

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// metricView is one metric.
type metricView struct {
	Name, Help, Type string
	Doc              []string
	Method           string // name; empty for a metric that the module records by itself
	Field            string // name
	Kind             string // class of prometheus_client
	Handle           string // class that the method returns
	Make             string // makes a handle of a child
	Labels           []*labelView
	LabelNames       string // their names on the wire
	Excluded         string // combinations of labels that never are, or empty
	Eager            bool
	Unit             string // OpenMetrics' word, or empty
	Mode             string // how the values of several processes combine, of a gauge
	Buckets          string // upper bounds, or empty
	Second           string // what one second is in the metric's unit, or what else stands for one event; empty where that is 1
	Start            int    // series before anything is recorded
	Touch            string // records something, as a method of metrics
}

// labelView is one label of a metric, as a parameter.
type labelView struct {
	Name      string // on the wire
	Literal   string
	Parameter string // name
	Type      string
	Domain    string // makes the label's _Closed or _Open
	Enum      *enumView
}

// metric fills in one metric.
func (v *moduleView) metric(p *ir.Program, one *metricView, m *ir.Metric, enums *enums) error {
	parameters := newScope(moduleNames, enums.names())
	for i := range m.Labels {
		label := &m.Labels[i]
		shown := &labelView{
			Name: label.Name, Literal: quote(label.Name), Parameter: parameters.take(identifier(label.Name)), Type: "str",
			Enum: enums.of(label),
		}
		if shown.Enum != nil {
			shown.Type = shown.Enum.Type
		}
		if m.Type != ir.Info {
			domain, err := v.domain(p, m, label, shown)
			if err != nil {
				return err
			}
			shown.Domain = domain
		}
		one.Labels = append(one.Labels, shown)
	}
	var labels []string
	for _, label := range one.Labels {
		labels = append(labels, label.Literal)
	}
	one.LabelNames = joined(labels)
	v.shape(one, m)
	one.Doc = docstring(m)
	one.Excluded = excluded(m)
	v.HasExcluded = v.HasExcluded || one.Excluded != ""
	one.Start = m.Starting()
	one.Eager = one.Start > 0
	v.HasEager = v.HasEager || one.Eager
	one.Touch = one.touch(m, "", "")
	if m.Derived {
		one.Second, one.Touch = "0.0", ""
	}
	v.overflow(one, m)
	return nil
}

// domain makes the label's set of values.
func (v *moduleView) domain(p *ir.Program, m *ir.Metric, label *ir.Label, shown *labelView) (string, error) {
	if label.Values != nil {
		v.HasClosed = true
		values := shown.values(label)
		return fmt.Sprintf("_Closed(%s, %s, %s)", quote(m.Name), shown.Literal, values), nil
	}
	v.HasOpen = true
	counter := "Counter(None)"
	if overflow := p.Instrument.Overflow; overflow != nil {
		// Labels stand in the order of their names: label, metric.
		counter = fmt.Sprintf("self._%s.at(%s, %s)", short(p, overflow.Name), shown.Literal, quote(m.Name))
	}
	v.HasCounter = true
	if label.Pattern == "" {
		return fmt.Sprintf("_Open(%d, %s)", label.Max, counter), nil
	}
	v.HasPattern = true
	text, err := pattern(label.Pattern)
	if err != nil {
		return "", fmt.Errorf("pattern of label %s: %w", label.Name, err)
	}
	return fmt.Sprintf("_Open(%d, %s, %s)", label.Max, counter, quote(text)), nil
}

// values is the constant of a closed set, or the set itself where no type is made of it.
func (l *labelView) values(label *ir.Label) string {
	if l.Enum != nil {
		return l.Enum.Constant
	}
	return tuple(label.Values)
}

func tuple(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = quote(value)
	}
	return joined(quoted)
}

// joined makes a tuple of expressions.
func joined(expressions []string) string {
	if len(expressions) == 1 {
		return "(" + expressions[0] + ",)"
	}
	return "(" + strings.Join(expressions, ", ") + ")"
}

// modes are how the gauges of several processes combine where prometheus_client gathers them, by how replicas' do. A mean is
// none of its ways.
var modes = map[string]string{"add": "livesum", "same": "livemax", "mean": "livemax"}

// shape says how values are recorded: times as durations, everything else as numbers.
func (v *moduleView) shape(one *metricView, m *ir.Metric) {
	isTime := m.Unit.IsTime()
	one.Unit = openMetricsUnit(m)
	switch {
	case m.Type == ir.Counter && isTime:
		one.Kind, one.Handle, v.HasDurationCounter = "Counter", "DurationCounter", true
	case m.Type == ir.Counter:
		one.Kind, one.Handle, v.HasCounter = "Counter", "Counter", true
	case m.Type == ir.Gauge && m.Unit.IsTime() && isTimestamp(m):
		one.Kind, one.Handle, v.HasTimestampGauge, one.Mode = "Gauge", "TimestampGauge", true, quote(modes[m.Replicas])
	case m.Type == ir.Gauge && m.Unit.IsTime():
		one.Kind, one.Handle, v.HasDurationGauge, one.Mode = "Gauge", "DurationGauge", true, quote(modes[m.Replicas])
	case m.Type == ir.Gauge:
		one.Kind, one.Handle, v.HasGauge, one.Mode = "Gauge", "Gauge", true, quote(modes[m.Replicas])
	case m.Type == ir.Histogram && isTime:
		one.Kind, one.Handle, v.HasDurationHistogram = "Histogram", "DurationHistogram", true
	case m.Type == ir.Histogram:
		one.Kind, one.Handle, v.HasHistogram = "Histogram", "Histogram", true
	default:
		one.Kind, v.HasInfo = "Info", true
	}
	one.Type = quote(strings.ToLower(one.Kind))
	one.Make = one.Handle
	if isTime && one.Handle != "" {
		units, seconds := scale(m.Unit)
		one.Make = fmt.Sprintf("lambda place: %s(place, _Unit(%s, %s))", one.Handle, number(units), number(seconds))
		if second := number(units / seconds); second != "1.0" {
			one.Second = second
		}
	}
	var bounds []string
	for _, bound := range m.Buckets {
		if !math.IsInf(bound, 0) && !math.IsNaN(bound) {
			bounds = append(bounds, number(bound))
		}
	}
	if bounds != nil {
		one.Buckets = joined(bounds)
	}
}

// excluded writes the combinations that a metric never has, by the positions of the labels.
func excluded(m *ir.Metric) string {
	var all []string
	for _, combination := range m.Exclude {
		var choices []string
		for _, choice := range combination {
			at := slices.IndexFunc(m.Labels, func(l ir.Label) bool { return l.Name == choice.Label })
			choices = append(choices, strconv.Itoa(at)+": "+tuple(choice.Values))
		}
		all = append(all, "{"+strings.Join(choices, ", ")+"}")
	}
	if all == nil {
		return ""
	}
	return joined(all)
}
