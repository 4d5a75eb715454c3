package search

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	promqltypes "github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// trial is what became of the alert's condition in a combination, without waiting for its for.
type trial struct {
	before  bool // it holds while all is well
	holds   time.Duration
	ended   bool
	fails   string // what Prometheus reports of evaluations
	missing bool   // nothing was there to begin with
}

// proves reports whether a closer look is worth it.
func (t trial) proves() bool { return !t.before && t.holds > 0 && t.ended && t.fails == "" }

// tally is what is remembered of combinations that did not do.
type tally struct {
	tried   int
	work    float64
	firing  int // combinations in which the condition held
	before  int // and held already while all was well
	unended int // and never ceased to hold
	failed  map[string]int
	longest time.Duration // for which it held, where that was too short
	// seen are a few combinations that did not do, for explanations.
	seen []combination
	// near says why a combination failed that nearly did.
	near string
}

// seenForExplanations is how many combinations an explanation looks at.
const seenForExplanations = 24

func (s *search) note(c combination, t trial) {
	if t.holds > 0 || t.before {
		s.firing++
	}
	switch {
	case t.fails != "":
		if s.failed == nil {
			s.failed = map[string]int{}
		}
		s.failed[t.fails]++
	case t.before:
		s.before++
	case t.holds > 0 && !t.ended:
		s.unended++
	}
	s.longest = max(s.longest, t.holds)
	if len(s.seen) < seenForExplanations || s.tried%(maxTries/seenForExplanations) == 0 {
		s.seen = append(s.seen, c)
	}
}

func (s *search) nearly(reason string) {
	if s.near == "" {
		s.near = reason
	}
}

// bare are the chain's groups with the alert's condition alone, evaluated less often than the rules that it reads.
func (s *search) bare(every time.Duration) ([]simulate.Group, *simulate.Rule) {
	groups := make([]simulate.Group, 0, len(s.chain.groups)+1)
	alert := simulate.Group{Name: s.Group.Name, Interval: every, QueryOffset: s.Group.QueryOffset,
		Rules: []simulate.Rule{{Alert: s.Rule.Alert, Expr: s.Rule.Expr}}}
	for _, g := range s.chain.groups {
		g.Rules = slices.DeleteFunc(slices.Clone(g.Rules), func(r simulate.Rule) bool { return r.Alert != "" })
		if len(g.Rules) > 0 {
			groups = append(groups, g)
		}
	}
	if len(groups) > 0 {
		alert.Phase = time.Second
	}
	groups = append(groups, alert)
	return groups, &groups[len(groups)-1].Rules[0]
}

// coarse simulates a combination and looks at the condition now and then.
func (s *search) coarse(ctx context.Context, c combination) (trial, error) {
	every := s.coarseInterval(s.clockOf(c))
	groups, rule := s.bare(every)
	return s.look(ctx, c, groups, rule, every)
}

func (s *search) look(ctx context.Context, c combination, groups []simulate.Group, rule *simulate.Rule, every time.Duration) (trial, error) {
	run, err := s.run(ctx, c, groups, rule, 3*every)
	if err != nil {
		return trial{}, err
	}
	t := trial{missing: len(run.raw) == 0, ended: true}
	for _, f := range run.failures {
		if f.Rule == s.Rule.Alert || t.fails == "" {
			t.fails = f.Err.Error()
		}
	}
	for _, e := range run.episodes {
		end := e.EndedAt
		if end.IsZero() {
			t.ended, end = false, run.clock.ends
		}
		if e.ActiveAt.Before(run.clock.began) {
			t.before = true
		} else if held := end.Sub(e.ActiveAt); held > t.holds {
			t.holds = held
		}
	}
	return t, nil
}

// exact simulates a combination with the rules as they are. The reason says why it is no witness after all.
func (s *search) exact(ctx context.Context, c combination) (*Witness, string, error) {
	groups, alert := slices.Clone(s.chain.groups), (*simulate.Rule)(nil)
	for g := range groups {
		groups[g].Rules = slices.Clone(groups[g].Rules)
		for r := range groups[g].Rules {
			if groups[g].Rules[r].Alert != "" {
				alert = &groups[g].Rules[r]
			}
		}
	}
	run, err := s.run(ctx, c, groups, alert, 2*s.interval())
	if err != nil {
		return nil, "", err
	}
	var first *simulate.Episode
	for i := range run.episodes {
		e := &run.episodes[i]
		if e.Fired() && (first == nil || e.FiredAt.Before(first.FiredAt)) {
			first = e
		}
	}
	switch {
	case first == nil:
		return nil, fmt.Sprintf("its condition never holds for %s without a break, as it has to", model.Duration(s.Rule.For)), nil
	case first.FiredAt.Before(run.clock.began):
		return nil, "it fires while all is well", nil
	case math.IsInf(first.Value, 0) || math.IsNaN(first.Value):
		return nil, fmt.Sprintf("wherever it fires the value that it reports is %g", first.Value), nil
	case slices.ContainsFunc(run.episodes, func(e simulate.Episode) bool { return e.Fired() && e.EndedAt.IsZero() }):
		return nil, "it fires, and never resolves", nil
	}
	return &Witness{
		Series: run.courses, Raw: run.raw, Groups: groups, History: run.history, From: run.from, Ends: run.clock.ends,
		Began: run.clock.began, Recovered: run.clock.recovered,
		Episode: *first, FiresAfter: first.FiredAt.Sub(run.clock.began), EndsAfter: first.EndedAt.Sub(run.clock.recovered),
	}, "", nil
}

