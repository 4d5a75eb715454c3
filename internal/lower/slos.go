package lower

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// shortestPeriod is the shortest window of an SLO without burn-rate alerts.
const shortestPeriod = time.Hour

// objective is an SLO while it is lowered.
type objective struct {
	*ir.SLO
	spec    schema.SLO
	counted indicator
	labels  map[string]string // the user's, of all its alerts
}

// lowerSLOs lowers the objectives with their alerts.
func (l *lowerer) lowerSLOs() {
	if len(l.spec.SLOs) == 0 {
		return
	}
	if l.program.Service == nil {
		l.report("spec/no-service", "slos", "add service: its name, namespace and team become the alerts' labels", "SLOs need a service")
		return
	}
	l.program.SLODashboardName, l.program.SLODashboardUID = sloBoards, sloDashboardUID(l.program.Service.Name, "")
	named := map[string]string{} // alert to the SLO that makes it
	for _, name := range sortedKeys(l.spec.SLOs) {
		slo, ok := l.slo(name, l.spec.SLOs[name])
		if !ok || !l.alertsAreNamed(slo, named) {
			continue
		}
		l.objectives = append(l.objectives, slo)
		l.program.SLOs = append(l.program.SLOs, slo.SLO)
		l.program.Alerts = append(l.program.Alerts, slo.Alerts...)
	}
	l.nameSLODashboards()
}

// alertsAreNamed refuses names that are taken by another alert, or can be none. An SLO is told once.
func (l *lowerer) alertsAreNamed(slo *objective, named map[string]string) bool {
	for _, a := range slo.Alerts {
		switch other, taken := named[a.Name]; {
		case !labelName.MatchString(a.Name):
			// Only a name that the spec gives can be none: those made from the SLO's are checked with it.
			l.report("names/alert", a.Path+".name", "use letters, digits and underscores, such as HighErrorRate",
				"%q is not a name that an alert can have: it becomes a file name", a.Name)
		case taken:
			l.report("names/collision", a.Path, "give one of them another name", "%s makes an alert %s too", other, a.Name)
		case hasKey(l.spec.Alerts, a.Name):
			l.report("names/collision", at("alerts", a.Name), "rename the alert", "SLO %s makes an alert of the same name", slo.Name)
		default:
			named[a.Name] = a.Path
			continue
		}
		return false
	}
	return true
}

