package promql

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// Presence is whether series have a label. An empty value is no label, as in Prometheus itself.
type Presence uint8

// The presences. The zero Presence is not known.
const (
	May   Presence = iota // some series may have it, with any value
	Must                  // every series has it
	Never                 // no series has it
)

// Label is what is known of one label of an expression's series.
type Label struct {
	Name     string
	Presence Presence
	// Values are all that the label can have, sorted; nil where the set is open. One value makes the label constant.
	Values []string
	// Pattern is a regular expression that every value matches, where the set is open; empty where any may be there.
	Pattern string
	// Seen are values that a program had at one moment, sorted, where the set is open.
	Seen []string
	why  reason
}

// reason is why series never have a label, for messages.
type reason struct {
	cause cause
	node  parser.Node // the part of the expression that drops it
	name  string      // the metric that never had it
}

type cause uint8

const (
	causeUnknown  cause = iota
	causeMetric         // the metric does not have it
	causeMatcher        // a matcher selects series without it
	causeSum            // an aggregation keeps other labels, or none
	causeWithout        // an aggregation takes it away
	causeMatching       // vector matching keeps other labels
	causeFunction       // a function makes series of its own
	causeRule           // a recording rule sets it
)

// String is the reason as a clause, such as "sum by (job) keeps only job".
func (r reason) String() string {
	switch r.cause {
	case causeMetric:
		return r.name + " does not have it"
	case causeMatcher:
		return "a matcher selects series without it"
	case causeWithout:
		return "without takes it away"
	case causeMatching:
		return "the matching of the operator drops it"
	case causeRule:
		return "the recording rule " + r.name + " drops it"
	case causeSum, causeFunction:
		return keeps(r.node)
	default:
		return ""
	}
}

// keeps says which labels an aggregation or a function leaves.
func keeps(node parser.Node) string {
	switch n := node.(type) {
	case *parser.AggregateExpr:
		if len(n.Grouping) == 0 {
			return n.Op.String() + " removes every label"
		}
		list := strings.Join(n.Grouping, ", ")
		return n.Op.String() + " by (" + list + ") keeps only " + list
	case *parser.Call:
		if strings.HasPrefix(n.Func.Name, "absent") {
			return n.Func.Name + "() has no labels but those that its matchers set by ="
		}
		return n.Func.Name + "() has no labels"
	default:
		return ""
	}
}

// LabelSet is what is known of the labels of an expression's series, or of one side of an or. The metric's name is never
// part of it.
type LabelSet struct {
	labels []Label // by name
	// closed says that no label but those listed can be there, and why.
	closed bool
	why    reason
	// scraped says that the program which has the series was seen: labels that are not listed can only come from its scrape.
	scraped bool
	// picked says that a filter has left some series only, perhaps one for each group.
	picked bool
}

// Get returns what is known of a label.
func (s LabelSet) Get(name string) Label {
	if name == model.MetricNameLabel {
		return Label{Name: name}
	}
	if i, ok := s.find(name); ok {
		return s.labels[i]
	}
	if s.closed {
		return Label{Name: name, Presence: Never, why: s.why}
	}
	return Label{Name: name}
}

// Closed reports whether series have no labels but those of All.
func (s LabelSet) Closed() bool { return s.closed }

// All returns the labels that something is known of, by name. Those that no series has are among them where the set is open.
func (s LabelSet) All() []Label { return s.labels }

// Names returns the labels that series have or may have, as far as they are known, by name.
func (s LabelSet) Names() []string {
	var names []string
	for _, l := range s.labels {
		if l.Presence != Never {
			names = append(names, l.Name)
		}
	}
	return names
}

func (s LabelSet) find(name string) (int, bool) {
	for i := range s.labels {
		if s.labels[i].Name >= name {
			return i, s.labels[i].Name == name
		}
	}
	return len(s.labels), false
}

