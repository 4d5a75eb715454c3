package prove

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/simulate"
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
	if b.smear, err = p.smear(ctx, b, s); err != nil {
		return Proof{}, err
	}
	other := otherGroup(b.slo, s.good)
	s.good, s.bad = append(s.good, other...), append(s.bad, other...)
	proof := Proof{Alert: p.alert, Verdict: Proven}
	for i, tier := range p.alert.Tier {
		if reason, err := p.silentTime(ctx, b, s, tier); err != nil || reason != "" {
			proof.Verdict, proof.Reason = Insensitive, reason
			return proof, err
		}
		if hidden := p.hidden(b, tier); hidden && i > 0 {
			proof.Hidden = append(proof.Hidden, p.alert.Tier[i])
			continue
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

// smear measures for how much longer evaluations are bad than their inputs, where a signal looks back: it may turn sooner to one side than
// to the other. Negative where they are bad for less long.
func (p *prover) smear(ctx context.Context, b *burn, s sides) (time.Duration, error) {
	settle, slice := b.driver.Settle(), p.group.Interval
	if settle == 0 || b.slo.SLI != ir.SLISlice {
		return 0, nil
	}
	lasts := (2*settle + stale).Truncate(slice)
	memory := simulate.NewMemory(scraped([]phase{{s.good, settle + stale}, {s.bad, lasts}, {s.good, lasts}}, p.interval))
	steps := simulate.Steps{First: epoch, Last: epoch.Add(2 * lasts), Every: slice}
	matrix, err := memory.Range(ctx, b.slo.Signal.Default.Text, steps)
	if err != nil || len(matrix) == 0 {
		return 0, err
	}
	bad := time.Duration(0)
	for _, one := range matrix[0].Floats {
		if isHigh := one.F > b.slo.Bound.Value; isHigh != (b.slo.Good == b.slo.Bound.Above) {
			bad += slice
		}
	}
	return bad - lasts, nil
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
	lasts       time.Duration // of all but the last
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

// timeIncident lasts until the tier has fired.
func (p *prover) timeIncident(ctx context.Context, b *burn, s sides, tier ir.BurnTier) (Incident, string, error) {
	fills := b.fills(tier)
	if stand, _ := p.faster(b, tier); stand == 0 {
		lasts := max(fills+10*time.Minute, tier.Short+5*time.Minute) + b.driver.Settle()
		incident, reason, err := p.piecewise(ctx, b, s, pieces{count: 1, last: lasts.Truncate(p.interval)})
		incident.Name, incident.Level = tierName(tier), 1
		return incident, reason, err
	}
	c := p.divided(b, tier)
	bad := time.Duration(c.count-1)*c.lasts + c.last
	lasts := time.Duration(c.count-1)*c.every + c.last
	c.lasts, c.last = c.lasts-b.smear, c.last-b.smear
	incident, reason, err := p.piecewise(ctx, b, s, c)
	incident.Name, incident.Level = tierName(tier), float64(bad)/float64(lasts)
	if err == nil && reason == "" && incident.FiresAfter < time.Duration(c.count-1)*c.every {
		reason = fmt.Sprintf("it fires %s into the incident: a faster pair of windows does", unit.FormatDuration(incident.FiresAfter))
	}
	return incident, reason, err
}

// divided are the pieces that fill a tier's long window, and one evaluation more.
func (p *prover) divided(b *burn, tier ir.BurnTier) pieces {
	fills, slice := b.fills(tier), p.group.Interval
	stand, window := p.faster(b, tier)
	c := p.cut(b, fills, stand, window)
	c.last = (fills - time.Duration(c.count-1)*c.lasts + 3*slice).Truncate(slice)
	return c
}

// hidden reports whether no bad time makes a tier fire and no faster one: evaluations are too far apart for pieces that the faster
// tier stands, or the long window does not hold enough of them.
func (p *prover) hidden(b *burn, tier ir.BurnTier) bool {
	stand, _ := p.faster(b, tier)
	if stand == 0 {
		return false
	}
	c := p.divided(b, tier)
	lasts := time.Duration(c.count-1)*c.every + c.last
	return lasts > tier.Long || c.last > stand || c.lasts-b.smear < 2*p.group.Interval
}

// cut divides bad time into equal pieces that faster pairs of windows stand, each of which leaves their windows before the next.
func (p *prover) cut(b *burn, bad, stand, window time.Duration) pieces {
	slice := p.group.Interval
	c := pieces{count: 1, lasts: bad}
	if stand > 0 {
		c.count = int(bad/(stand*3/4)) + 1
		c.lasts = bad / time.Duration(c.count)
		c.every = (window + b.driver.Settle()).Truncate(slice) + slice
	}
	c.lasts = c.lasts.Truncate(slice)
	return c
}

func (p *prover) piecewise(ctx context.Context, b *burn, s sides, c pieces) (Incident, string, error) {
	phases := append(c.phases(s, b.longs+10*time.Minute), phase{s.good, b.shorts + b.driver.Settle() + 15*time.Minute})
	return p.incidentAfter(ctx, phases, time.Hour)
}

// silentTime holds that a little less bad time than fills the tier's long window fires nothing. It says nothing where a slower tier has
// to fire by then.
func (p *prover) silentTime(ctx context.Context, b *burn, s sides, tier ir.BurnTier) (string, error) {
	slice := p.group.Interval
	bad := time.Duration(float64(b.fills(tier))*(1-witness.Margin)) - 2*slice
	for _, other := range p.alert.Tier {
		if b.threshold(other) < b.threshold(tier) && bad >= b.fills(other)-2*slice {
			return "", nil
		}
	}
	stand, window := p.faster(b, tier)
	c := p.cut(b, bad, stand, window)
	c.lasts = max(0, c.lasts-b.smear-slice)
	c.last = c.lasts
	phases := append(c.phases(s, b.longs+10*time.Minute), phase{s.good, tier.Short})
	simulated, err := p.simulate(ctx, phases, p.isAlert)
	if err != nil || simulated.firing(p.alert.Name) == nil {
		return "", err
	}
	return fmt.Sprintf("it fires after %s of bad time, less than makes %s fire", unit.FormatDuration(bad), tierName(tier)), nil
}
