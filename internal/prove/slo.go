package prove

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/internal/witness"
)

// burn drives an SLO by its share of errors.
type burn struct {
	slo    *ir.SLO
	driver witness.Driver
	// The longest of the alert's long and of its short windows. A tier that reacts slower may fire too, and resolves later.
	longs, shorts time.Duration
	smear         time.Duration // see prover.smear
	other         witness.State // a group that is well all the time, see otherGroup
}

// State returns the inputs at a share of errors.
func (b *burn) State(errors float64) (witness.State, error) {
	if b.slo.Good {
		errors = 1 - errors
	}
	state, err := b.driver.State(errors)
	return append(state, b.other...), err
}

// otherGroup is a group beside the one that is driven, of an objective for each of several: what is said of one must not depend on how
// the others fare.
func otherGroup(slo *ir.SLO, healthy witness.State) witness.State {
	if len(slo.By) == 0 {
		return nil
	}
	other := slices.Clone(healthy)
	for i := range other {
		set := labels.NewBuilder(other[i].Series)
		set.Set(slo.By[0], other[i].Series.Get(slo.By[0])+"-other")
		other[i].Series = set.Labels()
	}
	return other
}

func (b *burn) budget() float64 { return 1 - b.slo.Objective }

// threshold is the share of errors at which a tier fires, were it to last.
func (b *burn) threshold(t ir.BurnTier) float64 { return t.Factor * b.budget() }

// proveSLO drives a burn-rate alert through the recording rules, from raw counters, once for each pair of windows: with a share of errors
// past the pair's own threshold, and under that of pairs that react faster. Theory says what comes out (SRE workbook, chapter 5):
// it fires once errors fill threshold/share of the long window, and resolves once they have left as much of the short one.
func (p *prover) proveSLO(ctx context.Context) (Proof, error) {
	indicator := indicatorOf(p.alert.SLO)
	b := &burn{slo: p.alert.SLO, driver: p.world.Assuming(indicator).Driver(indicator)}
	for _, t := range p.alert.Tier {
		b.longs, b.shorts = max(b.longs, t.Long), max(b.shorts, t.Short)
	}
	if p.alert.SLO.SLI.CountsTime() {
		return p.proveTime(ctx, b)
	}
	healthy, err := b.State(0)
	if err != nil {
		return Proof{}, err
	}
	switch p.alert.Kind {
	case ir.AlertNoData:
		return p.proveMissing(ctx, healthy)
	case ir.AlertTraffic:
		return p.proveTraffic(ctx, healthy)
	}
	b.other = otherGroup(b.slo, healthy)
	healthy = append(healthy, b.other...)
	proof := Proof{Alert: p.alert, Verdict: Proven}
	for _, tier := range p.alert.Tier {
		if reason, err := p.silentTier(ctx, b, healthy, tier); err != nil || reason != "" {
			proof.Verdict, proof.Reason = Insensitive, reason
			return proof, err
		}
		level := p.levelOf(b, tier)
		incident, reason, err := p.burnIncident(ctx, b, healthy, tier, level)
		if err != nil || reason != "" {
			return p.unproven(fmt.Sprintf("%s: %s", tierName(tier), reason)), err
		}
		proof.Incidents = append(proof.Incidents, incident)
	}
	if reason, err := p.silentFew(ctx, b); err != nil || reason != "" {
		proof.Verdict, proof.Reason = Insensitive, reason
		return proof, err
	}
	if len(p.alert.Tier) > 0 {
		worst, reason, err := p.burnIncident(ctx, b, healthy, p.alert.Tier[0], 1)
		if err != nil {
			return Proof{}, err
		}
		if reason == "" {
			worst.Name = "total outage"
			proof.Worst = &worst
		}
		if wrong, err := b.State(1); err == nil {
			proof.Blind, err = p.blindTo(ctx, healthy, wrong, time.Hour)
			return proof, err
		}
	}
	return proof, nil
}

// indicatorOf is the expression that has the value of an SLO's share, or of a slice's signal.
func indicatorOf(slo *ir.SLO) parser.Expr {
	if len(slo.Written) == 2 {
		return promql.Binary(parser.DIV, slo.Written[0].Expr, slo.Written[1].Expr)
	}
	return slo.Signal.Default.Expr
}

func tierName(t ir.BurnTier) string {
	return fmt.Sprintf("%g× over %s", t.Factor, unit.FormatDuration(t.Long))
}

// levelOf is twice the tier's threshold, unless that is more than everything or makes a faster tier fire.
func (p *prover) levelOf(b *burn, tier ir.BurnTier) float64 {
	x := b.threshold(tier)
	level := min(2*x, (1+x)/2)
	for _, other := range p.alert.Tier {
		if faster := b.threshold(other); faster > x {
			level = min(level, max(0.95*faster, (x+faster)/2))
		}
	}
	return level
}

// burnIncident lasts until the tier has fired and its short window holds nothing but the incident.
func (p *prover) burnIncident(ctx context.Context, b *burn, healthy witness.State, tier ir.BurnTier, level float64) (Incident, string, error) {
	wrong, err := b.State(level)
	if err != nil {
		return Incident{}, "", err
	}
	fires := time.Duration(b.threshold(tier) / level * float64(tier.Long))
	lasts := max(fires+10*time.Minute, tier.Short+5*time.Minute).Truncate(p.interval)
	phases := []phase{{healthy, b.longs + 10*time.Minute}, {wrong, lasts}, {healthy, b.shorts + 15*time.Minute}}
	incident, reason, err := p.incidentAfter(ctx, phases, time.Hour)
	incident.Name, incident.Level = tierName(tier), level
	if soonest := p.soonest(b, level); err == nil && reason == "" && incident.FiresAfter < soonest*9/10-2*time.Minute {
		reason = fmt.Sprintf("it fires after %s, and no long window holds enough errors before %s", unit.FormatDuration(incident.FiresAfter),
			unit.FormatDuration(soonest.Truncate(p.interval)))
	}
	return incident, reason, err
}

// soonest is when the first of the tiers may fire by its long window, at a share of errors.
func (p *prover) soonest(b *burn, level float64) time.Duration {
	soonest := b.longs
	for _, t := range p.alert.Tier {
		if x := b.threshold(t); x < level {
			soonest = min(soonest, time.Duration(x/level*float64(t.Long)))
		}
	}
	return soonest
}

// silentTier holds that a share of errors just under the tier's threshold fires nothing for as long as the long window. It says nothing
// where a slower tier has to fire by then.
func (p *prover) silentTier(ctx context.Context, b *burn, healthy witness.State, tier ir.BurnTier) (string, error) {
	level := b.threshold(tier) * (1 - witness.Margin)
	for _, other := range p.alert.Tier {
		if seen := level * min(1, float64(tier.Long)/float64(other.Long)); seen >= b.threshold(other)*(1-witness.Margin/2) {
			return "", nil
		}
	}
	wrong, err := b.State(level)
	if err != nil {
		return "", err
	}
	s, err := p.simulate(ctx, []phase{{healthy, b.longs + 10*time.Minute}, {wrong, tier.Long}}, p.isAlert)
	if err != nil || s.firing(p.alert.Name) == nil {
		return "", err
	}
	return fmt.Sprintf("it fires at %s of errors, under the threshold of %s", unit.Ratio.Format(level), tierName(tier)), nil
}
