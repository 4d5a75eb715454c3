package python

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// isTimestamp reports whether a gauge of time holds a point in time, which its name says
// (https://prometheus.io/docs/practices/instrumentation/#timestamps-not-time-since).
func isTimestamp(m *ir.Metric) bool {
	return strings.Contains(m.Name, "_timestamp_") || strings.HasSuffix(m.Name, "_timestamp")
}

// scale says how many of a unit of time are how many seconds; one of both is 1, so that whole numbers stay whole.
func scale(u unit.Unit) (units, seconds float64) {
	if units, ok := unit.Second.Convert(1, u); ok && units >= 1 {
		return units, 1
	}
	seconds, _ = u.Convert(1, unit.Second)
	return 1, seconds
}

// openMetricsWords are the words of units that names end in.
var openMetricsWords = map[string]string{
	"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds", "min": "minutes", "h": "hours", "d": "days",
	"B": "bytes", "ratio": "ratio", "percent": "percent", "USD": "dollars", "EUR": "euros",
}

// openMetricsUnit is the unit of OpenMetrics' UNIT line. There is none unless the name ends in it: the client appends it there.
func openMetricsUnit(m *ir.Metric) string {
	word := openMetricsWords[m.Unit.String()]
	if m.Type == ir.Info || word == "" || !strings.HasSuffix(strings.TrimSuffix(m.Name, "_total"), "_"+word) {
		return ""
	}
	return quote(word)
}