func hasKey[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

// slo lowers one objective.
func (l *lowerer) slo(name string, spec schema.SLO) (*objective, bool) {
	path := at("slos", name)
	if !labelName.MatchString(name) {
		l.report("names/slo", path, "use letters, digits and underscores, such as availability", "%q is not a name that an SLO can have", name)
		return nil, false
	}
	slo := &objective{spec: spec, SLO: &ir.SLO{
		Name: name, Path: path, Title: spec.Title, Component: spec.Component, Note: strings.TrimSpace(spec.Note),
		Calendar: spec.Calendar, Limit: spec.Limit, MinEvents: spec.MinEvents,
		Interval: l.program.Platform.Prometheus.EvaluationInterval,
	}}
	if !l.indicator(slo) || !l.goal(slo) || !l.groups(slo) || !l.period(slo) || !l.burnTiers(slo) {
		return nil, false
	}
	slo.names()
	slo.labels = l.sloLabels(slo, path, spec.Labels)
	l.burnAlerts(slo)
	return slo, l.noDataAlert(slo) && l.trafficAlert(slo)
}

// goal reads the share that must be good.
func (l *lowerer) goal(slo *objective) bool {
	path := slo.Path + ".objective"
	share, ok := l.quantity(path, slo.spec.Objective, unit.Ratio, &ir.Signal{Name: slo.Signal.Name, Path: slo.Signal.Path, Unit: unit.Ratio})
	if !ok {
		return false
	}
	wrong := ""
	switch {
	case share <= 0:
		wrong = "an objective of %s promises nothing"
	case share > 1:
		wrong = "an objective of %s is more than all events"
	case share == 1:
		wrong = "an objective of %s leaves no error budget to watch"
	default:
		slo.Objective = share
		return true
	}
	l.report("slo/objective", path, `write a share such as "99.5%"`, wrong, slo.spec.Objective)
	return false
}

// budget is the share of events that may be bad, without the digits that floating point adds.
func (o *objective) budget() float64 { return roundTo(1-o.Objective, 12) }

// period reads the window of the error budget.
func (l *lowerer) period(slo *objective) bool {
	path := slo.Path + ".window"
	slo.Window = l.duration(path, slo.spec.Window)
	if slo.Window < shortestPeriod {
		l.report("slo/window", path, `write at least "1h", or "30d" as most do`, "a window of %s holds too little to promise anything over", slo.spec.Window)
		return false
	}
	return true
}

// groups finds the labels that the SLO keeps apart, and whether there may be too many groups.
func (l *lowerer) groups(slo *objective) bool {
	path := slo.Path + ".by"
	if len(slo.spec.By) == 0 {
		if slo.Limit > 0 {
			l.report("slo/by", slo.Path+".limit", "remove limit, or add by", "there is one objective and nothing to limit: it keeps no labels apart")
			return false
		}
		return true
	}
	combinations := 1
	for i, name := range slo.spec.By {
		if slices.Contains(slo.spec.By[:i], name) {
			l.report("slo/by", indexed(path, i), "remove one of them", "label %q is kept apart already", name)
			return false
		}
		if source, set := reservedLabels[name]; name == "slo" || set && name != "action" && (name != "component" || slo.Component != "") {
			l.report("slo/by", indexed(path, i), "keep another label apart", "label %q of the records and alerts is set from %s", name, cmp.Or(source, "the SLO's name"))
			return false
		}
		if name == slo.Calendar {
			l.report("slo/by", indexed(path, i), "keep another label apart, or do without calendar", "label %q tells the steps of the calendar apart", name)
			return false
		}
		values := l.valuesOf(slo, name)
		if values == 0 && slo.Limit == 0 {
			l.report("slo/by", indexed(path, i), "add limit: the most groups that there may be; where there are more, the rules fail instead of filling Prometheus",
				"nobody knows how many values label %q has, and each makes an objective of its own", name)
			return false
		}
		combinations *= values
	}
	if slo.Limit > 0 && slo.Limit < combinations && slo.closed() {
		l.report("slo/by", slo.Path+".limit", fmt.Sprintf("write at least %d", combinations),
			"by makes %d groups, and at a limit of %d none would be recorded", combinations, slo.Limit)
		return false
	}
	return true
}

// valuesOf is how many values a label has on all of the SLO's metrics; 0 where nobody knows.
func (l *lowerer) valuesOf(slo *objective, name string) int {
	if parts := l.partsOf(slo, name); parts > 0 {
		return parts
	}
	most := 0
	for _, m := range slo.Signal.Metrics {
		switch label := m.Label(name); {
		case label == nil:
			return 0
		case label.Values != nil:
			most = max(most, len(label.Values))
		case label.Max > 0:
			most = max(most, label.Max)
		default:
			return 0
		}
	}
	return most
}

// partsOf is how many parts a signal tells apart by a label; 0 where the label is another.
func (l *lowerer) partsOf(slo *objective, name string) int {
	s := l.signals[slo.Signal.Name]
	if s == nil || slo.SLI == ir.SLIWritten || s.spec.As != name {
		return 0
	}
	return len(s.spec.Parts)
}

// closed reports whether every value of every label that is kept apart is known.
func (o *objective) closed() bool {
	for _, m := range o.Signal.Metrics {
		for _, name := range o.spec.By {
			if label := m.Label(name); label == nil || label.Values == nil {
				return false
			}
		}
	}
	return true
}

// names gives the records their names.
func (o *objective) names() {
	o.ErrorRatio = map[string]string{}
	for _, window := range sloWindows(o.SLO) {
		text := unit.FormatDuration(window)
		o.ErrorRatio[text] = "slo:error_ratio:rate" + text
	}
	period, current := unit.FormatDuration(o.Window), unit.FormatDuration(currentWindow(o.SLO))
	o.BudgetRemaining, o.ObjectiveRecord = "slo:budget_remaining:ratio", "slo:objective:ratio"
	o.Records = ir.SLORecords{
		BadRate: "slo:bad:rate5m", TotalRate: "slo:total:rate5m", Info: "slo:info", CurrentWindow: current,
		BurnRate: map[string]string{current: "slo:burn_rate:rate" + current, period: "slo:burn_rate:rate" + period},
	}
	if o.SLI.CountsTime() {
		o.Records.BadSlice, o.Records.TotalSlice = "slo:bad:slice", "slo:total:slice"
	}
	if o.MinEvents > 0 {
		o.Records.EventCount = map[string]string{}
		for _, t := range o.Tiers {
			text := unit.FormatDuration(t.Long)
			o.Records.EventCount[text] = "slo:events:count" + text
		}
	}
	if o.Calendar != "" {
		o.Records.CalendarErrorRatio, o.Records.CalendarBudget = "slo:calendar_error_ratio:ratio", "slo:calendar_budget_remaining:ratio"
	}
}

// sloWindows lists the windows that error ratios are recorded over, the shortest first.
func sloWindows(slo *ir.SLO) []time.Duration {
	windows := []time.Duration{recordedRange, slo.Window}
	for _, t := range slo.Tiers {
		windows = append(windows, t.Long, t.Short)
	}
	slices.Sort(windows)
	return slices.Compact(windows)
}

// currentWindow is the window whose burn rate is recorded as the current one: an hour where an alert looks at that, else the
// shortest that an alert looks back over.
func currentWindow(slo *ir.SLO) time.Duration {
	shortest := slo.Window
	for _, t := range slo.Tiers {
		if t.Long == time.Hour {
			return time.Hour
		}
		shortest = min(shortest, t.Long)
	}
	return shortest
}

func roundTo(value float64, digits int) float64 {
	scale := math.Pow(10, float64(digits))
	return math.Round(value*scale) / scale
}

// sloSelect selects a record of the SLO.
func (l *lowerer) sloSelect(slo *ir.SLO, record string) *parser.VectorSelector {
	return l.recorded(record, promql.Equal("slo", slo.Name)).(*parser.VectorSelector)
}

// camel makes ErrorBudget of error_budget.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

func sloGroupName(service, slo string) string { return service + "-slo-" + slo }
