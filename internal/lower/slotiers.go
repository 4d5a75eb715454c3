package lower

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// burnAlerts are the alerts of the SRE workbook (chapter 5). The factors of their tiers follow from the share of the budget
// that is spent when each fires.
var burnAlerts = []struct {
	field, suffix, severity string
	page                    bool
	given                   func(schema.SLO) *schema.BurnAlert
	tiers                   []ir.WorkbookTier
}{
	{"page", "BurnRatePage", "critical", true, func(s schema.SLO) *schema.BurnAlert { return s.Page }, ir.WorkbookTiers[:2]},
	{"ticket", "BurnRateTicket", "warning", false, func(s schema.SLO) *schema.BurnAlert { return s.Ticket }, ir.WorkbookTiers[2:]},
}

// tierSuffixes end the names of tiers that are alerts of their own.
var tierSuffixes = map[string]string{"fast": "Fast", "slow": "Slow"}

// burnTiers lowers the conditions of the burn-rate alerts.
func (l *lowerer) burnTiers(slo *objective) bool {
	for _, alert := range burnAlerts {
		given := alert.given(slo.spec)
		switch {
		case given == nil:
			given = &schema.BurnAlert{}
		case !given.Enabled:
			continue
		}
		path := at(slo.Path, alert.field)
		whole := ir.BurnTier{
			Path: path, Alert: cmp.Or(given.Name, camel(slo.Name)+alert.suffix), Page: alert.page,
			Severity: cmp.Or(given.Severity, alert.severity), Receiver: given.Receiver,
		}
		if given.Receiver != "" && !l.receiverExists(path+".receiver", given.Receiver) {
			return false
		}
		for i, tier := range []*schema.BurnTier{given.Fast, given.Slow} {
			switch {
			case tier == nil:
				tier = &schema.BurnTier{}
			case !tier.Enabled:
				continue
			}
			if !l.burnTier(slo, whole, alert.tiers[i], *tier) {
				return false
			}
		}
	}
	return l.windowHoldsTiers(slo) && l.pageIsMoreUrgent(slo)
}

// windowHoldsTiers refuses a window that is too short for the tiers that it has by default: such an alert sees what happened
// when most of the budget is gone.
func (l *lowerer) windowHoldsTiers(slo *objective) bool {
	var longest ir.BurnTier
	for _, t := range slo.Tiers {
		if t.Long > longest.Long {
			longest = t
		}
	}
	if 2*longest.Long <= slo.Window {
		return true
	}
	l.report("slo/window", slo.Path+".window", fmt.Sprintf("write at least %q, or give %s a shorter window, or enabled: false",
		unit.FormatDuration(2*longest.Long), longest.Path),
		"the window %s is too short for an alert over %s, which must fit into it twice", unit.FormatDuration(slo.Window), unit.FormatDuration(longest.Long))
	return false
}

// burnTier lowers one condition.
func (l *lowerer) burnTier(slo *objective, t ir.BurnTier, defaults ir.WorkbookTier, given schema.BurnTier) bool {
	t.Path = at(t.Path, defaults.Tier)
	t.Long, t.Short = defaults.Long, defaults.Short
	if given.Long != "" {
		t.Long = l.duration(t.Path+".long", given.Long)
	}
	if given.Short != "" {
		t.Short = l.duration(t.Path+".short", given.Short)
	}
	if given.Receiver != "" && !l.receiverExists(t.Path+".receiver", given.Receiver) {
		return false
	}
	own := t
	own.Severity, own.Receiver = cmp.Or(given.Severity, t.Severity), cmp.Or(given.Receiver, t.Receiver)
	switch {
	case given.Name != "":
		own.Alert = given.Name
	case own.Severity != t.Severity || own.Receiver != t.Receiver:
		own.Alert += tierSuffixes[defaults.Tier]
	}
	t = own
	t.Factor = given.Factor
	if t.Factor == 0 && t.Long > 0 {
		t.Factor = defaults.Factor(slo.Window, t.Long)
	}
	t.BudgetShare = roundTo(t.Factor*float64(t.Long)/float64(slo.Window), 4)
	if !l.windowsFit(slo, t, given) || !l.canFire(slo, t, given) {
		return false
	}
	slo.Tiers = append(slo.Tiers, t)
	return true
}

