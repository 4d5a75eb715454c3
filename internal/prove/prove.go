// Package prove shows that alerts work. In come a Program, the rule groups that were shipped for it, and what Alertmanager does with an
// alert; out comes a Proof for each alert: whether it is silent just under its threshold, whether it fires past it and resolves, when,
// with which value, who is told, and what it cannot see. The rules are evaluated by Prometheus' own engine (internal/simulate) over series
// that internal/witness makes.
package prove

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
	"github.com/belfry-dev/belfry/internal/witness"
)

// Verdict says whether an alert was proven.
type Verdict string

// The verdicts.
const (
	Proven      Verdict = "PROVEN"
	Assumed     Verdict = "ASSUMED"     // as proven, with series of metrics that nobody has declared and no catalog knows
	Unproven    Verdict = "UNPROVEN"    // no inputs were found that make it fire and resolve
	Insensitive Verdict = "INSENSITIVE" // it fires on the wrong side of its threshold too
)

// Proof is what was shown about one alert.
type Proof struct {
	Alert     *ir.Alert
	Verdict   Verdict
	Reason    string     // why it is not proven, or what is assumed
	Incidents []Incident // what it was driven with: one for a threshold, one a tier of an SLO's
	// Hidden are tiers that cannot fire without a faster one, which was shown: evaluations are too far apart to tell them apart.
	Hidden  []ir.BurnTier
	Worst   *Incident // the worst that can happen to what it watches; nil where that is unlimited
	Blind   []string  // the metrics without which it is silent, whatever happens
	Reaches []Message // the first notification of each integration
	// Witness are the series that were searched for, where metrics are not declared; else nil.
	Witness *search.Witness
	Code    string   // of the finding that explains the reason; empty where none does
	Pos     diag.Pos // of the rule in the user's file, where the rule is the user's
}

// Incident is a stretch of time in which something goes wrong, and then is right again.
type Incident struct {
	Name string // of an SLO's tier: the windows and the factor
	// Level is the value that the alert's signal has during the incident; of an SLO the share of errors.
	Level float64
	// Healthy and Wrong are the inputs before and after the incident, and during it. Those that a search found are in Witness instead.
	Healthy, Wrong witness.State
	// FiresAfter is from the beginning of the incident, ResolvesAfter from its end; negative where it resolves before. Both may be later
	// by what the alert is late (ir.Alert.Late): here every group is evaluated right after those that it reads.
	FiresAfter, ResolvesAfter time.Duration
	Value                     float64 // that the alert reports as it fires
	Episode                   simulate.Episode
	Along                     []Along
	Timeline                  []Point       // the signal, where it was asked for
	Lasts                     time.Duration // from when it goes wrong to when all is well again
	Ends                      time.Duration // when the simulation ended
}

// Along is another alert that fires in the same incident.
type Along struct {
	Alert      string
	FiresAfter time.Duration
	Late       time.Duration // see ir.Alert.Late
}

// Point is a value at a time after the beginning of an incident.
type Point struct {
	After time.Duration
	Value float64
}

// Input is what is proven.
type Input struct {
	Program *ir.Program
	Groups  []simulate.Group
	// Notify is what Alertmanager does with an alert; nil where nobody knows.
	Notify *notify.Pipeline
	// Table makes what is known of the metrics, for queries whose inputs have to be searched for: few Programs have one. Nil leaves them
	// unproven. It is called from several goroutines.
	Table func() (*promql.Table, error)
	// Timelines asks for the course of each incident.
	Timelines bool
}

// Prove proves the alerts of the names, or all where none are given, in the order of the Program. Several are proven at a time.
func Prove(ctx context.Context, in Input, names ...string) ([]Proof, error) {
	var chosen []*ir.Alert
	for _, a := range in.Program.Alerts {
		if len(names) == 0 || slices.Contains(names, a.Name) {
			chosen = append(chosen, a)
		}
	}
	in.Groups = delayed(in.Groups, in.Program.Platform.Prometheus.Ruler.Delay)
	world := witness.NewWorld(in.Program)
	proofs, err := each(len(chosen), func(i int) (Proof, error) { return newProver(in, world, chosen[i]).prove(ctx) })
	if err != nil {
		return nil, err
	}
	in.checkRouting(proofs)
	return proofs, nil
}

// delayed are the groups as a ruler evaluates them that waits for late samples. A group may say otherwise itself.
func delayed(groups []simulate.Group, delay time.Duration) []simulate.Group {
	groups = slices.Clone(groups)
	for i := range groups {
		if groups[i].QueryOffset == 0 {
			groups[i].QueryOffset = delay
		}
	}
	return groups
}

// prover proves one alert.
type prover struct {
	Input
	world    *witness.World
	alert    *ir.Alert
	group    *simulate.Group
	rule     *simulate.Rule
	interval time.Duration // of scrapes
}

func newProver(in Input, world *witness.World, alert *ir.Alert) *prover {
	p := &prover{Input: in, world: world, alert: alert, interval: 30 * time.Second}
	if s := in.Program.Service; s != nil && s.Scrape.Interval > 0 {
		p.interval = s.Scrape.Interval
	}
	for g := range in.Groups {
		for r := range in.Groups[g].Rules {
			if in.Groups[g].Rules[r].Alert == alert.Name {
				p.group, p.rule = &in.Groups[g], &in.Groups[g].Rules[r]
			}
		}
	}
	return p
}

func (p *prover) prove(ctx context.Context) (Proof, error) {
	if p.rule == nil {
		return p.unproven("no rule group has it"), nil
	}
	prove := p.proveThreshold
	if p.alert.SLO != nil {
		prove = p.proveSLO
	}
	proof, err := prove(ctx)
	if err == nil && proof.Verdict == Proven && p.Notify != nil {
		err = reach(ctx, p.Notify, &proof, epoch)
	}
	var obstacle *witness.Obstacle
	if errors.As(err, &obstacle) {
		if obstacle.Never {
			return p.unproven(obstacle.Reason), nil
		}
		proof, err = p.searched(ctx, obstacle.Reason)
	}
	if err == nil && proof.Verdict == Proven {
		err = p.assuming(&proof)
	}
	return proof, err
}

func (p *prover) unproven(reason string) Proof {
	return Proof{Alert: p.alert, Verdict: Unproven, Reason: reason}
}
