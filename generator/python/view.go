package python

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// tested is the highest limit of an open label that the generated test reaches.
const tested = 1000

// moduleView is the whole module. Texts are Python, unless they are said to be names.
type moduleView struct {
	Module  string   // dotted name
	Doc     []string // lines of the module's docstring
	Imports []string
	Metrics []*metricView
	Enums   []*enumView
	HTTP    *httpView // nil where no middleware is asked for

	Collected  string // type of what the registry collects
	LabelTypes string // type of a metric's labels

	HasCounter, HasDurationCounter, HasHistogram, HasDurationHistogram, HasInfo bool
	HasGauge, HasDurationGauge, HasTimestampGauge                               bool
	HasClosed, HasOpen, HasPattern, HasEager, HasExcluded                       bool

	Overflows      []overflowView
	OverflowRounds int
}

// HasSeries reports whether a metric has series that are found by labels.
func (v *moduleView) HasSeries() bool {
	return v.HasCounter || v.HasDurationCounter || v.HasAnyGauge() || v.HasHistogram || v.HasDurationHistogram
}

// HasAnyGauge reports whether there is a gauge.
func (v *moduleView) HasAnyGauge() bool {
	return v.HasGauge || v.HasDurationGauge || v.HasTimestampGauge
}

// HasDuration reports whether lengths of time are recorded.
func (v *moduleView) HasDuration() bool {
	return v.HasDurationCounter || v.HasDurationHistogram || v.HasDurationGauge
}

// HasUnit reports whether there is a metric in a unit of time.
func (v *moduleView) HasUnit() bool { return v.HasDuration() || v.HasTimestampGauge }

// HasTimer reports whether times are measured.
func (v *moduleView) HasTimer() bool { return v.HasDurationCounter || v.HasDurationHistogram }

// HasOperation reports whether it can be recorded how something ends.
func (v *moduleView) HasOperation() bool { return v.HasCounter || v.HasGauge }

// HasBlock reports whether something begins and ends with a statement or a call.
func (v *moduleView) HasBlock() bool { return v.HasTimer() || v.HasOperation() }

// HasLog reports whether something may be logged.
func (v *moduleView) HasLog() bool { return v.HasClosed || v.HasAnyGauge() }

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

// enumView is the type of a label's closed set of values.
type enumView struct {
	Label                 string
	Type, Constant, Parse string // names
	Values                []string

	first string // metric that has it
	uses  int    // how many metrics have it
}

// overflowView is a test of an open label's limit.
type overflowView struct {
	Name  string
	Limit int
	Touch string
}

