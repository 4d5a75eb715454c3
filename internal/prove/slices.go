package prove

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/internal/witness"
)

// sides are the inputs of an evaluation that is good and of one that is bad. A slice's signal is as close to its bound as Margin.
type sides struct{ good, bad witness.State }

func (b *burn) sides() (s sides, err error) {
	low, high := 0.0, witness.Full(b.slo.Signal.Default)
	goodIsHigh := b.slo.Good
	if b.slo.SLI == ir.SLISlice {
		low, high = around(b.slo.Bound.Value, strings.HasPrefix(b.slo.Signal.Default.Text, "round("))
		goodIsHigh = b.slo.Good == b.slo.Bound.Above
	} else if math.IsInf(high, 1) {
		high = 1
	}
	if s.good, err = b.driver.State(low); err != nil {
		return s, err
	}
	if s.bad, err = b.driver.State(high); err != nil {
		return s, err
	}
	if goodIsHigh {
		s.good, s.bad = s.bad, s.good
	}
	return s, nil
}

// around are values on both sides of a bound. Of what is counted there is no half.
func around(bound float64, whole bool) (low, high float64) {
	switch {
	case whole:
		return math.Ceil(bound) - 1, math.Floor(bound) + 1
	case bound == 0:
		return -witness.Margin, witness.Margin
	}
	away := math.Abs(bound) * witness.Margin
	return bound - away, bound + away
}

// proveTime drives an SLO that counts evaluations: they are good, then bad for a time, in pieces where a pair of windows that reacts
// faster has to stay silent.
func (p *prover) proveTime(ctx context.Context, b *burn) (Proof, error) {
	s, err := b.sides()
	if err != nil {
		return Proof{}, err
	}
	if p.alert.Kind == ir.AlertNoData {
		return p.proveMissing(ctx, s.good)
	}
	proof := Proof{Alert: p.alert, Verdict: Proven}
	for _, tier := range p.alert.Tier {
		if reason, err := p.silentTime(ctx, b, s, tier); err != nil || reason != "" {
			proof.Verdict, proof.Reason = Insensitive, reason
			return proof, err
		}
		incident, reason, err := p.timeIncident(ctx, b, s, tier)
		if err != nil || reason != "" {
			return p.unproven(fmt.Sprintf("%s: %s", tierName(tier), reason)), err
		}
		proof.Incidents = append(proof.Incidents, incident)
	}
	if first := proof.Incidents[0]; first.Level == 1 {
		first.Name = "total outage"
		proof.Worst = &first
	}
	proof.Blind, err = p.blindTo(ctx, s.good, s.bad, time.Hour)
	return proof, err
}

// faster is how much bad time pairs of windows stand that react faster than this one, and the longest of their windows; zero for none.
func (p *prover) faster(b *burn, tier ir.BurnTier) (stand, window time.Duration) {
	for _, other := range p.alert.Tier {
		if b.threshold(other) > b.threshold(tier) {
			if one := b.fills(other); stand == 0 || one < stand {
				stand = one
			}
			window = max(window, other.Long)
		}
	}
	return stand, window
}

// fills is how much bad time in its long window makes a tier fire.
func (b *burn) fills(t ir.BurnTier) time.Duration {
	return time.Duration(b.threshold(t) * float64(t.Long))
}

// pieces are stretches of bad time.
type pieces struct {
	count       int
	lasts       time.Duration // of the inputs; evaluations may be bad for longer, by as much as the signal looks back
	every, last time.Duration // from one to the next; how long the last one is
}

// phases ends with the last piece.
func (c pieces) phases(s sides, before time.Duration) []phase {
	all := []phase{{s.good, before}}
	for range c.count - 1 {
		all = append(all, phase{s.bad, c.lasts}, phase{s.good, c.every - c.lasts})
	}
	return append(all, phase{s.bad, c.last})
}

// timeIncident lasts until the tier has fired. A signal that looks back stays bad for longer than its inputs, or not: both are tried.
func (p *prover) timeIncident(ctx context.Context, b *burn, s sides, tier ir.BurnTier) (incident Incident, reason string, err error) {
	fills, smear := b.fills(tier), b.driver.Settle()
	stand, window := p.faster(b, tier)
	if stand == 0 {
		lasts := max(fills+10*time.Minute, tier.Short+5*time.Minute) + smear
		incident, reason, err = p.piecewise(ctx, b, s, pieces{count: 1, last: lasts.Truncate(p.interval)})
		incident.Name, incident.Level = tierName(tier), 1
		return incident, reason, err
	}
	for _, longer := range []time.Duration{smear, 0} {
		c := pieces{lasts: (stand*9/10 - longer).Truncate(p.group.Interval), every: (window + smear).Truncate(p.group.Interval) + p.group.Interval}
		if c.lasts < 2*p.group.Interval {
			reason = "no bad time was found that is short enough to leave faster windows silent"
			continue
		}
		c.count, c.last = int((fills+2*p.group.Interval)/(c.lasts+longer))+1, c.lasts
		if whole := time.Duration(c.count) * c.every; whole > tier.Long {
			reason = "its long window does not hold enough bad time that leaves faster windows silent"
			continue
		}
		incident, reason, err = p.piecewise(ctx, b, s, c)
		incident.Name, incident.Level = tierName(tier), float64(time.Duration(c.count)*c.lasts)/float64(max(1, incident.Lasts))
		if err == nil && reason == "" && incident.FiresAfter < time.Duration(c.count-1)*c.every {
			reason = "a faster pair of windows fires first"
		}
		if err != nil || reason == "" || smear == 0 {
			break
		}
	}
	return incident, reason, err
}

func (p *prover) piecewise(ctx context.Context, b *burn, s sides, c pieces) (Incident, string, error) {
	phases := append(c.phases(s, b.longs+10*time.Minute), phase{s.good, b.shorts + b.driver.Settle() + 15*time.Minute})
	return p.incidentAfter(ctx, phases, time.Hour)
}

// silentTime holds that a little less bad time than fills the tier's long window fires nothing. It says nothing where a slower tier has
// to fire by then.
func (p *prover) silentTime(ctx context.Context, b *burn, s sides, tier ir.BurnTier) (string, error) {
	slice, smear := p.group.Interval, b.driver.Settle()
	bad := time.Duration(float64(b.fills(tier))*(1-witness.Margin)) - 2*slice
	for _, other := range p.alert.Tier {
		if b.threshold(other) < b.threshold(tier) && bad >= b.fills(other)-2*slice {
			return "", nil
		}
	}
	c := pieces{count: 1}
	stand, window := p.faster(b, tier)
	if stand > 0 {
		c.count = int(bad/(stand*9/10)) + 1
		c.every = (window + smear).Truncate(slice) + slice
		bad -= time.Duration(c.count) * slice
	}
	c.lasts = max(0, bad/time.Duration(c.count)-smear).Truncate(slice)
	c.last = c.lasts
	phases := append(c.phases(s, b.longs+10*time.Minute), phase{s.good, tier.Short})
	simulated, err := p.simulate(ctx, phases, p.isAlert)
	if err != nil || simulated.firing(p.alert.Name) == nil {
		return "", err
	}
	return fmt.Sprintf("it fires after %s of bad time, less than makes %s fire", unit.FormatDuration(bad), tierName(tier)), nil
}
