package ruletest

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/witness"
)

// comparison is a recorded figure held against a number.
type comparison struct {
	series labels.Labels
	above  bool
	bound  float64
}

// past is a figure just past the bound, or just on the other side of it.
func (c comparison) past(fires bool) float64 {
	if fires == c.above {
		return c.bound * (1 + witness.Margin)
	}
	return c.bound * (1 - witness.Margin)
}

// far is a figure that keeps the comparison from holding by far.
func (c comparison) far() float64 {
	if c.above {
		return 0
	}
	return 2 * c.bound
}

// branches tries each alternative of a condition on recorded figures by itself: those of one alternative stand either side of their bounds
// while the others are far from theirs. The recorded figures are given, not computed: from raw counters it would take hours or days of
// evaluation, which belfry prove simulates. With no raw series the recording rules yield nothing that would get in the way.
func branches(a *ir.Alert) ([]trial, string) {
	alternatives, ok := alternativesOf(a.Condition)
	if !ok {
		return nil, "its condition does not hold recorded figures against numbers"
	}
	var found []trial
	add := func(alternative, short int) {
		about := fmt.Sprintf("%.6g", alternatives[alternative][0].bound)
		if short >= 0 {
			c := alternatives[alternative][short]
			about = fmt.Sprintf("%.6g of %s", c.bound, c.series.Get(model.MetricNameLabel))
		}
		state := stateOf(alternatives, alternative, short)
		found = append(found, trial{alert: a, fires: short < 0, lasts: a.For + 2*time.Minute, state: state, about: about})
	}
	for i, alternative := range alternatives {
		add(i, -1)
		for short := range alternative {
			add(i, short)
		}
	}
	return found, ""
}

// stateOf puts the figures of one alternative just past their bounds, but for one that falls short where there is such, and those of all
// others far away.
func stateOf(alternatives [][]comparison, chosen, short int) witness.State {
	var state witness.State
	set := func(series labels.Labels, level float64) {
		for i := range state {
			if labels.Equal(state[i].Series, series) {
				return
			}
		}
		state = append(state, witness.Input{Series: series, Level: level})
	}
	for i, c := range alternatives[chosen] {
		set(c.series, c.past(i != short))
	}
	for _, alternative := range alternatives {
		for _, c := range alternative {
			set(c.series, c.far())
		}
	}
	return state
}

// alternativesOf takes a condition apart: alternatives of figures that must all be past their bounds.
func alternativesOf(expr parser.Expr) ([][]comparison, bool) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return alternativesOf(e.Expr)
	case *parser.BinaryExpr:
		if e.Op == parser.LOR {
			left, first := alternativesOf(e.LHS)
			right, second := alternativesOf(e.RHS)
			return append(left, right...), first && second
		}
	}
	all, ok := comparisonsOf(expr)
	return [][]comparison{all}, ok
}

func comparisonsOf(expr parser.Expr) ([]comparison, bool) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return comparisonsOf(e.Expr)
	case *parser.BinaryExpr:
		if e.Op == parser.LAND {
			left, first := comparisonsOf(e.LHS)
			right, second := comparisonsOf(e.RHS)
			return append(left, right...), first && second
		}
		selector, isSelector := e.LHS.(*parser.VectorSelector)
		bound, isNumber := witness.Constant(e.RHS)
		if (e.Op == parser.GTR || e.Op == parser.LSS) && isSelector && isNumber {
			series, ok := exactly(selector)
			return []comparison{{series, e.Op == parser.GTR, bound}}, ok
		}
	}
	return nil, false
}

// exactly is the series that a selector of equalities names.
func exactly(selector *parser.VectorSelector) (labels.Labels, bool) {
	b := labels.NewBuilder(labels.EmptyLabels())
	b.Set(model.MetricNameLabel, selector.Name)
	for _, m := range selector.LabelMatchers {
		if m.Type != labels.MatchEqual {
			return labels.EmptyLabels(), false
		}
		b.Set(m.Name, m.Value)
	}
	return b.Labels(), true
}
