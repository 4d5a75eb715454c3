package runbook

import (
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

// sloLooks are the figures behind an SLO's alert.
func sloLooks(p *ir.Program, alert *ir.Alert) []look {
	switch alert.Kind {
	case ir.AlertNoData:
		return missing(p, alert)
	case ir.AlertTraffic:
		return fewer(p, alert)
	default:
		return append(burning(alert), counted(alert.SLO)...)
	}
}

// burning shows the share of bad events over each tier's long window, and what is left of the budget. The selectors are
// those of the alert's own expression, because only they carry the labels that tell one SLO's records from another's.
func burning(alert *ir.Alert) []look {
	slo := alert.SLO
	known := map[string]*parser.VectorSelector{}
	for _, selector := range selectors(alert.Condition) {
		known[selector.Name] = selector
	}
	var looks []look
	var last *parser.VectorSelector
	for _, tier := range alert.Tier {
		window := unit.FormatDuration(tier.Long)
		selector := known[slo.ErrorRatio[window]]
		if selector == nil {
			continue
		}
		last = selector
		bad := unit.Ratio.Format(min(1, tier.Factor*allowed(slo)))
		looks = append(looks, query("Bad share of the last "+window+" as a ratio (fires above "+bad+"):", selector))
	}
	if last == nil {
		return looks
	}
	if slo.BudgetRemaining != "" {
		looks = append(looks, query("What is left of the budget (1 is all of it, 0 nothing):", renamed(last, slo.BudgetRemaining)))
	}
	if slo.Records.CalendarBudget != "" {
		looks = append(looks, query("The same of the calendar "+slo.Calendar+" so far:", renamed(last, slo.Records.CalendarBudget)))
	}
	if look, ok := lasting(slo, last); ok {
		looks = append(looks, look)
	}
	if slo.Records.TotalRate != "" && !slo.SLI.CountsTime() {
		looks = append(looks, query("How many events there are each second at all; a bad share of few says little:", renamed(last, slo.Records.TotalRate)))
	}
	return looks
}

// lasting is how many hours the rest of the budget lasts at the present burn rate.
func lasting(slo *ir.SLO, like *parser.VectorSelector) (look, bool) {
	burn := slo.Records.BurnRate[slo.Records.CurrentWindow]
	if burn == "" || slo.BudgetRemaining == "" {
		return look{}, false
	}
	rest := promql.Call("clamp_min", renamed(like, slo.BudgetRemaining), promql.Number(0))
	return query("How many hours the rest lasts at the rate of the last "+slo.Records.CurrentWindow+":",
		promql.Binary(parser.DIV, promql.Scale(rest, slo.Window.Hours()), renamed(like, burn))), true
}

// counted shows what an indicator counts that is no signal's own share: the events as the spec writes them, or the figure
// that makes an evaluation good or bad.
func counted(slo *ir.SLO) []look {
	if slo.SLI == ir.SLISlice && slo.Signal.Default != nil {
		bound, verdict := "below ", "bad"
		if slo.Bound.Above {
			bound = "above "
		}
		if slo.Good {
			verdict = "good"
		}
		return []look{query("The figure now (an evaluation is "+verdict+" while it is "+bound+slo.Signal.Default.Unit.Format(slo.Bound.Value)+"):", slo.Signal.Default.Read)}
	}
	part := "Bad"
	if slo.Good {
		part = "Good"
	}
	var looks []look
	for i, written := range slo.Written {
		text := part + " events of the last five minutes, from raw series; take labels into the query to see which part fails:"
		if i > 0 {
			text = "All events, the same way:"
		}
		if expr, err := promql.Parse(strings.ReplaceAll(written.Text, "$window", "5m")); err == nil {
			looks = append(looks, query(text, expr))
		}
	}
	return looks
}

// missing looks for what should be counted: whether the targets are scraped, and whether they expose it.
func missing(p *ir.Program, alert *ir.Alert) []look {
	var looks []look
	if up := up(p); up != nil {
		looks = append(looks, query("Whether Prometheus reaches the service (1 it does, 0 it does not, nothing: it knows no targets):", up))
	}
	for _, selector := range counting(alert.SLO) {
		looks = append(looks, query("Whether the service exposes "+code(selector.Name)+":", promql.Aggregate(parser.COUNT, selector)))
	}
	return looks
}

// fewer compares the traffic with what it was.
func fewer(p *ir.Program, alert *ir.Alert) []look {
	slo := alert.SLO
	for _, selector := range selectors(alert.Condition) {
		if selector.Name != slo.Records.TotalRate {
			continue
		}
		before := *selector
		before.Offset, before.OriginalOffset = 0, 7*24*time.Hour
		looks := []look{
			query("The traffic now (fires below "+slo.Traffic.Format(alert.Threshold.Value)+"; nothing means none):", selector),
			query("A week ago at this time:", &before),
		}
		if up := up(p); up != nil {
			looks = append(looks, query("Whether Prometheus reaches the service (1 it does, 0 it does not):", up))
		}
		return looks
	}
	return nil
}

// up selects whether the service's targets are scraped.
func up(p *ir.Program) parser.Expr {
	if p.Service == nil || p.Service.Scrape.Job == "" {
		return nil
	}
	return promql.Select("up", promql.Equal("namespace", p.Service.Namespace), promql.Equal("job", p.Service.Scrape.Job))
}

// counting are the raw series behind an indicator, each metric once, without the matchers that tell bad from good.
func counting(slo *ir.SLO) []*parser.VectorSelector {
	var all []*parser.VectorSelector
	if slo.Signal.Default != nil {
		all = selectors(slo.Signal.Default.Expr)
	}
	for _, written := range slo.Written {
		all = append(all, selectors(written.Expr)...)
	}
	seen := map[string]bool{}
	var kept []*parser.VectorSelector
	for _, selector := range all {
		if seen[selector.Name] || selector.Name == "" {
			continue
		}
		seen[selector.Name] = true
		kept = append(kept, scoped(selector))
	}
	return kept
}

// scoped keeps the matchers that say whose series they are.
func scoped(selector *parser.VectorSelector) *parser.VectorSelector {
	var matchers []*labels.Matcher
	for _, matcher := range selector.LabelMatchers {
		if matcher.Name == "job" || matcher.Name == "namespace" || matcher.Name == "service" {
			matchers = append(matchers, matcher)
		}
	}
	return promql.Select(selector.Name, matchers...)
}

// renamed selects another record of the same labels.
func renamed(selector *parser.VectorSelector, name string) *parser.VectorSelector {
	copied := *selector
	copied.Name = name
	copied.LabelMatchers = []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, model.MetricNameLabel, name)}
	for _, matcher := range selector.LabelMatchers {
		if matcher.Name != model.MetricNameLabel {
			copied.LabelMatchers = append(copied.LabelMatchers, matcher)
		}
	}
	return &copied
}
