package lower

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// hasLabel reports whether the metric's series carry a label that the user may name.
func hasLabel(m *ir.Metric, name string) bool {
	if m.Label(name) != nil || name == "job" || name == "instance" {
		return true
	}
	if m.MoreLabels == "*" || m.MoreLabels != "" && strings.HasPrefix(name, strings.TrimSuffix(m.MoreLabels, "*")) {
		return true
	}
	return (m.Own() || m.Catalog == scrapeCatalog) && slices.Contains(ir.TargetLabels, name)
}

// labelsOf lists the labels that hasLabel knows, sorted.
func labelsOf(m *ir.Metric) []string {
	names := []string{"instance", "job"}
	if m.Own() || m.Catalog == scrapeCatalog {
		names = slices.Clone(ir.TargetLabels)
	}
	for _, label := range m.Labels {
		names = append(names, label.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// filterable reports whether a dashboard variable over the label means the same thing on this metric as on the service's
// own: the instance of a node exporter is another instance.
func filterable(m *ir.Metric, name string) bool {
	switch {
	case m.Exporter != nil: // its targets are others than the service's
		return name == "namespace" || m.Label(name) != nil
	case m.Own() || m.Catalog == scrapeCatalog:
		return hasLabel(m, name)
	}
	return slices.Contains(m.Scope, name)
}

// selector makes the selector of a metric's series that belong to the service, with the user's matchers and the
// dashboard's variables. A matcher of the user replaces the service's own on the same label.
func (l *lowerer) selector(m *ir.Metric, suffix string, b build) *parser.VectorSelector {
	var matchers []*labels.Matcher
	taken := map[string]bool{}
	add := func(ms ...*labels.Matcher) {
		for _, matcher := range ms {
			taken[matcher.Name] = true
		}
		matchers = append(matchers, ms...)
	}
	for _, variable := range b.variables {
		if filterable(m, variable) {
			add(promql.Match(labels.MatchRegexp, m.Stored(variable), "$"+variable))
		}
	}
	for _, matcher := range b.where {
		stored := promql.Match(matcher.Type, m.Stored(matcher.Name), matcher.Value)
		if !slices.ContainsFunc(matchers, func(other *labels.Matcher) bool { return other.String() == stored.String() }) {
			add(stored) // a signal inside another may have the same matchers as the outer one
		}
	}
	for _, matcher := range l.scope(m) {
		if !taken[matcher.Name] {
			matchers = append(matchers, matcher)
		}
	}
	if m.Select != "" {
		// The catalog's tests have parsed it.
		always, _ := promql.ParseMatchers(m.Select)
		matchers = append(matchers, always...)
	}
	return promql.Select(m.Name+suffix, matchers...)
}

// scope is the matchers that narrow a metric to the service.
func (l *lowerer) scope(m *ir.Metric) []*labels.Matcher {
	s := l.program.Service
	if s == nil {
		return nil
	}
	if m.Exporter != nil {
		return []*labels.Matcher{promql.Equal("job", m.Exporter.Resource), promql.Equal("namespace", s.Namespace)}
	}
	if m.Own() || m.Catalog == scrapeCatalog {
		return []*labels.Matcher{promql.Equal("job", s.Scrape.Job), promql.Equal("namespace", s.Namespace)}
	}
	var matchers []*labels.Matcher
	if slices.Contains(m.Scope, "namespace") {
		matchers = append(matchers, promql.Equal("namespace", s.Namespace))
	}
	if slices.Contains(m.Scope, "pod") && s.Pods != "" {
		matchers = append(matchers, promql.Match(labels.MatchRegexp, "pod", s.Pods))
	}
	return matchers
}

// matchers reads the user's matchers and holds them against the metric's labels and their values.
func (l *lowerer) matchers(path, text string) ([]*labels.Matcher, bool) {
	if text == "" {
		return nil, true
	}
	ms, err := promql.ParseMatchers(text)
	if err != nil {
		l.report("promql/syntax", path, `write matchers such as status=~'5..', method='GET'`, "%q are not PromQL matchers: %s", text, matchersMessage(err))
		return nil, false
	}
	for _, m := range ms {
		if m.Name == model.MetricNameLabel {
			l.report("promql/syntax", path, "name the metric in the signal", "matchers cannot choose the metric by __name__")
			return nil, false
		}
	}
	return ms, true
}

// matchersMessage is what is wrong with matchers, without the regular expression that Prometheus makes of a value.
func matchersMessage(err error) string {
	message, _, _ := strings.Cut(parserMessage(err), ": `^(?s:")
	return strings.Replace(message, `unexpected "}"`, "unexpected end", 1) // the brace is not the user's
}

// checkMatchers reports matchers that a metric's labels cannot satisfy.
func (l *lowerer) checkMatchers(path string, m *ir.Metric, ms []*labels.Matcher) bool {
	for _, matcher := range ms {
		if !l.checkLabel(path, m, matcher.Name) {
			return false
		}
		label := m.Label(matcher.Name)
		if label == nil || matcher.Value == "" {
			continue
		}
		if label.Values != nil && !valuePossible(matcher, label.Values) {
			l.report("reference/label-value", path, didYouMean(matcher.Value, label.Values),
				"%s matches no value of label %s of %s", matcher, matcher.Name, m.Name)
			return false
		}
		if !promql.Names(matcher, label.Possible()) {
			help := "every value matches " + label.Pattern
			if regularExpression(matcher.Value) && (matcher.Type == labels.MatchEqual || matcher.Type == labels.MatchNotEqual) {
				help = fmt.Sprintf("did you mean %s=~'%s'? %s", matcher.Name, matcher.Value, help)
			}
			l.report("reference/label-value", path, help, "%s matches no value of label %s of %s", matcher, matcher.Name, m.Name)
			return false
		}
	}
	return l.checkPossible(path, m, ms)
}

// regularExpression reports whether a text reads like a regular expression: it stands behind = by mistake.
func regularExpression(text string) bool {
	return strings.ContainsAny(text, "*+?|[]()") || strings.Contains(text, "..")
}

// valuePossible reports whether the value or pattern of a matcher names at least one value of the closed set.
func valuePossible(m *labels.Matcher, values []string) bool {
	positive := m
	switch m.Type {
	case labels.MatchNotEqual:
		positive = promql.Equal(m.Name, m.Value)
	case labels.MatchNotRegexp:
		positive = promql.Match(labels.MatchRegexp, m.Name, m.Value)
	}
	return slices.ContainsFunc(values, positive.Matches)
}

// checkLabel reports a label that the metric's series do not have.
func (l *lowerer) checkLabel(path string, m *ir.Metric, name string) bool {
	if hasLabel(m, name) {
		return true
	}
	var declared []string
	for _, label := range m.Labels {
		declared = append(declared, label.Name)
	}
	help := didYouMean(name, labelsOf(m))
	if _, close := diag.Closest(name, labelsOf(m)); !close && len(declared) > 0 {
		help = "its own labels are " + strings.Join(declared, ", ") + "; Prometheus adds job, instance and others"
	}
	l.report("reference/label", path, help, "metric %s has no label %q", m.Name, name)
	return false
}

// matcherText prints matchers in a form that is equal for equal sets.
func matcherText(ms []*labels.Matcher) string {
	texts := make([]string, len(ms))
	for i, m := range ms {
		texts[i] = m.String()
	}
	slices.Sort(texts)
	return strings.Join(texts, ",")
}
