package prove

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/witness"
)

// proveMissing takes the series away that an SLO is measured by, and brings them back. An alert that excuses a service which is there and
// waits for its first event loses the targets as well, and is silent while it has them.
func (p *prover) proveMissing(ctx context.Context, healthy witness.State) (Proof, error) {
	reach := witness.Reach(p.rule.Expr) + time.Hour // the rates that it reads are recorded over an hour at most
	lasts := reach + p.waits()
	serving, err := p.serving(healthy)
	if err != nil {
		return Proof{}, err
	}
	data := healthy
	healthy = append(slices.Clone(data), serving...)
	for _, excused := range []struct {
		state witness.State
		says  string
	}{{serving, "it fires while targets of the service are up, which may wait for their first event"}, {data, "it fires although there is data"}} {
		if len(serving) == 0 {
			break // all there is is the data
		}
		s, err := p.simulate(ctx, []phase{{healthy, reach}, {excused.state, lasts}}, p.isAlert)
		if err != nil {
			return Proof{}, err
		}
		if s.firing(p.alert.Name) != nil {
			return Proof{Alert: p.alert, Verdict: Insensitive, Reason: excused.says}, nil
		}
	}
	incident, reason, err := p.incidentAfter(ctx, []phase{{healthy, reach}, {nil, lasts}, {healthy, lasts}}, time.Hour)
	if err != nil || reason != "" {
		return p.unproven(reason), err
	}
	incident.Name = "no series"
	return Proof{Alert: p.alert, Verdict: Proven, Incidents: []Incident{incident}}, nil
}

// serving are the series by which the alert knows that the service is there; none where it does not ask.
func (p *prover) serving(healthy witness.State) (witness.State, error) {
	excused, ok := p.rule.Expr.(*parser.BinaryExpr)
	if !ok || excused.Op != parser.LUNLESS {
		return nil, nil
	}
	serving, err := p.world.Driver(excused.RHS).State(1)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(serving, func(one witness.Input) bool {
		return slices.ContainsFunc(healthy, func(other witness.Input) bool { return other.Series.Hash() == one.Series.Hash() })
	}), nil
}

// silentFew holds that fewer events than the SLO judges fire nothing, even if all of them are bad.
func (p *prover) silentFew(ctx context.Context, b *burn) (string, error) {
	if b.slo.MinEvents == 0 {
		return "", nil
	}
	good, err := b.State(0)
	if err != nil {
		return "", err
	}
	bad, err := b.State(1)
	if err != nil {
		return "", nil // the total is never all bad: then there is nothing to hold
	}
	t, err := p.traffic(ctx, good)
	if err != nil {
		return "", err
	}
	few := float64(b.slo.MinEvents) / 2
	rate := few / b.longs.Seconds()
	s, err := p.simulate(ctx, []phase{{t.at(good, rate), b.longs + 10*time.Minute}, {t.at(bad, rate), b.longs}}, p.isAlert)
	if err != nil || s.firing(p.alert.Name) == nil {
		return "", err
	}
	return fmt.Sprintf("it fires at %g bad events, fewer than the %d that it takes", few, b.slo.MinEvents), nil
}
