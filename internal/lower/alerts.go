package lower

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// lowerAlerts lowers the threshold alerts.
func (l *lowerer) lowerAlerts() {
	if len(l.spec.Alerts) > 0 && l.program.Service == nil {
		l.report("spec/no-service", "alerts", "add service: its name, namespace and team become the alerts' labels", "alerts need a service")
		return
	}
	for _, name := range sortedKeys(l.spec.Alerts) {
		if a, ok := l.alert(name, l.spec.Alerts[name]); ok {
			l.program.Alerts = append(l.program.Alerts, a)
		}
	}
}

// reservedLabels are the labels that Belfry sets on every alert.
var reservedLabels = map[string]string{
	"severity": "severity", "component": "component", "action": "action",
	"service": "service.name", "namespace": "service.namespace", "team": "service.team", "signal": "signal", "alertname": "the alert's key",
}

// alert lowers one threshold alert.
func (l *lowerer) alert(name string, spec schema.Alert) (*ir.Alert, bool) {
	path := l.pathOf("alerts", name)
	if !labelName.MatchString(name) {
		l.report("names/alert", path, "use letters, digits and underscores, such as HighErrorRate",
			"%q is not a name that an alert can have: it becomes a file name", name)
		return nil, false
	}
	s, ok := l.signals[spec.Signal]
	if !ok {
		help := didYouMean(spec.Signal, sortedKeys(l.signals))
		if _, isMetric := l.metrics[spec.Signal]; isMetric {
			help = "make a signal of the metric first: its form says how it is watched"
		}
		l.report("reference/signal", path+".signal", help, "there is no signal %q", spec.Signal)
		return nil, false
	}
	s.Used = true
	if s.broken {
		return nil, false
	}
	q, ok := l.query(s, spec.Params, path, nil)
	if !ok {
		return nil, false
	}
	threshold, ok := l.threshold(path, schema.Threshold{Above: spec.Above, Below: spec.Below}, q)
	if !ok {
		return nil, false
	}
	threshold.Severity, threshold.Alert = spec.Severity, name
	a := &ir.Alert{
		Name: name, Path: path, Signal: s.Signal, Query: q, Threshold: threshold, Severity: spec.Severity,
		For: l.duration(path+".for", spec.For), KeepFor: l.duration(path+".keepFiringFor", spec.KeepFiringFor),
		Group: l.groupName(spec.Group), Component: spec.Component, Action: spec.Action, By: q.By, Note: strings.TrimSpace(spec.Note),
	}
	a.Labels = l.alertLabels(a, spec.Labels)
	a.RunbookURL = l.runbookURL(name, spec.Runbook)
	return a, l.texts(a, spec)
}

// threshold reads the one bound of an alert or level in the query's unit.
func (l *lowerer) threshold(path string, t schema.Threshold, q *ir.Query) (ir.Threshold, bool) {
	field, text := "above", t.Above
	switch {
	case t.Above != "" && t.Below != "":
		l.report("alert/threshold", path+".below", "split it into two alerts", "an alert is either above or below a value")
		return ir.Threshold{}, false
	case t.Above == "" && t.Below == "":
		l.report("alert/threshold", path, fmt.Sprintf("add above: %q, or below", q.Unit.Example()), "nothing says from which value on it fires")
		return ir.Threshold{}, false
	case t.Below != "":
		field, text = "below", t.Below
	}
	value, ok := l.quantity(at(path, field), text, q.Unit, q.Signal)
	return ir.Threshold{Above: field == "above", Value: value}, ok
}

// groupName is the name of a rule group in the cluster: it begins with the service's name.
func (l *lowerer) groupName(name string) string {
	if name == "" {
		return l.program.Service.Name
	}
	return l.program.Service.Name + "-" + name
}

// alertLabels are the static labels: Belfry's own and the user's.
func (l *lowerer) alertLabels(a *ir.Alert, more map[string]string) map[string]string {
	s := l.program.Service
	set := map[string]string{
		"severity": a.Severity, "service": s.Name, "namespace": s.Namespace, "team": s.Team, "signal": indicatorOf(a),
	}
	if a.Component != "" {
		set["component"] = a.Component
	}
	if a.Action != "" {
		set["action"] = a.Action
	}
	maps.Copy(set, l.userLabels(a.Path+".labels", more))
	return set
}