// with returns the set with a label set or replaced. The receiver stays as it is.
func (s LabelSet) with(l Label) LabelSet {
	if l.Name == model.MetricNameLabel {
		return s
	}
	i, ok := s.find(l.Name)
	labels := make([]Label, 0, len(s.labels)+1)
	labels = append(labels, s.labels[:i]...)
	labels = append(labels, l)
	if ok {
		i++
	}
	s.labels = append(labels, s.labels[i:]...)
	return s
}

// only returns the set with no labels but the named ones.
func (s LabelSet) only(names []string, why reason) LabelSet {
	kept := LabelSet{closed: true, why: why, picked: s.picked}
	for _, name := range names {
		kept.labels = append(kept.labels, s.Get(name))
	}
	kept.sort()
	return kept
}

// drop returns the set without the named labels.
func (s LabelSet) drop(names []string, why reason) LabelSet {
	dropped := s
	dropped.labels = make([]Label, 0, len(s.labels)+len(names))
	for _, l := range s.labels {
		if !slices.Contains(names, l.Name) {
			dropped.labels = append(dropped.labels, l)
		}
	}
	for _, name := range names {
		if name != model.MetricNameLabel {
			dropped.labels = append(dropped.labels, Label{Name: name, Presence: Never, why: why})
		}
	}
	dropped.sort()
	return dropped
}

func (s *LabelSet) sort() {
	slices.SortStableFunc(s.labels, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
	s.labels = slices.CompactFunc(s.labels, func(a, b Label) bool { return a.Name == b.Name })
}

// narrowed is a label of which two things are known at once. The second result is false where both cannot hold.
func (l Label) narrowed(other Label) (Label, bool) {
	l.Pattern = cmp.Or(l.Pattern, other.Pattern)
	if l.Presence == May && l.Values == nil {
		l.Presence, l.Values, l.why = other.Presence, other.Values, other.why
		return l, true
	}
	if other.Presence == May && other.Values == nil {
		return l, true
	}
	if l.Presence == Never || other.Presence == Never {
		possible := l.Presence != Must && other.Presence != Must
		if l.Presence != Never {
			l = other
		}
		return l, possible
	}
	switch {
	case l.Values == nil:
		l.Values = other.Values
	case other.Values != nil:
		l.Values = slices.DeleteFunc(slices.Clone(l.Values), func(v string) bool { return !slices.Contains(other.Values, v) })
	}
	if other.Presence == Must {
		l.Presence = Must
	}
	if l.Values != nil && len(l.Values) == 0 { // only series without the label are left
		possible := l.Presence != Must
		return Label{Name: l.Name, Presence: Never}, possible
	}
	return l, true
}

// widened is a label that is one or the other.
func (l Label) widened(other Label) Label {
	switch {
	case l.Presence == Never:
		l.Pattern = other.Pattern
	case other.Presence != Never && l.Pattern != other.Pattern:
		l.Pattern = ""
	}
	if l.Presence != other.Presence {
		if l.Presence == Never {
			l.Values = other.Values
		} else if other.Presence != Never && other.Values == nil {
			l.Values = nil
		}
		l.Presence, l.why = May, reason{}
	}
	if other.Presence != Never && (l.Seen == nil || other.Seen == nil) {
		l.Seen = nil
	}
	switch {
	case other.Presence == Never:
	case l.Values == nil || other.Values == nil:
		l.Values = nil
	default:
		l.Values = slices.Concat(l.Values, other.Values)
		slices.Sort(l.Values)
		l.Values = slices.Compact(l.Values)
	}
	return l
}

// merged is the labels of series that are of one set or of the other.
func merged(a, b LabelSet) LabelSet {
	both := LabelSet{closed: a.closed && b.closed, picked: a.picked || b.picked}
	if a.why == b.why {
		both.why = a.why
	}
	for _, l := range a.labels {
		both.labels = append(both.labels, l.widened(b.Get(l.Name)))
	}
	for _, l := range b.labels {
		if _, ok := a.find(l.Name); !ok {
			both.labels = append(both.labels, l.widened(a.Get(l.Name)))
		}
	}
	both.sort()
	return both
}
