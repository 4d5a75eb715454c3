package slospec

import (
	"errors"
	"strings"
	"time"

	"github.com/grafana/regexp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

// signalRange is the range that stands in for a tool's window: signals have one, objectives are evaluated over several.
const (
	signalRange  = "5m"
	signalWindow = 5 * time.Minute
)

// windowTemplate is where a tool puts its windows. Sloth's is a Go template.
var windowTemplate = regexp.MustCompile(`\{\{-?\s*\.window\s*-?\}\}`)

// query is a query of a spec, parsed.
type query struct {
	text read.Text
	expr parser.Expr
}

// query parses a text of a file, or reports where it is no PromQL.
func (i *importer) query(text read.Text) (query, bool) {
	expr, err := promql.Parse(windowTemplate.ReplaceAllString(text.Value, signalRange))
	if err == nil && expr.Type() != parser.ValueTypeVector && expr.Type() != parser.ValueTypeScalar {
		i.report(codeInvalid, text.At(), "write a query that gives one value", "the query is a %s", parser.DocumentedType(expr.Type()))
		return query{}, false
	}
	if err == nil {
		return query{text, expr}, true
	}
	at, message := text.At(), err.Error()
	var all parser.ParseErrors
	if errors.As(err, &all) && len(all) > 0 {
		at, message = text.Pos(inTemplate(text.Value, int(all[0].PositionRange.Start)), 1), all[0].Err.Error()
	}
	i.report(codeInvalid, at, "it must be PromQL as Prometheus reads it", "this is not PromQL: %s", message)
	return query{}, false
}

// inTemplate is where an offset of the parsed text stands in the text with its templates.
func inTemplate(text string, offset int) int {
	for _, at := range windowTemplate.FindAllStringIndex(text, -1) {
		if at[0] >= offset {
			break
		}
		offset = max(at[0], offset+at[1]-at[0]-len(signalRange))
	}
	return offset
}

// selection is the rate of one metric's events: sum(rate(metric{matchers}[range])).
type selection struct {
	metric   string
	matchers []*labels.Matcher // without the metric's name
	grouped  []string          // labels that are kept apart
}

// selected recognises a selection. With counters, the tool takes the rate of what the query selects.
func selected(expr parser.Expr, counters bool) (selection, bool) {
	var found selection
	for {
		expr = plain(expr)
		sum, ok := expr.(*parser.AggregateExpr)
		if !ok {
			break
		}
		if sum.Op != parser.SUM {
			return found, false
		}
		if !sum.Without {
			found.grouped = sum.Grouping
		}
		expr = sum.Expr
	}
	call, ok := expr.(*parser.Call)
	if ok && (call.Func.Name == "rate" || call.Func.Name == "increase") {
		matrix, isMatrix := plain(call.Args[0]).(*parser.MatrixSelector)
		if !isMatrix {
			return found, false
		}
		expr = matrix.VectorSelector
	} else if ok || !counters {
		return found, false
	}
	selector, ok := expr.(*parser.VectorSelector)
	if !ok || selector.OriginalOffset != 0 || selector.OriginalOffsetExpr != nil || selector.Timestamp != nil || selector.StartOrEnd != 0 ||
		selector.Anchored || selector.Smoothed {
		return found, false
	}
	return found, found.choose(selector)
}

// choose takes over the metric's name and the matchers of a selector.
func (s *selection) choose(selector *parser.VectorSelector) bool {
	for _, m := range selector.LabelMatchers {
		switch {
		case m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual:
			s.metric = m.Value
		case m.Name == model.MetricNameLabel:
			return false
		default:
			s.matchers = append(s.matchers, m)
		}
	}
	return legacyName.MatchString(s.metric)
}

// legacyName is a name that metrics and labels of a spec may have.
var legacyName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)

// plain takes away what does not change the number of events: parentheses, and guards against what is zero or not there,
// which Belfry's own rules have.
func plain(expr parser.Expr) parser.Expr {
	for {
		switch e := expr.(type) {
		case *parser.ParenExpr:
			expr = e.Expr
			continue
		case *parser.BinaryExpr:
			if isGuard := e.Op == parser.LOR || e.Op == parser.GTR && !e.ReturnBool; isGuard && isZero(e.RHS) {
				expr = e.LHS
				continue
			}
		case *parser.Call:
			if e.Func.Name == "clamp_min" && isZero(e.Args[1]) {
				expr = e.Args[0]
				continue
			}
		}
		return expr
	}
}

// isZero reports whether an expression is zero whatever the series.
func isZero(expr parser.Expr) bool {
	switch e := plain(expr).(type) {
	case *parser.NumberLiteral:
		return e.Val == 0
	case *parser.Call:
		return e.Func.Name == "vector" && isZero(e.Args[0])
	case *parser.BinaryExpr:
		return e.Op == parser.MUL && (isZero(e.LHS) || isZero(e.RHS))
	}
	return false
}

// isSame reports whether two expressions are the same but for their spelling.
func isSame(a, b parser.Expr) bool { return spelled(a) == spelled(b) }

func spelled(expr parser.Expr) string {
	return strings.Join(strings.Fields(promql.Print(plain(expr))), " ")
}
