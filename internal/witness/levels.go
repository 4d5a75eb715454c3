package witness

import (
	"math"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// Margin is how close to a threshold both of its sides are tried, as a share of it: less than a change of it that somebody would notice.
const Margin = 0.005

// Levels are the values that a signal has in the scenarios of an alert on a threshold.
type Levels struct {
	Healthy      float64
	Silent, Near float64 // either side of the threshold, as close as Margin or as what can be counted
	Beyond       float64 // twice the threshold, or half of it where the alert fires below; see Toward
	Worst        float64 // what everything gone wrong gives; NaN where nothing is worst
}

// LevelsOf picks the values for an alert on a signal. A share is never more than all; of what is counted there is no half.
func LevelsOf(p *ir.Program, a *ir.Alert) Levels {
	t, full := a.Threshold.Value, Full(a.Query)
	up, down := 2*t, t/2
	closeUp, closeDown := t*(1+Margin), t*(1-Margin)
	switch {
	case t == 0:
		up, down, closeUp, closeDown = 1, -1, Margin, -Margin
	case t < 0:
		up, down, closeUp, closeDown = down, up, closeDown, closeUp
	case t < full:
		up, closeUp = atMost(up, t, full), atMost(closeUp, t, full)
	}
	l := Levels{Healthy: down, Silent: closeDown, Near: closeUp, Beyond: up, Worst: full}
	if !a.Threshold.Above {
		l = Levels{Healthy: up, Silent: closeUp, Near: closeDown, Beyond: down, Worst: 0}
	}
	if readsUp(a) || strings.HasPrefix(a.Query.Text, "round(") {
		l.whole(t, a.Threshold.Above)
	}
	if readsUp(a) && p.Service != nil {
		l.Healthy = min(l.Healthy, max(l.Silent, float64(p.Service.Replicas))) // there are no more targets
	}
	if math.IsInf(l.Worst, 0) || l.Worst == l.Beyond {
		l.Worst = math.NaN()
	}
	return l
}

// atMost keeps a value above the threshold and not above all: between the two where it would be.
func atMost(value, threshold, full float64) float64 {
	if value > full {
		return (threshold + full) / 2
	}
	return value
}

// Full is the most that a share may be, in the query's unit; infinite where the query is no share.
func Full(q *ir.Query) float64 {
	if !q.Unit.IsRatio() {
		return math.Inf(1)
	}
	if q.Unit.Format(100) == "100 %" {
		return 100
	}
	return 1
}

// readsUp reports whether the signal is of targets that are up.
func readsUp(a *ir.Alert) bool {
	return slices.ContainsFunc(a.Signal.Metrics, func(m *ir.Metric) bool { return m.Name == "up" })
}

// whole makes the values whole numbers: of what the signal counts there is no half.
func (l *Levels) whole(t float64, above bool) {
	if above {
		l.Healthy, l.Silent, l.Near, l.Beyond = 0, math.Floor(t), math.Floor(t)+1, max(math.Floor(t)+1, 2*t)
		return
	}
	l.Healthy, l.Silent, l.Near, l.Beyond = math.Ceil(t)+1, math.Ceil(t), math.Ceil(t)-1, math.Floor(t/2)
}
