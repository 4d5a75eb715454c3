package lower

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// Limits of an exporter.
const (
	shortestRefresh = time.Hour // belfry-cost-exporter refuses less: AWS bills each request
	longestResource = 63        // of a Kubernetes Service's name (RFC 1035 label)
)

// exporter lowers a metric's source: what reads it, and whether that can be the metric. It is nil where it cannot.
func (l *lowerer) exporter(m *ir.Metric, source *schema.Source) *ir.Exporter {
	path := m.Path + ".source"
	if source.AWSCostExplorer == nil {
		l.report("metric/source", path, "add awsCostExplorer, or remove source where the service exposes the metric itself",
			"nothing says what %s is read from", m.Name)
		return nil
	}
	path += ".awsCostExplorer"
	c := source.AWSCostExplorer
	cost := ir.CostExplorer{
		Metric: c.Metric, Currency: m.Unit.Currency(), GroupBy: c.GroupBy, Tags: c.Tags,
		Refresh: l.positive(path+".refresh", c.Refresh), StaleAfter: l.positive(path+".staleAfter", c.StaleAfter),
	}
	if !l.canBeCost(m) || !l.costGroups(path, m, &cost) || !l.tagged(path, c.Tags) || !l.paced(path, cost) {
		return nil
	}
	if c.Target != "" && !isAddress(c.Target) {
		l.report("schema/format", path+".target", `write host and port alone, such as "cost:9090"`, "%q is not an address host:port", c.Target)
	}
	exporter := &ir.Exporter{
		Name: c.Name, Resource: c.Name, Image: c.Image, Role: c.Role, Storage: c.Storage, Target: c.Target, CostExplorer: cost,
	}
	if s := l.program.Service; s != nil {
		exporter.Resource = s.Name + "-" + c.Name
	}
	if len(exporter.Resource) > longestResource {
		l.report("spec/range", path+".name", "choose a shorter name", "%s has %d characters, and the name of a Kubernetes Service has at most %d",
			exporter.Resource, len(exporter.Resource), longestResource)
	}
	return exporter
}

// canBeCost reports a metric that cannot be the cost of the month to date.
func (l *lowerer) canBeCost(m *ir.Metric) bool {
	if m.Type != ir.Gauge && (m.Replicas != "" || m.Resets) {
		return false // onlyFor has reported that these are for gauges
	}
	for _, c := range []struct {
		wrong             bool
		field, want, help string
	}{
		{m.Type != ir.Gauge, ".type", "a gauge", `write type: "gauge": a month's cost begins again at zero, and credits lower it`},
		{!m.Unit.IsMoney(), ".unit", "in a currency", `write unit: "USD", what AWS bills in`},
		{m.Replicas != "same", ".replicas", `of replicas: "same"`, `write replicas: "same": the exporter tells one fact`},
		{!m.Resets, ".resets", `of resets: "month"`, `write resets: "month": it is the cost of the month to date`},
	} {
		if c.wrong {
			l.report("metric/source", m.Path+c.field, c.help, "what AWS Cost Explorer says is %s, and %s is not", c.want, m.Name)
			return false
		}
	}
	return true
}

// costGroups finds the label that holds the groups: the metric's only one.
func (l *lowerer) costGroups(path string, m *ir.Metric, cost *ir.CostExplorer) bool {
	switch {
	case cost.GroupBy == "" && len(m.Labels) == 0:
		return true
	case cost.GroupBy == "":
		l.report("metric/source", m.Path+".labels", `add groupBy: "SERVICE" to the source, or remove the labels`,
			"without groupBy the cost is one figure, and %s has labels", m.Name)
		return false
	case len(m.Labels) != 1 || m.Labels[0].Max == 0:
		l.report("metric/source", path+".groupBy", "give the metric one label with a limit, such as labels: service: max: 30",
			"the groups are the values of one label that nobody knows beforehand, and %s has %s", m.Name, labelWords(m.Labels))
		return false
	}
	cost.Label, cost.MaxGroups = m.Labels[0].Name, m.Labels[0].Max
	return true
}

func labelWords(all []ir.Label) string {
	switch len(all) {
	case 0:
		return "no label"
	case 1:
		return "a closed set of values for " + all[0].Name
	}
	return fmt.Sprintf("%d labels", len(all))
}

func (l *lowerer) tagged(path string, tags map[string][]string) bool {
	for _, tag := range sortedKeys(tags) {
		if len(tags[tag]) == 0 {
			l.report("metric/source", at(path+".tags", tag), "list the tag's values, or remove it", "tag %s has no values: nothing would be counted", tag)
			return false
		}
	}
	return true
}

// paced reports a refresh that is too dear, and a warning that would always fire.
func (l *lowerer) paced(path string, cost ir.CostExplorer) bool {
	if cost.Refresh == 0 || cost.StaleAfter == 0 {
		return false // reported
	}
	if cost.Refresh < shortestRefresh {
		l.report("spec/range", path+".refresh", "write at least "+unit.FormatDuration(shortestRefresh)+": AWS bills each request, and updates costs three times a day at most",
			"every %s is too often", unit.FormatDuration(cost.Refresh))
		return false
	}
	if least := cost.Refresh + cost.Refresh/10; cost.StaleAfter < least {
		l.report("spec/range", path+".staleAfter", "write more than the refresh, such as "+unit.FormatDuration(2*cost.Refresh+time.Hour)+": two refreshes may fail then",
			"an answer gets as old as the refresh, %s with a tenth for its jitter: the warning would fire again and again", unit.FormatDuration(least))
		return false
	}
	return true
}

