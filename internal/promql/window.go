package promql

import (
	"slices"
	"time"

	"github.com/grafana/regexp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// WindowName stands in PromQL for a range that is filled in later.
const WindowName = "$window"

// windows finds $window, and not the beginning of another name.
var windows = regexp.MustCompile(`\$window\b`)

// unwritten is a range that nobody writes: in a text that is read with it for $window, every other range is the user's own.
const unwritten = model.Duration(7*365*24*time.Hour + 7777*time.Millisecond)

// ParseWindow parses PromQL with a duration for $window. The error speaks of the text with the duration in it.
func ParseWindow(text string, window time.Duration) (parser.Expr, error) {
	return Parse(windows.ReplaceAllLiteralString(text, model.Duration(window).String()))
}

// Windows counts the ranges of PromQL in which $window stands. The ranges that are written out come with it.
func Windows(text string) (count int, written []time.Duration, err error) {
	expr, err := ParseWindow(text, time.Duration(unwritten))
	if err != nil {
		return 0, nil, err
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		length := time.Duration(unwritten)
		switch e := node.(type) {
		case *parser.MatrixSelector:
			length = e.Range
		case *parser.SubqueryExpr:
			length = e.Range
		default:
			return nil
		}
		if length == time.Duration(unwritten) {
			count++
		} else {
			written = append(written, length)
		}
		return nil
	})
	return count, written, nil
}

// ResultLabels finds the labels of an expression's result, sorted; false where the expression alone does not decide them.
func ResultLabels(expr parser.Expr) ([]string, bool) {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return ResultLabels(e.Expr)
	case *parser.AggregateExpr:
		return sortedNames(e.Grouping), !e.Without && e.Op != parser.TOPK && e.Op != parser.BOTTOMK && e.Op != parser.COUNT_VALUES
	case *parser.Call:
		switch e.Func.Name {
		case "vector":
			return nil, true
		case "label_replace", "label_join", "absent", "absent_over_time", "info":
			return nil, false // they make labels of their own
		}
		for _, argument := range e.Args {
			if argument.Type() == parser.ValueTypeVector {
				return ResultLabels(argument)
			}
		}
	case *parser.BinaryExpr:
		if e.LHS.Type() == parser.ValueTypeScalar {
			return ResultLabels(e.RHS)
		}
		left, known := ResultLabels(e.LHS)
		if !known || e.RHS.Type() == parser.ValueTypeScalar || e.Op == parser.LAND || e.Op == parser.LUNLESS {
			return left, known
		}
		right, known := ResultLabels(e.RHS)
		if e.Op == parser.LOR && known {
			return sortedNames(slices.Concat(left, right)), true
		}
		return left, known && slices.Equal(left, right)
	}
	return nil, false
}

func sortedNames(names []string) []string {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
