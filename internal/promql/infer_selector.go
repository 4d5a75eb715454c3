package promql

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// selector types the series that a selector finds.
func (w *walk) selector(e *parser.VectorSelector) Type {
	w.selectors++
	name := metricName(e)
	result, known := w.series(e, name)
	if known {
		w.known++
	}
	set := result.sets()
	branches := make([]LabelSet, len(set))
	for i, branch := range set {
		// A label that one operand of a recording's or lacks is still there in the other's series.
		branches[i] = w.matched(e, branch, result, len(set) == 1)
	}
	result.Branches = branches
	if m := result.Metric; m != nil && len(m.UnitWhen) > 0 {
		result.Unit = unitWhen(m, result)
	}
	if result.Histogram != nil && result.Shape == ShapeBucket && result.Metric != nil {
		w.checkBound(e, result.Metric)
	}
	return result
}

// metricName is the name that a selector asks for, or nothing where it asks for several.
func metricName(e *parser.VectorSelector) string {
	if e.Name != "" {
		return e.Name
	}
	for _, m := range e.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
			return m.Value
		}
	}
	return ""
}

// series is the type of the series with a name, before any matcher but the name.
func (w *walk) series(e *parser.VectorSelector, name string) (typed Type, known bool) {
	if recorded, ok := w.table.recorded[name]; ok {
		return recorded, recorded.Kind != KindUnknown || recorded.Unit.Certainty != UnitUnknown
	}
	if m, p := w.table.lookup(name); m != nil {
		if p != partNone {
			return w.table.seriesType(m, p), m.Type != UnknownMetric
		}
		w.reportBareHistogram(e, m)
	} else if name != "" && w.table.claims(name) && !isVariable(name) {
		w.reportUnknownMetric(e, name)
	}
	unknown := Type{Value: parser.ValueTypeVector, Range: anything}
	if strings.HasSuffix(name, "_bucket") {
		unknown.Shape = ShapeBucket // by the convention of every client library
	}
	return unknown, false
}

// unitWhen is the unit of a metric that measures several things, where the matchers leave one of them.
func unitWhen(m *Metric, t Type) Measure {
	for _, c := range m.UnitWhen {
		if l := t.Label(c.Label); l.Presence == Must && len(l.Values) == 1 && l.Values[0] == c.Value {
			return In(c.Unit)
		}
	}
	return Measure{}
}

// isVariable reports whether a text holds a variable of a dashboard, whose value nobody knows here.
func isVariable(text string) bool {
	for i := strings.IndexByte(text, '$'); i >= 0 && i+1 < len(text); {
		next := text[i+1]
		if next == '{' || next == '_' || next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z' {
			return true
		}
		more := strings.IndexByte(text[i+1:], '$')
		if more < 0 {
			break
		}
		i += 1 + more
	}
	return strings.Contains(text, "[[")
}

// matched narrows a label set by the selector's matchers, and reports those that leave nothing.
func (w *walk) matched(e *parser.VectorSelector, set LabelSet, t Type, sure bool) LabelSet {
	for i, m := range e.LabelMatchers {
		if m.Name == model.MetricNameLabel || isVariable(m.Value) || slices.ContainsFunc(e.LabelMatchers[:i], func(other *labels.Matcher) bool {
			return other.Name == m.Name && isVariable(other.Value)
		}) {
			continue
		}
		before := set.Get(m.Name)
		after, possible := narrowedBy(before, m)
		switch {
		case !possible && sure:
			w.reportMatcher(e, m, before, t)
		case possible && sure:
			w.checkExclusion(e, m, before)
		}
		if possible {
			set = set.with(after)
		}
	}
	return set
}

// narrowedBy is a label after a matcher; false where no series is left.
func narrowedBy(l Label, m *labels.Matcher) (Label, bool) {
	emptyMatches := m.Matches("")
	if selectsAbsence(m) {
		return Label{Name: l.Name, Presence: Never, why: reason{cause: causeMatcher}}, l.Presence != Must
	}
	if l.Presence == Never {
		return l, emptyMatches
	}
	if l.Values != nil {
		left := make([]string, 0, len(l.Values))
		for _, v := range l.Values {
			if m.Matches(v) {
				left = append(left, v)
			}
		}
		l.Values = left
	} else {
		l.Values = namedBy(m)
	}
	if !emptyMatches {
		l.Presence = Must
	}
	if l.Values != nil && len(l.Values) == 0 {
		return Label{Name: l.Name, Presence: Never, why: reason{cause: causeMatcher}}, l.Presence != Must
	}
	return l, true
}

