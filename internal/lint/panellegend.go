package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
)

var panelLegendLabel = &Check{
	Code: "panel/legend-label", Severity: diag.Error,
	Summary: "a legend names a label that its series do not have",
	Why: "Grafana puts the label's own name where a series lacks the label (packages/grafana-prometheus, renderLegendFormat): all series are " +
		"then named alike, and nobody can tell them apart.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			for _, q := range panel.Typed() {
				if !q.isTable() && panel.showsLegend(q) {
					checkLegendLabels(p, q)
				}
			}
		}
	},
}

// legendLabel finds labels in a legend as Grafana does.
var legendLabel = regexp.MustCompile(`\{\{\s*(.+?)\s*\}\}`)

func checkLegendLabels(p *Pass, q *Query) {
	for _, m := range legendLabel.FindAllStringSubmatchIndex(q.LegendFormat.Value, -1) {
		name := q.LegendFormat.Value[m[2]:m[3]]
		at := q.At(q.LegendFormat.Pos(m[2], m[3]-m[2]))
		if q.Dashboard.Declares(read.VariablesIn(name)) {
			continue
		}
		if plain := strings.TrimPrefix(strings.TrimPrefix(name, "$labels."), "."); plain != name && plain != "" {
			p.Report(at, "write {{"+plain+"}}", "%s is no label: legends name labels as they are", name)
			continue
		}
		label := q.Analysis.Root.Label(name)
		if label.Presence != promql.Never || len(read.VariablesIn(name)) > 0 {
			continue
		}
		if why := label.Why(); why != "" {
			at = at.Noting("%s", why)
		}
		p.Report(at, legendHelp(q), "no series of the query has the label %s", name)
	}
}

// showsLegend reports whether the panel names a query's series by its legend.
func (p Panel) showsLegend(q *Query) bool {
	if mode := p.Options.Field("textMode").Text().Value; mode == "value" || mode == "none" || p.Field.DisplayName.Value != "" {
		return false
	}
	return !slices.ContainsFunc(p.Overrides, func(o read.Override) bool {
		return selects(o, q) != selectsNone &&
			slices.ContainsFunc(o.Properties, func(property read.Property) bool { return property.ID.Value == "displayName" })
	})
}

func legendHelp(q *Query) string {
	var names []string
	for _, set := range q.Analysis.Root.Branches {
		names = append(names, set.Names()...)
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > 0 && len(names) <= 5 {
		return "the labels of the result: " + choices(names)
	}
	return "keep the label in the query, or write a fixed legend"
}

var panelLegendMissing = &Check{
	Code: "panel/legend-missing", Severity: diag.Warning,
	Summary: "several series have the same legend",
	Why:     "A query that groups by a label gives a series for each value. With a legend that does not name the label, all of them are called alike.",
	Run: func(p *Pass) {
		for _, panel := range p.panels() {
			for _, q := range panel.Typed() {
				if _, fixed := fixedLegend(q); fixed && !q.isHeatmap() && panel.showsLegend(q) {
					checkSameLegend(p, panel, q)
				}
			}
		}
	},
}

func checkSameLegend(p *Pass, panel Panel, q *Query) {
	expanded := p.alertsOn().levels(q.Parsed)
	grouped := outermost(expanded[len(expanded)-1].expr)
	if grouped == nil || grouped.Without {
		checkSameLegendOfParts(p, q)
		return
	}
	chosen := append(variableLabels(q.Parsed), pinned(q.Parsed)...)
	for _, hole := range q.Substituted.Holes { // job=~"$namespace/.*" chooses the namespace
		chosen = append(chosen, hole.Variable)
	}
	var apart []string
	for _, name := range grouped.Grouping {
		label := q.Analysis.Root.Label(name)
		if label.Presence != promql.Never && len(label.Values) != 1 && !slices.Contains(chosen, name) {
			apart = append(apart, name)
		}
	}
	if len(apart) == 0 || panel.Transformed() {
		return
	}
	p.Report(q.At(q.LegendFormat.At()), "write {{"+apart[0]+"}} into the legend, or do not group by it",
		"the query gives a series for each %s, and all of them are called %q", listed(apart), q.LegendFormat.Value)
}

// checkSameLegendOfParts looks at the operands of or, each of which has another value of a label.
func checkSameLegendOfParts(p *Pass, q *Query) {
	sets := q.Analysis.Root.Branches
	if len(sets) < 2 {
		return
	}
	for _, known := range sets[0].All() {
		isFixed := func(set promql.LabelSet) bool {
			label := set.Get(known.Name)
			return label.Presence == promql.Must && len(label.Values) == 1
		}
		values := q.Analysis.Root.Label(known.Name).Values
		if !slices.ContainsFunc(sets, func(set promql.LabelSet) bool { return !isFixed(set) }) && len(values) > 1 {
			p.Report(q.At(q.LegendFormat.At()), "write {{"+known.Name+"}} into the legend",
				"the query gives series whose %s is %s, and all of them are called %q", known.Name, listed(values), q.LegendFormat.Value)
			return
		}
	}
}

// outermost is the aggregation that gives the result its labels, below functions, comparisons and arithmetic with numbers; nil
// where something else gives them.
func outermost(expr parser.Expr) *parser.AggregateExpr {
	switch e := bare(expr).(type) {
	case *parser.AggregateExpr:
		switch e.Op {
		case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO, parser.COUNT_VALUES:
			return nil
		}
		return e
	case *parser.Call:
		if i := slices.IndexFunc(e.Args, isVector); i >= 0 && slices.Contains(keepingLabels, e.Func.Name) {
			return outermost(e.Args[i])
		}
	case *parser.BinaryExpr:
		if _, ok := number(e.RHS); ok {
			return outermost(e.LHS)
		}
		if _, ok := number(e.LHS); ok {
			return outermost(e.RHS)
		}
		if left, right := outermost(e.LHS), outermost(e.RHS); left != nil && right != nil && slices.Equal(left.Grouping, right.Grouping) {
			return left
		}
	}
	return nil
}

// keepingLabels are functions that take a vector and keep its labels; histogram_quantile loses le, which no group of the result has.
var keepingLabels = []string{"histogram_quantile", "round", "abs", "ceil", "floor", "clamp", "clamp_min", "clamp_max", "sort", "sort_desc", "sqrt"}

func isVector(expr parser.Expr) bool { return expr.Type() == parser.ValueTypeVector }

// pinned are the labels of which a matcher chooses one value.
func pinned(expr parser.Expr) []string {
	var names []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			for _, m := range selector.LabelMatchers {
				if m.Type == labels.MatchEqual {
					names = append(names, m.Name)
				}
			}
		}
		return nil
	})
	return names
}
