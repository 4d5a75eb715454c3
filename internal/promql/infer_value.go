package promql

import (
	"math"
	"strings"

	"github.com/grafana/regexp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
)

// rounded types round(v) and round(v, to).
func rounded(_ *walk, _ *parser.Call, arguments []Type) Type {
	result := arguments[0]
	if len(arguments) == 1 {
		result.Range = result.Range.monotonic(func(v float64) float64 { return math.Floor(v + 0.5) })
		return result
	}
	low := math.Inf(-1)
	if result.Range.Low >= 0 {
		low = 0
	}
	result.Range = interval(low, math.Inf(1), result.Range.Promised)
	return result
}

// clamped types clamp, clamp_min and clamp_max.
func clamped(_ *walk, e *parser.Call, arguments []Type) Type {
	result := arguments[0]
	low, high := exactly(math.Inf(-1)), exactly(math.Inf(1))
	switch e.Func.Name {
	case "clamp":
		low, high = arguments[1].Range, arguments[2].Range
	case "clamp_min":
		low = arguments[1].Range
	default:
		high = arguments[1].Range
	}
	clamped := interval(
		min(max(result.Range.Low, low.Low), high.High), max(min(result.Range.High, high.High), low.Low), true)
	if e.Func.Name == "clamp_min" && result.Range.High < math.Inf(1) || e.Func.Name == "clamp_max" && result.Range.Low > math.Inf(-1) {
		clamped.Promised = result.Range.Promised
	}
	if value, ok := high.Constant(); ok && value <= result.Range.High {
		clamped = clamped.saying(e.Func.Name + "() limits it to " + figure(value))
	} else {
		clamped.because = result.Range.because
	}
	result.Range = clamped
	return result
}

// absent types absent() and absent_over_time(): 1 with the labels that the selector fixes, where it finds nothing.
func absent(w *walk, e *parser.Call, arguments []Type) Type {
	if arguments[0].NeverEmpty {
		w.report(diag.Error, codeAbsentNever, e, excerpt(e)+" has no result, ever: "+excerpt(e.Args[0])+" is never absent",
			"remove or vector(…) inside absent()")
	}
	set := LabelSet{closed: true, why: reason{cause: causeFunction, node: e}}
	var selector *parser.VectorSelector
	switch inner := inside(e.Args[0]).(type) {
	case *parser.VectorSelector:
		selector = inner
	case *parser.MatrixSelector:
		selector, _ = inner.VectorSelector.(*parser.VectorSelector)
	}
	if selector != nil {
		for _, m := range selector.LabelMatchers {
			if m.Name == model.MetricNameLabel {
				continue
			}
			l := Label{Name: m.Name, Presence: Must, Values: []string{m.Value}}
			if m.Type != labels.MatchEqual || m.Value == "" || countMatchers(selector, m.Name) > 1 {
				l = Label{Name: m.Name, Presence: Never, why: set.why}
			} else if isVariable(m.Value) {
				l = Label{Name: m.Name}
			}
			set = set.with(l)
		}
	}
	return Type{
		Kind: KindState, Shape: ShapeNumber, Unit: number, Branches: []LabelSet{set},
		Range: one.saying(e.Func.Name + "() is 1 or nothing"),
	}
}

// labelReplace types label_replace(v, destination, replacement, source, pattern).
func labelReplace(w *walk, e *parser.Call, arguments []Type) Type {
	result := arguments[0]
	destination, pattern := text(e.Args[1]), text(e.Args[4])
	// As Prometheus compiles it (promql/functions.go, label_replace).
	if _, err := regexp.Compile("^(?s:" + pattern + ")$"); err != nil && !isVariable(pattern) {
		w.report(diag.Error, codeLabelReplace, e, "label_replace() cannot read the pattern "+pattern, "write a regular expression of RE2")
	}
	result.Branches = result.each(func(set LabelSet) LabelSet {
		replacement := text(e.Args[2])
		matchesAlways := pattern == "" && text(e.Args[3]) == "" || pattern == ".*" || pattern == "(.*)"
		if matchesAlways && replacement != "" && !strings.Contains(replacement, "$") {
			return set.with(Label{Name: destination, Presence: Must, Values: []string{replacement}})
		}
		return set.with(Label{Name: destination})
	})
	return result
}

// labelJoin types label_join(v, destination, separator, sources…).
func labelJoin(_ *walk, e *parser.Call, arguments []Type) Type {
	result := arguments[0]
	result.Branches = result.each(func(set LabelSet) LabelSet { return set.with(Label{Name: text(e.Args[1])}) })
	return result
}

// withInfo types info(v, selector), which adds labels of info metrics that match.
func withInfo(_ *walk, _ *parser.Call, arguments []Type) Type {
	result := arguments[0]
	result.NeverEmpty = false
	result.Branches = result.each(func(set LabelSet) LabelSet {
		open := LabelSet{picked: set.picked}
		for _, l := range set.labels {
			if l.Presence == Must {
				open.labels = append(open.labels, l)
			}
		}
		return open
	})
	return result
}

func toScalar(_ *walk, _ *parser.Call, arguments []Type) Type {
	result := arguments[0]
	result.Branches, result.NeverEmpty = nil, true
	return result
}

func toVector(_ *walk, e *parser.Call, arguments []Type) Type {
	result := arguments[0]
	result.Branches, result.NeverEmpty = unlabelled(e), true
	return result
}

// chosen types max_of and min_of of two scalars.
func chosen(_ *walk, e *parser.Call, arguments []Type) Type {
	a, b := arguments[0], arguments[1]
	choose := math.Max
	if e.Func.Name == "min_of" {
		choose = math.Min
	}
	return Type{
		Kind: agreed(a.Kind, b.Kind), Shape: ShapeNumber, Unit: a.Unit.together(b.Unit),
		Range:      interval(choose(a.Range.Low, b.Range.Low), choose(a.Range.High, b.Range.High), a.Range.Promised && b.Range.Promised),
		NeverEmpty: true,
	}
}

// text is the value of a string argument; nothing where it is no literal.
func text(e parser.Expr) string {
	if s, ok := inside(e).(*parser.StringLiteral); ok {
		return s.Val
	}
	return ""
}
