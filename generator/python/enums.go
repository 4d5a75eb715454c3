package python

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// enums are the types of labels with a closed set of values, shared by metrics.
type enums struct {
	all   []*enumView
	byKey map[string]*enumView
}

// key is equal for labels that share a type: the order of the values does not matter.
func key(label *ir.Label) string {
	values := slices.Clone(label.Values)
	slices.Sort(values)
	return label.Name + "\xff" + strings.Join(slices.Compact(values), "\xff")
}

// newEnums makes the types. A label with one set of values gives its name to the type: token_type is TokenType. Where metrics
// have different sets of one label, each is qualified by the first metric that has it.
func newEnums(metrics []*ir.Metric, taken scope) *enums {
	types := &enums{byKey: map[string]*enumView{}}
	sets := map[string]int{} // how many a label has
	first := map[*enumView]string{}
	for _, m := range metrics {
		for i := range m.Labels {
			label := &m.Labels[i]
			if m.Derived || label.Values == nil || types.byKey[key(label)] != nil {
				continue
			}
			enum := &enumView{Label: label.Name}
			for _, value := range label.Values {
				enum.Values = append(enum.Values, quote(value))
			}
			types.byKey[key(label)], types.all = enum, append(types.all, enum)
			sets[label.Name]++
			first[enum] = m.Name
		}
	}
	slices.SortFunc(types.all, func(a, b *enumView) int {
		return strings.Compare(a.Label+"\xff"+first[a], b.Label+"\xff"+first[b])
	})
	for _, enum := range types.all {
		name := identifier(enum.Label)
		if sets[enum.Label] > 1 {
			name = identifier(first[enum]) + "_" + name
		}
		enum.Type = taken.take(camel(name))
		enum.Constant = taken.take(strings.ToUpper(name) + "_VALUES")
		enum.Parse = taken.take("parse_" + strings.ToLower(name))
	}
	return types
}

// of is the type of a label, or nil.
func (e *enums) of(label *ir.Label) *enumView {
	if label.Values == nil {
		return nil
	}
	return e.byKey[key(label)]
}

// names are those that the types take in the module.
func (e *enums) names() []string {
	var names []string
	for _, enum := range e.all {
		names = append(names, enum.Type, enum.Constant, enum.Parse)
	}
	return names
}
