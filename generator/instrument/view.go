package instrument

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// packageView is the whole package.
type packageView struct {
	Package string
	Doc     []string // lines of the package's comment
	Metrics []*metricView
	Enums   []*enumView
	Amounts []*amountView
	HTTP    *httpView // nil where there is no middleware

	Counters, Gauges, Histograms, Infos []*metricView
	// Overflow is the counter of what labels with a limit had no room for; nil where there is no such label.
	Overflow *metricView
	Limits   []limitView
	Lint     []lintView

	HasLazy, HasOpen, HasNative, HasScale                        bool
	HasCounter, HasAmountCounter, HasDurationCounter             bool
	HasHistogram, HasDurationHistogram                           bool
	HasGauge, HasCountGauge, HasDurationGauge, HasTimestampGauge bool
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

// constant returns the name of a value, or nothing where the set does not hold it.
func (e *enumView) constant(wire string) string {
	for _, value := range e.Values {
		if value.Wire == wire {
			return value.Constant
		}
	}
	return ""
}

// limitView is a test of an open label's limit.
type limitView struct {
	Name  string
	Limit int
	Touch string
}

func newPackageView(p *ir.Program) (*packageView, error) {
	var own []*ir.Metric
	for _, metric := range p.Metrics {
		if metric.Instrumented() && !metric.Derived {
			own = append(own, metric)
		}
	}
	view := &packageView{Package: p.Instrument.GoPackage}
	names := newScope(packageNames...)
	view.amounts(own, names)
	types := newEnums(own, names)
	view.Enums = types.all
	view.Doc = templates.Wrap(fmt.Sprintf("Package %s records the metrics of %s. Their names, labels and buckets are those that "+
		"dashboards and alerts are made from, so they cannot drift apart.", view.Package, title(p)), templates.CommentWidth)
	methods, fields := newScope(memberNames...), newScope(memberNames...)
	for _, metric := range own {
		one, err := view.metric(metric, types)
		if err != nil {
			return nil, fmt.Errorf("metric %s: %w", metric.Name, err)
		}
		short := withoutService(p, metric.Name)
		one.Method = methods.take(set(metric)+exported(words(short)), set(metric)+exported(words(metric.Name)))
		one.Field = fields.take(unexported(words(short)), unexported(words(short))+"Metric")
		one.complete(metric)
		view.add(metric, one)
	}
	if err := view.overflow(p.Instrument.Overflow); err != nil {
		return nil, err
	}
	view.HTTP = newHTTPView(p.Instrument.HTTP, view)
	view.Lint = lint(view)
	return view, nil
}

// title is what people call the service.
func title(p *ir.Program) string {
	if p.Service != nil && p.Service.Title != "" {
		return p.Service.Title
	}
	return p.Name()
}

// withoutService drops the service's own name from the beginning of a metric's: the package says it.
func withoutService(p *ir.Program, metric string) string {
	prefix := strings.ReplaceAll(p.Name(), "-", "_") + "_"
	if short, ok := strings.CutPrefix(metric, prefix); ok && short != "" {
		return short
	}
	return metric
}

// set is what the method's name begins with.
func set(metric *ir.Metric) string {
	if metric.Type == ir.Info {
		return "Set"
	}
	return ""
}

// Declared are the metrics that the spec declares.
func (v *packageView) Declared() []*metricView {
	return slices.DeleteFunc(slices.Clone(v.Metrics), func(one *metricView) bool { return one == v.Overflow })
}

// HasExemplars reports whether something is recorded that can have an exemplar.
func (v *packageView) HasExemplars() bool { return len(v.Counters)+len(v.Histograms) > 0 }

// HasGeneric reports whether a handle has the type of its values as a parameter.
func (v *packageView) HasGeneric() bool { return v.HasAmountCounter || v.HasGauge || v.HasHistogram }

// ExcludesList reports whether an excluded combination of one of the metrics has several values of a label.
func (v *packageView) ExcludesList(metrics []*metricView) bool {
	return slices.ContainsFunc(metrics, func(one *metricView) bool {
		return slices.ContainsFunc(one.Exclude, func(choices []choice) bool {
			return slices.ContainsFunc(choices, func(each choice) bool { return len(each.Values) > 1 })
		})
	})
}

// amounts declares the types of units, each once.
func (v *packageView) amounts(metrics []*ir.Metric, names scope) {
	declared := map[string]bool{}
	for _, metric := range metrics {
		amount := amountOf(metric)
		if amount == nil || declared[amount.Type] {
			continue
		}
		declared[amount.Type] = true
		names[amount.Type] = true
		v.Amounts = append(v.Amounts, amount)
	}
}

// amountOf returns the type that a metric's values need, or nil where Go has it.
func amountOf(metric *ir.Metric) *amountView {
	if _, scale := duration(metric.Unit); scale != "" || metric.Type == ir.Info {
		return nil
	}
	_, amount := number(metric)
	return amount
}

// overflow adds the counter of overflows, which the lowering has declared where a label has a limit.
func (v *packageView) overflow(metric *ir.Metric) error {
	if !v.HasOpen {
		return nil
	}
	if metric == nil {
		return errors.New("labels have limits, and no metric counts what found no room")
	}
	v.Overflow = &metricView{Name: metric.Name, Help: metric.Help, WireType: "COUNTER", Recorded: "0"}
	for _, label := range metric.Labels {
		v.Overflow.Labels = append(v.Overflow.Labels, &labelView{Name: label.Name})
	}
	for _, one := range v.Metrics {
		for _, label := range one.Labels {
			if label.Enum == nil && one.Lazy {
				v.Overflow.Series++
			}
		}
	}
	v.Metrics = append(v.Metrics, v.Overflow)
	return nil
}

// tested is the highest limit of an open label that the generated test reaches.
const tested = 1000

// add puts the metric into the lists that files are made from.
func (v *packageView) add(metric *ir.Metric, one *metricView) {
	v.Metrics = append(v.Metrics, one)
	v.HasLazy = v.HasLazy || one.Lazy
	v.HasScale = v.HasScale || one.Scale != ""
	switch metric.Type {
	case ir.Counter:
		v.Counters = append(v.Counters, one)
		v.HasCounter = v.HasCounter || one.handle == "Counter"
		v.HasAmountCounter = v.HasAmountCounter || one.handle == "AmountCounter"
		v.HasDurationCounter = v.HasDurationCounter || one.handle == "DurationCounter"
	case ir.Gauge:
		v.Gauges = append(v.Gauges, one)
		v.HasGauge = v.HasGauge || one.handle == "Gauge"
		v.HasCountGauge = v.HasCountGauge || one.Handle == "Gauge[int]"
		v.HasDurationGauge = v.HasDurationGauge || one.handle == "DurationGauge"
		v.HasTimestampGauge = v.HasTimestampGauge || one.handle == "TimestampGauge"
	case ir.Histogram:
		v.Histograms = append(v.Histograms, one)
		v.HasHistogram = v.HasHistogram || one.handle == "Histogram"
		v.HasDurationHistogram = v.HasDurationHistogram || one.handle == "DurationHistogram"
		v.HasNative = v.HasNative || one.Native
	case ir.Info:
		v.Infos = append(v.Infos, one)
		return
	}
	v.addLimit(metric, one)
}

// addLimit makes a test of the limit of the metric's first open label.
func (v *packageView) addLimit(metric *ir.Metric, one *metricView) {
	for _, label := range one.Labels {
		if label.Enum != nil {
			continue
		}
		v.HasOpen = true
		if label.Limit <= tested {
			v.Limits = append(v.Limits, limitView{one.Name, label.Limit, one.touch(metric, label.Name, "value")})
		}
		return
	}
}
