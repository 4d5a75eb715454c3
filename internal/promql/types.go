package promql

import "github.com/prometheus/prometheus/promql/parser"

// Type is what is known of an expression's result. The zero Type knows nothing.
type Type struct {
	Value parser.ValueType // scalar, vector, matrix or string
	Kind  Kind
	Shape Shape
	Unit  Measure
	Range Interval
	// Branches are the labels of the result's series: one set, or one for each operand of or. None where there are no series
	// (scalars, strings) or nothing is known.
	Branches []LabelSet
	// NeverEmpty says that there always is a result, as of vector(0).
	NeverEmpty bool
	// Histogram is the histogram whose buckets or native histograms these are, where they are of one known metric; else nil.
	Histogram *Metric
	// Metric is the metric of a plain selector, as far as it is known; else nil.
	Metric *Metric
	// filled says that zeros stand in for what is absent: x or 0 * y.
	filled bool
	// compared says that the value is the result of a comparison with bool.
	compared bool
}

// Label returns what is known of a label over all branches: Must and Never hold for every series.
func (t Type) Label(name string) Label {
	if len(t.Branches) == 0 {
		return Label{Name: name}
	}
	known := t.Branches[0].Get(name)
	for _, branch := range t.Branches[1:] {
		known = known.widened(branch.Get(name))
	}
	return known
}

// Why says why no series has a label, such as "sum removes every label"; empty where nothing can be said.
func (l Label) Why() string {
	if l.Presence != Never {
		return ""
	}
	return l.why.String()
}

// unlabelled is the labels of series that a function makes of nothing.
func unlabelled(node parser.Node) []LabelSet {
	return []LabelSet{{closed: true, why: reason{cause: causeFunction, node: node}}}
}

// each maps every branch.
func (t Type) each(f func(LabelSet) LabelSet) []LabelSet {
	if len(t.Branches) == 0 {
		return []LabelSet{f(LabelSet{})}
	}
	mapped := make([]LabelSet, len(t.Branches))
	for i, branch := range t.Branches {
		mapped[i] = f(branch)
	}
	return mapped
}

// sets are the branches, of which there is one at least.
func (t Type) sets() []LabelSet {
	if len(t.Branches) == 0 {
		return []LabelSet{{}}
	}
	return t.Branches
}

// maxBranches is how many operands of or are told apart.
const maxBranches = 6

func joinBranches(a, b []LabelSet) []LabelSet {
	if len(a)+len(b) <= maxBranches {
		joined := make([]LabelSet, 0, len(a)+len(b))
		return append(append(joined, a...), b...)
	}
	one := a[0]
	for _, other := range append(append([]LabelSet(nil), a[1:]...), b...) {
		one = merged(one, other)
	}
	return []LabelSet{one}
}