// userLabels are the static labels that the user writes and may.
func (l *lowerer) userLabels(path string, given map[string]string) map[string]string {
	set := map[string]string{}
	for _, name := range sortedKeys(given) {
		path := at(path, name)
		if source, ok := reservedLabels[name]; ok {
			l.report("names/label", path, "remove it", "label %q is set from %s", name, source)
			continue
		}
		if !labelName.MatchString(name) || strings.HasPrefix(name, "__") {
			l.report("names/label", path, "use letters, digits and underscores", "%q is not a name that a label can have", name)
			continue
		}
		set[name] = given[name]
	}
	return set
}

// indicatorOf is what the alert is about: its signal's indicator, and which part of it where the alert has matchers of its
// own. A failing part must not mute what is said of another.
func indicatorOf(a *ir.Alert) string {
	if a.Query == nil || a.Signal.Default == nil || a.Query.Where == a.Signal.Default.Where {
		return a.Signal.SLI
	}
	return a.Signal.SLI + "{" + a.Query.Where + "}"
}

func (l *lowerer) runbookURL(alert, own string) string {
	switch {
	case own != "":
		return own
	case l.program.Service.Runbooks != "":
		return l.program.Service.Runbooks + "/" + alert
	}
	return ""
}

// texts makes the summary and the description, or takes the user's.
func (l *lowerer) texts(a *ir.Alert, spec schema.Alert) bool {
	where := groupText(a.By)
	side := "below"
	if a.Threshold.Above {
		side = "above"
	}
	bound := side + " " + a.Query.Unit.Format(a.Threshold.Value)
	service := l.program.Service.Name
	a.Summary = fmt.Sprintf("%s %s on %s%s", a.Query.Title, bound, service, where)
	lasting := ""
	if a.For > 0 {
		lasting = " for " + unit.FormatDuration(a.For)
	}
	a.Description = fmt.Sprintf("%s: %s, %s%s on %s%s.", a.Query.Title, a.Query.Unit.Template("$value"), bound, lasting, service, where)
	if a.Signal.Help != "" {
		a.Description += " " + a.Signal.Help
	}
	ok := true
	if spec.Summary != "" {
		a.Summary, ok = l.userText(a, "summary", spec.Summary)
	}
	if spec.Description != "" && ok {
		a.Description, ok = l.userText(a, "description", spec.Description)
	}
	return ok
}

// userText puts the value's template into a user's text, and reads the result as Prometheus will.
func (l *lowerer) userText(a *ir.Alert, field, text string) (string, bool) {
	filled := valueAction.ReplaceAllLiteralString(text, a.Query.Unit.Template("$value"))
	if err := checkTemplate(filled, a); err != nil {
		l.report("alert/template", at(a.Path, field), "the value is printed by {{ value }}, a label by {{ $labels.pod }}", "%v", err)
		return "", false
	}
	return filled, true
}

// linkDashboards links every alert to the dashboard that the spec names, or to the first that draws its signal.
func (l *lowerer) linkDashboards() {
	uids, drawing := l.drawing()
	for _, a := range l.program.Alerts {
		uid := cmp.Or(drawing[a.Signal.Name], drawing[a.Signal.SLI])
		if name := l.spec.Alerts[a.Name].Dashboard; name != "" {
			if uid = uids[name]; uid == "" {
				l.report("reference/dashboard", a.Path+".dashboard", didYouMean(name, sortedKeys(uids)), "there is no dashboard %q", name)
			}
		}
		if a.SLO != nil {
			uid = a.SLO.DashboardUID
		}
		if uid == "" && len(l.program.Dashboards) > 0 {
			uid = l.program.Dashboards[0].UID
		}
		if uid != "" {
			a.DashboardURL = l.program.Platform.Grafana.URL + "/d/" + uid
			if a.SLO != nil {
				a.DashboardURL += sloVariables(a.By)
			}
		}
	}
}

