package runbook

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

// page is one runbook. Empty fields are sections that are left out.
type page struct {
	Link      link
	Severity  string
	Service   string
	Component string
	Subject   string // what is measured, as people say it
	Meaning   string // what the figure means for users
	Condition string // when it fires, as a clause
	KeepFor   string
	Late      string // how much later it may fire because of the ruler's limits, or empty
	Budget    *budget
	Receivers []receiver
	Unrouted  string // why nobody is notified
	Team      string
	MutedBy   []link
	Mutes     []link
	Dashboard string
	Looks     []look
	Causes    string
	Action    string
	Silence   block
}

// budget is what an SLO's alert is about.
type budget struct {
	Objective, Window, Share string
	Outage                   string // total failure that uses up all of it
	Burns                    []burn
}

// burn is one row of how fast the budget goes.
type burn struct {
	Bad     string // share of bad events from which it fires
	Factor  string
	Windows string
	Spent   string // share of the budget that is gone when it fires
	Left    string // how long the rest lasts at that rate
}

// look is one thing to look at: a line that says what, and something to paste.
type look struct {
	Text string
	block
}

// block is a fenced block of Markdown.
type block struct{ Fence, Language, Code string }

// fenced chooses a fence that the code itself does not hold.
func fenced(language, code string) block {
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	return block{fence, language, code}
}

func newPage(p *ir.Program, alert *ir.Alert, muting *muting) *page {
	shown := &page{
		Link: linkTo(alert.Name), Severity: alert.Severity, Service: serviceTitle(p), Component: alert.Component,
		Subject: oneLine(alert.Signal.Title), Meaning: strings.TrimSpace(alert.Signal.Help), Condition: condition(alert),
		Dashboard: alert.DashboardURL, Causes: closeFences(alert.Note), Action: alert.Action,
		Team: team(p, alert), Silence: silence(alert),
	}
	if alert.KeepFor > 0 {
		shown.KeepFor = unit.FormatDuration(alert.KeepFor)
	}
	if alert.Late > 0 {
		shown.Late = unit.FormatDuration(alert.Late)
	}
	shown.MutedBy, shown.Mutes = muting.of(alert)
	shown.Receivers, shown.Unrouted = receivers(p, alert)
	if alert.SLO != nil {
		shown.Subject = oneLine(alert.SLO.Title)
		shown.Budget = newBudget(alert.SLO, alert.Tier)
		if shown.Causes == "" {
			shown.Causes = closeFences(alert.SLO.Note)
		}
	}
	shown.Looks = append(current(alert), breakdown(p, alert)...)
	shown.Looks = append(shown.Looks, cluster(p, alert)...)
	return shown
}

func serviceTitle(p *ir.Program) string {
	if p.Service != nil && p.Service.Title != "" {
		return oneLine(p.Service.Title)
	}
	return p.Name()
}

func team(p *ir.Program, alert *ir.Alert) string {
	if own := alert.Labels["team"]; own != "" || p.Service == nil {
		return own
	}
	return p.Service.Team
}

// condition says when the alert fires, in the units that people think in.
func condition(alert *ir.Alert) string {
	if alert.SLO != nil {
		return "Error budget of " + oneLine(alert.SLO.Title) + " burns " + factors(alert.Tier) + " as fast as it may"
	}
	query, bound := alert.Query, " below "
	if alert.Threshold.Above {
		bound = " above "
	}
	text := oneLine(cmp.Or(query.Title, alert.Signal.Title))
	if query.Over > 0 {
		text += " over " + unit.FormatDuration(query.Over)
	}
	text += bound + query.Unit.Format(alert.Threshold.Value)
	if alert.For > 0 {
		text += " for " + unit.FormatDuration(alert.For)
	}
	if len(alert.By) > 0 {
		text += ", for each " + strings.Join(alert.By, " and ") + " alone"
	}
	return text
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

// newBudget computes what the burn rates mean. At factor f the rest 1-s of a window's budget lasts window·(1-s)/f (SRE
// workbook, chapter 5, table 5-4).
func newBudget(slo *ir.SLO, tiers []ir.BurnTier) *budget {
	share := 1 - slo.Objective
	shown := &budget{
		Objective: unit.Ratio.Format(slo.Objective), Window: unit.FormatDuration(slo.Window), Share: unit.Ratio.Format(share),
		Outage: roughly(float64(slo.Window) * share),
	}
	for _, tier := range tiers {
		shown.Burns = append(shown.Burns, burn{
			Bad:     unit.Ratio.Format(math.Min(1, tier.Factor*share)),
			Factor:  times(tier.Factor),
			Windows: unit.FormatDuration(tier.Long) + " and " + unit.FormatDuration(tier.Short),
			Spent:   unit.Ratio.Format(tier.BudgetShare),
			Left:    roughly(float64(slo.Window) * (1 - tier.BudgetShare) / tier.Factor),
		})
	}
	return shown
}

// roughly prints nanoseconds in the two largest units that matter.
func roughly(nanoseconds float64) string {
	duration := time.Duration(nanoseconds)
	switch {
	case duration >= 24*time.Hour:
		duration = duration.Round(time.Hour)
	case duration >= time.Hour:
		duration = duration.Round(time.Minute)
	default:
		duration = duration.Round(time.Second)
	}
	return unit.FormatDuration(duration)
}

// closeFences ends a fenced block that a note leaves open, so that it does not swallow the sections after it.
func closeFences(note string) string {
	note = strings.TrimSpace(note)
	open := ""
	for line := range strings.Lines(note) {
		line = strings.TrimSpace(line)
		mark := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case len(mark) < 3:
		case open == "":
			open = mark
		case len(mark) >= len(open) && mark == line:
			open = ""
		}
	}
	if open == "" {
		return note
	}
	return note + "\n" + open
}
