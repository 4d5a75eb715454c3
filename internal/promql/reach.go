package promql

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// Reach is how far back an expression reads, ranges and offsets together.
func Reach(expr parser.Expr) time.Duration {
	var farthest time.Duration
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		var back time.Duration
		for _, one := range append(path[:len(path):len(path)], node) {
			switch n := one.(type) {
			case *parser.MatrixSelector:
				back += n.Range
			case *parser.SubqueryExpr:
				back += n.Range + n.OriginalOffset
			case *parser.VectorSelector:
				back += n.OriginalOffset
			}
		}
		farthest = max(farthest, back)
		return nil
	})
	return farthest
}