// selectsAbsence reports whether a matcher selects only series without its label.
func selectsAbsence(m *labels.Matcher) bool {
	return m.Type == labels.MatchEqual && m.Value == "" || m.Type == labels.MatchNotRegexp && m.Value == ".+"
}

// elsewhere is why a label is not there, unless the message has named the metric that lacks it already.
func elsewhere(l Label) string {
	if l.why.cause == causeMetric {
		return ""
	}
	return l.Why()
}

// namedBy lists the values that a positive matcher names, sorted; nil where it names none or a pattern.
func namedBy(m *labels.Matcher) []string {
	switch m.Type {
	case labels.MatchEqual:
		return []string{m.Value}
	case labels.MatchRegexp:
		named := slices.DeleteFunc(slices.Clone(m.SetMatches()), func(v string) bool { return v == "" })
		if len(named) == 0 {
			return nil
		}
		slices.Sort(named)
		return slices.Compact(named)
	default:
		return nil
	}
}

// reportMatcher says why a matcher leaves no series.
func (w *walk) reportMatcher(e *parser.VectorSelector, m *labels.Matcher, l Label, t Type) {
	subject := excerptName(e)
	switch {
	case l.Presence == Never && l.why.cause == causeMatcher:
		w.report(diag.Error, codeLabelValue, e, "the matchers on "+l.Name+" of "+subject+" exclude each other", "remove one of them")
	case l.Presence == Never:
		names := t.sets()[0].Names()
		w.report(diag.Error, codeUnknownLabel, e, m.String()+" selects nothing: "+subject+" has no label "+l.Name,
			didYouMean(l.Name, names), notes(elsewhere(l))...)
	case l.Values == nil || selectsAbsence(m):
		w.report(diag.Error, codeLabelValue, e, m.String()+" selects nothing: every series of "+subject+" has a label "+l.Name,
			"remove the matcher")
	case t.Metric != nil && slices.Equal(l.Values, t.Metric.values(l.Name)) || t.Metric == nil && len(e.LabelMatchers) <= 2:
		w.report(diag.Error, codeLabelValue, e, m.String()+" matches no value of label "+l.Name+" of "+subject,
			didYouMean(m.Value, l.Values), l.Name+" is one of "+list(l.Values))
	default:
		w.report(diag.Error, codeLabelValue, e, "the matchers on "+l.Name+" of "+subject+" exclude each other", "remove one of them")
	}
}

// values are the closed set of a label's values, or nil.
func (m *Metric) values(label string) []string {
	for _, l := range m.Labels {
		if l.Name == label {
			return l.Values
		}
	}
	return nil
}

// checkExclusion reports a negative matcher that excludes no value of a closed set.
func (w *walk) checkExclusion(e *parser.VectorSelector, m *labels.Matcher, before Label) {
	negative := m.Type == labels.MatchNotEqual || m.Type == labels.MatchNotRegexp
	if !negative || before.Values == nil || m.Value == "" || len(e.LabelMatchers) < 1 {
		return
	}
	if slices.ContainsFunc(before.Values, func(v string) bool { return !m.Matches(v) }) {
		return
	}
	// Values that another matcher names are no closed set that the user should know.
	if count := countMatchers(e, m.Name); count > 1 {
		return
	}
	w.report(diag.Warning, codeLabelValue, e, m.String()+" excludes nothing: label "+m.Name+" of "+excerptName(e)+" has no such value",
		didYouMean(m.Value, before.Values), m.Name+" is one of "+list(before.Values))
}

func countMatchers(e *parser.VectorSelector, label string) int {
	n := 0
	for _, m := range e.LabelMatchers {
		if m.Name == label {
			n++
		}
	}
	return n
}

// excerptName is what a message calls a selector: the metric's name, or the selector where it has none.
func excerptName(e *parser.VectorSelector) string {
	if name := metricName(e); name != "" {
		return name
	}
	return excerpt(e)
}

// notes drops what is empty.
func notes(all ...string) []string {
	return slices.DeleteFunc(all, func(note string) bool { return note == "" })
}
