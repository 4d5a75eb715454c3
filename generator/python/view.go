package python

import (
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

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

func newModuleView(p *ir.Program) (*moduleView, error) {
	var own []*ir.Metric
	for _, m := range p.Metrics {
		if m.Instrumented() {
			own = append(own, m)
		}
	}
	// Counters of overflows are made first, because labels count in them.
	slices.SortStableFunc(own, func(a, b *ir.Metric) int { return truth(b.Derived) - truth(a.Derived) })
	view := &moduleView{Module: p.Instrument.PythonModule}
	view.Doc = append(wrap(fmt.Sprintf("Records the metrics of %s.", title(p))), "")
	view.Doc = append(view.Doc, wrap("Their names, labels and buckets are those that dashboards and alerts are made from, so they cannot drift apart.")...)
	names := newScope(moduleNames)
	enums := newEnums(p, own, names)
	view.Enums = enums.all
	methods, fields := newScope(), newScope()
	for _, m := range own {
		one := &metricView{Name: quote(m.Name), Help: quote(m.Help), Field: fields.take("_" + short(p, m.Name))}
		if !m.Derived {
			one.Method = methods.take(setter(m) + short(p, m.Name))
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

// short is a metric's name in the module, without the service's name: the module is the service's own.
func short(p *ir.Program, metric string) string {
	if rest, ok := strings.CutPrefix(metric, strings.ReplaceAll(p.Name(), "-", "_")+"_"); ok && rest != "" {
		return identifier(rest)
	}
	return identifier(metric)
}

func setter(m *ir.Metric) string {
	if m.Type == ir.Info {
		return "set_"
	}
	return ""
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