// windowsFit refuses windows that do not stand in order, or are too short to hold anything.
func (l *lowerer) windowsFit(slo *objective, t ir.BurnTier, given schema.BurnTier) bool {
	field := t.Path
	switch {
	case given.Short != "":
		field += ".short"
	case given.Long != "":
		field += ".long"
	}
	shortest := 2 * l.program.Service.Scrape.Interval
	if slo.SLI.CountsTime() {
		shortest = slo.Interval
	}
	switch {
	case t.Short >= t.Long:
		l.report("slo/tier", field, "make the short window about a twelfth of the long one",
			"the short window of %s is not shorter than the long one of %s, which it is to end",
			unit.FormatDuration(t.Short), unit.FormatDuration(t.Long))
	case t.Short < shortest:
		l.report("slo/tier", field, "write at least "+unit.FormatDuration(2*shortest), "a short window of %s holds less than two samples",
			unit.FormatDuration(t.Short))
	case given.Long != "" && 2*t.Long > slo.Window:
		l.report("slo/window", t.Path+".long", fmt.Sprintf("write at most %q", unit.FormatDuration(slo.Window/2)),
			"%s does not fit twice into the window of %s: the budget is gone before this alert has seen it", unit.FormatDuration(t.Long), unit.FormatDuration(slo.Window))
	default:
		return true
	}
	return false
}

// canFire refuses burn rates that no service can reach: even in a total outage all events are bad, and not more. It warns
// of those that say too little or too late.
func (l *lowerer) canFire(slo *objective, t ir.BurnTier, given schema.BurnTier) bool {
	field, help := slo.Path+".objective", fmt.Sprintf("raise the objective above %s, or give %s a lower factor",
		unit.Ratio.Format(roundTo(1-1/t.Factor, 6)), t.Path)
	if given.Factor > 0 {
		field, help = t.Path+".factor", fmt.Sprintf("write less than %.4g", 1/slo.budget())
	}
	threshold := roundTo(t.Factor*slo.budget(), 9)
	switch {
	case threshold >= 1:
		than := ">"
		if threshold == 1 {
			than = "="
		}
		l.report("slo/unreachable", field, help, "%v × %v = %.6g %s 1: this alert can never fire, because even a total outage makes no more than all events bad",
			t.Factor, slo.budget(), threshold, than)
		return false
	case t.Factor < 1:
		l.warn("slo/factor", field, "write at least 1", "at %v times the allowed rate, %s of the budget is left when the window of %s ends: the alert tells of nothing that is at risk",
			t.Factor, unit.Ratio.Format(roundTo(1-t.Factor, 4)), unit.FormatDuration(slo.Window))
	case t.BudgetShare > 1 && (given.Factor > 0 || given.Long != ""):
		l.warn("slo/factor", cmp.Or(map[bool]string{true: t.Path + ".factor"}[given.Factor > 0], t.Path+".long"),
			fmt.Sprintf("write a factor of at most %v", roundTo(float64(slo.Window)/float64(t.Long), 2)),
			"%v × %s / %s = %v: the budget is gone before this alert fires", t.Factor, unit.FormatDuration(t.Long), unit.FormatDuration(slo.Window), t.BudgetShare)
	}
	return true
}

// pageIsMoreUrgent refuses a ticket above the page: the page is to mute the ticket.
func (l *lowerer) pageIsMoreUrgent(slo *objective) bool {
	for _, page := range slo.Tiers {
		for _, ticket := range slo.Tiers {
			if page.Page && !ticket.Page && rank(page.Severity) > rank(ticket.Severity) {
				path := slo.alertPath(page)
				if path != page.Path && slo.spec.Page != nil && slo.spec.Page.Severity != "" {
					path += ".severity"
				}
				l.report("slo/severity", path, "give the page the higher severity", "the page is of severity %s, and the ticket %s is more urgent: %s",
					page.Severity, ticket.Alert, ticket.Severity)
				return false
			}
		}
	}
	return true
}

