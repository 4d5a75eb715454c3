package lint

import (
	"math"

	"github.com/belfry-dev/belfry/internal/diag"
)

var panelThresholdOrder = &Check{
	Code: "panel/threshold-order", Severity: diag.Error, Warns: true,
	Summary: "the steps of a panel's thresholds are not in ascending order",
	Why: "Grafana goes through the steps in the order of the file and stops at the first that the value does not reach, so that steps " +
		"behind a higher one never show. The first step holds from minus infinity on, and a value that it has is ignored.",
	Run: func(p *Pass) {
		for _, panel := range p.coloured() {
			if panel.drawsThresholds() {
				checkOrder(p, panel)
			}
		}
	},
}

func checkOrder(p *Pass, panel Panel) {
	last := math.Inf(-1)
	for i, t := range panel.Field.Thresholds {
		value, ok := t.Number()
		switch {
		case !t.Op.IsZero(): // each threshold of an old graph is on its own
		case i == 0:
			if ok && value != 0 && !math.IsInf(value, -1) {
				p.Warn(panel.At(t.Value.At()), "write null, and a second step with the value",
					"the first step holds from minus infinity on, not from %s", figure(value))
			}
		case !ok:
			p.Report(panel.At(t.Pos), "give it a number", "only the first step can be without a value")
		case value < last:
			p.Report(panel.At(t.Value.At()), "write the steps in ascending order",
				"the step at %s never shows: it stands behind the one at %s", figure(value), figure(last))
		case value == last:
			p.Report(panel.At(t.Value.At()), "remove one of them", "two steps are at %s, and only the last of them shows", figure(value))
		}
		if ok && i > 0 {
			last = max(last, value)
		}
	}
}
