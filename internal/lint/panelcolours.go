package lint

import "github.com/belfry-dev/belfry/internal/diag"

var panelColours = &Check{
	Code: "panel/colours", Severity: diag.Error, Warns: true,
	Summary: "a panel's colours say the opposite of the alerts on its query",
	Why: "Where an alert fires above a threshold, high is bad. A panel that is red below and green above tells whoever looks at it that " +
		"all is well while the alert fires. Without an alert, green above on a figure that counts errors or failures is a warning.",
	Run: func(p *Pass) {
		for _, panel := range p.coloured() {
			steps := panel.steps()
			direction := directionOf(steps)
			if direction == 0 || isUntouched(steps) || panel.ownThresholds() || !panel.reducesToValue() {
				continue
			}
			for _, q := range panel.Typed() {
				checkColours(p, panel, steps, direction, q)
			}
		}
	},
}

// directionOf is 1 where the colours get worse with the value, -1 where they get better, and 0 where nobody can tell.
func directionOf(steps []step) int {
	direction := 0
	for i, s := range steps {
		now := colourOf(s.Color.Value)
		if now == colourUnknown {
			return 0
		}
		if !s.Op.IsZero() { // of an old graph: what lies above or below
			return directionOfOld(steps)
		}
		if i == 0 {
			continue
		}
		before := colourOf(steps[i-1].Color.Value)
		turn := 0
		switch {
		case now > before:
			turn = 1
		case now < before:
			turn = -1
		}
		if turn*direction < 0 {
			return directionOfEnds(steps)
		}
		if turn != 0 {
			direction = turn
		}
	}
	return direction
}

// directionOfEnds is the direction of colours that go both ways, such as red, orange, red, green: that from one end to the other, where
// these are the best and the worst colour. Those of a range end as they begin.
func directionOfEnds(steps []step) int {
	first, last := colourOf(steps[0].Color.Value), colourOf(steps[len(steps)-1].Color.Value)
	for _, s := range steps {
		if c := colourOf(s.Color.Value); c == colourUnknown || c == colourGreen && first != c && last != c {
			return 0
		}
	}
	switch {
	case first == colourGreen && last == colourRed:
		return 1
	case first == colourRed && last == colourGreen:
		return -1
	}
	return 0
}

// directionOfOld is the direction of the thresholds of an old graph, each of which colours one side of it.
func directionOfOld(steps []step) int {
	direction := 0
	for _, s := range steps {
		turn := 1
		if s.Op.Value == "lt" {
			turn = -1
		}
		if colourOf(s.Color.Value) == colourGreen {
			turn = -turn
		}
		if turn*direction < 0 {
			return 0
		}
		direction = turn
	}
	return direction
}

func checkColours(p *Pass, panel Panel, steps []step, direction int, q *Query) {
	alerts, factor := p.alertsOn().of(q)
	var wrong *comparison
	for i := range alerts {
		worse := 1
		if !alerts[i].above {
			worse = -1
		}
		if alerts[i].factor*factor < 0 {
			worse = -worse
		}
		if worse == direction {
			return // alerts on both sides: the panel shows one of them
		}
		wrong = &alerts[i]
	}
	if wrong == nil {
		checkBadThings(p, panel, steps, direction, q)
		return
	}
	top, side := steps[len(steps)-1], "above"
	if !wrong.above {
		side = "below"
	}
	if !top.Op.IsZero() {
		p.Report(panel.At(top.Op.At()).Noting("%s stands at %s", wrong.rule.Alert.Value, wrong.rule.Expr.At()), "turn the thresholds round",
			"the graph marks the other side, but %s fires %s %s", wrong.rule.Alert.Value, side, figure(wrong.threshold))
		return
	}
	at := panel.At(top.Color.At()).Noting("%s stands at %s", wrong.rule.Alert.Value, wrong.rule.Expr.At())
	p.Report(at, "turn the colours round", "the colours go from %s to %s as the value grows, but %s fires %s %s",
		steps[0].Color.Value, top.Color.Value, wrong.rule.Alert.Value, side, figure(wrong.threshold))
}