func newModuleView(p *ir.Program) (*moduleView, error) {
	var own []*ir.Metric
	for _, m := range p.Metrics {
		if m.Own() {
			own = append(own, m)
		}
	}
	// Counters of overflows are made first, because labels count in them.
	slices.SortStableFunc(own, func(a, b *ir.Metric) int { return truth(b.Derived) - truth(a.Derived) })
	view := &moduleView{Module: p.Instrument.PythonModule}
	view.Doc = append(wrap(fmt.Sprintf("Records the metrics of %s.", title(p))), "")
	view.Doc = append(view.Doc, wrap("Their names, labels and buckets are those that dashboards and alerts are made from, so they cannot drift apart.")...)
	names := newScope(moduleNames)
	enums := newEnums(own, names)
	view.Enums = enums.all
	methods, fields := newScope(), newScope()
	for _, m := range own {
		one := &metricView{Name: quote(m.Name), Help: quote(m.Help), Field: fields.take("_" + identifier(m.Name))}
		if !m.Derived {
			one.Method = methods.take(setter(m) + identifier(m.Name))
		}
		if err := view.metric(p, one, m, enums); err != nil {
			return nil, fmt.Errorf("metric %s: %w", m.Name, err)
		}
		view.Metrics = append(view.Metrics, one)
	}
	view.HTTP = newHTTPView(p, view, own)
	view.complete()
	return view, nil
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func title(p *ir.Program) string {
	if p.Service != nil && p.Service.Title != "" {
		return p.Service.Title
	}
	return p.Name()
}

func setter(m *ir.Metric) string {
	if m.Type == ir.Info {
		return "set_"
	}
	return ""
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
		counter = fmt.Sprintf("self._%s.at(%s, %s)", identifier(overflow.Name), shown.Literal, quote(m.Name))
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

// isTimestamp reports whether a gauge of time holds a point in time, which its name says
// (https://prometheus.io/docs/practices/instrumentation/#timestamps-not-time-since).
func isTimestamp(m *ir.Metric) bool {
	return strings.Contains(m.Name, "_timestamp_") || strings.HasSuffix(m.Name, "_timestamp")
}

// scale says how many of a unit of time are how many seconds; one of both is 1, so that whole numbers stay whole.
func scale(u unit.Unit) (units, seconds float64) {
	if units, ok := unit.Second.Convert(1, u); ok && units >= 1 {
		return units, 1
	}
	seconds, _ = u.Convert(1, unit.Second)
	return 1, seconds
}

// openMetricsWords are the words of units that names end in.
var openMetricsWords = map[string]string{
	"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds", "min": "minutes", "h": "hours", "d": "days",
	"B": "bytes", "ratio": "ratio", "percent": "percent", "USD": "dollars", "EUR": "euros",
}

// openMetricsUnit is the unit of OpenMetrics' UNIT line. There is none unless the name ends in it: the client appends it there.
func openMetricsUnit(m *ir.Metric) string {
	word := openMetricsWords[m.Unit.String()]
	if m.Type == ir.Info || word == "" || !strings.HasSuffix(strings.TrimSuffix(m.Name, "_total"), "_"+word) {
		return ""
	}
	return quote(word)
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

// touch writes a call that records something, with the value given for one label, and for the others one that can be.
func (one *metricView) touch(m *ir.Metric, label, value string) string {
	possible := func(string) string { return "" }
	m.EachCombination(func(of func(string) string) bool {
		chosen := map[string]string{}
		for _, l := range m.Labels {
			chosen[l.Name] = of(l.Name)
		}
		possible = func(name string) string { return chosen[name] }
		return false
	})
	var arguments []string
	for _, l := range one.Labels {
		argument := quote(possible(l.Name))
		switch {
		case l.Name == label:
			argument = value
		case l.Enum == nil:
			argument = quote(ir.Other)
		}
		arguments = append(arguments, l.Parameter+"="+argument)
	}
	call := one.Method + "(" + strings.Join(arguments, ", ") + ")"
	switch one.Handle {
	case "":
		return call
	case "Gauge":
		return call + ".set(1)"
	case "DurationGauge":
		return call + ".set(timedelta(seconds=1))"
	case "TimestampGauge":
		return call + ".set(datetime.fromtimestamp(1))"
	case "Counter":
		return call + ".inc()"
	case "DurationCounter":
		return call + ".inc(timedelta(seconds=1))"
	case "Histogram":
		return call + ".observe(1)"
	default:
		return call + ".observe(timedelta(seconds=1))"
	}
}

// overflow adds a test of the first label that has a limit.
func (v *moduleView) overflow(one *metricView, m *ir.Metric) {
	if m.Type == ir.Info || m.Derived {
		return
	}
	at := slices.IndexFunc(m.Labels, func(label ir.Label) bool { return label.Values == nil })
	if at >= 0 && m.Labels[at].Max <= tested {
		v.Overflows = append(v.Overflows, overflowView{one.Name, m.Labels[at].Max, one.touch(m, m.Labels[at].Name, "value")})
		v.OverflowRounds = max(v.OverflowRounds, m.Labels[at].Max+10)
	}
}

// complete fills in what depends on all metrics.
func (v *moduleView) complete() {
	if v.HasSeries() && !v.HasOpen {
		v.HasClosed = true // of a metric without labels the type is needed all the same
	}
	v.LabelTypes = either(v.HasClosed, "_Closed", v.HasOpen, "_Open")
	v.Collected = either(v.HasSeries(), "_Series[Any, Any]", v.HasInfo, "_Info")
	v.Imports = v.imports()
}

func either(hasA bool, a string, hasB bool, b string) string {
	switch {
	case hasA && hasB:
		return "Union[" + a + ", " + b + "]"
	case hasA:
		return a
	default:
		return b
	}
}

// imports lists what the module needs of the standard library.
func (v *moduleView) imports() []string {
	needed := func(needs []need) []string {
		var names []string
		for _, n := range needs {
			if n.is {
				names = append(names, n.name)
			}
		}
		return names
	}
	series, http, enums := v.HasSeries(), v.HTTP != nil, len(v.Enums) > 0
	var lines []string
	for _, module := range needed([]need{
		{"asyncio", http || v.HasCounter}, {"functools", v.HasBlock()}, {"inspect", v.HasBlock()}, {"itertools", v.HasEager}, {"logging", v.HasLog()},
		{"math", v.HasTimer() || v.HasCounter || v.HasHistogram}, {"re", v.HasPattern}, {"threading", v.HasOpen || v.HasAnyGauge()}, {"time", v.HasTimer() || v.HasTimestampGauge},
	}) {
		lines = append(lines, "import "+module)
	}
	if v.HasUnit() {
		lines = append(lines, "from datetime import "+strings.Join(needed([]need{{"datetime", v.HasTimestampGauge}, {"timedelta", true}}), ", "))
	}
	names := needed([]need{
		{"Any", series || http}, {"Awaitable", v.HasBlock() || http}, {"Callable", series}, {"Dict", series || v.HasInfo},
		{"Final", v.HasOpen || enums}, {"Generic", series}, {"Iterable", true}, {"List", series}, {"Literal", enums},
		{"MutableMapping", http}, {"Optional", true}, {"Set", v.HasOpen}, {"Tuple", series || enums}, {"TypeVar", series},
		{"Union", v.HasUnit() || v.HasClosed && v.HasOpen || series && v.HasInfo}, {"cast", v.HasBlock()},
	})
	return append(lines, "from typing import (\n    "+strings.Join(names, ",\n    ")+",\n)")
}

type need struct {
	name string
	is   bool
}
