package slospec

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// slothWindow is the period of Sloth's objectives: its files do not say it, --default-slo-period does.
const slothWindow = "30d"

// The labels whose meaning Belfry has a place for. Teams are called by either name.
var (
	teamLabels     = []string{"team", "owner"}
	componentLabel = "component"
	ownedLabels    = append([]string{componentLabel}, teamLabels...)
)

// runbookAnnotations are the names by which alerts link to their runbook.
var runbookAnnotations = []string{"runbook", "runbook_url", "runbookUrl", "runbookURL"}

// sloth reads a spec of Sloth (github.com/slok/sloth, pkg/prometheus/api/v1), or that of its Kubernetes resource, which
// differs in the spelling of the names.
func (i *importer) sloth(spec read.Value) {
	service := spec.Field("service").Text()
	if service.Value == "" {
		i.report(codeInvalid, spec.Pos(), "add service: the name of what the objectives are about", "the spec names no service")
		return
	}
	slos := spec.Field("slos")
	if len(slos.Items()) == 0 {
		i.report(codeNothing, spec.Pos(), "add the objectives under slos", "the spec of %s holds no objectives", service.Value)
		return
	}
	all := &objective{service: service}
	i.unknown(spec, &all.notes, "the spec", "version", "service", "labels", "slos")
	shared := i.labels(all, spec.Field("labels"), "the spec", ownedLabels...)
	i.general[service.Value] = append(i.general[service.Value], all.notes...)
	for _, slo := range slos.Items() {
		o := &objective{service: service, window: slothWindow, labels: shared}
		takeOwner(o, spec.Field("labels"))
		i.slothSLO(o, slo)
	}
}

// resource reads Sloth's Kubernetes resource.
func (i *importer) resource(document read.Value) {
	var notes []string
	i.unknown(document.Field("metadata"), &notes, "the resource", "name", "namespace")
	service := document.Field("spec", "service").Text().Value
	i.general[service] = append(i.general[service], notes...)
	i.sloth(document.Field("spec"))
}

// slothSLO reads one objective.
func (i *importer) slothSLO(o *objective, slo read.Value) {
	name := slo.Field("name").Text()
	o.name, o.title, o.help, o.at = identifier(name.Value), sentence(name.Value), oneLine(slo.Field("description").Text().Value), name.At()
	if name.Value == "" {
		i.report(codeInvalid, slo.Pos(), "add name", "the objective has no name")
		return
	}
	i.unknown(slo, &o.notes, "the objective", "name", "objective", "description", "labels", "sli", "alerting")
	percent := slo.Field("objective")
	target, ok := i.target(o, percent, 100, "write a percentage such as 99.9")
	if !ok {
		return
	}
	o.target, o.targetAt = target, percent.Pos()
	if !i.slothSLI(o, slo.Field("sli")) {
		return
	}
	own := i.labels(o, slo.Field("labels"), "the objective", ownedLabels...)
	takeOwner(o, slo.Field("labels"))
	shared := o.labels
	o.labels = nil
	i.alerting(o, slo.Field("alerting"))
	o.labels = merged(shared, own, o.labels)
	i.objectives = append(i.objectives, o)
}

// target reads the share that must be good, which the file gives as one of a whole; false where it is none.
func (i *importer) target(o *objective, given read.Value, whole float64, help string) (float64, bool) {
	text := given.Text().Value
	value, err := strconv.ParseFloat(text, 64)
	at := orPos(given, o.at)
	switch {
	case text == "":
		i.report(codeInvalid, at, help, "the objective %s says no share that must be good", o.name)
	case err != nil:
		i.report(codeInvalid, at, help, "the objective of %s is %q, which is no number", o.name, text)
	case !(value > 0 && value < whole):
		i.report(codeInvalid, at, help, "the objective of %s is %s: it must be above 0 and below %v, so that there is an error budget to watch", o.name, text, whole)
	default:
		return value / whole, true
	}
	return 0, false
}

// slothSLI reads the queries; false where there is none that can be said.
func (i *importer) slothSLI(o *objective, sli read.Value) bool {
	events, raw := sli.Field("events"), either(sli.Field("raw"), "error_ratio_query", "errorRatioQuery")
	switch {
	case !sli.Field("plugin").IsZero():
		i.say(codeLeftOut, sli.Field("plugin").Pos(), &i.lost, "write the queries that the plugin makes: sloth generate prints them",
			"%s is left out: the plugin %s makes its queries", o.name, sli.Field("plugin", "id").Text().Value)
		return false
	case !events.IsZero():
		bad, total := either(events, "error_query", "errorQuery"), either(events, "total_query", "totalQuery")
		if bad.Text().Value == "" || total.Text().Value == "" {
			i.report(codeInvalid, events.Pos(), "add both error_query and total_query", "the events of %s lack a query", o.name)
			return false
		}
		part, ok := i.query(bad.Text())
		if !ok {
			return false
		}
		o.indicator.part = part
		o.indicator.total, ok = i.query(total.Text())
		return ok
	case raw.Text().Value != "":
		whole, ok := i.query(raw.Text())
		o.indicator.whole = whole
		return ok
	}
	i.report(codeInvalid, orPos(sli, o.at), "add sli: events with its two queries", "the objective %s has no queries", o.name)
	return false
}

// annotations says which annotations have no place; the runbook's address has one.
func (i *importer) annotations(o *objective, annotations read.Value, of string) {
	var lost []string
	var at diag.Pos
	for name, value := range annotations.Fields() {
		text := value.Text().Value
		if slices.Contains(runbookAnnotations, name.Value) && isAddress(text) {
			o.runbook = text
			continue
		}
		if len(lost) == 0 {
			at = name.At()
		}
		lost = append(lost, name.Value)
	}
	if len(lost) > 0 {
		i.say(codeLeftOut, at, &o.notes, "Belfry writes the texts of burn-rate alerts; put advice into note", "no place for %s of %s",
			plural("annotation", lost), of)
	}
}

// takeOwner takes over the labels that have a place of their own.
func takeOwner(o *objective, labels read.Value) {
	for _, name := range teamLabels {
		if value := labels.Field(name).Text().Value; value != "" {
			o.team = value
			break
		}
	}
	if value := labels.Field(componentLabel).Text().Value; value != "" {
		o.component = value
	}
}

func isAddress(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Host != "" && strings.HasPrefix(parsed.Scheme, "http")
}
