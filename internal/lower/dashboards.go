package lower

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/schema"
)

// lowerDashboards lowers every dashboard, and refuses two of one address.
func (l *lowerer) lowerDashboards() {
	if len(l.spec.Dashboards) > 0 && l.program.Service == nil {
		l.report("spec/no-service", "dashboards", "add service: its metrics are what the panels draw", "dashboards need a service")
		return
	}
	owners := map[string]string{}
	for _, name := range sortedKeys(l.spec.Dashboards) {
		spec := l.spec.Dashboards[name]
		path := at("dashboards", name)
		if !fileName(name) {
			l.report("names/dashboard", path, "use lower-case letters, digits and hyphens",
				"%q is not a name that a dashboard can have: it becomes a file name", name)
			continue
		}
		if whose, taken := sloDashboardOf(l.program, name, ""); taken {
			l.report("names/collision", path, "rename the dashboard", "the generated dashboard %s has this file name", whose)
			continue
		}
		if whose, taken := sloDashboardOf(l.program, "", spec.UID); taken {
			l.report("names/collision", path+".uid", "give each dashboard its own uid",
				"uid %q is already that of the generated dashboard %s", spec.UID, whose)
			continue
		}
		if other, ok := owners[spec.UID]; ok {
			l.report("names/collision", path+".uid", "give each dashboard its own uid", "uid %q is already that of %s", spec.UID, other)
			continue
		}
		owners[spec.UID] = "dashboard " + name
		l.program.Dashboards = append(l.program.Dashboards, l.dashboard(name, path, spec))
	}
	for _, d := range l.program.Dashboards {
		for _, other := range l.program.Dashboards {
			if other != d {
				d.Links = append(d.Links, ir.Link{Title: other.Title, URL: "/d/" + other.UID})
			}
		}
		if l.program.SLODashboardUID != "" {
			d.Links = append(d.Links, ir.Link{Title: "SLOs", URL: "/d/" + l.program.SLODashboardUID})
		}
	}
}

// fileName reports whether a name is safe as a file's, and as part of a Kubernetes resource's.
func fileName(name string) bool {
	for i, r := range name {
		letter := 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
		if !letter && (r != '-' || i == 0 || i == len(name)-1) {
			return false
		}
	}
	return name != "" && len(name) <= 60
}

