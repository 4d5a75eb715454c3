package lint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

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
			return 0
		}
		if turn != 0 {
			direction = turn
		}
	}
	return direction
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

// badThings are words in the names of metrics that count what nobody wants more of.
var badThings = []string{"error", "errors", "failure", "failures", "failed", "timeouts", "dropped", "rejected", "oom"}

// checkBadThings reports green above for what counts errors: the alerts would say so, if there were one.
func checkBadThings(p *Pass, panel Panel, steps []step, direction int, q *Query) {
	top, base := steps[len(steps)-1], steps[0]
	metric := growsWith(q.Parsed)
	isBad := slices.ContainsFunc(strings.FieldsFunc(metric, func(c rune) bool { return c == '_' || c == ':' }), func(word string) bool {
		return slices.Contains(badThings, word)
	})
	if direction < 0 && isBad && colourOf(top.Color.Value) == colourGreen && colourOf(base.Color.Value) == colourRed {
		p.Warn(panel.At(top.Color.At()).Noting("the query is %s", excerpt(q.Target.Expr.Value)), "turn the colours round",
			"the colours go from %s to %s as %s grows", base.Color.Value, top.Color.Value, metric)
	}
}

// growsWith is the metric with which the value of an expression grows for certain; empty where there is none.
func growsWith(expr parser.Expr) string {
	switch e := bare(expr).(type) {
	case *parser.VectorSelector:
		return e.Name
	case *parser.MatrixSelector:
		return growsWith(e.VectorSelector)
	case *parser.AggregateExpr:
		if e.Op == parser.SUM || e.Op == parser.AVG || e.Op == parser.MAX || e.Op == parser.MIN {
			return growsWith(e.Expr)
		}
	case *parser.Call:
		if slices.Contains([]string{"rate", "irate", "increase"}, e.Func.Name) {
			return growsWith(e.Args[0])
		}
	case *parser.BinaryExpr:
		factor, isNumber := number(e.LHS)
		switch {
		case e.Op == parser.DIV:
			return growsWith(e.LHS)
		case e.Op == parser.MUL && isNumber && factor > 0:
			return growsWith(e.RHS)
		}
		if factor, isNumber = number(e.RHS); e.Op == parser.MUL && isNumber && factor > 0 {
			return growsWith(e.LHS)
		}
	}
	return ""
}
