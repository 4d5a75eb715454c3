package prove

import (
	"context"
	"time"

	"github.com/belfry-dev/belfry/internal/simulate"
	"github.com/belfry-dev/belfry/internal/witness"
)

// stale is how long a gauge's last sample counts.
const stale = 5 * time.Minute

// firesUnder reports whether the alert fires while its inputs never change.
func (p *prover) firesUnder(ctx context.Context, state witness.State, settle time.Duration) (bool, error) {
	lasts := p.waits()
	alerts, err := p.simulate(ctx, []phase{{state, settle + stale}, {state, lasts}}, p.isAlert)
	if err != nil {
		return false, err
	}
	return firstFiring(alerts, p.alert.Name) != nil, nil
}

func (p *prover) isAlert(_ *simulate.Group, rule *simulate.Rule) bool {
	return rule.Alert == p.alert.Name
}

// incident simulates that all is well, something goes wrong for a time, and all is well again. The reason says why that proves nothing.
func (p *prover) incident(ctx context.Context, healthy, wrong witness.State, settle, lasts time.Duration) (Incident, string, error) {
	return p.incidentAfter(ctx, healthy, wrong, settle+stale, lasts, settle+p.waits())
}

// incidentAfter is the same with chosen times before, during and after.
func (p *prover) incidentAfter(ctx context.Context, healthy, wrong witness.State, before, lasts, after time.Duration) (Incident, string, error) {
	alerts, err := p.simulate(ctx, []phase{{healthy, before}, {wrong, lasts}, {healthy, after}}, p.isAlert)
	if err != nil {
		return Incident{}, "", err
	}
	found := firstFiring(alerts, p.alert.Name)
	switch {
	case found == nil:
		return Incident{}, "it never fires", nil
	case found.FiredAt.Before(epoch):
		return Incident{}, "it fires while all is well", nil
	case found.EndedAt.IsZero():
		return Incident{}, "it never resolves", nil
	}
	return Incident{
		FiresAfter: found.FiredAt.Sub(epoch), ResolvesAfter: found.EndedAt.Sub(epoch.Add(lasts)), Resolves: true,
		Value: found.Value, Episode: *found, Lasts: lasts,
	}, "", nil
}

// simulate runs the shipped rules over the phases. Alerts are evaluated from shortly before the first phase ends.
func (p *prover) simulate(ctx context.Context, phases []phase, wanted func(*simulate.Group, *simulate.Rule) bool) ([]simulate.Alert, error) {
	end := epoch
	for _, one := range phases[1:] {
		end = end.Add(one.lasts)
	}
	memory := simulate.NewMemory(scraped(phases, p.interval))
	result, err := simulate.Run(ctx, memory, p.Groups, simulate.Options{
		From: epoch.Add(-2 * p.group.Interval), To: end, History: epoch.Add(-phases[0].lasts), Wanted: wanted,
	})
	if err != nil {
		return nil, err
	}
	return result.Alerts, nil
}

func firstFiring(alerts []simulate.Alert, name string) *simulate.Episode {
	for i := range alerts {
		if alerts[i].Name != name {
			continue
		}
		for j := range alerts[i].Episodes {
			if e := &alerts[i].Episodes[j]; e.Fired() {
				return e
			}
		}
	}
	return nil
}
