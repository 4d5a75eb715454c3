package instrument

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
)

// mostPlaces bounds the table of one metric's series, which has eight bytes for each place even while it is empty. Check
// labels/cardinality refuses less.
const mostPlaces = 1 << 24

// metricView is one metric.
type metricView struct {
	Name, Help string
	Doc        []string // lines of the method's comment
	Method     string   // of Metrics
	Field      string   // of Metrics
	FieldType  string
	Handle     string // what the method returns
	Child      string // what client_golang calls one series
	WireType   string // as client_golang spells it
	Signature  string
	Labels     []*labelView
	Lazy       bool       // series are made when they are first used
	Exclude    [][]choice // combinations of label values that are never exposed
	Scale      string     // Go expression of the unit as a time.Duration, or empty
	Buckets    []string   // Go literals
	Native     bool
	Place      string // Go expression of a series' place in the table
	Series     int    // how many series stand from the start
	Touch      string // call that records something, without the receiver
	Recorded   string // what that adds to the metric's value or sum, as a Go literal

	handle string // the handle's name without its type argument
}

// IsClosed reports whether the metric has a label whose values are known.
func (one *metricView) IsClosed() bool {
	return slices.ContainsFunc(one.Labels, func(label *labelView) bool { return label.Enum != nil })
}

// choice is what an excluded combination says of one label.
type choice struct {
	Position int // of the label
	Values   []string
}

// labelView is one label of a metric, as a parameter.
type labelView struct {
	Name      string
	Parameter string
	Enum      *enumView // nil for an open label
	Limit     int
	Pattern   string // of an open label, anchored, or empty
	Size      int    // places in the table
}

// metric fills in what does not depend on identifiers of the package.
func (v *packageView) metric(metric *ir.Metric, types *enums) (*metricView, error) {
	one := &metricView{Name: metric.Name, Help: metric.Help}
	parameters := newScope("m", "place", "child", "seen", "prometheus", "time")
	places := 1
	for i := range metric.Labels {
		label := &metric.Labels[i]
		shown := &labelView{
			Name: label.Name, Enum: types.byKey[domainKey(label)], Limit: label.Max,
			Parameter: takeParameter(parameters, unexported(words(label.Name))),
		}
		shown.Size = label.Max + 1
		if shown.Enum != nil {
			shown.Size = len(shown.Enum.Values) + 1
		}
		if err := shown.pattern(label); err != nil {
			return nil, err
		}
		one.Labels = append(one.Labels, shown)
		if places *= shown.Size; places > mostPlaces && metric.Type != ir.Info {
			return nil, fmt.Errorf("the values of its labels allow more than %d series: lower the limits", mostPlaces)
		}
	}
	one.Series = metric.Starting()
	one.Lazy = metric.Type != ir.Info && one.Series == 0
	one.exclude(metric)
	one.shape(metric)
	return one, nil
}

// takeParameter names the parameter of a label, and the variable of its number.
func takeParameter(taken scope, name string) string {
	parameter := taken.take(name, name+"Label")
	for !taken.free(parameter + "Number") {
		parameter = taken.take(name + "Label")
	}
	taken[parameter+"Number"] = true
	return parameter
}

// pattern anchors the pattern of an open label: it matches the whole value and across lines, as Prometheus matches.
func (l *labelView) pattern(label *ir.Label) error {
	if l.Enum != nil || label.Pattern == "" {
		return nil
	}
	l.Pattern = "^(?s:" + label.Pattern + ")$"
	if _, err := regexp.Compile(l.Pattern); err != nil {
		return fmt.Errorf("pattern of label %s: %w", label.Name, err)
	}
	return nil
}

// exclude numbers the labels of the excluded combinations.
func (one *metricView) exclude(metric *ir.Metric) {
	for _, combination := range metric.Exclude {
		var choices []choice
		for _, each := range combination {
			for i, label := range metric.Labels {
				if label.Name == each.Label {
					choices = append(choices, choice{i, each.Values})
				}
			}
		}
		one.Exclude = append(one.Exclude, choices)
	}
}

