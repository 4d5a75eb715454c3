package instrument

import (
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
)

// lintView is a problem that promlint has with a metric as the spec declares it. The spec accepts it, or belfry check reports
// it; the generated test fails on others.
type lintView struct{ Metric, Text string }

// lint asks promlint about the metrics as a scrape would show them.
func lint(v *packageView) []lintView {
	var known []lintView
	for _, one := range v.Metrics {
		kind := dto.MetricType(dto.MetricType_value[one.WireType])
		series := &dto.Metric{}
		for _, label := range one.Labels {
			series.Label = append(series.Label, &dto.LabelPair{Name: &label.Name, Value: new(string)})
		}
		family := &dto.MetricFamily{Name: &one.Name, Help: &one.Help, Type: &kind, Metric: []*dto.Metric{series}}
		problems, err := promlint.NewWithMetricFamilies([]*dto.MetricFamily{family}).Lint()
		if err != nil {
			continue // only reading a text can fail
		}
		for _, problem := range problems {
			known = append(known, lintView{problem.Metric, problem.Text})
		}
	}
	return known
}
