package ir

import "slices"

// Combination is a set of a metric's label values: those whose value of each Choice's label is among its values.
type Combination []Choice

// Choice is what a Combination says of one label.
type Choice struct {
	Label  string
	Values []string // of the label's closed set, in its order
}

// covers reports whether the combination holds the series whose labels have the values that value returns.
func (c Combination) covers(value func(label string) string) bool {
	for _, choice := range c {
		if !slices.Contains(choice.Values, value(choice.Label)) {
			return false
		}
	}
	return true
}

// Excludes reports whether the metric never has the series whose labels have the values that value returns.
func (m *Metric) Excludes(value func(label string) string) bool {
	return slices.ContainsFunc(m.Exclude, func(c Combination) bool { return c.covers(value) })
}

// mostCombinations bounds how many combinations are looked at one by one.
const mostCombinations = 1 << 16

// Combinations counts the label values that a metric can have together: the product of the sets and limits of its labels,
// less what is excluded. Of products that are too large to look at, nothing is taken away. It is a float, because products
// of limits may be absurd.
func (m *Metric) Combinations() float64 {
	open, closed := 1.0, 1.0
	for _, label := range m.Labels {
		if label.Values == nil {
			open *= float64(label.Max)
		} else {
			closed *= float64(len(label.Values))
		}
	}
	if len(m.Exclude) == 0 || closed > mostCombinations {
		return open * closed
	}
	count := 0
	m.EachCombination(func(func(label string) string) bool { count++; return true })
	return open * float64(count)
}

// EachCombination visits the combinations of the labels whose values are known that are not excluded, until visit returns
// false. It reports whether it visited all: not where they are too many.
func (m *Metric) EachCombination(visit func(value func(label string) string) bool) bool {
	var closed []*Label
	total := 1
	for i := range m.Labels {
		if m.Labels[i].Values == nil {
			continue
		}
		closed = append(closed, &m.Labels[i])
		if total *= len(m.Labels[i].Values); total > mostCombinations {
			return false
		}
	}
	chosen := map[string]string{}
	value := func(label string) string { return chosen[label] }
	for n := range total {
		rest := n
		for _, label := range closed {
			chosen[label.Name] = label.Values[rest%len(label.Values)]
			rest /= len(label.Values)
		}
		if !m.Excludes(value) && !visit(value) {
			return false
		}
	}
	return true
}
