package python

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// enumView is the type of a label's closed set of values.
type enumView struct {
	Label                 string
	Type, Constant, Parse string // names
	Values                []string

	first string // metric that has it, as the module calls it
	uses  int    // how many metrics have it
}

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

// newEnums makes the types. A label gives its name to the type: token_type is TokenType. Where metrics have different sets of
// one label, the set that most of them have (of equals, the first metric's) keeps the name, and the others are qualified by the
// first metric that has them.
func newEnums(p *ir.Program, metrics []*ir.Metric, taken scope) *enums {
	types := &enums{byKey: map[string]*enumView{}}
	for _, m := range metrics {
		for i := range m.Labels {
			label := &m.Labels[i]
			if m.Derived || label.Values == nil {
				continue
			}
			enum := types.byKey[key(label)]
			if enum == nil {
				enum = &enumView{Label: label.Name, first: short(p, m.Name)}
				for _, value := range label.Values {
					enum.Values = append(enum.Values, quote(value))
				}
				types.byKey[key(label)], types.all = enum, append(types.all, enum)
			}
			enum.uses++
		}
	}
	plain := map[string]*enumView{} // by label
	for _, enum := range types.all {
		if best := plain[enum.Label]; best == nil || enum.uses > best.uses {
			plain[enum.Label] = enum
		}
	}
	slices.SortFunc(types.all, func(a, b *enumView) int { return strings.Compare(a.Label+"\xff"+a.first, b.Label+"\xff"+b.first) })
	for _, enum := range types.all {
		name := identifier(enum.Label)
		if plain[enum.Label] != enum {
			name = enum.first + "_" + name
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
