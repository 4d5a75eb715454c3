// Package search finds inputs that make an alert fire whose expression is any PromQL, and whose metrics nobody has declared. In come rule
// groups and one alerting rule in them; out comes a witness: raw series which, run through the recording rules that the alert reads and
// through the alert itself by Prometheus' engine, leave it silent while all is well, make it fire, and let it resolve. Where there is none,
// a reason comes out.
//
// The expression is walked from the root to its selectors, asking at each part for what makes the whole true: that gives every selector a
// few behaviours to try, the likeliest first (goal.go, numeric.go, choices.go). Combinations are then simulated in the order of how
// likely they are, until one fires or the budget is spent. The budget counts work and never time, so that results do not depend on the
// machine.
package search

import (
	"context"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"

	"github.com/belfry-dev/belfry/internal/diag"
	promqltypes "github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// Epoch is when incidents begin, unless the alert asks for an hour or a day of its own: a Monday at noon.
var Epoch = time.Date(2024, time.January, 1, 12, 0, 0, 0, time.UTC)

// Verdict says what became of a search.
type Verdict string

// The verdicts.
const (
	Found Verdict = "found"
	// Always says that the alert fires whatever its inputs are.
	Always Verdict = "always fires"
	// Insensitive says that the alert fires as well with its threshold out of reach.
	Insensitive Verdict = "insensitive"
	NotFound    Verdict = "not found"
)

// Input is an alert and what is known of what it reads.
type Input struct {
	Groups []simulate.Group
	Group  *simulate.Group // the alert's, one of Groups
	Rule   *simulate.Rule  // the alert, one of Group's
	// Table is what is known of metrics; nil where nothing is.
	Table *promqltypes.Table
}

// Result is what was found.
type Result struct {
	Verdict Verdict
	Witness *Witness // of Found and Insensitive; else nil
	// Reason says why nothing was found, as a clause. Code and Severity are those of the finding of PromQL's types that explains it;
	// empty where none does.
	Reason   string
	Code     string
	Severity diag.Severity
	Tried    int // combinations that were simulated
}

// Witness is a course of events in which the alert is silent, fires and resolves.
type Witness struct {
	Series []Course
	// Raw are the scraped samples of the series; Groups the rules that read them, in which the alert is the only alerting rule.
	Raw                   []promql.Series
	Groups                []simulate.Group
	History, From, Ends   time.Time // what recording rules and the alert were evaluated over
	Began, Recovered      time.Time // when the incident begins, and when all is well again
	Episode               simulate.Episode
	Turns                 string // where between well and wrong it begins to fire; empty where that is not one number
	FiresAfter, EndsAfter time.Duration
}

// Course is what one series does.
type Course struct {
	Series            string
	Healthy, Incident string // as a phrase
}

// The limits of a search. Work is counted in samples that are made or read.
const (
	maxTries = 700
	maxWork  = 150e6
)

// Find searches for a witness of an alert.
func Find(ctx context.Context, in Input) (Result, error) {
	s := newSearch(in)
	if reason := s.refused(); reason != "" {
		return Result{Verdict: NotFound, Reason: reason}, nil
	}
	s.hints()
	result, err := s.try(ctx)
	if err != nil || result.Verdict == Found {
		return result, err
	}
	if result.Verdict == NotFound && result.Reason == "" {
		s.explain(ctx, &result)
	}
	return result, ctx.Err()
}

// try simulates combinations, the likeliest first.
func (s *search) try(ctx context.Context) (Result, error) {
	var insensitive *Witness
	var result Result
	candidates := s.combinations()
	for s.tried < maxTries && s.work < maxWork {
		c, more := candidates.next()
		if !more {
			break
		}
		if cost := s.cost(c); s.work+cost > maxWork {
			if s.tried == 0 {
				return Result{Verdict: NotFound, Reason: "one evaluation reads too much to be simulated: it looks back " + model.Duration(s.chain.reach).String()}, nil
			}
			break
		}
		t, err := s.coarse(ctx, c)
		if err != nil {
			return Result{}, err
		}
		s.note(c, t)
		if !t.proves() {
			continue
		}
		witness, reason, err := s.exact(ctx, c)
		if err != nil {
			return Result{}, err
		}
		if witness == nil {
			s.nearly(reason)
			continue
		}
		matters, err := s.thresholdMatters(ctx, c)
		if err != nil {
			return Result{}, err
		}
		if !matters {
			if insensitive == nil {
				insensitive = witness
			}
			continue
		}
		witness.Turns, err = s.turns(ctx, c)
		return Result{Verdict: Found, Witness: witness, Tried: s.tried}, err
	}
	result = Result{Verdict: NotFound, Tried: s.tried}
	switch {
	case insensitive != nil:
		result.Verdict, result.Witness = Insensitive, insensitive
		result.Reason = "it fires as well with its threshold out of reach: something else in the expression decides"
		s.because(&result)
	case s.always():
		result.Verdict = Always
		result.Reason = s.alwaysReason()
		s.because(&result)
	}
	return result, nil
}
