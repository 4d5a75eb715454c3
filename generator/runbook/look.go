package runbook

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

func query(text string, expr parser.Expr) look {
	return lookAt(text, "promql", promql.Print(expr))
}

// current shows the figure that the alert judges, as it is now.
func current(p *ir.Program, alert *ir.Alert) []look {
	if alert.SLO != nil {
		return sloLooks(p, alert)
	}
	bound := "fires below "
	if alert.Threshold.Above {
		bound = "fires above "
	}
	// The number as the query returns it: 0.05, where people say 5 %.
	shown, raw := alert.Query.Unit.Format(alert.Threshold.Value), promql.Number(alert.Threshold.Value).String()
	if digits(shown) != raw {
		shown += ", here " + raw
	}
	looks := []look{query("The figure now ("+bound+shown+"):", alert.Query.Read)}
	if alert.Query.Record != "" && alert.Query.Text != alert.Query.Read.String() {
		looks = append(looks, query("The same from raw series, in case the recording rule has no result:", alert.Query.Expr))
	}
	return looks
}

// digits keeps what a number is written with: 300 of $300.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, text)
}

// breakdowns is how many labels a page breaks the figure down by: at night nobody reads a longer list.
const breakdowns = 4

// breakdown says where the figure comes from: the same query with one label more, worst first. A label that the alert
// keeps apart already, or that a matcher fixes, tells nothing.
func breakdown(p *ir.Program, alert *ir.Alert) []look {
	signal, judged := alert.Signal, alert.Query
	if judged == nil {
		judged = signal.Default
	}
	if judged == nil || alert.Kind == ir.AlertNoData || signal.Form == ir.FormExpr || signal.Form == ir.FormParts {
		return nil
	}
	part, whole := operands(judged.Expr)
	if alert.Kind == ir.AlertTraffic {
		return arrivals(p, signal, judged, whole)
	}
	told := selecting(part, whole)
	most, order := worstIsMost(alert), "least first"
	if most {
		order = "most first"
	}
	var looks []look
	for _, label := range declared(signal.Metrics) {
		stored := storedOn(signal.Metrics, label)
		if slices.Contains(judged.By, stored) || fixed(judged.Expr, stored) {
			continue
		}
		switch {
		case signal.Form == ir.FormShare && told[stored]:
			looks = append(looks, sorted("All events by "+code(label)+", most first:", whole, stored, true))
		case slices.Contains(judged.Labels, label):
			looks = append(looks, sorted("By "+code(label)+", worst first:", judged.Expr, stored, most))
		case signal.Form == ir.FormRatio && part != nil && reads(part, label, signal.Metrics):
			looks = append(looks, sorted("The numerator by "+code(label)+", "+order+":", part, stored, most))
		}
	}
	looks = slices.DeleteFunc(looks, func(l look) bool { return l.Code == "" })
	looks = looks[:min(len(looks), breakdowns)]
	if perPod(p, signal) && !slices.Contains(judged.By, "pod") && len(looks) < breakdowns {
		if one := sorted("By "+code("pod")+", worst first, to see whether it is one replica alone:", judged.Expr, "pod", most); one.Code != "" {
			looks = append(looks, one)
		}
	}
	return looks
}

// arrivals says which events still come, by the labels of all of them.
func arrivals(p *ir.Program, signal *ir.Signal, judged *ir.Query, whole parser.Expr) []look {
	if whole == nil {
		return nil
	}
	var looks []look
	add := func(label, stored string) {
		if one := sorted("What still comes, by "+code(label)+", most first:", whole, stored, true); one.Code != "" && len(looks) < breakdowns {
			looks = append(looks, one)
		}
	}
	for _, label := range declared(signal.Metrics) {
		if stored := storedOn(signal.Metrics, label); !slices.Contains(judged.By, stored) && !fixed(whole, stored) {
			add(label, stored)
		}
	}
	if perPod(p, signal) {
		add("pod", "pod")
	}
	return looks
}

// sorted is the query by the label, the most extreme five first; without code where the query keeps no labels apart.
func sorted(text string, expr parser.Expr, label string, most bool) look {
	grouped, changed := regroup(expr, label)
	if !changed {
		return look{}
	}
	operator := parser.ItemType(parser.BOTTOMK)
	if most {
		operator = parser.TOPK
	}
	return query(text, &parser.AggregateExpr{Op: operator, Param: &parser.NumberLiteral{Val: 5}, Expr: grouped})
}

func code(text string) string { return "`" + text + "`" }

// worstIsMost reports whether the highest values are the worst.
func worstIsMost(alert *ir.Alert) bool {
	switch {
	case alert.SLO == nil:
		return alert.Threshold.Above
	case alert.SLO.SLI == ir.SLISlice:
		return alert.SLO.Good != alert.SLO.Bound.Above
	default:
		return !alert.SLO.Good
	}
}

// perPod reports whether the replicas may differ: they count and time on their own, and there are several.
func perPod(p *ir.Program, signal *ir.Signal) bool {
	if p.Service == nil || p.Service.Replicas < 2 {
		return false
	}
	return !slices.ContainsFunc(signal.Metrics, func(m *ir.Metric) bool {
		return !m.Own() || m.Type != ir.Counter && m.Type != ir.Histogram
	})
}

// storedOn is the name that a declared label has on the stored series.
func storedOn(metrics []*ir.Metric, label string) string {
	for _, metric := range metrics {
		if metric.Label(label) != nil {
			return metric.Stored(label)
		}
	}
	return label
}

// declared lists the labels that the service itself puts on the metrics, by name. Those of exporters name paths and
// devices, which tell nothing about the service.
func declared(metrics []*ir.Metric) []string {
	var names []string
	for _, metric := range metrics {
		for i := range metric.Labels {
			if !metric.Own() {
				break
			}
			names = append(names, metric.Labels[i].Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// metricOf finds the metric behind a selector's name, which may be one of a histogram's series.
func metricOf(name string, metrics []*ir.Metric) *ir.Metric {
	for _, metric := range metrics {
		rest, ok := strings.CutPrefix(name, metric.Name)
		if ok && (rest == "" || metric.Type == ir.Histogram && (rest == "_bucket" || rest == "_count" || rest == "_sum")) {
			return metric
		}
	}
	return nil
}
