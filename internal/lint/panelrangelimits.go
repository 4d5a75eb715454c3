package lint

import (
	"slices"
	"strconv"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var panelRangeLimits = &Check{
	Code: "panel/range-limits", Severity: diag.Error,
	Summary: "the limits of a panel's scale are not those of its query's unit",
	Why: "On a gauge that ends at 100, a share of 0.9 is a sliver at the start, and on one that ends at 1, 5 percent is full. A scale on " +
		"which no value of the query lies shows nothing.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			if len(panel.Typed()) > 0 && panel.AllTyped() && panel.reducesToValue() && panel.Stacking.Value == "" && !panel.ownLimits() {
				checkLimits(p, panel)
			}
		}
	},
}

// ownLimits reports whether an override sets limits, or the unit, for some fields.
func (p Panel) ownLimits() bool {
	return slices.ContainsFunc(p.Overrides, func(o read.Override) bool {
		return slices.ContainsFunc(o.Properties, func(property read.Property) bool {
			return slices.Contains([]string{"min", "max", "unit"}, property.ID.Value)
		})
	})
}

func checkLimits(p *Pass, panel Panel) {
	r := panel.reach()
	first := panel.Typed()[0]
	if highest, err := strconv.ParseFloat(panel.Field.Max.Value, 64); err == nil {
		at := panel.At(panel.Field.Max.At()).Noting("the query is %s", excerpt(first.Target.Expr.Value))
		switch all, ok := wholeShare(panel); {
		case ok && (highest >= 50*all || highest*50 <= all):
			p.Report(at, "write "+figure(all), "the scale ends at %s, but the query gives a share that is whole at %s",
				panel.Field.Max.Value, figure(all))
		case highest < r.Low:
			p.Report(at, "write at least "+figure(r.Low), "the scale ends at %s, but the query gives at least %s", panel.Field.Max.Value, figure(r.Low))
		}
	}
	if lowest, err := strconv.ParseFloat(panel.Field.Min.Value, 64); err == nil && lowest > r.High {
		p.Report(panel.At(panel.Field.Min.At()), "write at most "+figure(r.High), "the scale starts at %s, but the query gives at most %s",
			panel.Field.Min.Value, figure(r.High))
	}
}

// wholeShare is what the panel's queries give for all of something: 1 or 100; false where they are not all shares of one scale.
func wholeShare(panel Panel) (float64, bool) {
	var all float64
	for _, q := range panel.Typed() {
		whole, ok := shareScale(q.Analysis.Root.Unit)
		if !ok || all != 0 && all != whole {
			return 0, false
		}
		all = whole
	}
	return all, all != 0
}

func shareScale(m promql.Measure) (float64, bool) {
	if !m.Known() || !m.Unit.IsRatio() {
		return 0, false
	}
	return unit.Ratio.Convert(1, m.Unit)
}
