package promql

import (
	"fmt"

	"github.com/prometheus/prometheus/promql/parser"
)

// Unknown says why an expression is not fully typed: the first metric that nothing is known of, or the innermost part whose
// unit is not known although its metrics are. It is empty where the expression is fully typed.
func (a *Analysis) Unknown() string {
	switch {
	case a.Coverage == CoverageFull:
		return ""
	case a.stranger == nil:
		return fmt.Sprintf("no unit is known of %s", excerpt(a.withoutUnit()))
	case metricName(a.stranger) == "":
		return fmt.Sprintf("%s names no metric", excerpt(a.stranger))
	default:
		return "nothing is known of metric " + metricName(a.stranger)
	}
}

// withoutUnit follows the parts whose unit is not known from the whole expression inwards.
func (a *Analysis) withoutUnit() parser.Node {
	part := a.types[len(a.types)-1].node // the whole is typed last
	for {
		inner := part
		for child := range parser.ChildrenIter(part) {
			if t, ok := a.Type(child); ok && t.Value != parser.ValueTypeString && t.Unit.Certainty == UnitUnknown {
				inner = child
				break
			}
		}
		if inner == part {
			return part
		}
		part = inner
	}
}
