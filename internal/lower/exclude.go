package lower

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// lazy reads whether series are made when they are first used, and refuses to say it of a metric whose series are made so in
// any case.
func (l *lowerer) lazy(path string, m *ir.Metric, init string) bool {
	if init == "" {
		return false
	}
	open := slices.IndexFunc(m.Labels, func(label ir.Label) bool { return label.Values == nil })
	switch {
	case m.Type != ir.Counter && m.Type != ir.Histogram:
		l.report("metric/setting", path+".init", "remove init", "a %s is exposed from when its value is known", m.Type)
	case open >= 0:
		l.report("metric/setting", path+".init", "remove init", "the values of label %s are not known beforehand: its series are made when they are first used",
			m.Labels[open].Name)
	default:
		return true
	}
	return false
}

// excluded reads the combinations of label values that a metric never has.
func (l *lowerer) excluded(path string, m *ir.Metric, texts []string) []ir.Combination {
	if len(texts) == 0 {
		return nil
	}
	if m.Type == ir.Info {
		l.report("metric/setting", path+".exclude", "remove exclude", "an info has one series at a time")
		return nil
	}
	var all []ir.Combination
	for i, text := range texts {
		if c, ok := l.combination(indexed(path+".exclude", i), m, text); ok {
			all = append(all, c)
		}
	}
	with := *m
	with.Exclude = all
	if len(all) > 0 && with.EachCombination(func(func(string) string) bool { return false }) {
		l.report("metric/exclude", path+".exclude", "leave what can happen", "no combination of label values is left of %s", m.Name)
		return nil
	}
	return all
}

func (l *lowerer) combination(path string, m *ir.Metric, text string) (ir.Combination, bool) {
	matchers, ok := l.matchers(path, text)
	if !ok {
		return nil, false
	}
	chosen := map[string][]string{}
	for _, matcher := range matchers {
		label := m.Label(matcher.Name)
		switch {
		case label == nil:
			l.report("reference/label", path, didYouMean(matcher.Name, closedLabels(m)), "metric %s has no label %q of its own", m.Name, matcher.Name)
			return nil, false
		case label.Values == nil:
			l.report("metric/exclude", path, "name labels whose values are listed", "the values of label %s are not known beforehand", label.Name)
			return nil, false
		}
		values, narrowed := chosen[label.Name]
		if !narrowed {
			values = label.Values
		}
		chosen[label.Name] = slices.DeleteFunc(slices.Clone(values), func(value string) bool { return !matcher.Matches(value) })
		if len(chosen[label.Name]) == 0 {
			l.report("reference/label-value", path, didYouMean(matcher.Value, label.Values), "%s matches no value of label %s of %s",
				matcher, label.Name, m.Name)
			return nil, false
		}
	}
	var combination ir.Combination
	for _, label := range sortedKeys(chosen) {
		combination = append(combination, ir.Choice{Label: label, Values: chosen[label]})
	}
	return combination, len(combination) > 0
}

func closedLabels(m *ir.Metric) []string {
	var names []string
	for _, label := range m.Labels {
		if label.Values != nil {
			names = append(names, label.Name)
		}
	}
	return names
}

// checkPossible reports matchers that choose nothing but combinations of label values that the metric never has.
func (l *lowerer) checkPossible(path string, m *ir.Metric, ms []*labels.Matcher) bool {
	if len(m.Exclude) == 0 {
		return true
	}
	none := m.EachCombination(func(value func(string) string) bool {
		impossible := slices.ContainsFunc(ms, func(matcher *labels.Matcher) bool {
			label := m.Label(matcher.Name)
			return label != nil && label.Values != nil && !matcher.Matches(value(matcher.Name))
		})
		return impossible // go on looking
	})
	if none {
		l.report("reference/label-value", path, "", "%s excludes every combination of label values that is chosen", m.Name)
		if m.Path != "" {
			l.note("excluded at %s", l.locate(m.Path+".exclude"))
		}
	}
	return !none
}