// thresholdMatters reports whether the alert is silent once the numbers that it compares with are out of reach: on one side or on the other,
// as an alert may fire because a comparison fails. It is true of alerts that ask for neither more nor less than a number.
func (s *search) thresholdMatters(ctx context.Context, c combination) (bool, error) {
	every := s.coarseInterval(s.clockOf(c))
	for _, holds := range []bool{false, true} {
		moved, ok := s.outOfReach(holds)
		if !ok {
			return true, nil
		}
		groups, rule := s.bare(every)
		rule.Expr = moved
		t, err := s.look(ctx, c, groups, rule, every)
		if err != nil || t.holds == 0 && !t.before {
			return true, err
		}
	}
	return false, nil
}

// outOfReach is the alert's expression with all its thresholds where every comparison holds, or where none does.
func (s *search) outOfReach(holds bool) (parser.Expr, bool) {
	expr, err := promqltypes.ParseAny(s.Rule.Expr.String())
	if err != nil {
		return nil, false
	}
	moved := false
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		e, ok := node.(*parser.BinaryExpr)
		if !ok || goals[e.Op] != above && goals[e.Op] != below {
			return nil
		}
		limit := math.Inf(1)
		if (goals[e.Op] == above) == holds {
			limit = math.Inf(-1)
		}
		if _, number := constant(e.RHS); number && e.RHS.Type() == parser.ValueTypeScalar {
			e.RHS, moved = &parser.NumberLiteral{Val: limit}, true
		} else if _, number := constant(e.LHS); number && e.LHS.Type() == parser.ValueTypeScalar {
			e.LHS, moved = &parser.NumberLiteral{Val: -limit}, true
		}
		return nil
	})
	return expr, moved
}

// bisections is how often the way from well to wrong is halved at most, and closeEnough the share of the number at which that ends.
const (
	bisections  = 24
	closeEnough = 1e-3
)

// turns finds where between well and wrong the condition begins to hold, where one series goes from one number to another.
func (s *search) turns(ctx context.Context, c combination) (string, error) {
	moving := -1
	for i, p := range c.pairs {
		if s.leaves[i].labelling(c.lean).shared || p.healthy == p.incident {
			continue
		}
		if moving >= 0 || p.healthy.shape != p.incident.shape || p.healthy.slope != p.incident.slope {
			return "", nil
		}
		moving = i
	}
	if moving < 0 || s.leaves[moving].whole() {
		return "", nil
	}
	well, wrong := c.pairs[moving].healthy.level, c.pairs[moving].incident.level
	for range bisections {
		if math.Abs(wrong-well) <= closeEnough*math.Abs(wrong) {
			break
		}
		middle := (well + wrong) / 2
		between := c
		between.pairs = slices.Clone(c.pairs)
		between.pairs[moving].incident.level = middle
		t, err := s.coarse(ctx, between)
		if err != nil {
			return "", err
		}
		if t.holds > 0 {
			wrong = middle
		} else {
			well = middle
		}
	}
	return s.turning(s.leaves[moving].name, c.pairs[moving], wrong), nil
}

// turning says at which number a series makes the condition hold. Where any other than the healthy one does, there is nothing to say.
func (s *search) turning(name string, p pair, at float64) string {
	far := math.Abs(p.incident.level - p.healthy.level)
	switch {
	case p.healthy.level != 0 && math.Abs(at-p.healthy.level) <= 2*closeEnough*far:
		return ""
	case math.Abs(at) < 1e-4*far && p.incident.shape == growing:
		return name + " grows"
	case math.Abs(at) < 1e-4*far && p.healthy.level == 0:
		return name + " is not 0"
	}
	p.incident.level = at
	return fmt.Sprintf("%s %s", name, p.incident)
}

// always reports whether the condition held in every combination, also while all was well.
func (s *search) always() bool { return s.tried > 0 && s.before == s.tried }

func (s *search) alwaysReason() string {
	if len(s.leaves) == 0 {
		return "it reads no series and always fires, as a heartbeat does: there is nothing that would make it resolve"
	}
	return fmt.Sprintf("it fires in each of %d situations that were tried, also while all is well", s.tried)
}