// lastSuccess is when the exporter last had a whole answer; 0 where it never had one.
const lastSuccess = "belfry_cost_exporter_last_success_timestamp_seconds"

// ownFigures are what belfry-cost-exporter exposes about itself (cmd/belfry-cost-exporter/collector.go).
func ownFigures() []*ir.Metric {
	second := unit.Second
	return []*ir.Metric{
		{Name: lastSuccess, Type: ir.Gauge, Unit: second, Timestamp: true, Replicas: "same"},
		{Name: "belfry_cost_exporter_month_start_timestamp_seconds", Type: ir.Gauge, Unit: second, Timestamp: true, Replicas: "same"},
		{Name: "belfry_cost_exporter_next_refresh_timestamp_seconds", Type: ir.Gauge, Unit: second, Timestamp: true, Replicas: "same"},
		{Name: "belfry_cost_exporter_requests_total", Type: ir.Counter},
		{Name: "belfry_cost_exporter_refresh_errors_total", Type: ir.Counter, Labels: []ir.Label{
			{Name: "reason", Values: []string{"denied", "invalid", "other", "throttled"}},
		}},
	}
}

// watchSources adds to the spec, for each metric with an exporter, a signal of the age of its values and a warning where
// they are old: a cost that stands still looks like a good one.
func (l *lowerer) watchSources() {
	if l.program.Service == nil {
		return
	}
	spec := *l.spec // the spec stays as the user wrote it
	spec.Signals, spec.Alerts = maps.Clone(spec.Signals), maps.Clone(spec.Alerts)
	taken := map[string]string{}
	for _, name := range sortedKeys(spec.Metrics) {
		m := l.metrics[name]
		if m.Exporter == nil {
			continue
		}
		path := m.Path + ".source.awsCostExplorer"
		if other, twice := taken[m.Exporter.Name]; twice {
			l.report("names/collision", path+".name", `give each source a name of its own, such as name: "aws-cost-of-`+strings.ToLower(m.Exporter.CostExplorer.GroupBy)+`"`,
				"the exporter of %s is called %s too", other, m.Exporter.Name)
			continue
		}
		taken[m.Exporter.Name] = name
		if len(taken) == 1 {
			for _, figure := range ownFigures() {
				figure.Catalog = ir.ExporterCatalog
				figure.Scope = []string{"namespace"}
				l.metrics[figure.Name] = figure
			}
		}
		l.watch(&spec, m, path)
	}
	if len(taken) > 0 {
		l.spec = &spec
	}
}

// watch adds the signal and the warning of one exporter. The exporter may be gone altogether, or never have had an answer:
// both are as old as 1970.
func (l *lowerer) watch(spec *schema.Spec, m *ir.Metric, path string) {
	e, service := m.Exporter, l.program.Service
	signalName := strings.ReplaceAll(e.Name, "-", "_") + "_age"
	if _, taken := spec.Signals[signalName]; taken {
		l.report("names/collision", at("signals", signalName), "rename the signal, or the exporter",
			"the source of %s makes a signal of the same name", m.Name)
		return
	}
	if spec.Signals == nil {
		spec.Signals = map[string]schema.Signal{}
	}
	l.made[at("signals", signalName)] = path
	spec.Signals[signalName] = schema.Signal{
		Title:  "Age of " + m.Name,
		Help:   fmt.Sprintf("Time since %s last read %s from AWS Cost Explorer.", e.Resource, m.Name),
		Expr:   fmt.Sprintf("time() - (max(%s{job=%q,namespace=%q}) or vector(0))", lastSuccess, e.Resource, service.Namespace),
		Params: schema.Params{Unit: "s"},
	}
	alertName := alertNameOf(e.Name) + "Stale"
	if _, own := spec.Alerts[alertName]; own {
		return
	}
	if spec.Alerts == nil {
		spec.Alerts = map[string]schema.Alert{}
	}
	l.made[at("alerts", alertName)] = path
	const never = "1e9" // seconds, 31 years: the time since 1970
	spec.Alerts[alertName] = schema.Alert{
		Signal: signalName, Above: unit.FormatDuration(e.CostExplorer.StaleAfter), Severity: "warning", For: "30m", Component: "cost",
		Summary: m.Name + " is not up to date on " + service.Name,
		Description: m.Name + " {{ if gt $value " + never + " }}is not there at all{{ else }}was last read from AWS Cost Explorer " +
			"{{ $value | humanizeDuration }} ago{{ end }}: what is shown is old, and alerts on it see nothing new.",
		Note: "The log of the exporter says what failed: `kubectl --namespace " + service.Namespace + " logs deployment/" + e.Resource + "`. " +
			"`belfry_cost_exporter_refresh_errors_total` counts by reason: denied (the role lacks the policy exporter/" + e.Name +
			"/iam-policy.json, or the pod has no credentials), throttled, invalid (the answer is in another currency or not whole), other (the network, or AWS).",
	}
}

// initialisms are written in capitals in names of alerts.
var initialisms = map[string]string{"aws": "AWS"}

// alertNameOf makes AWSCost of aws-cost.
func alertNameOf(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		switch {
		case initialisms[word] != "":
			b.WriteString(initialisms[word])
		case word != "":
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// pathOf is the path of a signal or alert in the user's files: its own, or that of the source that makes it.
func (l *lowerer) pathOf(kind, name string) string {
	path := at(kind, name)
	if source, made := l.made[path]; made {
		return source
	}
	return path
}