func (l *lowerer) dashboard(name, path string, spec schema.Dashboard) *ir.Dashboard {
	d := &ir.Dashboard{
		Name: name, Path: path, UID: spec.UID, Title: spec.Title, Description: spec.Description, Tags: spec.Tags,
		Refresh: l.positive(path+".refresh", spec.Refresh), From: l.positive(path+".from", spec.From),
	}
	for i, label := range spec.Variables {
		if v, ok := l.variable(indexed(path+".variables", i), label); ok {
			d.Variables = append(d.Variables, v)
		}
	}
	for i, annotation := range spec.Annotations {
		if a, ok := l.annotation(indexed(path+".annotations", i), annotation); ok {
			d.Annotations = append(d.Annotations, a)
		}
	}
	for i, row := range spec.Rows {
		rowPath := indexed(path+".rows", i)
		if row.Collapsed && row.Title == "" {
			l.report("panel/row", rowPath, "add a title", "a folded row needs a title to unfold it by")
		}
		lowered := ir.Row{Title: row.Title, Collapsed: row.Collapsed}
		for j, panel := range row.Panels {
			if p, ok := l.panel(indexed(rowPath+".panels", j), panel, d.Variables); ok {
				lowered.Panels = append(lowered.Panels, p)
			}
		}
		layOut(lowered.Panels)
		d.Rows = append(d.Rows, lowered)
	}
	return d
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// variable makes the query that lists a label's values.
func (l *lowerer) variable(path, label string) (ir.Variable, bool) {
	s := l.program.Service
	if slices.Contains(ir.TargetLabels, label) && !l.declaresLabel(label) {
		up := promql.Select("up", promql.Equal("namespace", s.Namespace), promql.Equal("job", s.Scrape.Job))
		return ir.Variable{Label: label, Query: fmt.Sprintf("label_values(%s, %s)", up, label)}, true
	}
	var all []string
	for _, name := range sortedKeys(l.metrics) {
		m := l.metrics[name]
		if !m.Own() {
			continue
		}
		for _, known := range m.Labels {
			all = append(all, known.Name)
		}
		if m.Label(label) != nil {
			selector := l.selector(m, histogramSuffix(m), build{})
			return ir.Variable{Label: label, Query: fmt.Sprintf("label_values(%s, %s)", selector, m.Stored(label))}, true
		}
	}
	slices.Sort(all)
	l.report("reference/label", path, didYouMean(label, slices.Compact(all)), "no metric of the service has a label %q", label)
	return ir.Variable{}, false
}

// declaresLabel reports whether a metric of the service has the label itself, so that the target's label is not what the
// variable filters by.
func (l *lowerer) declaresLabel(label string) bool {
	for _, m := range l.metrics {
		if m.Own() && m.Label(label) != nil {
			return true
		}
	}
	return false
}

// histogramSuffix names series that a classic histogram really has.
func histogramSuffix(m *ir.Metric) string {
	if m.Type == ir.Histogram && m.Classic {
		return "_count"
	}
	return ""
}

// annotation draws a line when a series of an info metric is there that was not there a while before.
func (l *lowerer) annotation(path string, a schema.Annotation) (ir.Annotation, bool) {
	m, ok := l.metric(path+".info", a.Info)
	if !ok {
		return ir.Annotation{}, false
	}
	if m.Type != ir.Info {
		l.report("signal/metric-type", path+".info", "name an info metric, such as one with the version as a label", "%s is a %s", a.Info, m.Type)
		return ir.Annotation{}, false
	}
	const before = 5 * time.Minute
	var names []string
	for _, label := range m.Labels {
		names = append(names, m.Stored(label.Name))
	}
	now, past := l.selector(m, "", build{}), l.selector(m, "", build{})
	past.OriginalOffset = before
	expr := promql.Binary(parser.LUNLESS, promql.Aggregate(parser.MAX, now, names...), promql.Aggregate(parser.MAX, past, names...))
	return ir.Annotation{Title: a.Title, Expr: expr.String(), Text: names}, true
}

// panelSizes are the width and height that a kind takes where the spec does not say.
var panelSizes = map[ir.PanelKind]struct{ height int }{
	ir.Timeseries: {8}, ir.Bars: {8}, ir.Pie: {8}, ir.Table: {8}, ir.Stat: {4}, ir.GaugePanel: {6},
}

// layOut shares the columns that panels do not ask for evenly, and gives panels of one row the height of the tallest.
func layOut(panels []*ir.Panel) {
	const columns = 24
	free, open, tallest := columns, 0, 0
	for _, p := range panels {
		free -= p.Width
		if p.Width == 0 {
			open++
		}
		tallest = max(tallest, p.Height)
	}
	for _, p := range panels {
		if p.Width == 0 {
			p.Width = max(free/open, 4)
			free, open = free-p.Width, open-1
		}
		p.Height = tallest
	}
}

// panel lowers one panel with its series.
func (l *lowerer) panel(path string, spec schema.Panel, variables []ir.Variable) (*ir.Panel, bool) {
	p := &ir.Panel{
		Path: path, Kind: ir.PanelKind(spec.Kind), Title: spec.Title, Description: spec.Description,
		Width: spec.Width, Height: spec.Height,
	}
	if p.Height == 0 {
		p.Height = panelSizes[p.Kind].height
	}
	if spec.Stack != nil {
		p.Stack = *spec.Stack
		if p.Kind != ir.Timeseries && p.Kind != ir.Bars {
			l.report("panel/setting", path+".stack", "remove stack", "a %s panel has nothing to stack", p.Kind)
			return nil, false
		}
	}
	series, ok := l.seriesSpecs(path, spec)
	if !ok {
		return nil, false
	}
	for i, one := range series {
		seriesPath := path
		if spec.Signal == "" {
			seriesPath = indexed(path+".series", i)
		}
		s, ok := l.oneSeries(seriesPath, one, p, variables)
		if !ok {
			return nil, false
		}
		p.Series = append(p.Series, s)
	}
	if p.Title == "" {
		p.Title = p.Series[0].Query.Title
	}
	if p.Description == "" {
		p.Description = meaning(p.Series)
	}
	p.Filtered, p.Unfiltered = filters(p.Series, variables)
	return p, l.sameUnits(p)
}

// seriesSpecs turns the panel's one signal, or its series, into series. The panel's parameters hold for all of them.
func (l *lowerer) seriesSpecs(path string, spec schema.Panel) ([]schema.Series, bool) {
	if (spec.Signal == "") == (len(spec.Series) == 0) {
		l.report("panel/signal", path, "give it either", "a panel has one signal, or series")
		return nil, false
	}
	if spec.Signal != "" {
		return []schema.Series{{Params: spec.Params, Signal: spec.Signal, Axis: "left"}}, true
	}
	all := slices.Clone(spec.Series)
	for i := range all {
		p := &all[i].Params
		if p.Over == "" {
			p.Over = spec.Over
		}
		if p.By == nil {
			p.By = spec.By
		}
		if p.Where == "" {
			p.Where = spec.Where
		}
		if p.Q == nil {
			p.Q = spec.Q
		}
		if p.Unit == "" {
			p.Unit = spec.Unit
		}
	}
	return all, true
}

// oneSeries lowers one series: its query with the variables that may filter it.
func (l *lowerer) oneSeries(path string, spec schema.Series, p *ir.Panel, variables []ir.Variable) (ir.Series, bool) {
	s, ok := l.signals[spec.Signal]
	if !ok {
		l.report("reference/signal", path+".signal", didYouMean(spec.Signal, sortedKeys(l.signals)), "there is no signal %q", spec.Signal)
		return ir.Series{}, false
	}
	s.Used = true
	if s.broken {
		return ir.Series{}, false
	}
	q, ok := l.query(s, spec.Params, path, nil)
	if !ok {
		return ir.Series{}, false
	}
	var filtering []string
	for _, v := range variables {
		if slices.Contains(q.Labels, v.Label) {
			filtering = append(filtering, v.Label)
		}
	}
	drawn := q
	if len(filtering) > 0 && s.Form != ir.FormExpr {
		if drawn, ok = l.query(s, spec.Params, path, filtering); !ok {
			return ir.Series{}, false
		}
	}
	return ir.Series{
		Name: spec.Name, Query: q, Expr: drawn.Text, By: q.By, RightAxis: spec.Axis == "right",
		Thresholds: l.drawnThresholds(s, q), Instant: instant(p.Kind, q),
	}, true
}

// instant kinds show one value; a figure over a long range needs no line behind it.
func instant(kind ir.PanelKind, q *ir.Query) bool {
	switch kind {
	case ir.Pie, ir.Table, ir.GaugePanel:
		return true
	case ir.Stat:
		return q.Over >= time.Hour
	}
	return false
}

// filters tells which of the variables filter every series of a panel, and which cannot.
func filters(series []ir.Series, variables []ir.Variable) (filtered, unfiltered []string) {
	for _, v := range variables {
		all := !slices.ContainsFunc(series, func(s ir.Series) bool { return !strings.Contains(s.Expr, `=~"$`+v.Label+`"`) })
		if all {
			filtered = append(filtered, v.Label)
		} else {
			unfiltered = append(unfiltered, v.Label)
		}
	}
	return filtered, unfiltered
}

// drawnThresholds are the thresholds of the alerts that watch this very query, or else the signal's levels.
func (l *lowerer) drawnThresholds(s *signal, q *ir.Query) []ir.Threshold {
	var drawn []ir.Threshold
	for _, a := range l.program.Alerts {
		if a.Query == nil || a.Query.Key != q.Key {
			continue
		}
		t := a.Threshold
		if factor, ok := a.Query.Unit.Factor(q.Unit); ok {
			t.Value *= factor
			drawn = append(drawn, t)
		}
	}
	if len(drawn) == 0 && s.Default != nil && s.Default.Key == q.Key {
		for _, level := range levels(s.spec) {
			path := at(s.Path, "levels", level.severity)
			if t, ok := l.threshold(path, level.Threshold, q); ok {
				t.Severity = level.severity
				drawn = append(drawn, t)
			}
		}
	}
	slices.SortStableFunc(drawn, func(a, b ir.Threshold) int { return rank(b.Severity) - rank(a.Severity) })
	return drawn
}

// sameUnits refuses several dimensions on one axis.
func (l *lowerer) sameUnits(p *ir.Panel) bool {
	if p.Kind == ir.Table {
		return true
	}
	var left, right *ir.Series
	for i := range p.Series {
		s := &p.Series[i]
		first := &left
		if s.RightAxis {
			first = &right
		}
		if *first == nil {
			*first = s
			continue
		}
		if (*first).Query.Unit != s.Query.Unit {
			l.report("panel/units", indexed(p.Path+".series", i), `give it unit: the other's, or axis: "right"`,
				"one axis cannot show %s and %s", (*first).Query.Unit.Dimension(), s.Query.Unit.Dimension())
			return false
		}
	}
	if right != nil && p.Kind != ir.Timeseries && p.Kind != ir.Bars {
		l.report("panel/setting", p.Path, "remove axis", "a %s panel has no axes", p.Kind)
		return false
	}
	return true
}
