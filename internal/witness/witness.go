// Package witness finds inputs that drive an alert: series which, held against its expression, give a value that was chosen. In come
// the Program's metrics and a query; out come series with a level each, for any value wanted. The inputs are exact, because the labels,
// buckets and units of every metric are declared, and the expression is a tree that can be solved from the root to its selectors.
package witness

import (
	"errors"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// Input is one series of a metric and how it behaves for a while.
type Input struct {
	Series  labels.Labels
	Counter bool // Level is what it grows by each second; else it is its value
	Clock   bool // the value is the time, in seconds since 1970, and Level what is added to it
	Level   float64
	// Histogram is what a native histogram grows by each second; nil for numbers.
	Histogram *histogram.FloatHistogram
}

// State is what all inputs of an alert do at once. States of one driver have the same series in the same order.
type State []Input

// Driver drives one expression: its State gives the inputs at which the expression has a value.
type Driver interface {
	// State returns the inputs, or an Obstacle that says why the expression cannot have the value.
	State(value float64) (State, error)
	// Settle is how long the expression still sees what the inputs did before.
	Settle() time.Duration
}

// Obstacle is why an expression cannot be driven.
type Obstacle struct {
	Reason string
	// Never says that no inputs whatever give the value; else they only could not be found.
	Never bool
}

func (o *Obstacle) Error() string { return o.Reason }

// Driver makes the driver of an expression over the Program's metrics.
func (w *World) Driver(expr parser.Expr) Driver {
	return &driver{world: w, expr: expr, settle: Reach(expr)}
}

type driver struct {
	world  *World
	expr   parser.Expr
	settle time.Duration
}

// Settle implements Driver.
func (d *driver) Settle() time.Duration { return d.settle }

// State implements Driver.
func (d *driver) State(value float64) (State, error) {
	s := newSolver(d.world, d.expr)
	if err := s.solve(d.expr, value); err != nil {
		return nil, err
	}
	return s.place()
}

// steps is how often the way to a threshold is halved: what is left is nearer than any Margin.
const steps = 20

// Toward returns the inputs at a level, or, where the expression can never have that value, at the first that it can have on the way from
// there to the threshold, each time by half of what is left; and the level at which they are. A quantile, for one, is never above its last
// bucket, and twice a threshold may be. The Obstacle is that of the level which was asked for.
func Toward(d Driver, level, threshold float64) (State, float64, error) {
	state, err := d.State(level)
	var obstacle *Obstacle
	if err == nil || !errors.As(err, &obstacle) || !obstacle.Never {
		return state, level, err
	}
	for at, step := level, 0; step < steps; step++ {
		at = (at + threshold) / 2
		if state, nearer := d.State(at); nearer == nil && at != threshold {
			return state, at, nil
		}
	}
	return nil, level, err
}

// Reach is how far back the ranges of an expression look.
func Reach(expr parser.Expr) time.Duration {
	reach := time.Duration(0)
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		one := max(selector.OriginalOffset, 0)
		for _, above := range path {
			switch above := above.(type) {
			case *parser.MatrixSelector:
				one += above.Range
			case *parser.SubqueryExpr:
				one += above.Range + max(above.OriginalOffset, 0)
			}
		}
		reach = max(reach, one)
		return nil
	})
	return reach
}