// drawing finds the uid of every dashboard by name, and of the first dashboard that draws a signal or its SLI.
func (l *lowerer) drawing() (uids, drawing map[string]string) {
	uids, drawing = map[string]string{}, map[string]string{}
	for _, d := range l.program.Dashboards {
		uids[d.Name] = d.UID
		for _, row := range d.Rows {
			for _, panel := range row.Panels {
				for _, series := range panel.Series {
					s := series.Query.Signal
					drawing[s.Name] = cmp.Or(drawing[s.Name], d.UID)
					drawing[s.SLI] = cmp.Or(drawing[s.SLI], d.UID)
				}
			}
		}
	}
	return uids, drawing
}

// lowerGroups puts recordings and alerts into rule groups: in each, a rule stands after the rules it reads.
func (l *lowerer) lowerGroups() {
	if l.program.Service == nil {
		return
	}
	groups := map[string]*ir.Group{}
	group := func(name string) *ir.Group {
		if groups[name] == nil {
			groups[name] = &ir.Group{Name: name, Interval: l.program.Platform.Prometheus.EvaluationInterval}
		}
		return groups[name]
	}
	for _, a := range l.program.Alerts {
		if a.SLO == nil {
			g := group(a.Group)
			g.Rules = append(g.Rules, l.recordings(a, g)...)
		}
	}
	for _, a := range l.program.Alerts {
		if a.SLO == nil {
			g := group(a.Group)
			l.condition(a)
			g.Rules = append(g.Rules, alertRule(a))
		}
	}
	for _, name := range sortedKeys(l.spec.Groups) {
		g, ok := groups[l.groupName(name)]
		if !ok {
			l.warn("group/empty", at("groups", name), "name it in an alert, or remove it", "no alert is in group %s", name)
			continue
		}
		if text := l.spec.Groups[name].Interval; text != "" {
			g.Interval = l.positive(at("groups", name)+".interval", text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		l.program.Groups = append(l.program.Groups, groups[name])
	}
	l.sloGroups()
	l.splitGroups()
}

// sortAlerts puts the most urgent first, and tells each signal which way is better.
func (l *lowerer) sortAlerts() {
	slices.SortFunc(l.program.Alerts, func(a, b *ir.Alert) int {
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), cmp.Compare(a.Name, b.Name))
	})
	for _, a := range l.program.Alerts {
		if a.SLO == nil {
			a.Signal.Better = better(a.Threshold.Above)
		}
	}
	for _, s := range l.signals {
		if given := levels(s.spec); len(given) > 0 && s.Better == "" {
			s.Better = better(given[0].Above != "")
		}
	}
}

// better is the direction away from a threshold.
func better(above bool) ir.Direction {
	if above {
		return ir.LessIsBetter
	}
	return ir.MoreIsBetter
}

// severities lists the severities, the most urgent first.
var severities = []string{"critical", "warning", "info"}

func rank(severity string) int { return slices.Index(severities, severity) }

// condition makes the alert's PromQL: what it reads compared with its threshold.
func (l *lowerer) condition(a *ir.Alert) {
	op := parser.ItemType(parser.LSS)
	if a.Threshold.Above {
		op = parser.GTR
	}
	a.Condition = promql.Binary(op, l.readBy(a), promql.Number(a.Threshold.Value))
	a.Expr = promql.Print(a.Condition)
}

// alertRule is the rule of an alert.
func alertRule(a *ir.Alert) ir.Rule {
	annotations := map[string]string{"summary": a.Summary, "description": a.Description}
	if a.RunbookURL != "" {
		annotations["runbook_url"] = a.RunbookURL
	}
	if a.DashboardURL != "" {
		annotations["dashboard_url"] = a.DashboardURL
	}
	return ir.Rule{Alert: a.Name, Expr: a.Expr, For: a.For, KeepFiringFor: a.KeepFor, Labels: a.Labels, Annotations: annotations}
}
