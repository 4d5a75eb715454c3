package read

import (
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

var metricTypes = map[model.MetricType]promql.MetricType{
	model.MetricTypeCounter: promql.CounterMetric, model.MetricTypeGauge: promql.GaugeMetric,
	model.MetricTypeHistogram: promql.HistogramMetric, model.MetricTypeSummary: promql.SummaryMetric,
	model.MetricTypeInfo: promql.InfoMetric, model.MetricTypeStateset: promql.GaugeMetric,
}

// baseUnits are the endings of names that say a unit (prometheus.io/docs/practices/naming), and OpenMetrics' units.
var baseUnits = map[string]string{
	"seconds": "s", "milliseconds": "ms", "microseconds": "us", "nanoseconds": "ns", "minutes": "min", "hours": "h", "days": "d",
	"bytes": "B", "bits": "bit", "ratio": "ratio", "ratios": "ratio", "percent": "percent",
}

// Described is the metric for a table of metrics. Values that were seen close no set. Labels are closed where there are
// series and all have the same: client libraries give every series of a metric the same labels.
func (m Metric) Described() promql.Metric {
	known := promql.Metric{Name: m.Name, Type: metricTypes[m.Type], Unit: m.unit(), Buckets: m.Buckets,
		Classic:   m.Type == model.MetricTypeHistogram && m.Series > 0,
		Timestamp: m.Type == model.MetricTypeGauge && strings.HasSuffix(m.Name, "_timestamp_seconds"),
		Closed:    m.Series > 0,
		Own:       true,
	}
	for _, label := range m.Labels {
		presence := promql.Must
		if label.Series < m.Series {
			presence, known.Closed = promql.May, false
		}
		known.Labels = append(known.Labels, promql.Label{Name: label.Name, Presence: presence, Seen: label.Values})
	}
	return known
}

// unit is the unit that the exposition or the name says. Seconds of processors are cores when they are a rate, and a time may
// be a point in time: of those nothing is said.
func (m Metric) unit() promql.Measure {
	word := m.Unit
	if word == "" {
		base := strings.TrimSuffix(m.Name, "_total")
		word = base[strings.LastIndexByte(base, '_')+1:]
		if word == "seconds" && (strings.Contains(base, "cpu") || strings.HasSuffix(base, "_time_seconds")) {
			return promql.Measure{}
		}
	}
	written, known := baseUnits[word]
	if !known {
		return promql.Measure{}
	}
	u, err := unit.Parse(written)
	if err != nil {
		return promql.Measure{} // the table above holds words of package unit, which a test checks
	}
	return promql.In(u)
}
