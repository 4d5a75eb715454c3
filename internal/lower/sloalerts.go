package lower

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// How long an indicator must be without data or traffic before somebody is told: longer than a deployment that stops every
// replica and starts new ones.
const (
	noDataFor  = 15 * time.Minute
	trafficFor = 10 * time.Minute
)

// sloAlert begins an alert of an SLO.
func (l *lowerer) sloAlert(slo *objective, kind ir.AlertKind, name, path, severity, receiver string) *ir.Alert {
	return &ir.Alert{
		Name: name, Path: path, Kind: kind, Signal: slo.Signal, SLO: slo.SLO, Severity: severity, Receiver: receiver,
		Group: sloGroupName(l.program.Service.Name, slo.Name), Component: slo.Component, Note: slo.Note,
	}
}

// sloLabels are labels that the user gives all of an SLO's alerts, or one.
func (l *lowerer) sloLabels(slo *objective, path string, given map[string]string) map[string]string {
	checked := l.userLabels(path+".labels", given)
	for _, name := range append([]string{"slo"}, slo.By...) {
		if _, taken := checked[name]; taken {
			l.report("names/label", at(path+".labels", name), "remove it", "label %q says already which objective it is", name)
		}
	}
	return checked
}

// finish gives an alert its labels and its runbook.
func (l *lowerer) finish(slo *objective, a *ir.Alert, more map[string]string) {
	a.Labels = l.alertLabels(a, nil)
	maps.Copy(a.Labels, slo.labels)
	maps.Copy(a.Labels, more)
	a.Labels["slo"] = slo.Name
	if len(slo.By) > 0 {
		// What is said of one group must not mute what is said of another, nor of all together.
		a.Labels["signal"] = slo.Signal.SLI + " by " + strings.Join(slo.By, ", ")
	}
	a.RunbookURL = l.runbookURL(a.Name, slo.spec.Runbook)
}

// noDataAlert tells that an indicator has no series: nothing watches the objective then. Counters that exist from the start
// are missing only where something is broken. Others may wait for their first event, and are missed only where no target of
// the service is up.
func (l *lowerer) noDataAlert(slo *objective) bool {
	given := schema.SLOAlert{Enabled: true}
	if slo.spec.NoData != nil {
		given = *slo.spec.NoData
	}
	if !given.Enabled {
		return true
	}
	path := slo.Path + ".noData"
	lasting, ok := l.lasting(path, given.For, noDataFor)
	if !ok || given.Receiver != "" && !l.receiverExists(path+".receiver", given.Receiver) {
		return false
	}
	a := l.sloAlert(slo, ir.AlertNoData, cmp.Or(given.Name, camel(slo.Name)+"NoData"), path, cmp.Or(given.Severity, "warning"), given.Receiver)
	a.For = lasting
	a.Condition = promql.Call("absent", l.sloSelect(slo.SLO, slo.Records.TotalRate))
	because := ""
	if up := l.metrics["up"]; slo.counted.lazy && up != nil {
		serving := promql.Binary(parser.EQLC, l.selector(up, "", build{}), promql.Number(1))
		a.Condition = matching(parser.LUNLESS, a.Condition, serving)
		because = ", and none of its targets is up"
	}
	a.Expr = promql.Print(a.Condition)
	l.finish(slo, a, l.sloLabels(slo, path, given.Labels))
	service := l.program.Service.Name
	a.Summary = fmt.Sprintf("%s on %s: there is no data", slo.Title, service)
	a.Description = fmt.Sprintf("What counts for %q on %s has had no series for %s%s: nothing watches the objective of %s over %s, and its other alerts cannot fire.",
		slo.Title, service, unit.FormatDuration(lasting), because, unit.Ratio.Format(slo.Objective), unit.FormatDuration(slo.Window))
	slo.Alerts = append(slo.Alerts, a)
	return true
}

// lasting reads how long a condition must last.
func (l *lowerer) lasting(path, given string, otherwise time.Duration) (time.Duration, bool) {
	if given == "" {
		return otherwise, true
	}
	d := l.duration(path+".for", given)
	if least := 2 * l.program.Service.Scrape.Interval; d < least {
		l.report("slo/no-data", path+".for", "write longer than a deployment takes, such as "+unit.FormatDuration(otherwise),
			"for %s it would fire whenever one scrape fails", unit.FormatDuration(d))
		return 0, false
	}
	return d, true
}

