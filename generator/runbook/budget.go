package runbook

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// budget is what the burn-rate alert of an SLO is about, in figures.
type budget struct {
	Burns     []burn
	Scenarios []scenario
	MinEvents int
	Interval  string
	Late      string // by how much long windows may be late; empty where there are none
}

// burn is one row of how fast the budget goes.
type burn struct {
	Bad     string // share of bad events from which it fires
	Factor  string
	Windows string
	Spent   string // share of the budget that is gone when it fires
	Left    string // how long the rest lasts at that rate
}

// scenario is one row of what happens at a share of bad events that begins at once and stays.
type scenario struct{ Bad, Fires, Lasts, Resolves string }

// allowed is the share of events that may be bad, without the digits that floating point adds.
func allowed(slo *ir.SLO) float64 { return math.Round((1-slo.Objective)*1e12) / 1e12 }

// windowLag is by how much a window of more than an hour may be late: it adds up rates over five minutes.
const windowLag = 5 * time.Minute

// newBudget computes what the burn rates mean. At factor f the rest 1-s of a window's budget lasts window·(1-s)/f (SRE
// workbook, chapter 5, table 5-4).
func newBudget(slo *ir.SLO, tiers []ir.BurnTier) *budget {
	shown := &budget{Scenarios: scenarios(slo, tiers), MinEvents: slo.MinEvents, Interval: unit.FormatDuration(slo.Interval)}
	for _, tier := range tiers {
		if tier.Long > time.Hour {
			shown.Late = unit.FormatDuration(windowLag)
		}
		shown.Burns = append(shown.Burns, burn{
			Bad:     unit.Ratio.Format(math.Min(1, tier.Factor*allowed(slo))),
			Factor:  times(tier.Factor),
			Windows: unit.FormatDuration(tier.Long) + " and " + unit.FormatDuration(tier.Short),
			Spent:   unit.Ratio.Format(tier.BudgetShare),
			Left:    roughly(float64(slo.Window) * max(0, 1-tier.BudgetShare) / tier.Factor),
		})
	}
	return shown
}

// scenarioRows is how many shares of bad events the table tells of.
const scenarioRows = 5

// scenarios tells of shares from a total failure down to what the alert just notices.
func scenarios(slo *ir.SLO, tiers []ir.BurnTier) []scenario {
	lowest := math.Inf(1)
	for _, tier := range tiers {
		lowest = min(lowest, tier.Factor*allowed(slo))
	}
	// 100 %, 50 %, 20 %, 10 % and so on, as far as it fires.
	var shares []float64
	for decade := 1.0; decade > lowest; decade /= 10 {
		for _, step := range []float64{1, 0.5, 0.2} {
			if share := decade * step; share > lowest {
				shares = append(shares, share)
			}
		}
	}
	rows := min(scenarioRows, len(shares))
	var list []scenario
	for i := range rows {
		at := 0
		if rows > 1 {
			at = int(math.Round(float64(i*(len(shares)-1)) / float64(rows-1)))
		}
		list = append(list, newScenario(slo, tiers, shares[at]))
	}
	return list
}

// newScenario computes, at a bad share e that begins at once, when the first tier has seen enough: long·factor·budget/e; and,
// when it ends at once, when the last tier lets go: short·(1 - factor·budget/e). Tiers that e does not reach are silent.
func newScenario(slo *ir.SLO, tiers []ir.BurnTier, e float64) scenario {
	fires, resolves := math.Inf(1), 0.0
	for _, tier := range tiers {
		reached := tier.Factor * allowed(slo) / e
		if reached >= 1 {
			continue
		}
		fires = min(fires, float64(tier.Long)*reached)
		resolves = max(resolves, float64(tier.Short)*(1-reached))
	}
	return scenario{
		Bad: unit.Ratio.Format(e), Fires: roughly(fires), Lasts: roughly(float64(slo.Window) * allowed(slo) / e), Resolves: roughly(resolves),
	}
}

// factors lists the burn rates of the tiers: "14.4× or 6×".
func factors(tiers []ir.BurnTier) string {
	var texts []string
	for _, tier := range tiers {
		texts = append(texts, times(tier.Factor))
	}
	return strings.Join(texts, " or ")
}

func times(factor float64) string {
	return strconv.FormatFloat(math.Round(factor*100)/100, 'f', -1, 64) + "×"
}

// roughly prints nanoseconds in the two largest units that matter.
func roughly(nanoseconds float64) string {
	duration := time.Duration(nanoseconds)
	switch {
	case duration >= 24*time.Hour:
		duration = duration.Round(time.Hour)
	case duration >= time.Hour:
		duration = duration.Round(time.Minute)
	case duration >= time.Minute:
		duration = duration.Round(time.Second)
	case duration < time.Second:
		return "less than 1s"
	default:
		duration = duration.Round(time.Second)
	}
	return unit.FormatDuration(duration)
}
