// Package exposed holds what a running service exposes against what its spec declares. A Program and an exposition that was
// read come in; findings at the spec's own lines go out. What the service exposes and the spec does not know has its place in
// the exposition.
package exposed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/schema"
)

// The codes of what is found.
const (
	codeMissing     = "exposed/missing"
	codeUndeclared  = "exposed/undeclared"
	codeType        = "exposed/type"
	codeUnit        = "exposed/unit"
	codeLabels      = "exposed/labels"
	codeValues      = "exposed/values"
	codeCardinality = "exposed/cardinality"
	codeBuckets     = "exposed/buckets"
	codeSeries      = "exposed/series"
)

// Compare reports where an exposition differs from the metrics that the Program declares: names, types, units, labels and their
// values, buckets, and series that should stand at zero from the start. What client libraries expose of themselves and of the
// process is the service's own business, and so are the _created series that they add.
func Compare(p *ir.Program, metrics []read.Metric) diag.List {
	c := &comparison{program: p, exposed: map[string]*read.Metric{}, declared: map[string]*ir.Metric{}}
	for _, m := range p.Metrics {
		if m.Own() {
			c.declared[m.Name] = m
		}
	}
	for i := range metrics {
		c.exposed[metrics[i].Name] = &metrics[i]
	}
	renamed := c.renamed(metrics)
	for _, m := range p.Metrics {
		if !m.Own() {
			continue
		}
		if e := c.exposed[m.Name]; e != nil {
			c.compare(m, e)
		} else if m.Instrumented() { // others come from an exporter beside the service
			c.missing(m, renamed[m.Name])
		}
	}
	for _, other := range renamed {
		delete(c.exposed, other.Name)
	}
	for i := range metrics {
		c.undeclared(&metrics[i])
	}
	return c.found.Sort()
}

// comparison is one run.
type comparison struct {
	program  *ir.Program
	declared map[string]*ir.Metric
	exposed  map[string]*read.Metric
	found    diag.List
}

// report adds a finding about a declared metric. Steps lead from the metric to the part of its declaration; a note says where it
// is exposed.
func (c *comparison) report(code string, severity diag.Severity, m *ir.Metric, e *read.Metric, steps []any, help, format string, arguments ...any) {
	path := m.Path
	if len(steps) > 0 && !m.Derived {
		path = schema.Path(append([]any{"metrics", m.Name}, steps...)...)
	}
	d := diag.Diagnostic{Code: code, Severity: severity, Pos: c.program.Locate(path), Path: path, Message: fmt.Sprintf(format, arguments...), Help: help}
	if e != nil {
		d.Notes = []string{"exposed at " + e.Pos.String()}
	}
	c.found = append(c.found, d)
}

// renamed finds, of declared metrics that are not exposed, those that are exposed under a name that a client library or a slip
// makes of theirs.
func (c *comparison) renamed(metrics []read.Metric) map[string]*read.Metric {
	others := map[string]*read.Metric{}
	for i := range metrics {
		e := &metrics[i]
		if c.declared[e.Name] != nil {
			continue
		}
		for _, m := range c.program.Metrics {
			if m.Instrumented() && c.exposed[m.Name] == nil && others[m.Name] == nil && isRenamed(m, e.Name) {
				others[m.Name] = e
				break
			}
		}
	}
	return others
}

// isRenamed reports whether a name is what a client library makes of a metric's name, or the other way round, or a slip of it.
func isRenamed(m *ir.Metric, name string) bool {
	for _, client := range promql.Clients() {
		described := promql.Metric{Name: m.Name, Type: described[m.Type], Unit: promql.In(m.Unit)}
		if client.Exposed(described) == name {
			return true
		}
		described.Name = name
		if client.Exposed(described) == m.Name {
			return true
		}
	}
	return diag.IsSlip(m.Name, name)
}

// described are the types of metrics as the typing of PromQL knows them.
var described = map[ir.MetricType]promql.MetricType{
	ir.Counter: promql.CounterMetric, ir.Gauge: promql.GaugeMetric, ir.Histogram: promql.HistogramMetric, ir.Info: promql.InfoMetric,
}

// missing reports a metric that is not exposed. Whether one whose series wait for their use ever will be, is not known.
func (c *comparison) missing(m *ir.Metric, other *read.Metric) {
	switch {
	case other != nil:
		c.report(codeMissing, diag.Error, m, other, nil, "rename it in the code, or in the spec", "%s is exposed as %s", m.Name, other.Name)
	case c.withoutType(m):
		e := c.exposed[m.Name+"_bucket"]
		c.report(codeType, diag.Error, m, e, []any{"type"}, "expose its TYPE: without it Prometheus knows no histogram",
			"%s is exposed without its type", m.Name)
	case m.Starting() > 0:
		c.report(codeMissing, diag.Error, m, nil, nil, "register it when the service starts, or remove it from the spec", "%s is not exposed", m.Name)
	default:
		c.report(codeMissing, diag.Warning, m, nil, nil, "record it, and compare again",
			"%s is not exposed, or nothing has been recorded in it yet", m.Name)
	}
}

// withoutType reports whether a histogram's parts are exposed as if they were metrics.
func (c *comparison) withoutType(m *ir.Metric) bool {
	return m.Type == ir.Histogram && c.exposed[m.Name+"_bucket"] != nil
}

// runtimes begin the names of what client libraries expose of themselves and of the process (client_golang's collectors,
// prometheus_client's collectors, OpenMetrics' target information).
var runtimes = []string{"go_", "process_", "python_", "promhttp_", "target_info", "otel_scope_info"}

// Runtime reports whether a metric is one that client libraries expose of themselves and of the process, and how the names of its
// kind begin.
func Runtime(name string) (prefix string, ok bool) {
	i := slices.IndexFunc(runtimes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	if i < 0 {
		return "", false
	}
	return runtimes[i], true
}

// undeclared reports a metric that the spec does not know.
func (c *comparison) undeclared(e *read.Metric) {
	if c.declared[e.Name] != nil || c.exposed[e.Name] == nil || c.isPart(e.Name) {
		return
	}
	if _, ok := Runtime(e.Name); ok {
		return
	}
	c.found = append(c.found, diag.Diagnostic{
		Code: codeUndeclared, Severity: diag.Warning, Pos: e.Pos, Path: schema.Path("metrics", e.Name),
		Message: fmt.Sprintf("the spec does not declare %s, which is exposed", e.Name),
		Help:    "declare it, stop exposing it, or accept it with a reason",
	})
}

// isPart reports whether the name is one that a client library adds to that of a known metric: _created to all that have a
// beginning, and the parts of a histogram that is exposed without its type.
func (c *comparison) isPart(name string) bool {
	if base, ok := strings.CutSuffix(name, "_created"); ok {
		for _, whole := range []string{base, base + "_total"} {
			if c.declared[whole] != nil || c.exposed[whole] != nil {
				return true
			}
		}
	}
	for _, part := range []string{"_bucket", "_sum", "_count"} {
		if base, ok := strings.CutSuffix(name, part); ok && c.declared[base] != nil && c.withoutType(c.declared[base]) {
			return true
		}
	}
	return false
}
