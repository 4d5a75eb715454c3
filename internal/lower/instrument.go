package lower

import (
	"slices"
	"strings"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// lowerInstrument lowers what instrumentation is generated, and declares the metric that the code adds by itself, so that
// signals may read it.
func (l *lowerer) lowerInstrument() {
	instrument := l.spec.Instrument
	if instrument == nil {
		return
	}
	lowered := &ir.Instrument{}
	if instrument.Go != nil {
		lowered.GoPackage = l.goPackage(instrument.Go.Package)
	}
	if instrument.Python != nil {
		lowered.PythonModule = l.pythonModule(instrument.Python.Module)
	}
	if instrument.HTTP != nil {
		lowered.HTTP = l.http()
	}
	if lowered.GoPackage == "" && instrument.Python == nil {
		if instrument.HTTP != nil {
			l.report("instrument/http", "instrument.http", "add go: package or python: module, or remove http",
				"no instrumentation code is generated that could record requests")
		}
		return
	}
	lowered.Overflow = l.overflow()
	l.program.Instrument = lowered
}

// http finds the metrics that a middleware records, and holds their labels against what is known of a request.
func (l *lowerer) http() *ir.HTTP {
	const path = "instrument.http"
	spec := l.spec.Instrument.HTTP
	lowered := &ir.HTTP{Requests: l.httpMetric(path+".requests", spec.Requests, ir.Counter)}
	if spec.Duration == "" {
		return lowered
	}
	lowered.Duration = l.httpMetric(path+".duration", spec.Duration, ir.Histogram)
	if m := lowered.Duration; m != nil && !m.Unit.IsTime() {
		l.report("instrument/http", path+".duration", "name a histogram whose unit is a time, such as s",
			"%s is no histogram of times", m.Name)
	}
	return lowered
}

func (l *lowerer) httpMetric(path, name string, kind ir.MetricType) *ir.Metric {
	m, ok := l.metrics[name]
	if !ok || !m.Own() {
		l.report("reference/metric", path, didYouMean(name, sortedKeys(l.spec.Metrics)), "the spec declares no metric %q", name)
		return nil
	}
	if m.Type != kind {
		l.report("instrument/http", path, "name a "+string(kind), "%s is a %s", name, m.Type)
		return nil
	}
	for i := range m.Labels {
		l.httpLabel(path, m, &m.Labels[i])
	}
	return m
}

// httpLabel refuses a label that a middleware could not fill for each request: a request without a value would be missing.
func (l *lowerer) httpLabel(path string, m *ir.Metric, label *ir.Label) {
	role := ir.HTTPRoleOf(label.Name)
	switch {
	case role == "":
		l.report("instrument/http", path, "labels of a request are method, route (or endpoint, path, handler) and status (or code, status_code)",
			"nothing is known of label %s of %s before the request is handled", label.Name, m.Name)
	case label.Values == nil && role == ir.HTTPStatus && !fitsStatus(label.Pattern):
		l.report("instrument/http", path, "a status is a code such as 200, 404 or 503", "the pattern %q of label %s of %s does not match every status",
			label.Pattern, label.Name, m.Name)
	case label.Values == nil:
	case role == ir.HTTPStatus && label.CoversStatus() && slices.ContainsFunc(label.Values, noStatus):
		l.report("instrument/http", path, "values are codes such as 404, classes such as 4xx, and other",
			"%q of label %s of %s is no status", label.Values[slices.IndexFunc(label.Values, noStatus)], label.Name, m.Name)
	case role == ir.HTTPStatus && !label.CoversStatus():
		l.report("instrument/http", path, `add "other", or the classes "2xx" to "5xx", to the label's values`,
			"some status has no value of label %s of %s: its requests would not be counted", label.Name, m.Name)
	case role != ir.HTTPStatus && !slices.Contains(label.Values, ir.Other):
		l.report("instrument/http", path, `add "other" to the label's values, or write {max: 20}`,
			"a request can have any %s, and label %s of %s has no value for others: they would not be counted", role, label.Name, m.Name)
	}
}

// noStatus reports whether a label's value is none that a response's status can have.
func noStatus(value string) bool {
	return value != ir.Other && ir.StatusClass(value) == 0 && ir.StatusCode(value) == 0
}

// fitsStatus reports whether the pattern of an open label matches codes of every class of final responses.
func fitsStatus(pattern string) bool {
	expression, err := regexp.Compile("^(?s:" + pattern + ")$")
	if err != nil || pattern == "" {
		return true // what is no pattern has been reported
	}
	return !slices.ContainsFunc([]string{"200", "302", "404", "503"}, func(code string) bool { return !expression.MatchString(code) })
}

// overflow declares the counter of what found no room in a label with a limit; nil where no metric has such a label.
func (l *lowerer) overflow() *ir.Metric {
	values := map[string][]string{} // names of the open labels, by metric
	var labels []string
	for _, name := range sortedKeys(l.spec.Metrics) {
		if m := l.metrics[name]; m.Instrumented() && m.Type != ir.Info {
			for _, label := range m.Labels {
				if label.Values == nil {
					values[name], labels = append(values[name], label.Name), append(labels, label.Name)
				}
			}
		}
	}
	if len(labels) == 0 {
		return nil
	}
	slices.Sort(labels)
	labels = slices.Compact(labels)
	u, _ := unit.Parse("values") // a noun
	m := &ir.Metric{
		Name: overflowName(l.program.Name()), Path: "instrument", Type: ir.Counter, Unit: u, Derived: true,
		Help: "Values that were recorded as other, because their label has reached its limit or cannot hold them.",
		Labels: []ir.Label{
			{Name: "label", Values: labels},
			{Name: "metric", Values: sortedKeys(values)},
		},
	}
	for _, name := range sortedKeys(values) {
		others := slices.DeleteFunc(slices.Clone(labels), func(label string) bool { return slices.Contains(values[name], label) })
		if len(others) > 0 {
			m.Exclude = append(m.Exclude, ir.Combination{{Label: "label", Values: others}, {Label: "metric", Values: []string{name}}})
		}
	}
	if _, taken := l.metrics[m.Name]; taken {
		l.report("names/collision", at("metrics", m.Name), "rename the metric", "the instrumentation code has a metric of the same name")
		return nil
	}
	l.metrics[m.Name] = m
	return m
}

// overflowName makes the name of a service's counter of overflows.
func overflowName(service string) string {
	name := strings.ReplaceAll(service, "-", "_") + "_label_overflows_total"
	if !metricName.MatchString(name) {
		return "service_" + name
	}
	return name
}
