package instrument

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// eagerSeries is how many series of one metric are made before anything is recorded. Metrics that may have more, as well
// as those with open labels, make them when they are first used.
const eagerSeries = 1000

// mostPlaces bounds the table of one metric's series, which has eight bytes for every 64 places even while it is empty.
const mostPlaces = 1 << 24

// packageView is the whole package.
type packageView struct {
	Package string
	Doc     []string // lines of the package's comment
	Metrics []*metricView
	Enums   []*enumView

	Counters, Gauges, Histograms, Infos []*metricView
	Overflows                           []overflowView

	HasLazy, HasOpen, HasPattern, HasTime, HasNative                   bool
	HasCounter, HasDurationCounter, HasHistogram, HasDurationHistogram bool
}

// metricView is one metric.
type metricView struct {
	Name, Help string
	Doc        []string // lines of the method's comment
	Method     string   // of Metrics
	Field      string   // of Metrics
	FieldType  string
	Handle     string // what the method returns
	WireType   string // as client_golang spells it
	Signature  string
	Labels     []*labelView
	Lazy       bool     // series are made when they are first used
	Scale      string   // Go expression of the unit as a time.Duration, or empty
	Buckets    []string // Go literals
	Native     bool
	Touch      string // call that records something, without the receiver
}

// labelView is one label of a metric, as a parameter.
type labelView struct {
	Name            string
	Parameter       string
	Enum            *enumView // nil for an open label
	Limit           int
	PatternArgument string // second argument of open, where the package has patterns
	Size            int    // places in the table
}

// enumView is the type of a label's closed set of values.
type enumView struct {
	Label  string
	Type   string
	Index  string // type of the number
	Values []valueView

	metric string // the first one that has it
	uses   int    // how many metrics have it
	wires  []string
}

// valueView is one value of a closed set.
type valueView struct {
	Wire     string
	Constant string
	Number   int // from 1; 0 is the zero value of the type
}

// overflowView is a test of an open label's limit.
type overflowView struct {
	Name  string
	Limit int
	Touch string
}

func newPackageView(p *ir.Program) (*packageView, error) {
	own := make([]*ir.Metric, 0, len(p.Metrics))
	for _, metric := range p.Metrics {
		if metric.Instrumented() {
			own = append(own, metric)
		}
	}
	types := newEnums(own)
	view := &packageView{Package: p.Instrument.GoPackage, Enums: types.all}
	view.Doc = wrap(fmt.Sprintf("Package %s records the metrics of %s. Their names, labels and buckets are those that "+
		"dashboards and alerts are made from, so they cannot drift apart.", view.Package, title(p)))
	for _, metric := range own {
		for i := range metric.Labels {
			view.HasPattern = view.HasPattern || metric.Type != ir.Info && isOpen(&metric.Labels[i]) && metric.Labels[i].Pattern != ""
		}
	}
	methods, fields := newScope(), newScope()
	for _, metric := range own {
		one, err := view.metric(metric, types)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", metric.Name, err)
		}
		one.Method = methods.take(set(metric) + exported(words(metric.Name)))
		one.Field = fields.take(unexported(words(metric.Name)), unexported(words(metric.Name))+"Metric")
		one.complete(metric)
		view.add(metric, one)
	}
	return view, nil
}

func title(p *ir.Program) string {
	if p.Service != nil && p.Service.Title != "" {
		return p.Service.Title
	}
	return p.Name()
}

// set is what the method's name begins with.
func set(metric *ir.Metric) string {
	if metric.Type == ir.Info {
		return "Set"
	}
	return ""
}

func isOpen(label *ir.Label) bool { return len(label.Values) == 0 }

// metric fills in what does not depend on identifiers of the package.
func (v *packageView) metric(metric *ir.Metric, types *enums) (*metricView, error) {
	one := &metricView{Name: metric.Name, Help: metric.Help}
	parameters := newScope("m", "place", "prometheus", "time")
	places := 1
	for i := range metric.Labels {
		label := &metric.Labels[i]
		shown := &labelView{
			Name: label.Name, Enum: types.byKey[domainKey(label)], Limit: label.Max,
			Parameter: parameters.take(unexported(words(label.Name)), unexported(words(label.Name))+"Label"),
		}
		shown.Size = label.Max + 1
		if shown.Enum != nil {
			shown.Size = len(shown.Enum.Values) + 1
		}
		if err := v.pattern(shown, label); err != nil {
			return nil, err
		}
		one.Labels = append(one.Labels, shown)
		one.Lazy = one.Lazy || shown.Enum == nil
		if places *= shown.Size; places > mostPlaces && metric.Type != ir.Info {
			return nil, fmt.Errorf("the values of its labels allow more than %d series: lower the limits", mostPlaces)
		}
	}
	one.Lazy = metric.Type != ir.Info && (one.Lazy || places > eagerSeries || metric.Type == ir.Gauge)
	one.shape(metric)
	return one, nil
}

func (v *packageView) pattern(shown *labelView, label *ir.Label) error {
	if shown.Enum != nil || !v.HasPattern {
		return nil
	}
	anchored := ""
	if label.Pattern != "" {
		anchored = "^(?s:" + label.Pattern + ")$" // whole and across lines, as Prometheus matches
	}
	if _, err := regexp.Compile(anchored); err != nil {
		return fmt.Errorf("pattern of label %s: %w", label.Name, err)
	}
	shown.PatternArgument = ", " + strconv.Quote(anchored)
	return nil
}

