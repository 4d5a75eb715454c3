package exposed

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
)

// compare holds what is exposed of one metric against its declaration. What depends on something that is wrong is not looked at.
func (c *comparison) compare(m *ir.Metric, e *read.Metric) {
	if !c.isOfType(m, e) {
		return
	}
	c.unit(m, e)
	if e.Series == 0 {
		c.starting(m, e)
		return
	}
	c.buckets(m, e)
	if c.labels(m, e) && c.values(m, e) {
		c.starting(m, e)
	}
}

// article puts a or an before a type.
func article(kind string) string {
	if strings.HasPrefix(kind, "info") {
		return "an " + kind
	}
	return "a " + kind
}

// isOfType reports a type that is not as declared, and whether the rest can be compared all the same: what has no type is stored as
// the counter or gauge that it is declared to be.
func (c *comparison) isOfType(m *ir.Metric, e *read.Metric) bool {
	if sameType(m, e) {
		return true
	}
	exposes, severity := article(string(e.Type)), diag.Error
	isPlain := e.Type == model.MetricTypeUnknown && m.Type != ir.Histogram
	if e.Type == model.MetricTypeUnknown {
		exposes = "a metric without a type"
	}
	if isPlain {
		severity = diag.Warning
	}
	c.report(codeType, severity, m, e, []any{"type"}, "change the code, or the spec", "%s is declared %s and exposed as %s", m.Name,
		article(string(m.Type)), exposes)
	return isPlain
}

// sameType reports whether the type is as declared. Prometheus' text format has no word for an info: it is a gauge there; and a set
// of states is stored as a gauge for each.
func sameType(m *ir.Metric, e *read.Metric) bool {
	return string(m.Type) == string(e.Type) || m.Type == ir.Info && e.Type == model.MetricTypeGauge ||
		m.Type == ir.Gauge && e.Type == model.MetricTypeStateset
}

// unit compares with OpenMetrics' UNIT line, where there is one that is understood.
func (c *comparison) unit(m *ir.Metric, e *read.Metric) {
	exposed := e.Described().Unit
	if e.Unit == "" || !exposed.Known() || exposed.Unit.String() == m.Unit.String() {
		return
	}
	c.report(codeUnit, diag.Error, m, e, []any{"unit"}, "change the code, or the spec", "%s is declared %s and exposed in %s", m.Name, inUnit(m), e.Unit)
}

func inUnit(m *ir.Metric) string {
	if text := m.Unit.String(); text != "" {
		return "in " + text
	}
	return "without a unit"
}

// buckets compares the bounds of a classic histogram.
func (c *comparison) buckets(m *ir.Metric, e *read.Metric) {
	if m.Type != ir.Histogram || !m.Classic || slices.Equal(m.Buckets, e.Buckets) {
		return
	}
	var parts []string
	if lacking := without(m.Buckets, e.Buckets); lacking != "" {
		parts = append(parts, "lacks "+lacking)
	}
	if more := without(e.Buckets, m.Buckets); more != "" {
		parts = append(parts, "has "+more+" besides")
	}
	c.report(codeBuckets, diag.Error, m, e, []any{"buckets"}, "quantiles and thresholds are made for the declared buckets: give the code the same",
		"%s is exposed with other buckets than declared: it %s", m.Name, strings.Join(parts, ", and "))
}

// without lists the bounds of all that are not among others.
func without(all, others []float64) string {
	var texts []string
	for _, bound := range all {
		if !slices.Contains(others, bound) {
			texts = append(texts, strconv.FormatFloat(bound, 'g', -1, 64))
		}
	}
	return few(texts)
}

// mostNamed is how many of many things are named one by one.
const mostNamed = 5

// few lists the first of many.
func few(texts []string) string {
	if len(texts) > mostNamed {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:mostNamed], ", "), len(texts)-mostNamed)
	}
	return strings.Join(texts, ", ")
}

// starting reports series that should stand at zero from the start and are not there.
func (c *comparison) starting(m *ir.Metric, e *read.Metric) {
	want := m.Starting()
	if want <= e.Series || e.Each == nil && e.Series > 0 {
		return
	}
	first, missing := "", 0
	m.EachCombination(func(value func(string) string) bool {
		if !slices.ContainsFunc(e.Each, func(labels map[string]string) bool { return agrees(m, labels, value) }) {
			if missing++; missing == 1 {
				first = shown(m, value)
			}
		}
		return true
	})
	if missing == 0 {
		return
	}
	var text string
	switch {
	case len(m.Labels) == 0:
		text = m.Name + " is exposed without its series"
	case missing == want:
		text = fmt.Sprintf("none of the %d series of %s is exposed", want, m.Name)
	case missing == 1:
		text = fmt.Sprintf("%s is not exposed with %s", m.Name, first)
	default:
		text = fmt.Sprintf("%d of the %d series of %s are not exposed, such as %s", missing, want, m.Name, first)
	}
	c.report(codeSeries, diag.Warning, m, e, nil, `make them when the service starts, exclude what cannot be, or declare init: "lazy"`, "%s", text)
}

// agrees reports whether a series has the values of a combination.
func agrees(m *ir.Metric, labels map[string]string, value func(string) string) bool {
	for i := range m.Labels {
		if labels[m.Labels[i].Name] != value(m.Labels[i].Name) {
			return false
		}
	}
	return true
}

// shown prints the labels of a series as PromQL does.
func shown(m *ir.Metric, value func(string) string) string {
	var pairs []string
	for i := range m.Labels {
		pairs = append(pairs, m.Labels[i].Name+"="+strconv.Quote(value(m.Labels[i].Name)))
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}
