package promql

import (
	"cmp"
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
	switch {
	case known:
		w.known++
	case w.stranger == nil:
		w.stranger = e
	}
	result.Branches = w.selected(e, result)
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
	if rules := w.table.rulesOf(name); len(rules) > 0 {
		w.checkRecorded(e, name, rules)
		result := recordedSeries(e, rules)
		return result, result.Kind != KindUnknown || result.Unit.Certainty != UnitUnknown
	}
	if m, p := w.table.lookup(name); m != nil {
		if p != partNone {
			return w.table.seriesType(m, p), m.Type != UnknownMetric
		}
		w.reportBareHistogram(e, m)
	} else {
		before := len(w.findings)
		w.checkName(e, name)
		if len(w.findings) == before {
			w.checkSlip(e, name)
		}
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

// selected narrows the labels of a metric, or of several recording rules of one name, to what the matchers leave, and
// reports a matcher that leaves nothing of any.
func (w *walk) selected(e *parser.VectorSelector, t Type) []LabelSet {
	sets := t.sets()
	left := make([]LabelSet, 0, len(sets))
	for _, set := range sets {
		if narrowed, refused := matched(e, set); refused == nil {
			left = append(left, narrowed)
		}
	}
	if len(left) > 0 {
		if len(sets) == 1 {
			w.checkExclusions(e, sets[0])
			w.checkForeign(e, sets[0])
			w.checkLabelSlip(e, sets[0])
			w.checkMatcherValues(e, sets[0])
		}
		return left
	}
	narrowed, refused := matched(e, sets[0])
	w.reportMatcher(e, refused, narrowed.Get(refused.Name), t)
	return []LabelSet{narrowed}
}

// matched narrows a label set by the selector's matchers, up to the one that no series fulfils.
func matched(e *parser.VectorSelector, set LabelSet) (narrowed LabelSet, refused *labels.Matcher) {
	for _, m := range e.LabelMatchers {
		if !tells(m) {
			continue
		}
		after, possible := narrowedBy(set.Get(m.Name), m)
		if !possible {
			return set, m
		}
		set = set.with(after)
	}
	return set, nil
}

// tells reports whether a matcher says something of a label: one with a variable has a value that nobody knows here.
func tells(m *labels.Matcher) bool { return m.Name != model.MetricNameLabel && !isVariable(m.Value) }

// narrowedBy is a label after a matcher; false where no series is left.
func narrowedBy(l Label, m *labels.Matcher) (Label, bool) {
	emptyMatches := m.Matches("")
	if selectsAbsence(m) {
		return Label{Name: l.Name, Presence: Never, why: reason{cause: causeMatcher}}, l.Presence != Must
	}
	if l.Presence == Never {
		return l, emptyMatches
	}
	switch {
	case l.Values != nil:
		left := make([]string, 0, len(l.Values))
		for _, v := range l.Values {
			if m.Matches(v) {
				left = append(left, v)
			}
		}
		l.Values = left
	case !emptyMatches && isPositive(m) && !Names(m, l.Pattern):
		return l, false
	default:
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

// isPositive reports whether a matcher asks for a value, and does not exclude one.
func isPositive(m *labels.Matcher) bool {
	return m.Type == labels.MatchEqual || m.Type == labels.MatchRegexp
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
		w.report(w.certainty(e, t), codeUnknownLabel, e, m.String()+" selects nothing: "+subject+" has no label "+l.Name,
			didYouMean(l.Name, t.sets()[0].Names()), notes(elsewhere(l))...)
	case l.Values == nil && !selectsAbsence(m):
		w.report(w.certainty(e, t), codeLabelValue, e, m.String()+" matches no value of label "+l.Name+" of "+subject,
			cmp.Or(patternHelp(m, l), "mend the value, or the pattern that "+l.Name+" is declared with"), l.Name+" always matches "+l.Pattern)
	case selectsAbsence(m):
		w.report(w.certainty(e, t), codeLabelValue, e, m.String()+" selects nothing: every series of "+subject+" has a label "+l.Name,
			"remove the matcher")
	case countMatchers(e, l.Name) > 1:
		w.report(diag.Error, codeLabelValue, e, "the matchers on "+l.Name+" of "+subject+" exclude each other", "remove one of them")
	default:
		severity := w.certainty(e, t)
		if slices.ContainsFunc(w.table.targets, func(target Label) bool { return target.Name == l.Name }) {
			severity = diag.Warning // the same program may run elsewhere too
		} else if _, misspelt := diag.Closest(m.Value, l.Values); misspelt {
			severity = diag.Error
		}
		w.report(severity, codeLabelValue, e, m.String()+" matches no value of label "+l.Name+" of "+subject,
			cmp.Or(patternHelp(m, l), didYouMean(m.Value, l.Values)), l.Name+" is one of "+list(l.Values))
	}
}

// certainty is how bad it is to ask for labels that a metric does not have. Of an exporter that is not known to the last
// label, a newer release may have them, and another file may hold a recording rule of the same name.
func (w *walk) certainty(e *parser.VectorSelector, t Type) diag.Severity {
	if t.Metric != nil && t.Metric.Closed || t.Metric == nil && w.table.claims(metricName(e)) {
		return diag.Error
	}
	return diag.Warning
}

// checkExclusions reports negative matchers that exclude no value of a closed set. Values that another matcher names are
// no set that the user should know.
func (w *walk) checkExclusions(e *parser.VectorSelector, set LabelSet) {
	for _, m := range e.LabelMatchers {
		negative := !isPositive(m)
		if l := set.Get(m.Name); negative && tells(m) && m.Value != "" && l.Presence == Never && l.why.cause == causeMetric {
			w.report(diag.Warning, codeUnknownLabel, e, m.String()+" excludes nothing: "+excerptName(e)+" has no label "+m.Name, didYouMean(m.Name, set.Names()))
			continue
		}
		known := set.Get(m.Name)
		values := known.Values
		if !negative || !tells(m) || m.Value == "" || countMatchers(e, m.Name) > 1 {
			continue
		}
		if values == nil {
			if !Names(m, known.Pattern) {
				w.report(diag.Warning, codeLabelValue, e, m.String()+" excludes nothing: label "+m.Name+" of "+excerptName(e)+" has no such value",
					cmp.Or(patternHelp(m, known), "mend the value, or the pattern that "+m.Name+" is declared with"), m.Name+" always matches "+known.Pattern)
			}
			continue
		}
		if !slices.ContainsFunc(values, func(v string) bool { return !m.Matches(v) }) {
			w.report(diag.Warning, codeLabelValue, e, m.String()+" excludes nothing: label "+m.Name+" of "+excerptName(e)+" has no such value",
				cmp.Or(patternHelp(m, known), didYouMean(m.Value, values)), m.Name+" is one of "+list(values))
		}
	}
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