// shape says how values are recorded: times as time.Duration, points in time as time.Time, things that are counted as int,
// and other amounts in the type of their unit.
func (one *metricView) shape(metric *ir.Metric) {
	unit, scale := duration(metric.Unit)
	kind, _ := number(metric)
	one.Recorded = "1"
	if scale != "" && metric.Type != ir.Info {
		one.Scale = scale
		one.Recorded = literal(float64(time.Second) / float64(unit))
	}
	switch metric.Type {
	case ir.Counter:
		one.WireType, one.Child = "COUNTER", "prometheus.Counter"
		one.handle, one.Handle = counterHandle(one.Scale, kind)
	case ir.Gauge:
		one.WireType, one.Child = "GAUGE", "*gaugeSeries"
		one.handle, one.Handle = "Gauge", "Gauge["+kind+"]"
		if one.Scale != "" {
			one.handle, one.Handle = "DurationGauge", "DurationGauge"
		}
		if one.Scale != "" && isTimestamp(metric) {
			one.handle, one.Handle = "TimestampGauge", "TimestampGauge"
		}
	case ir.Histogram:
		one.WireType, one.Child = "HISTOGRAM", "prometheus.Observer"
		one.handle, one.Handle = "Histogram", "Histogram["+kind+"]"
		if one.Scale != "" {
			one.handle, one.Handle = "DurationHistogram", "DurationHistogram"
		}
		one.Native = metric.Native
		if metric.Classic || !metric.Native {
			one.Buckets = literals(metric.Buckets)
		}
	case ir.Info:
		one.WireType = "GAUGE"
	}
}

func counterHandle(scale, kind string) (name, handle string) {
	switch {
	case scale != "":
		return "DurationCounter", "DurationCounter"
	case kind == "int", kind == "float64":
		return "Counter", "Counter"
	default:
		return "AmountCounter", "AmountCounter[" + kind + "]"
	}
}

func literal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// literals writes the bounds of buckets. The bound +Inf is every histogram's, and never declared.
func literals(bounds []float64) []string {
	var texts []string
	for _, bound := range bounds {
		if !math.IsInf(bound, 0) && !math.IsNaN(bound) {
			texts = append(texts, literal(bound))
		}
	}
	return texts
}

// complete writes what is made of the identifiers.
func (one *metricView) complete(metric *ir.Metric) {
	var parameters []string
	sizes := ""
	for _, label := range one.Labels {
		kind := "string"
		if label.Enum != nil {
			kind = label.Enum.Type
			sizes += "[" + strconv.Itoa(label.Size) + "]"
		}
		parameters = append(parameters, label.Parameter+" "+kind)
	}
	one.Signature = strings.Join(parameters, ", ")
	one.Place = place(one.Labels)
	switch {
	case metric.Type == ir.Info:
		one.FieldType = "*info"
	case one.Lazy:
		one.FieldType = "*series[" + one.Child + "]"
	default:
		one.FieldType = sizes + one.Child
	}
	one.Doc = comment(metric, one)
	one.Touch = one.touch(metric, "", "")
}

// place writes the place of a series in the table of its metric: the numbers of its labels are the digits.
func place(labels []*labelView) string {
	text := "0"
	for i, label := range labels {
		digit := label.Parameter + "Number"
		if label.Enum != nil {
			digit = "int(" + label.Parameter + ".index)"
		}
		switch i {
		case 0:
			text = digit
		case 1:
			text = fmt.Sprintf("%s*%d + %s", text, label.Size, digit)
		default:
			text = fmt.Sprintf("(%s)*%d + %s", text, label.Size, digit)
		}
	}
	return text
}

// touch writes a call that records something, with the value given for one label, and for the others "other", or values of
// their closed sets that are not excluded.
func (one *metricView) touch(metric *ir.Metric, label, value string) string {
	possible := map[string]string{}
	metric.EachCombination(func(chosen func(label string) string) bool {
		for _, each := range metric.Labels {
			possible[each.Name] = chosen(each.Name)
		}
		return false
	})
	var arguments []string
	for _, each := range one.Labels {
		switch {
		case each.Name == label:
			arguments = append(arguments, value)
		case each.Enum == nil:
			arguments = append(arguments, strconv.Quote(ir.Other))
		case each.Enum.constant(possible[each.Name]) != "":
			arguments = append(arguments, each.Enum.constant(possible[each.Name]))
		default:
			arguments = append(arguments, each.Enum.Values[0].Constant)
		}
	}
	call := one.Method + "(" + strings.Join(arguments, ", ") + ")"
	amount := "1"
	if one.Scale != "" {
		amount = "time.Second"
	}
	switch {
	case metric.Type == ir.Info:
		return call
	case one.handle == "TimestampGauge":
		return call + ".Set(time.Unix(1, 0))"
	case metric.Type == ir.Gauge:
		return call + ".Set(" + amount + ")"
	case metric.Type == ir.Histogram:
		return call + ".Observe(" + amount + ")"
	default:
		return call + ".Add(" + amount + ")"
	}
}
