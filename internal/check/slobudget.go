package check

import (
	"fmt"
	"math"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

var sloBudget = &Check{
	Code: "slo/budget", Severity: diag.Warning,
	Doc: Doc{
		Summary: "an SLO's error budget is smaller than the smallest failure that can be counted",
		Why: "The first bad evaluation, or the first bad event of the declared traffic, spends more than the whole budget: each one is a " +
			"breach, and the burn rates of its alerts tell nothing apart. SRE workbook, chapter 5, shows the arithmetic for services with little traffic.",
	},
	Run: func(p *Pass) {
		for _, slo := range p.Program.SLOs {
			if slo.SLI.CountsTime() {
				budgetOfTime(p, slo)
			} else {
				budgetOfEvents(p, slo)
			}
		}
	},
}

// budgetOfTime compares the budget with one bad evaluation: of all series of a boolean, with one bad series of them.
func budgetOfTime(p *Pass, slo *ir.SLO) {
	seen := max(slo.Interval, p.Program.Service.Scrape.Interval)
	series := 1
	if slo.SLI == ir.SLIBoolean && len(slo.By) == 0 {
		series = max(1, p.Program.Service.Replicas)
	}
	evaluations := float64(slo.Window) / float64(seen) * float64(series)
	if budget := budgetOf(slo); budget*evaluations < 1 {
		p.Report(slo.Path+".objective", roomForOne(evaluations),
			"%s of %s leaves a budget of %s, and a failure that is seen at all lasts %s: the first one is a breach",
			share(slo.Objective), unit.FormatDuration(slo.Window), unit.Second.Format(budget*slo.Window.Seconds()),
			unit.FormatDuration(seen/time.Duration(series)))
	}
}

// budgetOfEvents compares the budget with one bad event, where the spec says how many there are at least.
func budgetOfEvents(p *Pass, slo *ir.SLO) {
	for _, a := range slo.Alerts {
		if a.Kind != ir.AlertTraffic {
			continue
		}
		noun := slo.Traffic.Times(unit.Second)
		events, ok := noun.Convert(a.Threshold.Value*slo.Window.Seconds(), unit.None)
		if budget := budgetOf(slo); ok && budget*events < 1 {
			p.Report(slo.Path+".objective", roomForOne(events),
				"at the declared traffic %s hold %s, and %s leaves a budget of %s of them: the first bad one is a breach",
				unit.FormatDuration(slo.Window), noun.Format(a.Threshold.Value*slo.Window.Seconds()), share(slo.Objective), unit.None.Format(budget*events))
		}
	}
}

// budgetOf is the share that may be bad, without the digits that floating point adds.
func budgetOf(slo *ir.SLO) float64 { return math.Round((1-slo.Objective)*1e12) / 1e12 }

// roomForOne names the highest round objective that leaves a budget of one in so many.
func roomForOne(of float64) string {
	if of <= 2 {
		return "choose a longer window"
	}
	digit := math.Pow(10, math.Floor(math.Log10(1/of)))
	least := math.Ceil(1/of/digit-1e-9) * digit
	return fmt.Sprintf("write at most %q, which leaves room for one", share(1-least))
}

// share prints an objective with all of its digits, as people write it: 99.99999%.
func share(v float64) string {
	const digits = 1e10
	return fmt.Sprintf("%v%%", math.Round(v*100*digits)/digits)
}
