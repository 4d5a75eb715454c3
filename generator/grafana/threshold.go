package grafana

import (
	"cmp"
	"slices"

	"github.com/belfry-dev/belfry/internal/grafana/common"
	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
	"github.com/belfry-dev/belfry/internal/ir"
)

// good is the colour of values that no threshold objects to.
const good = "green"

// severityColours are the colours of values beyond a threshold, by how urgent its severity is.
var severityColours = []string{"red", "orange", "orange", "blue"}

// severityColour is a severity's colour; one that is not known deserves attention too.
func severityColour(severity string) string {
	if rank, known := ir.SeverityRank(severity); known {
		return severityColours[rank]
	}
	return "orange"
}

// thresholds turns bounds into Grafana's ascending steps. Above a bound a value takes the bound's colour; so below a lower
// bound it is the step under it that carries the colour, and the step at the highest lower bound is where it is good again.
func thresholds(bounds []ir.Threshold) *dashboard.ThresholdsConfig {
	lower, upper := split(bounds)
	steps := []dashboard.Threshold{{Color: good}}
	for i, bound := range lower {
		steps[len(steps)-1].Color = severityColour(bound.Severity)
		next := good
		if i+1 < len(lower) {
			next = severityColour(lower[i+1].Severity)
		}
		steps = append(steps, dashboard.Threshold{Value: new(bound.Value), Color: next})
	}
	for _, bound := range upper {
		if last := steps[len(steps)-1].Value; last != nil && *last >= bound.Value {
			continue
		}
		steps = append(steps, dashboard.Threshold{Value: new(bound.Value), Color: severityColour(bound.Severity)})
	}
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: steps}
}

// split separates lower from upper bounds, each ascending and with the worst of those that are equal.
func split(bounds []ir.Threshold) (lower, upper []ir.Threshold) {
	for _, bound := range bounds {
		if bound.Above {
			upper = append(upper, bound)
		} else {
			lower = append(lower, bound)
		}
	}
	return ascending(lower), ascending(upper)
}

// ascending sorts by value. Bounds come in with the worst last, so the last of equal ones is kept.
func ascending(bounds []ir.Threshold) []ir.Threshold {
	slices.Reverse(bounds)
	slices.SortStableFunc(bounds, func(a, b ir.Threshold) int { return cmp.Compare(a.Value, b.Value) })
	return slices.CompactFunc(bounds, func(a, b ir.Threshold) bool { return a.Value == b.Value })
}

// thresholdsStyle draws a line at an upper bound. A line at a lower bound would take the colour of the better side, so
// there the areas are drawn too. Grafana before 9 draws nothing for its newer dashed lines.
func thresholdsStyle(bounds []ir.Threshold) *common.GraphThresholdsStyleConfig {
	lower, upper := split(bounds)
	mode := common.GraphThresholdsStyleModeOff
	switch {
	case len(lower) > 0:
		mode = common.GraphThresholdsStyleModeLineAndArea
	case len(upper) > 0:
		mode = common.GraphThresholdsStyleModeLine
	}
	return &common.GraphThresholdsStyleConfig{Mode: mode}
}

// shared returns the bounds that all series of a panel have in common, and whether they have the same.
func shared(p *ir.Panel) ([]ir.Threshold, bool) {
	if len(p.Series) == 0 {
		return nil, true
	}
	first := p.Series[0].Thresholds
	for _, series := range p.Series[1:] {
		if !slices.EqualFunc(first, series.Thresholds, sameBound) {
			return nil, false
		}
	}
	return first, true
}

// sameBound reports whether two bounds are drawn alike, whichever alert they come from.
func sameBound(a, b ir.Threshold) bool {
	return a.Above == b.Above && a.Value == b.Value && a.Severity == b.Severity
}
