package exposed

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
)

// labels compares the names of labels and reports whether they are as declared.
func (c *comparison) labels(m *ir.Metric, e *read.Metric) bool {
	var lacking, more []string
	for i := range m.Labels {
		label := &m.Labels[i]
		if seen(e, label.Name).Series < e.Series && !slices.Contains(label.Values, "") { // an empty value is a missing label
			lacking = append(lacking, label.Name)
		}
	}
	for _, label := range e.Labels {
		if m.Label(label.Name) == nil {
			more = append(more, label.Name)
		}
	}
	if len(lacking) == 1 && len(more) == 1 && seen(e, lacking[0]).Series == 0 {
		c.report(codeLabels, diag.Error, m, e, []any{"labels", lacking[0]}, "rename it in the code, or in the spec",
			"%s is exposed with the label %s instead of %s", m.Name, more[0], lacking[0])
		return false
	}
	for _, name := range lacking {
		some := "no series of %[1]s has the label %[2]s"
		if n := seen(e, name).Series; n > 0 {
			some = strconv.Itoa(e.Series-n) + " of " + strconv.Itoa(e.Series) + " series of %[1]s lack the label %[2]s"
		}
		c.report(codeLabels, diag.Error, m, e, []any{"labels", name}, "give every series the label, or remove it from the spec", some, m.Name, name)
	}
	for _, name := range more {
		c.report(codeLabels, diag.Error, m, e, []any{"labels"}, "declare it, or remove it from the code: it multiplies the series",
			"%s is exposed with the label %s, which the spec does not declare", m.Name, name)
	}
	return len(lacking)+len(more) == 0
}

// seen is what was seen of a label; the zero value where that is nothing.
func seen(e *read.Metric, name string) read.MetricLabel {
	at := slices.IndexFunc(e.Labels, func(l read.MetricLabel) bool { return l.Name == name })
	if at < 0 {
		return read.MetricLabel{}
	}
	return e.Labels[at]
}

// values compares the values of labels and reports whether they are among those declared.
func (c *comparison) values(m *ir.Metric, e *read.Metric) bool {
	before := len(c.found)
	for i := range m.Labels {
		if label := &m.Labels[i]; label.Values != nil {
			c.closed(m, e, label)
		} else if m.Type != ir.Info { // an info has one series at a time
			c.open(m, e, label)
		}
	}
	if len(c.found) == before {
		c.excluded(m, e)
	}
	return len(c.found) == before
}

// closed reports values outside of a closed set.
func (c *comparison) closed(m *ir.Metric, e *read.Metric, label *ir.Label) {
	found := seen(e, label.Name)
	if found.Values == nil && found.Distinct > len(label.Values) {
		c.report(codeValues, diag.Error, m, e, []any{"labels", label.Name}, "record what is listed, or declare {max: …}",
			"label %s of %s has %s values, and the spec lists %d", label.Name, m.Name, atLeast(found), len(label.Values))
		return
	}
	if others := strangers(found.Values, label.Values); len(others) > 0 {
		c.report(codeValues, diag.Error, m, e, []any{"labels", label.Name}, "list it, or map it to a value that is listed",
			"label %s of %s is exposed with %s, which the spec does not list", label.Name, m.Name, few(others))
	}
}

// strangers lists the values that are not among those known, quoted.
func strangers(values, known []string) []string {
	var others []string
	for _, value := range values {
		if !slices.Contains(known, value) {
			others = append(others, strconv.Quote(value))
		}
	}
	return others
}

// open reports more values than an open label's limit, and values that do not match its pattern. The value that stands for
// all others counts for neither.
func (c *comparison) open(m *ir.Metric, e *read.Metric, label *ir.Label) {
	found := seen(e, label.Name)
	count := found.Distinct
	if slices.Contains(found.Values, ir.Other) {
		count--
	}
	if found.Values == nil && count == label.Max+1 { // too many to list: one of them may be the one for all others
		count--
	}
	if count > label.Max {
		c.report(codeCardinality, diag.Error, m, e, []any{"labels", label.Name}, "record what has no room as \"other\", or raise max",
			"label %s of %s has %s values, and max is %d", label.Name, m.Name, atLeast(found), label.Max)
		return
	}
	if label.Pattern == "" {
		return
	}
	pattern, err := regexp.Compile("^(?s:" + label.Pattern + ")$")
	if err != nil {
		return // the pattern has been refused before
	}
	var others []string
	for _, value := range found.Values {
		if value != ir.Other && !pattern.MatchString(value) {
			others = append(others, strconv.Quote(value))
		}
	}
	if len(others) > 0 {
		c.report(codeValues, diag.Error, m, e, []any{"labels", label.Name}, "record it as \"other\", or widen the pattern",
			"label %s of %s is exposed with %s, which the pattern %q does not match", label.Name, m.Name, few(others), label.Pattern)
	}
}

// atLeast prints how many values a label has: beyond a number they are not counted.
func atLeast(label read.MetricLabel) string {
	if label.Distinct >= read.MaxDistinct {
		return fmt.Sprintf("at least %d", label.Distinct)
	}
	return strconv.Itoa(label.Distinct)
}

// excluded reports a series whose values the spec says cannot be together.
func (c *comparison) excluded(m *ir.Metric, e *read.Metric) {
	var found []string
	for _, labels := range e.Each {
		value := func(name string) string { return labels[name] }
		if m.Excludes(value) {
			found = append(found, shown(m, value))
		}
	}
	if len(found) > 0 {
		c.report(codeValues, diag.Error, m, e, []any{"exclude"}, "remove it from exclude, or from the code",
			"%s is exposed with %s, which the spec excludes", m.Name, found[0])
	}
}
