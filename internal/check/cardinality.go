package check

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

var labelsCardinality = &Check{
	Code: "labels/cardinality", Severity: diag.Error, Warns: true,
	Doc: Doc{
		Summary: "a metric's labels make too many series",
		Why: "Every combination of label values is a series that the service holds in memory and Prometheus stores, for each replica. " +
			"Above 100 a metric deserves a look: a warning. Above 1,000 it is an error where all labels are closed sets, because " +
			"closed sets are initialised with every combination when the service starts. A label with max makes its series as " +
			"they occur, usually a fraction of the product, so that it stays a warning; so does init: \"lazy\". Above 1,000,000 it is an error in any case.",
	},
	Run: func(p *Pass) {
		for _, m := range p.Program.Metrics {
			if !m.Own() || m.Type == ir.Info {
				continue // an info is one series at a time: its labels change together
			}
			series, closed, product := seriesOf(m)
			help := "drop a label, shorten a set or lower a max"
			switch {
			case series > mostSeries:
				p.Report(m.Path, help, "%s may make %s series in every replica, which nothing can hold: %s", m.Name, unit.None.Format(series), product)
			case series > manySeries && closed && !m.Lazy:
				p.Report(m.Path, help+`, or set init: "lazy" where few of them occur`, "%s makes %s series in every replica: %s", m.Name,
					unit.None.Format(series), product)
			case series > someSeries && closed && !m.Lazy:
				p.Warn(m.Path, help+", or accept it with a reason", "%s makes %s series in every replica: %s", m.Name, unit.None.Format(series), product)
			case series > someSeries:
				p.Warn(m.Path, help+", or accept it with a reason", "%s makes up to %s series in every replica: %s", m.Name,
					unit.None.Format(series), product)
			}
		}
	},
}

// Above these numbers of series a metric is worth a warning, an error, and an error even if they are made as they occur.
const (
	someSeries = 100
	manySeries = 1000
	mostSeries = 1_000_000
)

// histogramExtra is how many series a classic histogram has besides its finite buckets: +Inf, the sum and the count.
const histogramExtra = 3

// seriesOf is how many series a metric has in one replica at most, whether all labels are closed sets, and how the number
// comes about. It is a float, because products of limits may be absurd.
func seriesOf(m *ir.Metric) (series float64, closed bool, product string) {
	series, closed = m.Combinations(), true
	var factors []string
	for _, label := range m.Labels {
		values := len(label.Values)
		if label.Values == nil {
			closed, values = false, label.Max
		}
		factors = append(factors, fmt.Sprintf("%s %d", label.Name, values))
	}
	if len(m.Exclude) > 0 {
		factors = append(factors, fmt.Sprintf("less what is excluded: %s", unit.None.Format(series)))
	}
	if m.Type == ir.Histogram && m.Classic {
		series *= float64(len(m.Buckets) + histogramExtra)
		factors = append(factors, fmt.Sprintf("buckets, sum and count %d", len(m.Buckets)+histogramExtra))
	}
	return series, closed, strings.Join(factors, " × ")
}
