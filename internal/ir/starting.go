package ir

import "slices"

// mostStarting bounds how many series of one metric instrumentation code makes before anything is recorded.
const mostStarting = 1000

// Starting is how many series of the metric stand at zero before anything is recorded, so that their first increase is seen as
// one: all combinations of the labels of a counter or histogram, where they are known and not too many; else 0.
func (m *Metric) Starting() int {
	open := slices.ContainsFunc(m.Labels, func(l Label) bool { return l.Values == nil })
	if m.Type != Counter && m.Type != Histogram || m.Lazy || open {
		return 0
	}
	if series := m.Combinations(); series <= mostStarting {
		return int(series)
	}
	return 0
}