// burnAlerts makes an alert of the tiers that have one name: it fires when one of them burns over both windows.
func (l *lowerer) burnAlerts(slo *objective) {
	byName := map[string]*ir.Alert{}
	for _, t := range slo.Tiers {
		a := byName[t.Alert]
		if a == nil || a.Severity != t.Severity || a.Receiver != t.Receiver || a.Page != t.Page {
			a = l.sloAlert(slo, ir.AlertBurn, t.Alert, slo.alertPath(t), t.Severity, t.Receiver)
			a.Page, a.By = t.Page, slo.By
			byName[t.Alert] = a
			slo.Alerts = append(slo.Alerts, a)
		}
		a.Tier = append(a.Tier, t)
		burns := l.tierBurns(slo, t)
		if a.Condition == nil {
			a.Condition = burns
			continue
		}
		a.Condition = promql.Binary(parser.LOR, a.Condition, burns)
	}
	labels := map[bool]map[string]string{}
	for _, alert := range burnAlerts {
		if given := alert.given(slo.spec); given != nil && given.Enabled {
			labels[alert.page] = l.sloLabels(slo, at(slo.Path, alert.field), given.Labels)
		}
	}
	for _, a := range slo.Alerts {
		a.Expr = promql.Print(a.Condition)
		l.finish(slo, a, labels[a.Page])
		l.burnTexts(slo, a)
	}
}

// alertPath is where a tier's alert is written: at the tier, where it is an alert of its own.
func (o *objective) alertPath(t ir.BurnTier) string {
	for _, alert := range burnAlerts {
		given := alert.given(o.spec)
		if given == nil {
			given = &schema.BurnAlert{}
		}
		if alert.page == t.Page && t.Alert == cmp.Or(given.Name, camel(o.Name)+alert.suffix) {
			return at(o.Path, alert.field)
		}
	}
	return t.Path
}

// tierBurns is the condition of one tier.
func (l *lowerer) tierBurns(slo *objective, t ir.BurnTier) parser.Expr {
	burns := promql.Binary(parser.LAND, l.burns(slo, t.Long, t.Factor), l.burns(slo, t.Short, t.Factor))
	if slo.MinEvents == 0 {
		return burns
	}
	events := l.sloSelect(slo.SLO, slo.Records.EventCount[unit.FormatDuration(t.Long)])
	return promql.Binary(parser.LAND, burns, promql.Binary(parser.GTE, events, promql.Number(float64(slo.MinEvents))))
}

// burns compares the error ratio of a window with a multiple of what uses up the budget exactly.
func (l *lowerer) burns(slo *objective, window time.Duration, factor float64) parser.Expr {
	limit := &parser.ParenExpr{Expr: &parser.BinaryExpr{Op: parser.MUL, LHS: promql.Number(factor), RHS: promql.Number(slo.budget())}}
	return promql.Binary(parser.GTR, l.sloSelect(slo.SLO, slo.ErrorRatio[unit.FormatDuration(window)]), limit)
}

func (l *lowerer) burnTexts(slo *objective, a *ir.Alert) {
	service, speed := l.program.Service.Name, "steadily"
	if a.Page {
		speed = "fast"
	}
	a.Summary = fmt.Sprintf("%s on %s%s: the error budget is being spent %s", slo.Title, service, groupText(slo.By), speed)
	var limits []string
	for _, t := range a.Tier {
		limits = append(limits, fmt.Sprintf("%v× over %s", t.Factor, unit.FormatDuration(t.Long)))
	}
	a.Description = fmt.Sprintf("%s of what counts for %q is failing on %s%s; the objective of %s over %s allows %s. It fires at %s the rate that would spend the budget exactly",
		unit.Ratio.Template("$value"), slo.Title, service, groupText(slo.By), unit.Ratio.Format(slo.Objective), unit.FormatDuration(slo.Window),
		unit.Ratio.Format(slo.budget()), strings.Join(limits, " or "))
	if slo.MinEvents > 0 {
		a.Description += fmt.Sprintf(", of at least %d events", slo.MinEvents)
	}
	a.Description += "."
}