// shape says how values are recorded: times as time.Duration, everything else as numbers.
func (one *metricView) shape(metric *ir.Metric) {
	if metric.Unit.IsTime() && (metric.Type == ir.Counter || metric.Type == ir.Histogram) {
		one.Scale = duration(metric.Unit)
	}
	prefix := ""
	if one.Scale != "" {
		prefix = "Duration"
	}
	switch metric.Type {
	case ir.Counter:
		one.Handle, one.WireType = prefix+"Counter", "COUNTER"
	case ir.Gauge:
		one.Handle, one.WireType = "Gauge", "GAUGE"
	case ir.Histogram:
		one.Handle, one.WireType = prefix+"Histogram", "HISTOGRAM"
		one.Native = metric.Native
		if metric.Classic || !metric.Native {
			one.Buckets = literals(metric.Buckets)
		}
	case ir.Info:
		one.WireType = "GAUGE"
	}
}

// durations are the units that package time names.
var durations = map[time.Duration]string{
	time.Nanosecond: "time.Nanosecond", time.Microsecond: "time.Microsecond", time.Millisecond: "time.Millisecond",
	time.Second: "time.Second", time.Minute: "time.Minute", time.Hour: "time.Hour",
}

// duration writes a unit of time in Go, or nothing where it is no whole number of nanoseconds.
func duration(u unit.Unit) string {
	seconds, ok := u.Convert(1e9, unit.Second)
	if !ok || seconds < 1 || seconds != math.Trunc(seconds) || seconds >= math.MaxInt64 {
		return ""
	}
	if name, ok := durations[time.Duration(seconds)]; ok {
		return name
	}
	return "time.Duration(" + strconv.FormatInt(int64(seconds), 10) + ")"
}

// literals writes the bounds of buckets. The bound +Inf is every histogram's, and never declared.
func literals(bounds []float64) []string {
	var texts []string
	for _, bound := range bounds {
		if !math.IsInf(bound, 0) && !math.IsNaN(bound) {
			texts = append(texts, strconv.FormatFloat(bound, 'g', -1, 64))
		}
	}
	return texts
}

// complete writes what is made of the identifiers.
func (one *metricView) complete(metric *ir.Metric) {
	client := map[ir.MetricType]string{
		ir.Counter: "prometheus.Counter", ir.Gauge: "prometheus.Gauge", ir.Histogram: "prometheus.Observer",
	}[metric.Type]
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
	switch {
	case metric.Type == ir.Info:
		one.FieldType = "*info"
	case one.Lazy:
		one.FieldType = "*series[" + client + "]"
	default:
		one.FieldType = sizes + client
	}
	one.Doc = comment(metric, one)
	one.Touch = one.touch(metric.Type, "", "")
}

// touch writes a call that records something, with the value given for one label, and for the others the first of a
// closed set or "other".
func (one *metricView) touch(kind ir.MetricType, label, value string) string {
	var arguments []string
	for _, each := range one.Labels {
		switch {
		case each.Name == label:
			arguments = append(arguments, value)
		case each.Enum != nil:
			arguments = append(arguments, each.Enum.Values[0].Constant)
		default:
			arguments = append(arguments, `"other"`)
		}
	}
	call := one.Method + "(" + strings.Join(arguments, ", ") + ")"
	amount := "1"
	if one.Scale != "" {
		amount = "time.Second"
	}
	switch kind {
	case ir.Info:
		return call
	case ir.Gauge:
		return call + ".Set(1)"
	case ir.Histogram:
		return call + ".Observe(" + amount + ")"
	default:
		return call + ".Add(" + amount + ")"
	}
}

// tested is the highest limit of an open label that the generated test reaches.
const tested = 1000

// add puts the metric into the lists that files are made from.
func (v *packageView) add(metric *ir.Metric, one *metricView) {
	v.Metrics = append(v.Metrics, one)
	v.HasLazy = v.HasLazy || one.Lazy
	v.HasTime = v.HasTime || one.Scale != ""
	switch metric.Type {
	case ir.Counter:
		v.Counters = append(v.Counters, one)
		v.HasCounter = v.HasCounter || one.Scale == ""
		v.HasDurationCounter = v.HasDurationCounter || one.Scale != ""
	case ir.Gauge:
		v.Gauges = append(v.Gauges, one)
	case ir.Histogram:
		v.Histograms = append(v.Histograms, one)
		v.HasHistogram = v.HasHistogram || one.Scale == ""
		v.HasDurationHistogram = v.HasDurationHistogram || one.Scale != ""
		v.HasNative = v.HasNative || one.Native
	case ir.Info:
		v.Infos = append(v.Infos, one)
		return
	}
	for _, label := range one.Labels {
		if label.Enum == nil {
			v.HasOpen = true
			if label.Limit <= tested {
				v.Overflows = append(v.Overflows, overflowView{one.Name, label.Limit, one.touch(metric.Type, label.Name, "value")})
			}
			break
		}
	}
}
