package prove

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/witness"
)

// Margin is how close to a threshold both sides are tried, as a share of it.
const Margin = 0.005

// levels are the values of a signal in the scenarios of a threshold alert.
type levels struct {
	healthy, silent, near, beyond float64 // silent and near stand either side of the threshold, as close as values of the kind can be
	worst                         float64 // NaN where nothing is worst
}

// chooseLevels picks values either side of a threshold. A share is never above all; a number of targets is whole.
func (p *prover) chooseLevels() levels {
	t, above := p.alert.Threshold.Value, p.alert.Threshold.Above
	full := math.Inf(1)
	if unit := p.alert.Query.Unit; unit.IsRatio() {
		if one, ok := unit.Convert(1, unit); ok {
			full = p.full(one)
		}
	}
	up, down := 2*t, t/2
	if t == 0 {
		up, down = 1, -1
	}
	if up > full && t < full {
		up = (t + full) / 2
	}
	closeUp, closeDown := t*(1+Margin), t*(1-Margin)
	if closeUp > full && t < full {
		closeUp = (t + full) / 2
	}
	if t == 0 {
		closeUp, closeDown = Margin, -Margin
	}
	l := levels{healthy: down, silent: closeDown, near: closeUp, beyond: up, worst: full}
	if !above {
		l = levels{healthy: up, silent: closeUp, near: closeDown, beyond: down, worst: 0}
	}
	if p.isWhole() {
		l.whole(t, above)
	}
	if math.IsInf(l.worst, 0) {
		l.worst = math.NaN()
	}
	return l
}

// full is the value of a ratio of one in the alert's unit.
func (p *prover) full(float64) float64 {
	if strings.Contains(p.alert.Query.Unit.Format(100), "100") && !strings.Contains(p.alert.Query.Unit.Format(1), "100") {
		return 100
	}
	return 1
}

// isWhole reports whether the signal counts things that cannot be divided.
func (p *prover) isWhole() bool {
	for _, m := range p.alert.Signal.Metrics {
		if m.Name == "up" {
			return true
		}
	}
	return strings.HasPrefix(p.alert.Query.Text, "round(")
}

func (l *levels) whole(t float64, above bool) {
	if above {
		l.healthy, l.silent, l.near, l.beyond = 0, math.Floor(t), math.Floor(t)+1, math.Max(math.Floor(t)+1, 2*t)
		return
	}
	l.healthy, l.silent, l.near, l.beyond = math.Ceil(t)+1, math.Ceil(t), math.Ceil(t)-1, math.Floor(t/2)
}

func (p *prover) driver() witness.Driver {
	if p.Drive != nil {
		return p.Drive(p.alert)
	}
	return witness.NewDriver(p.Program, p.alert.Query.Expr)
}

// states are the inputs at each of the levels.
type states struct{ healthy, silent, near, beyond, worst witness.State }

func statesOf(d witness.Driver, l levels) (s states, err error) {
	for _, one := range []struct {
		to    *witness.State
		level float64
	}{{&s.healthy, l.healthy}, {&s.silent, l.silent}, {&s.near, l.near}, {&s.beyond, l.beyond}} {
		if *one.to, err = d.State(one.level); err != nil {
			return s, err
		}
	}
	if !math.IsNaN(l.worst) {
		var obstacle *witness.Obstacle
		if s.worst, err = d.State(l.worst); errors.As(err, &obstacle) {
			s.worst, err = nil, nil // not every signal reaches its limit
		}
	}
	return s, err
}

// proveThreshold drives an alert on a signal to either side of its threshold.
func (p *prover) proveThreshold(ctx context.Context) (Proof, error) {
	d, l := p.driver(), p.chooseLevels()
	s, err := statesOf(d, l)
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Alert: p.alert, Verdict: Proven}
	settle := d.Settle()
	if fires, err := p.firesUnder(ctx, s.silent, settle); err != nil {
		return Proof{}, err
	} else if fires {
		proof.Verdict = Insensitive
		proof.Reason = fmt.Sprintf("it fires at %s, on the other side of its threshold", p.alert.Query.Unit.Format(l.silent))
		return proof, nil
	}
	if fires, err := p.firesUnder(ctx, s.near, settle); err != nil {
		return Proof{}, err
	} else if !fires {
		return p.unproven(fmt.Sprintf("it is silent at %s, past its threshold", p.alert.Query.Unit.Format(l.near))), nil
	}
	incident, reason, err := p.incident(ctx, s.healthy, s.beyond, settle, settle+p.waits())
	if err != nil || reason != "" {
		return p.unproven(reason), err
	}
	incident.Level = l.beyond
	proof.Incidents = []Incident{incident}
	return proof, nil
}

// waits is how long an alert takes to fire and to resolve at most, once its condition is as it will stay.
func (p *prover) waits() time.Duration {
	return max(p.rule.For, p.rule.KeepFiringFor) + 3*p.group.Interval + 2*p.interval
}
