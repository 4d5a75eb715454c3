package slospec

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// openSLOService is what a document of kind Service says.
type openSLOService struct{ title, description string }

// periods are the windows of OpenSLO that Prometheus' durations have no letter for, or another length
// (github.com/OpenSLO/OpenSLO, duration-shorthand).
var periods = map[byte]int{'M': 30, 'Q': 90, 'Y': 365}

// isOpenSLO reports whether a document is of OpenSLO's first version. Some tools write the group as a domain.
func isOpenSLO(document read.Value) bool {
	version := document.Field("apiVersion").Text().Value
	return version == "openslo/v1" || version == "openslo.com/v1"
}

// openSLO reads a document. Only objectives become something by themselves; indicators, services and sources are what they
// refer to.
func (i *importer) openSLO(document read.Value) {
	switch kind := document.Field("kind"); kind.Text().Value {
	case "SLO":
		i.openSLOObjectives(document)
	case "AlertPolicy", "AlertCondition", "AlertNotificationTarget":
		i.say(codeLeftOut, kind.Pos(), &i.lost, "the objectives get a page and a ticket; say under receivers and routing who is told",
			"%s %s is left out", kind.Text().Value, document.Field("metadata", "name").Text().Value)
	case "SLI", "Service", "DataSource":
	default:
		i.report(codeInvalid, orPos(kind, document.Pos()), "write one of SLO, SLI, Service, DataSource", "OpenSLO has no kind %q", kind.Text().Value)
	}
}

// openSLOObjectives reads an SLO: each of its objectives becomes one.
func (i *importer) openSLOObjectives(document read.Value) {
	metadata, spec := document.Field("metadata"), document.Field("spec")
	name := metadata.Field("name").Text()
	if name.Value == "" || spec.Field("service").Text().Value == "" {
		i.report(codeInvalid, document.Pos(), "add metadata: name and spec: service", "the SLO names no service, or has no name")
		return
	}
	base := objective{
		name: identifier(name.Value), title: metadata.Field("displayName").Text().Value, at: name.At(),
		help: oneLine(spec.Field("description").Text().Value), service: spec.Field("service").Text(), window: "30d",
	}
	if base.title == "" {
		base.title = sentence(name.Value)
	}
	base.labels = i.labels(&base, metadata.Field("labels"), "the SLO", ownedLabels...)
	takeOwner(&base, metadata.Field("labels"))
	i.unknown(metadata, &base.notes, "metadata", "name", "displayName", "labels")
	i.unknown(spec, &base.notes, "the SLO", "description", "service", "indicator", "indicatorRef", "timeWindow", "budgetingMethod", "objectives", "alertPolicies")
	if policies := spec.Field("alertPolicies"); len(policies.Items()) > 0 {
		i.say(codeLeftOut, policies.Pos(), &base.notes, "say under receivers and routing who is told",
			"alert policies are left out: Belfry makes a page and a ticket of the error budget's burn rate")
	}
	i.timeWindow(&base, spec.Field("timeWindow"))
	budgeting(&base, spec.Field("budgetingMethod"))
	objectives := spec.Field("objectives").Items()
	if len(objectives) == 0 {
		i.report(codeInvalid, base.at, "add objectives with their target", "the SLO %s has no objectives", name.Value)
		return
	}
	sli := i.openSLOIndicator(&base, spec)
	if sli.IsZero() {
		return
	}
	for n, one := range objectives {
		o := base
		o.notes = nil
		if n == 0 {
			o.notes = base.notes
		}
		if len(objectives) > 1 {
			o.distinguish(n, one.Field("displayName").Text().Value)
		}
		if i.openSLOTarget(&o, one) && i.openSLOQueries(&o, sli, one) {
			i.objectives = append(i.objectives, &o)
		}
	}
}

// distinguish names one of several objectives of the same SLO.
func (o *objective) distinguish(n int, display string) {
	if display == "" {
		display = strconv.Itoa(n + 1)
	}
	o.title += ": " + display
	o.name += "_" + strings.TrimPrefix(identifier("x"+display), "x")
}

// timeWindow reads the period. A calendar's is taken as a rolling one.
func (i *importer) timeWindow(o *objective, list read.Value) {
	if len(list.Items()) == 0 {
		return
	}
	window := list.Items()[0]
	duration := window.Field("duration").Text()
	number, err := strconv.Atoi(strings.TrimRight(duration.Value, "mhdwMQY"))
	if err != nil || number <= 0 || number > 10_000 || len(duration.Value) != len(strconv.Itoa(number))+1 {
		i.report(codeInvalid, orPos(window.Field("duration"), o.at), `write a duration such as "28d"`, "%q is no duration of OpenSLO", duration.Value)
		return
	}
	o.window = duration.Value
	if days, ok := periods[duration.Value[len(duration.Value)-1]]; ok {
		o.window = fmt.Sprintf("%dd", number*days)
	}
	switch {
	case !window.Field("calendar").IsZero() && (duration.Value == "1M" || duration.Value == "1w" || duration.Value == "7d"):
		o.calendar = "month"
		if duration.Value != "1M" {
			o.calendar = "week"
		}
		i.say(codeChanged, window.Field("calendar").Pos(), &o.notes, "say nothing, or choose another window",
			"alerts look at a window that rolls over %s; the budget of the calendar's %s is reported besides, in UTC", o.window, o.calendar)
	case !window.Field("calendar").IsZero():
		i.say(codeChanged, window.Field("calendar").Pos(), &o.notes, "say nothing, or choose another window",
			"the window rolls over %s instead of following the calendar", o.window)
	case o.window != duration.Value:
		i.say(codeChanged, duration.At(), &o.notes, "say nothing, or choose another window", "%s becomes %s", duration.Value, o.window)
	}
}

