package check

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
)

var namesPromlint = &Check{
	Code: "names/promlint", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a metric's name breaks a convention that promtool checks",
		Why: "Tools and people read the type of a metric from its name (https://prometheus.io/docs/practices/naming/). The check is " +
			"the one that promtool check metrics makes of a running service.",
	},
	Run: func(p *Pass) {
		eachLint(p, func(m *ir.Metric, text string) {
			if !aboutUnit(text) {
				p.Report(m.Path, "rename it, or accept it with a reason", "%s: %s", m.Name, text)
			}
		})
	},
}

var namesUnit = &Check{
	Code: "names/unit", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a metric is not in the base unit of what it measures",
		Why: "Prometheus' conventions are seconds, bytes and ratios, so that figures of several services can be compared. Belfry " +
			"converts in every query; an existing service accepts its names once, with a reason.",
	},
	Run: func(p *Pass) {
		eachLint(p, func(m *ir.Metric, text string) {
			if aboutUnit(text) {
				p.Report(m.Path, "rename it, or accept it with a reason", "%s: %s", m.Name, text)
			}
		})
	},
}

// eachLint visits every problem that promlint has with the names of the service's own metrics.
func eachLint(p *Pass, visit func(m *ir.Metric, text string)) {
	for _, m := range p.Program.Metrics {
		if !m.Own() {
			continue
		}
		problems, err := promlint.NewWithMetricFamilies([]*dto.MetricFamily{family(m)}).Lint()
		if err != nil {
			continue // only reading a text exposition can fail
		}
		for _, problem := range problems {
			if missingTotal(problem.Text) && clientSuffixes[clientOf(p.Program)][m.Type] != "" {
				continue // names/client says more: what the client really exposes
			}
			visit(m, problem.Text)
		}
	}
}

// aboutUnit tells promlint's two findings on units by their texts, which is all that it gives
// (client_golang, prometheus/testutil/promlint/validations).
func aboutUnit(text string) bool {
	return strings.HasPrefix(text, "use base unit") || strings.Contains(text, "abbreviated units")
}

func missingTotal(text string) bool {
	return strings.HasPrefix(text, `counter metrics should have "_total"`)
}

var families = map[ir.MetricType]dto.MetricType{
	ir.Counter: dto.MetricType_COUNTER, ir.Gauge: dto.MetricType_GAUGE, ir.Histogram: dto.MetricType_HISTOGRAM, ir.Info: dto.MetricType_GAUGE,
}

// family is a metric as a scrape would show it, with one series for its labels.
func family(m *ir.Metric) *dto.MetricFamily {
	kind := families[m.Type]
	series := &dto.Metric{}
	for i := range m.Labels {
		series.Label = append(series.Label, &dto.LabelPair{Name: &m.Labels[i].Name, Value: new(string)})
	}
	return &dto.MetricFamily{Name: &m.Name, Help: &m.Help, Type: &kind, Metric: []*dto.Metric{series}}
}
