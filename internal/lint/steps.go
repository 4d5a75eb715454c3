package lint

import (
	"math"
	"slices"

	"github.com/belfry-dev/belfry/internal/read"
)

// step is one threshold of a panel that is drawn.
type step struct {
	read.Threshold
	value float64 // -Inf of the first
}

// steps are the thresholds that the panel draws, by value; none where it draws none, or where they are percentages of an axis.
// Grafana takes the first step from minus infinity on, whatever the file says (packages/grafana-data, validateFieldConfig).
func (p Panel) steps() []step {
	if p.Field.ThresholdsMode.Value == "percentage" || !p.drawsThresholds() {
		return nil
	}
	var steps []step
	for i, t := range p.Field.Thresholds {
		value, ok := t.Number()
		switch {
		case i == 0 && t.Op.IsZero():
			value = math.Inf(-1)
		case !ok:
			return nil
		}
		steps = append(steps, step{t, value})
	}
	slices.SortStableFunc(steps, func(a, b step) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	return steps
}

// colouredByDefault are panels that colour values by thresholds unless the file says something else.
var colouredByDefault = []string{"stat", "gauge", "bargauge", "state-timeline", "status-history", "singlestat", "graph"}

// drawsThresholds reports whether thresholds are lines, areas or colours of the panel. Every panel has some: Grafana writes
// green and, from 80 on, red into all new ones.
func (p Panel) drawsThresholds() bool {
	if style := p.Field.ThresholdsStyle.Value; style != "" && style != "off" {
		return true
	}
	mode := p.Field.ColorMode.Value
	return mode == "thresholds" || mode == "" && slices.Contains(colouredByDefault, p.Type.Value) ||
		p.Type.Value == "gauge"
}

// ownThresholds reports whether an override sets thresholds for some fields, so that those of the panel do not hold for all.
func (p Panel) ownThresholds() bool {
	return slices.ContainsFunc(p.Overrides, func(o read.Override) bool {
		return slices.ContainsFunc(o.Properties, func(property read.Property) bool { return property.ID.Value == "thresholds" })
	})
}

// isUntouched reports whether the steps are those that Grafana writes into every new panel.
func isUntouched(steps []step) bool {
	return len(steps) == 2 && steps[1].value == 80 && steps[0].Color.Value == "green" && steps[1].Color.Value == "red"
}
