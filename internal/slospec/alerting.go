package slospec

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
)

// levels are the severities of a spec, as schema/types.cue says.
var levels = []string{"critical", "warning", "info"}

// setLabels are the labels that Belfry gives the alerts of an objective; isOwned says which of them no other may have.
var setLabels = []string{"severity", "service", "namespace", "team", "signal", "slo", "alertname", "component", "action"}

func isOwned(name string) bool { return slices.Contains(setLabels, name) }

// alerting takes over what the file says of the two alerts.
func (i *importer) alerting(o *objective, alerting read.Value) {
	i.unknown(alerting, &o.notes, "alerting", "name", "labels", "annotations", "page_alert", "pageAlert", "ticket_alert", "ticketAlert")
	o.labels = append(o.labels, i.labels(o, alerting.Field("labels"), "both alerts", ownedLabels...)...)
	takeOwner(o, alerting.Field("labels"))
	i.annotations(o, alerting.Field("annotations"), "both alerts")
	o.page = i.alert(o, either(alerting, "page_alert", "pageAlert"), "page", "critical")
	o.ticket = i.alert(o, either(alerting, "ticket_alert", "ticketAlert"), "ticket", "warning")
	i.nameAlerts(o, alerting.Field("name").Text())
}

// nameAlerts gives the alerts their name. The tool calls both the same, and an alert of a spec has a name of its own.
func (i *importer) nameAlerts(o *objective, name read.Text) {
	switch {
	case name.Value == "":
	case !isLabel(name.Value):
		i.say(codeChanged, name.At(), &o.notes, "rename it in silences and routes",
			"the alerts %s are called %sBurnRatePage and %sBurnRateTicket", name.Value, camel(o.name), camel(o.name))
	case o.page.disabled:
		o.ticket.name = name.Value
	case o.ticket.disabled:
		o.page.name = name.Value
	default:
		o.page.name, o.ticket.name = name.Value, name.Value+"Ticket"
		i.say(codeChanged, name.At(), &o.notes, "rename it in silences and routes", "of the two alerts %s the ticket is called %s",
			name.Value, o.ticket.name)
	}
}

// alert takes over what the file says of one of the two.
func (i *importer) alert(o *objective, alert read.Value, kind, severity string) burnAlert {
	i.unknown(alert, &o.notes, "the "+kind, "disable", "labels", "annotations")
	if isTrue(alert.Field("disable").Text()) {
		return burnAlert{disabled: true}
	}
	var made burnAlert
	given := alert.Field("labels", "severity").Text()
	switch {
	case given.Value == "" || given.Value == severity:
	case slices.Contains(levels, given.Value):
		made.severity = given.Value
	default:
		i.say(codeChanged, given.At(), &o.notes, "match severity='"+severity+"' in routes", "the %s has severity %s instead of %s", kind,
			severity, given.Value)
	}
	made.labels = i.labels(o, alert.Field("labels"), "the "+kind, "severity")
	i.annotations(o, alert.Field("annotations"), "the "+kind)
	return made
}

// order takes back severities that would put the ticket above the page.
func (i *importer) order(o *objective) {
	page, ticket := slices.Index(levels, orText(o.page.severity, "critical")), slices.Index(levels, orText(o.ticket.severity, "warning"))
	if o.page.disabled || o.ticket.disabled || page <= ticket {
		return
	}
	i.say(codeChanged, o.at, &o.notes, "match severity in routes",
		"the page is critical and the ticket a warning: in the file the ticket is the more urgent")
	o.page.severity, o.ticket.severity = "", ""
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// labels takes over static labels, and says which have no place. Those that are known are read elsewhere.
func (i *importer) labels(o *objective, labels read.Value, of string, known ...string) []labelValue {
	var kept []labelValue
	var lost []string
	var at diag.Pos
	for name, value := range labels.Fields() {
		text := value.Text()
		switch {
		case slices.Contains(known, name.Value) && !text.IsZero():
			continue
		case isLabel(name.Value) && !isOwned(name.Value) && !text.IsZero() && !slices.Contains(ir.TargetLabels, name.Value):
			kept = append(kept, labelValue{name.Value, text.Value})
			continue
		}
		if len(lost) == 0 {
			at = name.At()
		}
		lost = append(lost, name.Value)
	}
	if len(lost) > 0 {
		i.say(codeLeftOut, at, &o.notes, "match slo, service, team, component or severity in routes", "no place for %s of %s", plural("label", lost), of)
	}
	return kept
}

// merged joins labels; the later ones win.
func merged(lists ...[]labelValue) []labelValue {
	var all []labelValue
	for _, list := range lists {
		for _, one := range list {
			all = slices.DeleteFunc(all, func(other labelValue) bool { return other.name == one.name })
			all = append(all, one)
		}
	}
	slices.SortFunc(all, func(a, b labelValue) int { return strings.Compare(a.name, b.name) })
	return all
}
