package promql

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// otherScales are the scales that a number may be meant in, the likeliest first of each dimension.
var otherScales = []struct{ word, shown string }{
	{"percent", " %"}, {"ms", " ms"}, {"us", " µs"}, {"ns", " ns"}, {"min", " min"}, {"h", " h"}, {"d", " d"}, {"millicores", " millicores"},
	{"kB", " kB"}, {"MB", " MB"}, {"GB", " GB"}, {"s", " s"},
}

// otherScale says what to write where a threshold out of reach lies within it in another scale: 1500 for milliseconds that are
// compared as seconds. Empty where there is none.
func otherScale(measured Type, op parser.ItemType, threshold float64) string {
	if !measured.Unit.Known() || threshold <= 0 {
		return ""
	}
	least := math.Inf(-1)
	if m := measured.Range.because.metric; m != nil && len(m.Buckets) > 0 && measured.Unit == m.Unit {
		least = m.Buckets[0] // nobody waits for less than what the histogram tells apart
	}
	for _, scale := range otherScales {
		u, _ := unit.Parse(scale.word)
		converted, ok := u.Convert(threshold, measured.Unit.Unit)
		meant := exactly(converted)
		if !ok || converted == threshold || converted < least || neverHolds(measured.Range, op, meant) || alwaysHolds(measured.Range, op, meant) {
			continue
		}
		return "write " + figure(converted) + " if you mean " + figure(threshold) + scale.shown
	}
	return ""
}
