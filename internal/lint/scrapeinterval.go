package lint

import (
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var scrapeInterval = &Check{
	Code: "scrape/interval", Severity: diag.Warning,
	Summary: "a monitor scrapes more rarely than rules look back",
	Why: "A rate needs two samples in its range. A monitor that scrapes every ten minutes leaves ranges of five minutes empty, and the " +
		"alerts on them never fire.",
	Run: func(p *Pass) {
		for i := range p.Set.Monitors {
			for _, endpoint := range p.Set.Monitors[i].Endpoints {
				checkEndpoint(p, &p.Set.Monitors[i], endpoint)
			}
		}
	},
}

func checkEndpoint(p *Pass, monitor *read.Monitor, endpoint read.Endpoint) {
	interval, ok := monitorDuration(endpoint.Interval)
	if !ok {
		return
	}
	place := Place{At: endpoint.Interval.At(), Owner: monitor.Pos, Name: monitor.Name.Value}
	jobs := jobsOf(monitor)
	for i := range p.Rules {
		rule := &p.Rules[i]
		if rule.Parsed == nil {
			continue
		}
		if short, ok := shortRange(rule.Parsed, jobs, interval); ok {
			p.Report(place, "scrape at least every "+unit.FormatDuration(short/4), "%s looks back over %s, in which this monitor scrapes less than twice: it scrapes every %s",
				rule.Name().Value, unit.FormatDuration(short), unit.FormatDuration(interval))
			return
		}
	}
}

// jobsOf are the jobs that a monitor's targets are known to have: the value of its job label where it selects by that label.
func jobsOf(monitor *read.Monitor) []string {
	if monitor.Selector == nil || monitor.JobLabel.Value == "" {
		return nil
	}
	if value := read.Find(monitor.Selector.MatchLabels, monitor.JobLabel.Value).Value; value != "" {
		return []string{value}
	}
	return nil
}

// shortRange finds a rate of one of the jobs that looks back over less than two intervals.
func shortRange(expr parser.Expr, jobs []string, interval time.Duration) (time.Duration, bool) {
	var found time.Duration
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		call, ok := node.(*parser.Call)
		if !ok || len(call.Args) != 1 || call.Func.Name != "rate" && call.Func.Name != "increase" && call.Func.Name != "irate" {
			return nil
		}
		matrix, ok := call.Args[0].(*parser.MatrixSelector)
		if !ok || matrix.RangeExpr != nil || matrix.Range >= 2*interval {
			return nil
		}
		if selector, ok := matrix.VectorSelector.(*parser.VectorSelector); ok && isOfJob(selector, jobs) {
			found = matrix.Range
		}
		return nil
	})
	return found, found > 0
}

func isOfJob(selector *parser.VectorSelector, jobs []string) bool {
	for _, m := range selector.LabelMatchers {
		for _, job := range jobs {
			if m.Name == model.JobLabel && m.Type == labels.MatchEqual && m.Value == job {
				return true
			}
		}
	}
	return false
}

// monitorDuration reads a duration of a monitor; false of none.
func monitorDuration(text read.Text) (time.Duration, bool) {
	d, err := model.ParseDuration(text.Value)
	return time.Duration(d), err == nil && d > 0
}
