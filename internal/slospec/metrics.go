package slospec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// metric is a metric of the service, as far as the queries tell.
type metric struct {
	kind   ir.MetricType
	unit   string
	labels []string
	bounds []float64
	notes  []string
}

// declare notes the metrics of a form with the labels that it needs. A form whose metrics another one takes for something
// else is written out.
func (i *importer) declare(p *pack, o *objective, f form) form {
	kind := ir.Counter
	if f.histogram || f.within != "" {
		kind = ir.Histogram
	}
	names := slices.DeleteFunc([]string{f.share, f.ratio, f.to, f.within}, func(name string) bool { return name == "" })
	for _, name := range names {
		if m := p.metrics[name]; m != nil && m.kind != kind {
			i.noEvents(o, fmt.Sprintf("%s is a histogram in one objective and a counter in another", name))
			return written(o.indicator)
		}
	}
	for _, name := range names {
		m := p.metrics[name]
		if m == nil {
			m = i.newMetric(o, name, kind)
			p.metrics[name] = m
		}
		m.label(labelsOf(f.where)...)
		m.label(labelsOf(f.matching)...)
		m.label(f.grouped...)
		if f.within != "" && !slices.Contains(m.bounds, f.bound) {
			m.bounds = append(m.bounds, f.bound)
		}
	}
	return f
}

// newMetric describes a metric. An exporter's is not the service's own.
func (i *importer) newMetric(o *objective, name string, kind ir.MetricType) *metric {
	m := &metric{kind: kind, unit: unitIn(name)}
	if owner, ok := catalog.Owner(name); ok {
		i.say(codePlaceholder, o.at, &m.notes, fmt.Sprintf("remove it from metrics and add catalogs: [%q]", owner),
			"%s is a metric of %s, and is declared as the service's own", name, owner)
	}
	return m
}

// label adds labels that the metric must have. Those of the target are there by themselves.
func (m *metric) label(names ...string) {
	for _, name := range names {
		if isLabel(name) && !slices.Contains(ir.TargetLabels, name) && !slices.Contains(m.labels, name) {
			m.labels = append(m.labels, name)
		}
	}
}

// isLabel reports whether a metric of a spec can have the label.
func isLabel(name string) bool {
	return legacyName.MatchString(name) && !strings.HasPrefix(name, "__") && name != labels.BucketLabel && name != "quantile"
}

func labelsOf(matchers []*labels.Matcher) []string {
	names := make([]string, len(matchers))
	for n, m := range matchers {
		names[n] = m.Name
	}
	return names
}

// declareWritten notes the metrics of a query that is written out: next to the service's other metrics, one that nobody
// declares reads like a misspelt name. What the query does with it tells what it is.
func (p *pack) declareWritten(expr parser.Expr) {
	if expr == nil {
		return
	}
	kept, strange := keptLabels(expr), beyondSpecs(expr)
	known, _ := catalog.Load()
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		var s selection
		if !s.choose(selector) || strings.Contains(s.metric, ":") {
			return nil // a rule records it
		}
		name, kind := kindOf(s.metric, path)
		_, isScraped := known[name]
		if _, isExported := catalog.Owner(name); isExported || isScraped || strange[s.metric] {
			return nil
		}
		m := p.metrics[name]
		if m == nil {
			m = &metric{kind: kind, unit: unitIn(name)}
			p.metrics[name] = m
		}
		m.label(append(labelsOf(s.matchers), kept...)...)
		if bound, _, ok := bucket(s.matchers); ok && m.kind == ir.Histogram && isFinite(bound) && !slices.Contains(m.bounds, bound) {
			m.bounds = append(m.bounds, bound)
		}
		return nil
	})
}

// beyondSpecs are the series that a query selects by labels that no metric of a spec can have.
func beyondSpecs(expr parser.Expr) map[string]bool {
	found := map[string]bool{}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			var s selection
			s.choose(selector)
			for _, m := range s.matchers {
				isBound := m.Name == labels.BucketLabel && strings.HasSuffix(s.metric, "_bucket")
				found[s.metric] = found[s.metric] || !isBound && !isLabel(m.Name)
			}
		}
		return nil
	})
	return found
}

// kindOf tells what a series belongs to, by its name and by what is made of it.
func kindOf(series string, path []parser.Node) (string, ir.MetricType) {
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if base, ok := strings.CutSuffix(series, suffix); ok && base != "" {
			return base, ir.Histogram
		}
	}
	for _, node := range slices.Backward(path) {
		if call, ok := node.(*parser.Call); ok && slices.Contains([]string{"rate", "irate", "increase"}, call.Func.Name) {
			return series, ir.Counter
		}
	}
	return series, ir.Gauge
}

// keptLabels are the labels that a query groups or joins by.
func keptLabels(expr parser.Expr) []string {
	var kept []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch e := node.(type) {
		case *parser.AggregateExpr:
			kept = append(kept, e.Grouping...)
		case *parser.BinaryExpr:
			if e.VectorMatching != nil {
				kept = append(append(kept, e.VectorMatching.MatchingLabels...), e.VectorMatching.Include...)
			}
		}
		return nil
	})
	return kept
}

// units are the units in names of metrics (https://prometheus.io/docs/practices/naming).
var units = []struct{ suffix, unit string }{
	{"_milliseconds", "ms"}, {"_microseconds", "us"}, {"_nanoseconds", "ns"}, {"_seconds", "s"}, {"_minutes", "min"}, {"_hours", "h"}, {"_bytes", "B"},
	{"_ratio", "ratio"}, {"_percent", "percent"},
}

func unitIn(name string) string {
	name = strings.TrimSuffix(name, "_total")
	for _, u := range units {
		if strings.HasSuffix(name, u.suffix) {
			return u.unit
		}
	}
	return ""
}
