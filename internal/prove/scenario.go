package prove

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/simulate"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/internal/witness"
)

// stale is how long a gauge's last sample counts.
const stale = 5 * time.Minute

// simulation is what the shipped rules made of some phases.
type simulation struct {
	memory *simulate.Memory
	alerts []simulate.Alert
	to     time.Time
}

// simulate runs the shipped rules over the phases. Alerts are evaluated from shortly before the first phase ends, at the epoch; it begins
// earlier by as much as the rules look back.
func (p *prover) simulate(ctx context.Context, phases []phase, wanted func(*simulate.Group, *simulate.Rule) bool) (*simulation, error) {
	phases = slices.Clone(phases)
	phases[0].lasts += p.group.QueryOffset
	s := &simulation{memory: simulate.NewMemory(scraped(phases, p.interval)), to: epoch}
	for _, one := range phases[1:] {
		s.to = s.to.Add(one.lasts)
	}
	result, err := simulate.Run(ctx, s.memory, p.Groups, simulate.Options{
		From: epoch.Add(-2 * p.group.Interval), To: s.to, History: epoch.Add(-phases[0].lasts), Wanted: wanted,
	})
	if err != nil {
		return nil, err
	}
	s.alerts = result.Alerts
	return s, nil
}

// firing is the first time that an alert fires, or nil.
func (s *simulation) firing(name string) *simulate.Episode {
	for i := range s.alerts {
		if s.alerts[i].Name != name {
			continue
		}
		for j := range s.alerts[i].Episodes {
			if e := &s.alerts[i].Episodes[j]; e.Fired() {
				return e
			}
		}
	}
	return nil
}

func (p *prover) isAlert(_ *simulate.Group, rule *simulate.Rule) bool {
	return rule.Alert == p.alert.Name
}

// firesUnder reports whether the alert fires while its inputs never change.
func (p *prover) firesUnder(ctx context.Context, state witness.State, settle time.Duration) (bool, error) {
	s, err := p.simulate(ctx, []phase{{state, settle + stale}, {state, p.waits()}}, p.isAlert)
	if err != nil {
		return false, err
	}
	return s.firing(p.alert.Name) != nil, nil
}

// incident simulates that all is well, something goes wrong for a time, and all is well again. The reason says why that proves nothing.
func (p *prover) incident(ctx context.Context, healthy, wrong witness.State, settle, lasts time.Duration) (Incident, string, error) {
	return p.incidentAfter(ctx, []phase{{healthy, settle + stale}, {wrong, lasts}, {healthy, settle + p.waits()}}, settle)
}

// incidentAfter is the same with chosen phases: all is well in the first and in the last one, and the incident is what lies between.
func (p *prover) incidentAfter(ctx context.Context, phases []phase, settle time.Duration) (Incident, string, error) {
	beside := p.beside(settle)
	s, err := p.simulate(ctx, phases, func(_ *simulate.Group, rule *simulate.Rule) bool {
		return rule.Alert == p.alert.Name || slices.ContainsFunc(beside, func(a *ir.Alert) bool { return a.Name == rule.Alert })
	})
	if err != nil {
		return Incident{}, "", err
	}
	found, lasts := s.firing(p.alert.Name), time.Duration(0)
	for _, one := range phases[1 : len(phases)-1] {
		lasts += one.lasts
	}
	switch {
	case found == nil:
		return Incident{}, "it never fires", nil
	case found.FiredAt.Before(epoch):
		return Incident{}, "it fires while all is well", nil
	case found.EndedAt.IsZero():
		return Incident{}, "it never resolves", nil
	}
	incident := Incident{
		FiresAfter: found.FiredAt.Sub(epoch), ResolvesAfter: found.EndedAt.Sub(epoch.Add(lasts)),
		Healthy: phases[0].state, Wrong: phases[1].state, Value: found.Value, Lasts: lasts, Ends: s.to.Sub(epoch), Episode: *found,
	}
	for _, a := range beside {
		if other := s.firing(a.Name); other != nil {
			incident.Along = append(incident.Along, Along{a.Name, other.FiredAt.Sub(epoch), a.Late})
		}
	}
	if p.Timelines {
		incident.Timeline, err = p.timeline(ctx, s)
	}
	return incident, "", err
}

// beside are the other alerts on signals that read nothing but what this one reads, and look back no further.
func (p *prover) beside(settle time.Duration) []*ir.Alert {
	var found []*ir.Alert
	for _, other := range p.Program.Alerts {
		if other == p.alert || other.Query == nil || witness.Reach(other.Query.Expr) > settle {
			continue
		}
		if !slices.ContainsFunc(other.Signal.Metrics, func(m *ir.Metric) bool { return !slices.Contains(p.alert.Signal.Metrics, m) }) {
			found = append(found, other)
		}
	}
	return found
}

// timeline is the signal during the incident, for plots. The first of several series counts.
func (p *prover) timeline(ctx context.Context, s *simulation) ([]Point, error) {
	query := p.shown()
	if query == "" {
		return nil, nil
	}
	steps := simulate.Steps{First: epoch.Add(-stale), Last: s.to, Every: p.group.Interval}
	matrix, err := s.memory.Range(ctx, query, steps)
	if err != nil || len(matrix) == 0 {
		return nil, err
	}
	points := make([]Point, 0, len(matrix[0].Floats))
	for _, one := range matrix[0].Floats {
		points = append(points, Point{time.UnixMilli(one.T).Sub(epoch), one.F})
	}
	return points, nil
}

// shown is the query of what a timeline shows; empty where there is nothing to see.
func (p *prover) shown() string {
	switch total := p.total(); {
	case p.alert.Query != nil:
		return p.alert.Query.Text
	case p.alert.Kind == ir.AlertNoData:
		return ""
	case showsErrors(p.alert): // of the group that is driven, which comes first
		short := unit.FormatDuration(p.alert.Tier[0].Short)
		return fmt.Sprintf("%s{slo=%q}", p.alert.SLO.ErrorRatio[short], p.alert.SLO.Name)
	case p.alert.Kind != ir.AlertTraffic:
		return indicatorOf(p.alert.SLO).String()
	case total != nil:
		return total.String()
	}
	return ""
}

// showsErrors reports whether a plot shows the recorded share of errors: the signal itself is of all groups of the objective together.
func showsErrors(a *ir.Alert) bool {
	return a.Kind == ir.AlertBurn && len(a.SLO.By) > 0 && len(a.Tier) > 0
}

// blindTo lists the metrics without which the alert is silent, whatever happens to the others.
func (p *prover) blindTo(ctx context.Context, healthy, wrong witness.State, settle time.Duration) ([]string, error) {
	var blind []string
	for _, metric := range p.alert.Signal.Metrics {
		rest := without(wrong, metric)
		if len(rest) == len(wrong) {
			continue
		}
		s, err := p.simulate(ctx, []phase{{healthy, settle + stale}, {rest, settle + stale + p.waits()}}, p.isAlert)
		if err != nil {
			return nil, err
		}
		if s.firing(p.alert.Name) == nil {
			blind = append(blind, metric.Name)
		}
	}
	return blind, nil
}
