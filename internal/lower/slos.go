package lower

import (
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

// tiers are the four alerts of the SRE workbook (chapter 5, table 5-8): what share of the budget is spent when each fires.
// The factor follows from the share: it is the burn rate that spends it in the long window.
var tiers = []struct {
	severity    string
	long, short time.Duration
	budgetShare float64
}{
	{"critical", time.Hour, 5 * time.Minute, 0.02},
	{"critical", 6 * time.Hour, 30 * time.Minute, 0.05},
	{"warning", 24 * time.Hour, 2 * time.Hour, 0.10},
	{"warning", 72 * time.Hour, 6 * time.Hour, 0.10},
}

// shortestPeriod is the shortest window of an SLO: the longest window of an alert must fit into it twice.
const shortestPeriod = 6 * 24 * time.Hour

// lowerSLOs lowers the objectives with their burn-rate alerts.
func (l *lowerer) lowerSLOs() {
	if len(l.spec.SLOs) == 0 {
		return
	}
	if l.program.Service == nil {
		l.report("spec/no-service", "slos", "add service: its name, namespace and team become the alerts' labels", "SLOs need a service")
		return
	}
	l.program.SLODashboardName, l.program.SLODashboardUID = sloBoards, sloDashboardUID(l.program.Service.Name, "")
	for _, name := range sortedKeys(l.spec.SLOs) {
		slo, ok := l.slo(name, l.spec.SLOs[name])
		if !ok {
			continue
		}
		l.program.SLOs = append(l.program.SLOs, slo)
		for _, a := range slo.Alerts {
			if _, taken := l.spec.Alerts[a.Name]; taken {
				l.report("names/collision", at("alerts", a.Name), "rename the alert", "SLO %s makes an alert of the same name", name)
			}
		}
		l.program.Alerts = append(l.program.Alerts, slo.Alerts...)
	}
	l.nameSLODashboards()
}

// slo lowers one objective.
func (l *lowerer) slo(name string, spec schema.SLO) (*ir.SLO, bool) {
	path := at("slos", name)
	if !labelName.MatchString(name) {
		l.report("names/slo", path, "use letters, digits and underscores, such as availability", "%q is not a name that an SLO can have", name)
		return nil, false
	}
	s, good, ok := l.sloSignal(path, spec)
	if !ok {
		return nil, false
	}
	objective, ok := l.objective(path, spec, s)
	if !ok {
		return nil, false
	}
	slo := &ir.SLO{
		Name: name, Path: path, Title: spec.Title, Signal: s.Signal, Good: good, Objective: objective,
		Window: l.duration(path+".window", spec.Window), Component: spec.Component, Note: strings.TrimSpace(spec.Note),
		ErrorRatio: map[string]string{}, Interval: l.program.Platform.Prometheus.EvaluationInterval,
		BudgetRemaining: "slo:budget_remaining:ratio", ObjectiveRecord: "slo:objective:ratio",
		SLI: ir.SLIEvents, Records: ir.SLORecords{BadRate: badRecord, TotalRate: totalRecord, Info: infoRecord, CurrentWindow: "1h",
			BurnRate: map[string]string{"1h": "slo:burn_rate:rate1h"}},
	}
	if slo.Window < shortestPeriod {
		l.report("slo/window", path+".window", `write at least "7d"`, "the window %s is too short for alerts over 3d", spec.Window)
		return nil, false
	}
	for _, t := range tiers {
		// Below one the budget lasts longer than the window: nothing is at risk, and nobody should be told.
		factor := max(1, roundTo(t.budgetShare*float64(slo.Window)/float64(t.long), 4))
		slo.Tiers = append(slo.Tiers, ir.BurnTier{
			Severity: t.severity, Long: t.long, Short: t.short, Factor: factor,
			BudgetShare: roundTo(factor*float64(t.long)/float64(slo.Window), 4),
		})
	}
	if !l.tiersCanFire(slo) {
		return nil, false
	}
	for _, window := range sloWindows(slo) {
		slo.ErrorRatio[unit.FormatDuration(window)] = "slo:error_ratio:rate" + unit.FormatDuration(window)
	}
	slo.Alerts = l.sloAlerts(slo)
	return slo, true
}

// sloSignal finds the share that the objective is about.
func (l *lowerer) sloSignal(path string, spec schema.SLO) (s *signal, good, ok bool) {
	field, name := "good", spec.Good
	if name == "" {
		field, name = "bad", spec.Bad
	}
	switch {
	case spec.Good == "" && spec.Bad == "":
		l.report("slo/signal", path, "add good: or bad: with the name of a share, ratio or within signal", "an SLO names either its good or its bad share")
		return nil, false, false
	case spec.Good != "" && spec.Bad != "":
		l.report("slo/signal", path+".bad", "remove one of them: the other share is the rest", "an SLO names either its good or its bad share")
		return nil, false, false
	}
	s, found := l.signals[name]
	if !found {
		l.report("reference/signal", at(path, field), didYouMean(name, sortedKeys(l.signals)), "there is no signal %q", name)
		return nil, false, false
	}
	s.Used = true
	if s.broken {
		return nil, false, false
	}
	isShare := s.Form == ir.FormShare || s.Form == ir.FormWithin || s.Form == ir.FormRatio
	if !isShare || !s.Unit.IsRatio() {
		l.report("slo/signal", at(path, field), "name a share, ratio or within signal", "signal %s is %s, and an SLO is about a share", name, s.Unit.Dimension())
		return nil, false, false
	}
	if s.Form != ir.FormRatio {
		return s, field == "good", true
	}
	for _, operand := range []string{s.spec.Ratio, s.spec.To} {
		if m := l.metrics[operand]; m == nil || m.Type != ir.Counter {
			l.report("slo/signal", at(path, field), "use a share or within signal, or a ratio of two counters",
				"ratio %s is not of two counters, whose events an SLO could count", name)
			return nil, false, false
		}
	}
	return s, field == "good", true
}

func (l *lowerer) objective(path string, spec schema.SLO, s *signal) (float64, bool) {
	objective, ok := l.quantity(path+".objective", spec.Objective, unit.Ratio, &ir.Signal{Name: s.Name, Path: s.Path, Unit: unit.Ratio})
	if !ok {
		return 0, false
	}
	if objective <= 0 || objective >= 1 {
		l.report("slo/objective", path+".objective", `write a share such as "99.5%"`,
			"an objective of %s leaves no error budget to watch", spec.Objective)
		return 0, false
	}
	return objective, true
}

// tiersCanFire refuses burn rates that no service can reach: even a total outage burns only 1/(1-objective).
func (l *lowerer) tiersCanFire(slo *ir.SLO) bool {
	highest := 1 / (1 - slo.Objective)
	for _, t := range slo.Tiers {
		if t.Factor >= highest {
			l.report("slo/unreachable", slo.Path+".objective", fmt.Sprintf("raise the objective above %s", unit.Ratio.Format(1-1/t.Factor)),
				"the alert at %v × the budget's rate can never fire: a total outage burns %.3g ×", t.Factor, highest)
			return false
		}
	}
	return true
}

func roundTo(value float64, digits int) float64 {
	scale := math.Pow(10, float64(digits))
	return math.Round(value*scale) / scale
}

// sloWindows lists the windows that error ratios are recorded over, the shortest first.
func sloWindows(slo *ir.SLO) []time.Duration {
	windows := []time.Duration{slo.Window}
	for _, t := range slo.Tiers {
		windows = append(windows, t.Long, t.Short)
	}
	slices.Sort(windows)
	return slices.Compact(windows)
}

// sloAlerts makes one alert for each severity: it fires when one of its tiers burns over both windows.
func (l *lowerer) sloAlerts(slo *ir.SLO) []*ir.Alert {
	var alerts []*ir.Alert
	for _, kind := range []struct{ severity, suffix string }{{"critical", "BurnRatePage"}, {"warning", "BurnRateTicket"}} {
		a := &ir.Alert{
			Name: camel(slo.Name) + kind.suffix, Path: slo.Path, Kind: ir.AlertBurn, Signal: slo.Signal, SLO: slo, Severity: kind.severity,
			Group: sloGroupName(l.program.Service.Name, slo.Name), Component: slo.Component, Note: slo.Note,
		}
		var condition parser.Expr
		for _, t := range slo.Tiers {
			if t.Severity != kind.severity {
				continue
			}
			a.Tier = append(a.Tier, t)
			burns := promql.Binary(parser.LAND, l.burns(slo, t.Long, t.Factor), l.burns(slo, t.Short, t.Factor))
			if condition == nil {
				condition = burns
				continue
			}
			condition = promql.Binary(parser.LOR, condition, burns)
		}
		a.Condition, a.Expr = condition, promql.Print(condition)
		a.Labels = l.alertLabels(a, nil)
		a.Labels["slo"] = slo.Name
		a.RunbookURL = l.runbookURL(a.Name, "")
		l.sloTexts(a)
		alerts = append(alerts, a)
	}
	return alerts
}

// burns compares the error ratio of a window with a multiple of what uses up the budget exactly.
func (l *lowerer) burns(slo *ir.SLO, window time.Duration, factor float64) parser.Expr {
	limit := &parser.ParenExpr{Expr: &parser.BinaryExpr{
		Op: parser.MUL, LHS: promql.Number(factor), RHS: promql.Number(roundTo(1-slo.Objective, 12)),
	}}
	return promql.Binary(parser.GTR, l.sloRecord(slo, window), limit)
}

// sloRecord selects the recorded error ratio of a window.
func (l *lowerer) sloRecord(slo *ir.SLO, window time.Duration) parser.Expr {
	return l.sloSelect(slo, slo.ErrorRatio[unit.FormatDuration(window)])
}

func (l *lowerer) sloSelect(slo *ir.SLO, record string) *parser.VectorSelector {
	return l.recorded(record, promql.Equal("slo", slo.Name)).(*parser.VectorSelector)
}

func (l *lowerer) sloTexts(a *ir.Alert) {
	slo, service := a.SLO, l.program.Service.Name
	speed := "fast"
	if a.Severity != "critical" {
		speed = "steadily"
	}
	a.Summary = fmt.Sprintf("%s on %s: the error budget is being spent %s", slo.Title, service, speed)
	var limits []string
	for _, t := range a.Tier {
		limits = append(limits, fmt.Sprintf("%v× over %s", t.Factor, unit.FormatDuration(t.Long)))
	}
	a.Description = fmt.Sprintf("%s of what counts for %q is failing on %s; the objective of %s over %s allows %s. It fires at %s the rate that would spend the budget exactly.",
		unit.Ratio.Template("$value"), slo.Title, service, unit.Ratio.Format(slo.Objective), unit.FormatDuration(slo.Window),
		unit.Ratio.Format(roundTo(1-slo.Objective, 12)), strings.Join(limits, " or "))
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