// trafficAlert tells that there are fewer events than declared. Where there is no series there are none.
func (l *lowerer) trafficAlert(slo *objective) bool {
	given := slo.spec.Traffic
	path := slo.Path + ".traffic"
	if slo.SLI.CountsTime() {
		for _, setting := range []struct {
			field string
			set   bool
		}{{"traffic", given != nil}, {"minEvents", slo.MinEvents > 0}} {
			if setting.set {
				l.report("slo/traffic", at(slo.Path, setting.field), "remove "+setting.field,
					"%s is about events, and this indicator counts evaluations, whatever the traffic", setting.field)
				return false
			}
		}
	}
	if given == nil {
		return true
	}
	least, ok := l.leastTraffic(slo, path+".atLeast", given.AtLeast)
	if !ok {
		return false
	}
	lasting, ok := l.lasting(path, given.For, trafficFor)
	if !ok || given.Receiver != "" && !l.receiverExists(path+".receiver", given.Receiver) {
		return false
	}
	a := l.sloAlert(slo, ir.AlertTraffic, cmp.Or(given.Name, camel(slo.Name)+"TrafficLow"), path, cmp.Or(given.Severity, "critical"), given.Receiver)
	a.For, a.By, a.Threshold = lasting, slo.By, ir.Threshold{Value: least, Severity: a.Severity, Alert: a.Name}
	a.Condition = promql.Binary(parser.LSS, l.orNoTraffic(slo), promql.Number(least))
	a.Expr = promql.Print(a.Condition)
	l.finish(slo, a, l.sloLabels(slo, path, given.Labels))
	where, floor := l.program.Service.Name+groupText(slo.By), slo.Traffic.Format(least)
	if q, err := unit.ParseQuantity(given.AtLeast); err == nil && q.HasUnit {
		floor = given.AtLeast // people think of their traffic in the unit that they have written
	}
	a.Summary = fmt.Sprintf("%s on %s: less traffic than %s", slo.Title, where, floor)
	a.Description = fmt.Sprintf("What counts for %q on %s comes at %s, below %s for %s. An outage that stops the traffic burns no error budget.",
		slo.Title, where, slo.Traffic.Template("$value"), floor, unit.FormatDuration(lasting))
	slo.Alerts = append(slo.Alerts, a)
	return true
}

// leastTraffic reads how many events come in a time, in the unit of the traffic.
func (l *lowerer) leastTraffic(slo *objective, path, text string) (float64, bool) {
	help := fmt.Sprintf("write how many there are at least, such as %q", slo.Traffic.Example()) // of a gauge's share
	if slo.Traffic.IsPerTime() {
		help = fmt.Sprintf("write how many come in which time, such as %q", "10 "+cmp.Or(slo.Traffic.Times(unit.Second).Noun(), "requests")+"/min")
	}
	q, err := unit.ParseQuantity(text)
	if err != nil {
		l.report("quantity/format", path, help, "%v", err)
		return 0, false
	}
	least, err := q.In(slo.Traffic)
	switch {
	case err != nil:
		l.report("quantity/unit", path, help, "%s", strings.Replace(err.Error(), "the signal", "the traffic of "+slo.Name, 1))
	case least <= 0:
		l.report("slo/traffic", path, help, "there is never less than %s", text)
	default:
		return least, true
	}
	return 0, false
}

// remembered is how long a group that has no series any more is known to have had some, and at which steps that is looked up.
const (
	remembered      = 24 * time.Hour
	rememberedSteps = 5 * time.Minute
)

// orNoTraffic is the rate of all events, and zero where there is none. The groups of by are those that there were in the
// last day.
func (l *lowerer) orNoTraffic(slo *objective) parser.Expr {
	total := l.sloSelect(slo.SLO, slo.Records.TotalRate)
	if len(slo.By) == 0 {
		return matching(parser.LOR, total, promql.Call("vector", promql.Number(0)))
	}
	before := promql.Call("last_over_time", promql.Subquery(total, remembered, rememberedSteps))
	return promql.Binary(parser.LOR, total, promql.Binary(parser.MUL, promql.Number(0), before))
}

// matching joins two vectors by some labels; the result of and, or and unless keeps the labels of its operand.
func matching(op parser.ItemType, left, right parser.Expr, on ...string) parser.Expr {
	e := promql.Binary(op, left, right).(*parser.BinaryExpr)
	e.VectorMatching.On, e.VectorMatching.MatchingLabels = true, on
	return e
}

// groupText names the group in a text: ", method {{ $labels.method }}".
func groupText(by []string) string {
	text := ""
	for _, label := range by {
		text += fmt.Sprintf(", %s {{ $labels.%s }}", strings.TrimPrefix(label, "exported_"), label)
	}
	return text
}
