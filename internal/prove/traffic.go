package prove

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/simulate"
	"github.com/belfry-dev/belfry/internal/witness"
)

// traffic scales the events that inputs make.
type traffic struct {
	rate   float64 // events a second of the inputs as they are
	settle time.Duration
}

// total is how the rule counts an SLO's events a second that records them; nil where there is none.
func (p *prover) total() parser.Expr {
	slo := p.alert.SLO
	if slo == nil {
		return nil
	}
	for _, g := range p.Groups {
		for _, r := range g.Rules {
			if r.Record == slo.Records.TotalRate && r.Labels.Get("slo") == slo.Name {
				return r.Expr
			}
		}
	}
	return nil
}

// traffic measures how many events a state makes.
func (p *prover) traffic(ctx context.Context, state witness.State) (traffic, error) {
	total := p.total()
	if total == nil {
		return traffic{}, &witness.Obstacle{Reason: "nothing records how many events there are", Never: true}
	}
	t := traffic{settle: witness.Reach(total) + stale}
	memory := simulate.NewMemory(scraped([]phase{{state, t.settle}, {state, time.Minute}}, p.interval))
	matrix, err := memory.Range(ctx, total.String(), simulate.Steps{First: epoch, Last: epoch, Every: time.Minute})
	if err != nil {
		return t, err
	}
	for _, one := range matrix {
		t.rate = max(t.rate, one.Floats[0].F)
	}
	if t.rate <= 0 {
		return t, &witness.Obstacle{Reason: "no inputs were found that make events", Never: true}
	}
	return t, nil
}

// at is the state with as many events a second. Its shares stay what they are.
func (t traffic) at(state witness.State, rate float64) witness.State {
	factor := rate / t.rate
	scaled := slices.Clone(state)
	for i := range scaled {
		scaled[i].Level *= factor
		if h := scaled[i].Histogram; h != nil {
			scaled[i].Histogram = h.Copy().Mul(factor)
		}
	}
	return scaled
}

// proveTraffic drives an alert on too few events: just above what there has to be, just below, at half of it and back, and none at all.
func (p *prover) proveTraffic(ctx context.Context, healthy witness.State) (Proof, error) {
	t, err := p.traffic(ctx, healthy)
	if err != nil {
		return Proof{}, err
	}
	least, format := p.alert.Threshold.Value, p.alert.SLO.Traffic.Format
	other := otherGroup(p.alert.SLO, t.at(healthy, 2*least))
	at := func(share float64) witness.State { return append(t.at(healthy, least*share), other...) }
	if fires, err := p.firesUnder(ctx, at(1+witness.Margin), t.settle); err != nil {
		return Proof{}, err
	} else if fires {
		reason := fmt.Sprintf("it fires at %s, which is enough", format(least*(1+witness.Margin)))
		return Proof{Alert: p.alert, Verdict: Insensitive, Reason: reason}, nil
	}
	if fires, err := p.firesUnder(ctx, at(1-witness.Margin), t.settle); err != nil {
		return Proof{}, err
	} else if !fires {
		return p.unproven(fmt.Sprintf("it is silent at %s, less than there has to be", format(least*(1-witness.Margin)))), nil
	}
	incident, reason, err := p.incident(ctx, at(2), at(0.5), t.settle, t.settle+p.waits())
	if err != nil || reason != "" {
		return p.unproven(reason), err
	}
	incident.Level = least / 2
	proof := Proof{Alert: p.alert, Verdict: Proven, Incidents: []Incident{incident}}
	stop, reason, err := p.incident(ctx, at(2), at(0), t.settle, t.settle+p.waits())
	if err != nil || reason != "" {
		return p.unproven("once no events come at all: " + reason), err
	}
	stop.Name, proof.Worst = "total stop", &stop
	_, reason, err = p.incident(ctx, at(2), other, t.settle, t.settle+p.waits())
	if err != nil || reason != "" {
		return p.unproven("once the series are gone: " + reason), err
	}
	return proof, nil
}