// budgeting notes where slices of time are counted instead of events.
func budgeting(o *objective, method read.Value) {
	if text := method.Text().Value; text != "" && text != "Occurrences" {
		o.slices = method.Text()
	}
}

// openSLOIndicator finds the indicator, in the SLO or by its name.
func (i *importer) openSLOIndicator(o *objective, spec read.Value) read.Value {
	if inline := spec.Field("indicator", "spec"); !inline.IsZero() {
		return inline
	}
	reference := spec.Field("indicatorRef")
	if reference.Text().Value == "" {
		i.report(codeInvalid, o.at, "add indicator, or indicatorRef with the name of an SLI", "the SLO %s has no indicator", o.name)
		return read.Value{}
	}
	found, ok := i.indicators[reference.Text().Value]
	if !ok {
		i.report(codeInvalid, reference.Pos(), "name the file that has it too", "there is no SLI %q in the files", reference.Text().Value)
		return read.Value{}
	}
	return found.Field("spec")
}

// openSLOTarget reads what share must be good.
func (i *importer) openSLOTarget(o *objective, objective read.Value) bool {
	i.unknown(objective, &o.notes, "the objective", "displayName", "op", "value", "target", "targetPercent", "timeSliceTarget", "timeSliceWindow")
	share, percent := objective.Field("target"), objective.Field("targetPercent")
	given, scale := share, 1.0
	if given.IsZero() {
		given, scale = percent, 100.0
	}
	if given.IsZero() {
		o.at = orPos(objective, o.at)
	}
	target, ok := i.target(o, given, scale, "write target: 0.999 or targetPercent: 99.9")
	o.target, o.targetAt = target, given.Pos()
	return ok
}

// openSLOQueries reads the queries of an indicator for one objective.
func (i *importer) openSLOQueries(o *objective, sli, objective read.Value) bool {
	ratio, threshold := sli.Field("ratioMetric"), sli.Field("thresholdMetric")
	if !threshold.IsZero() {
		return i.threshold(o, threshold, objective)
	}
	o.indicator.counters = isTrue(ratio.Field("counter").Text())
	if raw := ratio.Field("raw"); !raw.IsZero() {
		o.indicator.good = ratio.Field("rawType").Text().Value == "success"
		text, ok := i.metricSource(o, raw)
		if !ok {
			return false
		}
		o.indicator.whole, ok = i.query(text)
		return ok
	}
	part := ratio.Field("bad")
	if o.indicator.good = part.IsZero(); o.indicator.good {
		part = ratio.Field("good")
	}
	if part.IsZero() || ratio.Field("total").IsZero() {
		i.report(codeInvalid, orPos(sli, o.at), "add good or bad, and total", "the indicator of %s counts no events", o.name)
		return false
	}
	for _, side := range []struct {
		value read.Value
		into  *query
	}{{part, &o.indicator.part}, {ratio.Field("total"), &o.indicator.total}} {
		text, ok := i.metricSource(o, side.value)
		if !ok {
			return false
		}
		if *side.into, ok = i.query(text); !ok {
			return false
		}
	}
	return true
}

// threshold reads a figure that is compared with a value.
func (i *importer) threshold(o *objective, metric, objective read.Value) bool {
	text, ok := i.metricSource(o, metric)
	if !ok {
		return false
	}
	value := objective.Field("value")
	number, err := strconv.ParseFloat(value.Text().Value, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		i.report(codeInvalid, orPos(value, o.at), "add op and value", "the objective %s compares its metric with nothing", o.name)
		return false
	}
	o.indicator.limit = &limit{below: strings.HasPrefix(objective.Field("op").Text().Value, "l"), value: number, at: value.Pos()}
	o.indicator.whole, ok = i.query(text)
	return ok
}

// metricSource finds the query of a source that is a Prometheus, or may be one.
func (i *importer) metricSource(o *objective, metric read.Value) (read.Text, bool) {
	source := metric.Field("metricSource")
	kind := source.Field("type").Text()
	if reference := source.Field("metricSourceRef").Text(); kind.Value == "" {
		kind = reference
		kind.Value = i.sources[reference.Value]
	}
	text := source.Field("spec").Text()
	for _, name := range []string{"query", "promql", "expr"} {
		if found := source.Field("spec", name).Text(); text.Value == "" {
			text = found
		}
	}
	if kind.Value != "" && !speaksPromQL(kind.Value) {
		i.say(codeLeftOut, orAt(kind, o.at), &i.lost, "write the same query for Prometheus", "%s is left out: its source is %s, and Belfry reads Prometheus", o.name, kind.Value)
		return read.Text{}, false
	}
	if text.Value == "" {
		i.report(codeInvalid, orPos(metric, o.at), "add metricSource: spec: query", "a metric of %s has no query", o.name)
		return read.Text{}, false
	}
	return text, true
}

// speaksPromQL knows the sources that are queried as Prometheus is.
func speaksPromQL(kind string) bool {
	kind = strings.ToLower(kind)
	for _, name := range []string{"prom", "thanos", "mimir", "cortex"} {
		if strings.Contains(kind, name) {
			return true
		}
	}
	return false
}

func orPos(value read.Value, otherwise diag.Pos) diag.Pos {
	if at := value.Pos(); at.IsValid() {
		return at
	}
	return otherwise
}

func orAt(text read.Text, otherwise diag.Pos) diag.Pos {
	if at := text.At(); at.IsValid() {
		return at
	}
	return otherwise
}
