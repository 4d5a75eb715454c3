package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var panelUnit = &Check{
	Code: "panel/unit", Severity: diag.Error, Warns: true,
	Summary: "a panel's unit is not that of its query",
	Why: "Grafana scales and names values by the unit that the panel claims. A share shown as percent (0-100) reads 0.05 % where it is " +
		"5 %, milliseconds shown as seconds read a thousand times too long, and a rate shown as an amount hides that it is per second. Bytes and seconds " +
		"per second shown as bytes and seconds are a warning: the figure is right, and its unit is not.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			if panel.Type.Value == "heatmap" || panel.Stacking.Value == "percent" || panel.Transformed(keepingValues...) {
				continue
			}
			for _, q := range panel.Typed() {
				checkPanelUnit(p, panel, q)
			}
		}
	},
}

// keepingValues are transformations that change no value.
var keepingValues = []string{"organize", "sortBy", "merge", "joinByField", "seriesToColumns", "seriesToRows", "filterFieldsByName",
	"filterByRefId", "filterByValue", "limit", "labelsToFields", "renameByRegex", "convertFieldType"}

// countingValues are calculations whose result is a number of samples or of something else than the query's.
var countingValues = []string{"count", "changeCount", "distinctCount", "diffperc", "allIsZero", "allIsNull", "variance"}

func checkPanelUnit(p *Pass, panel Panel, q *Query) {
	shown, known := panel.unitOf(q)
	if !known || shown.Value == "" || slices.ContainsFunc(panel.Calculations, isCounting) {
		return
	}
	root := q.Analysis.Root
	at := panel.At(shown.At()).Noting("the query is %s", excerpt(q.Target.Expr.Value))
	if slices.Contains(unit.GrafanaDates, shown.Value) {
		if root.Kind == promql.KindTimestamp {
			p.Report(at, "multiply the query by 1000", "%s shows milliseconds since 1970, but the query gives seconds", shown.Value)
		}
		return
	}
	claimed, ok := unit.FromGrafana(shown.Value)
	if !ok {
		return
	}
	if root.Kind == promql.KindTimestamp {
		if claimed.IsTime() {
			p.Report(at, "show time() minus the query, or its thousandfold with dateTimeFromNow",
				"%s shows how long something takes, but the query gives a point in time", shown.Value)
		}
		return
	}
	if contradictsName(q, claimed) {
		p.Warn(at, "write percentunit", "%s shows %s, but a name that ends in ratio says a share from 0 to 1", shown.Value,
			spoken(promql.In(claimed), nil))
		return
	}
	if claimed.IsRatio() && isWholeNumber(q.Parsed) {
		p.Warn(at, "write short", "%s shows a share, but the query counts series", shown.Value)
		return
	}
	if (claimed.IsTime() || claimed.IsData()) && isBurnRate(q.Parsed) {
		p.Warn(at, "write short", "%s shows %s, but a burn rate is a plain number", shown.Value, spoken(promql.In(claimed), nil))
		return
	}
	if root.Unit.Certainty == promql.UnitUnknown {
		checkPanelRate(p, panel, q, shown, claimed)
		return
	}
	if !root.Unit.Clashes(promql.In(claimed)) && !isShareOfNothing(root, claimed) && !isOtherTime(root.Unit, claimed) {
		return
	}
	report := p.Report
	if isAmountOfRate(root.Unit, claimed) {
		report = p.Warn
	}
	report(at, unitHelp(root.Unit), "%s shows %s, but the query gives %s", shown.Value, spoken(promql.In(claimed), nil), spoken(root.Unit, q.Parsed))
}

func isCounting(calculation read.Text) bool {
	return slices.Contains(countingValues, calculation.Value)
}

// isShareOfNothing reports whether things are shown as a share: tickets as percent.
func isShareOfNothing(t promql.Type, claimed unit.Unit) bool {
	return claimed.IsRatio() && t.Unit.Known() && t.Unit.Unit.IsCount() && t.Unit.Unit.Noun() != "" &&
		(t.Kind == promql.KindDelta || t.Kind == promql.KindCounter)
}

// isAmountOfRate reports whether what is per second is shown as if it were the amount.
func isAmountOfRate(m promql.Measure, claimed unit.Unit) bool {
	if !claimed.IsData() && !claimed.IsTime() {
		return false
	}
	factor, ok := claimed.PerSecond().Factor(m.Unit)
	return ok && factor == 1
}

// isOtherTime reports whether what is per minute is shown as per second. A rate times 60 may also be an amount, of a minute, which
// is nothing per second either.
func isOtherTime(m promql.Measure, claimed unit.Unit) bool {
	if !m.Known() || !m.Unit.IsPerTime() || !claimed.IsPerTime() {
		return false
	}
	factor, ok := m.Unit.Factor(claimed)
	return ok && factor != 1
}

// spoken is the measure of an expression as a noun for a sentence; nil is of what a panel shows.
func spoken(m promql.Measure, of parser.Expr) string {
	switch {
	case !m.Known() || m.Unit == unit.None:
		return m.String()
	case m.Unit == unit.Ratio:
		return "a share from 0 to 1"
	case m.Unit == unit.Percent:
		return "a share from 0 to 100"
	}
	dimension := m.Dimension(of)
	if strings.HasSuffix(dimension, ")") {
		return dimension // it names the unit: money (USD)
	}
	return fmt.Sprintf("%s (%s)", dimension, m.Unit)
}

// unitHelp says which format fits.
func unitHelp(m promql.Measure) string {
	if !m.Known() {
		return "choose the unit of the query's values"
	}
	if id := m.Unit.Grafana().ID; id != "short" {
		return "write " + id
	}
	return "write short, or convert the query"
}
