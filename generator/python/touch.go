package python

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// tested is the highest limit of an open label that the generated test reaches.
const tested = 1000

// overflowView is a test of an open label's limit.
type overflowView struct {
	Name  string
	Limit int
	Touch string
}

// touch writes a call that records something, with the value given for one label, and for the others one that can be.
func (one *metricView) touch(m *ir.Metric, label, value string) string {
	possible := map[string]string{}
	for _, l := range m.Labels {
		possible[l.Name] = slices.Concat(l.Values, []string{ir.Other})[0]
	}
	m.EachCombination(func(of func(string) string) bool {
		for _, l := range m.Labels {
			if l.Values != nil {
				possible[l.Name] = of(l.Name)
			}
		}
		return false
	})
	var arguments []string
	for _, l := range one.Labels {
		argument := quote(possible[l.Name])
		if l.Name == label {
			argument = value
		}
		arguments = append(arguments, l.Parameter+"="+argument)
	}
	call := one.Method + "(" + strings.Join(arguments, ", ") + ")"
	switch one.Handle {
	case "":
		return call
	case "Gauge":
		return call + ".set(1)"
	case "DurationGauge":
		return call + ".set(timedelta(seconds=1))"
	case "TimestampGauge":
		return call + ".set(datetime.fromtimestamp(1))"
	case "Counter":
		return call + ".inc()"
	case "DurationCounter":
		return call + ".inc(timedelta(seconds=1))"
	case "Histogram":
		return call + ".observe(1)"
	default:
		return call + ".observe(timedelta(seconds=1))"
	}
}

// overflow adds a test of the first label that has a limit.
func (v *moduleView) overflow(one *metricView, m *ir.Metric) {
	if m.Type == ir.Info || m.Derived {
		return
	}
	at := slices.IndexFunc(m.Labels, func(label ir.Label) bool { return label.Values == nil })
	if at >= 0 && m.Labels[at].Max <= tested {
		v.Overflows = append(v.Overflows, overflowView{one.Name, m.Labels[at].Max, one.touch(m, m.Labels[at].Name, "value")})
		v.OverflowRounds = max(v.OverflowRounds, m.Labels[at].Max+10)
	}
}
