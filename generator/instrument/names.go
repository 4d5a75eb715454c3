package instrument

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// packageNames are the exported names that the templates themselves declare.
var packageNames = []string{
	"Metrics", "New", "Counter", "AmountCounter", "DurationCounter", "Gauge", "DurationGauge", "TimestampGauge", "Histogram",
	"DurationHistogram", "Timer", "Operation",
	"TestContract", "TestNothing", "TestRegisteredTwice", "TestParse", "TestLimits", "TestMiddleware",
}

// memberNames are the fields and methods of Metrics that no metric has.
var memberNames = []string{"TraceID", "Route", "Middleware", "exemplar", "overflow", "routeOf", "record"}

// enums are the label types of a package: one for each label with its closed set of values, shared by metrics.
type enums struct {
	all   []*enumView
	byKey map[string]*enumView
}

// domainKey is equal for labels that may share a type: the order of the values does not matter.
func domainKey(label *ir.Label) string {
	values := slices.Clone(label.Values)
	slices.Sort(values)
	return label.Name + "\xff" + strings.Join(slices.Compact(values), "\xff")
}

// newEnums makes the types. A label gives its name to the type: method is Method. Where metrics have different closed sets
// of one label, the set that most of them have (of equals, the first metric's) keeps the name, and the others are
// qualified by the first metric that has them. A name that is taken gets Label after it, then a number.
func newEnums(metrics []*ir.Metric, taken scope) *enums {
	types := &enums{byKey: map[string]*enumView{}}
	plain := map[string]*enumView{} // by label
	for _, metric := range metrics {
		for i := range metric.Labels {
			label := &metric.Labels[i]
			key := domainKey(label)
			if len(label.Values) == 0 {
				continue
			}
			enum := types.byKey[key]
			if enum == nil {
				enum = &enumView{Label: label.Name, metric: metric.Name, wires: unique(label.Values)}
				types.byKey[key], types.all = enum, append(types.all, enum)
			}
			enum.uses++
		}
	}
	for _, enum := range types.all {
		if best := plain[enum.Label]; best == nil || enum.uses > best.uses {
			plain[enum.Label] = enum
		}
	}
	slices.SortFunc(types.all, func(a, b *enumView) int {
		return strings.Compare(a.Label+"\xff"+a.metric, b.Label+"\xff"+b.metric)
	})
	for _, enum := range types.all {
		parts := words(enum.Label)
		if plain[enum.Label] != enum {
			parts = append(words(enum.metric), parts...)
		}
		enum.Type = taken.takeType(exported(parts))
	}
	for _, enum := range types.all {
		enum.name(taken)
	}
	return types
}

// takeType returns a free name for a type whose Parse function's name is free too.
func (s scope) takeType(name string) string {
	for _, candidate := range []string{name, name + "Label"} {
		if s.free(candidate) && s.free("Parse"+candidate) {
			s[candidate], s["Parse"+candidate] = true, true
			return candidate
		}
	}
	candidate := s.take(name + "Label")
	for !s.free("Parse" + candidate) {
		candidate = s.take(name + "Label")
	}
	s["Parse"+candidate] = true
	return candidate
}

func unique(values []string) []string {
	var kept []string
	for _, value := range values {
		if !slices.Contains(kept, value) {
			kept = append(kept, value)
		}
	}
	return kept
}

// name gives each value its constant: technical_support of Category is CategoryTechnicalSupport.
func (e *enumView) name(taken scope) {
	e.Index = "uint8"
	if len(e.wires) > 255 {
		e.Index = "uint16"
	}
	for i, wire := range e.wires {
		parts := append([]string{e.Type}, words(wire)...)
		e.Values = append(e.Values, valueView{Wire: wire, Constant: taken.take(joined(parts, true)), Number: i + 1})
	}
}
