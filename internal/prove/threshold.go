package prove

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/belfry-dev/belfry/internal/witness"
)

func (p *prover) driver() witness.Driver {
	return p.world.Driver(p.alert.Query.Expr)
}

// states are the inputs at each of the levels.
type states struct{ healthy, silent, near, beyond, worst witness.State }

// statesOf makes the inputs, and moves levels that the signal can never have toward the threshold.
func statesOf(d witness.Driver, l *witness.Levels, threshold float64) (s states, err error) {
	for _, one := range []struct {
		to    *witness.State
		level *float64
	}{{&s.healthy, &l.Healthy}, {&s.silent, &l.Silent}, {&s.near, &l.Near}, {&s.beyond, &l.Beyond}} {
		if *one.to, *one.level, err = witness.Toward(d, *one.level, threshold); err != nil {
			return s, err
		}
	}
	if !math.IsNaN(l.Worst) {
		var obstacle *witness.Obstacle
		if s.worst, err = d.State(l.Worst); errors.As(err, &obstacle) {
			s.worst, err = nil, nil // not every signal reaches its limit
		}
	}
	return s, err
}

// proveThreshold drives an alert on a signal to either side of its threshold.
func (p *prover) proveThreshold(ctx context.Context) (Proof, error) {
	d, l := p.driver(), witness.LevelsOf(p.Program, p.alert)
	s, err := statesOf(d, &l, p.alert.Threshold.Value)
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Alert: p.alert, Verdict: Proven}
	settle := d.Settle()
	if fires, err := p.firesUnder(ctx, s.silent, settle); err != nil {
		return Proof{}, err
	} else if fires {
		proof.Verdict = Insensitive
		proof.Reason = fmt.Sprintf("it fires at %s, on the other side of its threshold", p.alert.Query.Unit.Format(l.Silent))
		return proof, nil
	}
	if fires, err := p.firesUnder(ctx, s.near, settle); err != nil {
		return Proof{}, err
	} else if !fires {
		return p.unproven(fmt.Sprintf("it is silent at %s, past its threshold", p.alert.Query.Unit.Format(l.Near))), nil
	}
	incident, reason, err := p.incident(ctx, s.healthy, s.beyond, settle, settle+p.waits())
	if err != nil || reason != "" {
		return p.unproven(reason), err
	}
	incident.Level = l.Beyond
	proof.Incidents = []Incident{incident}
	if proof.Blind, err = p.blindTo(ctx, s.healthy, s.beyond, settle); err != nil {
		return Proof{}, err
	}
	if s.worst != nil {
		worst, reason, err := p.incident(ctx, s.healthy, s.worst, settle, settle+p.waits())
		if err != nil {
			return Proof{}, err
		}
		if worst.Name, worst.Level = "total failure", l.Worst; reason == "" {
			proof.Worst = &worst
		}
	}
	return proof, nil
}

// waits is how long an alert takes to fire and to resolve at most, once its condition is as it will stay.
func (p *prover) waits() time.Duration {
	return max(p.rule.For, p.rule.KeepFiringFor) + p.group.QueryOffset + 3*p.group.Interval + 2*p.interval
}
