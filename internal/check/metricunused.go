package check

import (
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

var metricUnused = &Check{
	Code: "metric/unused", Severity: diag.Warning,
	Doc: Doc{
		Summary: "a declared metric is read by no signal, annotation or dashboard variable",
		Why: "Every series costs memory in the service and in Prometheus. A metric that nothing reads is either a signal that " +
			"somebody forgot to write, or one to remove.",
	},
	Run: func(p *Pass) {
		read := metricsRead(p.Program)
		for _, m := range p.Program.Metrics {
			if m.Own() && !m.Derived && !read[m.Name] {
				p.Report(m.Path, "make a signal of it, remove it, or accept it with a reason", "no signal or dashboard reads %s", m.Name)
			}
		}
	},
}

// metricsRead is the set of metrics whose value or labels something shows or compares.
func metricsRead(p *ir.Program) map[string]bool {
	read := map[string]bool{}
	for _, s := range p.Signals {
		for _, m := range s.Metrics {
			read[m.Name] = true
		}
	}
	for _, slo := range p.SLOs {
		for _, m := range slo.Signal.Metrics {
			read[m.Name] = true
		}
	}
	known := metricsByName(p)
	for _, d := range p.Dashboards {
		for _, a := range d.Annotations {
			markRead(read, known, a.Expr)
		}
		for _, v := range d.Variables {
			call := strings.TrimSuffix(strings.TrimPrefix(v.Query, "label_values("), ")")
			if selector := strings.LastIndex(call, ", "); selector >= 0 {
				markRead(read, known, call[:selector])
			}
		}
	}
	return read
}

// markRead marks the metrics that PromQL text selects.
func markRead(read map[string]bool, known map[string]*ir.Metric, text string) {
	expr, err := promql.Parse(text)
	if err != nil {
		return // text is Belfry's own; what does not parse reads nothing
	}
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			if m := metricOf(known, selector.Name); m != nil {
				read[m.Name] = true
			}
		}
		return nil
	})
}

func metricsByName(p *ir.Program) map[string]*ir.Metric {
	byName := make(map[string]*ir.Metric, len(p.Metrics))
	for _, m := range p.Metrics {
		byName[m.Name] = m
	}
	return byName
}

// metricOf finds the metric that a series belongs to: a classic histogram has series under three further names.
func metricOf(known map[string]*ir.Metric, series string) *ir.Metric {
	if m := known[series]; m != nil {
		return m
	}
	for _, suffix := range histogramSuffixes {
		if base, cut := strings.CutSuffix(series, suffix); cut {
			if m := known[base]; m != nil && m.Type == ir.Histogram {
				return m
			}
		}
	}
	return nil
}

// histogramSuffixes end the names of a classic histogram's series (Prometheus' text exposition format).
var histogramSuffixes = []string{"_bucket", "_count", "_sum"}
