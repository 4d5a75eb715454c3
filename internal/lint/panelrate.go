package lint

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var (
	// periods are what Grafana's formats count things per.
	periods = map[string]time.Duration{"s": time.Second, "min": time.Minute, "h": time.Hour, "d": 24 * time.Hour}
	// periodNames are the same for people.
	periodNames = map[time.Duration]string{time.Second: "second", time.Minute: "minute", time.Hour: "hour", 24 * time.Hour: "day"}
)

// period is what a unit is so much per; false where it is per no time.
func period(u unit.Unit) (time.Duration, bool) {
	_, per, found := strings.Cut(u.String(), "/")
	length, known := periods[per]
	return length, found && known && u.IsPerTime()
}

// checkPanelRate compares the format of a query of which only the function is known: rate() is per second, whatever it counts, and
// increase() is an amount.
func checkPanelRate(p *Pass, panel Panel, q *Query, shown read.Text, claimed unit.Unit) {
	per, ok := period(claimed)
	call, factor := scaledCall(q.Parsed)
	if !ok || call == nil || !panel.reducesToValue() {
		return
	}
	at := panel.At(shown.At()).Noting("the query is %s", excerpt(q.Target.Expr.Value))
	switch call.Func.Name {
	case "increase":
		if factor != 1 || per > time.Second && q.rangeVaries() || rangeOf(call) == per {
			return
		}
		p.Report(at, "write short, or take rate()", "%s shows so much per %s, but increase() gives an amount", shown.Value, periodNames[per])
	case "rate", "irate":
		given := time.Duration(factor * float64(time.Second))
		if given == per || periodNames[given] == "" {
			return // any other factor converts something else
		}
		report := p.Report
		if given != time.Second {
			report = p.Warn
		}
		report(at, "choose a format per "+periodNames[given]+", or multiply by something else",
			"%s shows so much per %s, but the query gives so much per %s", shown.Value, periodNames[per], periodNames[given])
	}
}

// rangeVaries reports whether only the dashboard's user decides how far the query looks back.
func (q *Query) rangeVaries() bool {
	return slices.ContainsFunc(q.Substituted.Holes, func(h read.Hole) bool { return h.Use == read.UseDuration })
}

// rangeOf is how far a function looks back.
func rangeOf(call *parser.Call) time.Duration {
	switch ranged := call.Args[0].(type) {
	case *parser.MatrixSelector:
		return ranged.Range
	case *parser.SubqueryExpr:
		return ranged.Range
	}
	return 0
}

// keepingScale are aggregations whose result is measured as what they aggregate.
var keepingScale = []parser.ItemType{parser.SUM, parser.AVG, parser.MIN, parser.MAX, parser.TOPK, parser.BOTTOMK, parser.QUANTILE}

// scaledCall is the function of a range that gives an expression its values, and what they are multiplied by; nil where they are
// made of several.
func scaledCall(expr parser.Expr) (*parser.Call, float64) {
	switch e := bare(expr).(type) {
	case *parser.Call:
		if len(e.Args) > 0 && e.Args[0].Type() == parser.ValueTypeMatrix {
			return e, 1
		}
		if i := slices.IndexFunc(e.Args, isVector); i >= 0 && (strings.HasPrefix(e.Func.Name, "sort") || strings.HasPrefix(e.Func.Name, "label_")) {
			return scaledCall(e.Args[i])
		}
	case *parser.AggregateExpr:
		if slices.Contains(keepingScale, e.Op) {
			return scaledCall(e.Expr)
		}
	case *parser.BinaryExpr:
		return scaledOperand(e)
	}
	return nil, 0
}

func scaledOperand(e *parser.BinaryExpr) (*parser.Call, float64) {
	left, isLeft := number(e.LHS)
	right, isRight := number(e.RHS)
	switch {
	case e.Op == parser.MUL && isLeft:
		call, factor := scaledCall(e.RHS)
		return call, factor * left
	case e.Op == parser.MUL && isRight:
		call, factor := scaledCall(e.LHS)
		return call, factor * right
	case e.Op == parser.DIV && isRight && right != 0:
		call, factor := scaledCall(e.LHS)
		return call, factor / right
	case e.Op == parser.LOR, e.Op.IsComparisonOperator() && isRight && !e.ReturnBool:
		return scaledCall(e.LHS)
	}
	return nil, 0
}
