package prove

import (
	"context"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// Files is what others wrote, to be proven.
type Files struct {
	Groups []simulate.Group
	// Places are where the rules stand, by group and rule.
	Places [][]diag.Pos
	// Table is what is known of the metrics, for the rules of a file.
	Table func(file string) *promql.Table
	// Notify is what Alertmanager does with an alert; nil where nobody knows.
	Notify *notify.Pipeline
}

// ProveFiles proves the alerting rules of the names, or all where none are given, in the order of the files. There may be several of a name.
// The inputs are searched for: nobody has declared the metrics.
func ProveFiles(ctx context.Context, in Files, chosen func(name string) bool) ([]Proof, error) {
	type rule struct{ group, rule int }
	var rules []rule
	for g := range in.Groups {
		for r := range in.Groups[g].Rules {
			if name := in.Groups[g].Rules[r].Alert; name != "" && chosen(name) {
				rules = append(rules, rule{g, r})
			}
		}
	}
	return each(len(rules), func(i int) (Proof, error) { return in.prove(ctx, rules[i].group, rules[i].rule) })
}

func (in *Files) prove(ctx context.Context, g, r int) (Proof, error) {
	group, rule, place := &in.Groups[g], &in.Groups[g].Rules[r], in.Places[g][r]
	proof := Proof{
		Alert: &ir.Alert{Name: rule.Alert, Severity: rule.Labels.Get("severity"), For: rule.For, KeepFor: rule.KeepFiringFor, Labels: rule.Labels.Map()},
		Pos:   place,
	}
	result, err := search.Find(ctx, search.Input{Groups: in.Groups, Group: group, Rule: rule, Table: in.Table(place.File)})
	if err != nil {
		return proof, err
	}
	proof.take(result)
	if proof.Verdict == Proven && in.Notify != nil {
		err = reach(ctx, in.Notify, &proof, result.Witness.Began)
	}
	return proof, err
}

// take makes a proof of what a search found.
func (p *Proof) take(result search.Result) {
	p.Reason, p.Code, p.Witness = result.Reason, result.Code, result.Witness
	switch result.Verdict {
	case search.Found:
		p.Verdict = Proven
	case search.NotFound:
		p.Verdict = Unproven
	default:
		p.Verdict = Insensitive
	}
	if w := result.Witness; w != nil && p.Verdict == Proven {
		p.Incidents = []Incident{{
			Level: w.Episode.Value, FiresAfter: w.FiresAfter, ResolvesAfter: w.EndsAfter, Value: w.Episode.Value, Episode: w.Episode,
			Lasts: w.Recovered.Sub(w.Began), Ends: w.Ends.Sub(w.Began),
		}}
	}
}

// searched looks for inputs of an alert whose query cannot be solved from the declared metrics.
func (p *prover) searched(ctx context.Context, obstacle string) (Proof, error) {
	if p.Table == nil {
		return p.unproven(obstacle), nil
	}
	table, err := p.Table()
	if err != nil {
		return Proof{}, err
	}
	result, err := search.Find(ctx, search.Input{Groups: p.Groups, Group: p.group, Rule: p.rule, Table: table})
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Alert: p.alert}
	proof.take(result)
	if proof.Verdict == Proven && p.Notify != nil {
		err = reach(ctx, p.Notify, &proof, result.Witness.Began)
	}
	return proof, err
}
