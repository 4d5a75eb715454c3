package check

import (
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

var queryRangeShort = &Check{
	Code: "query/range-short", Severity: diag.Error, Warns: true,
	Doc: Doc{
		Summary: "a range holds too few samples for what is taken over it",
		Why: "A rate needs two samples. A range below twice the scrape interval often holds only one, so that the result is empty: " +
			"an error. Below four times the interval one failed scrape leaves a hole that resets the alert: a warning. Four " +
			"intervals are what Grafana's $__rate_interval takes too. What an exporter reads every few hours stands still in " +
			"between, however often it is scraped: a range below twice its refresh is a warning.",
	},
	Run: func(p *Pass) {
		if p.Program.Service == nil {
			return
		}
		interval := p.Program.Service.Scrape.Interval
		known := metricsByName(p.Program)
		for _, u := range uses(p.Program) {
			if warnedOfStandstill(p, u, known) {
				continue
			}
			if shortest, series := shortestRate(u.query.Expr, known); shortest > 0 {
				reportShort(p, u.path, "write at least "+unit.FormatDuration(4*interval), shortest, interval, series)
			}
		}
		for _, slo := range p.Program.SLOs {
			if shortest := shortestWindow(slo); shortest > 0 && !slo.SLI.CountsTime() {
				reportShort(p, slo.Path, "scrape the service every "+unit.FormatDuration(shortest/4)+" or more often", shortest, interval,
					"the alerts of SLO "+slo.Name)
			}
		}
	},
}

func reportShort(p *Pass, path, help string, given, interval time.Duration, reader string) {
	const format = "a range of %s is too short for %s, as the service is scraped every %s: "
	arguments := []any{unit.FormatDuration(given), reader, unit.FormatDuration(interval)}
	switch {
	case given < 2*interval:
		p.Report(path, help, format+"it often holds only one sample, and a rate needs two", arguments...)
	case given < 4*interval:
		p.Warn(path, help, format+"one failed scrape leaves it without a result", arguments...)
	}
}

// warnedOfStandstill warns of a rate over a range in which an exporter may not have read anything new, and reports whether
// it has.
func warnedOfStandstill(p *Pass, u use, known map[string]*ir.Metric) (warned bool) {
	eachRate(u.query.Expr, known, func(m *ir.Metric, over time.Duration) {
		if warned || m.Exporter == nil || over >= 2*m.Exporter.CostExplorer.Refresh {
			return
		}
		warned = true
		refresh := m.Exporter.CostExplorer.Refresh
		p.Warn(u.path, "write at least "+unit.FormatDuration(2*refresh),
			"a range of %s is too short for %s, which is read every %s: most often nothing changes in it",
			unit.FormatDuration(over), m.Name, unit.FormatDuration(refresh))
	})
	return warned
}

// shortestWindow is the shortest range that an SLO's alerts look at, most often as the SRE workbook sets it.
func shortestWindow(slo *ir.SLO) time.Duration {
	var shortest time.Duration
	for _, tier := range slo.Tiers {
		if shortest == 0 || tier.Short < shortest {
			shortest = tier.Short
		}
	}
	return shortest
}

// twoSamples are the functions that compare the samples of a range with each other
// (https://prometheus.io/docs/prometheus/latest/querying/functions/).
var twoSamples = map[string]bool{
	"rate": true, "increase": true, "irate": true, "delta": true, "idelta": true, "deriv": true, "predict_linear": true,
}

// shortestRate is the shortest range of a rate over series that the service itself exposes. How often other exporters are
// scraped, the spec does not say.
func shortestRate(expr parser.Expr, known map[string]*ir.Metric) (shortest time.Duration, metric string) {
	eachRate(expr, known, func(m *ir.Metric, over time.Duration) {
		if m.Own() && (shortest == 0 || over < shortest) {
			shortest, metric = over, m.Name
		}
	})
	return shortest, metric
}

// eachRate calls visit for each known metric whose samples over a range are compared with each other.
func eachRate(expr parser.Expr, known map[string]*ir.Metric, visit func(m *ir.Metric, over time.Duration)) {
	eachRange(expr, func(function string, selector *parser.MatrixSelector) {
		vector, ok := selector.VectorSelector.(*parser.VectorSelector)
		if !ok || !twoSamples[function] {
			return
		}
		if m := metricOf(known, vector.Name); m != nil {
			visit(m, selector.Range)
		}
	})
}
