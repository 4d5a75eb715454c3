package lower

import (
	"slices"
	"strings"
	"sync"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
	"github.com/belfry-dev/belfry/schema/catalog"
)

// scrapeCatalog is the name that metrics of the scrape itself, such as up, carry instead of an exporter's.
const scrapeCatalog = "scrape"

var (
	metricName = regexp.MustCompile(`^[a-zA-Z_:][a-zA-Z0-9_:]*$`)
	labelName  = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
)

// metricTable collects the declared metrics and those of the catalogs.
func (l *lowerer) metricTable() {
	l.metrics = map[string]*ir.Metric{}
	entries, err := catalog.Load(l.spec.Catalogs...)
	if err != nil {
		l.report("reference/catalog", "catalogs", didYouMean("", catalog.Names()), "%v", err)
	}
	for name, entry := range entries {
		l.metrics[name] = fromCatalog(entry)
	}
	for _, name := range sortedKeys(l.spec.Metrics) {
		l.metrics[name] = l.declared(name, l.spec.Metrics[name])
	}
}

// converted holds the catalog's entries as metrics: they are the same for every spec, and nobody changes them.
var converted sync.Map // name to *ir.Metric

// fromCatalog takes over a catalog's entry, whose units and types the catalog's own tests have checked.
func fromCatalog(entry catalog.Entry) *ir.Metric {
	if m, ok := converted.Load(entry.Name); ok {
		return m.(*ir.Metric)
	}
	owner, ok := catalog.Owner(entry.Name)
	if !ok {
		owner = scrapeCatalog
	}
	u, _ := unit.Parse(entry.Unit)
	m := &ir.Metric{
		Name: entry.Name, Catalog: owner, Type: ir.MetricType(entry.Type), Unit: u, Help: entry.Help,
		Buckets: entry.Buckets, Classic: entry.Type == string(ir.Histogram), Replicas: entry.Replicas,
		Select: entry.Select, Scope: entry.Scope, MoreLabels: entry.MoreLabels, Timestamp: entry.Timestamp, Boolean: entry.Boolean,
	}
	for _, c := range entry.UnitWhen {
		caseUnit, _ := unit.Parse(c.Unit)
		m.UnitWhen = append(m.UnitWhen, ir.UnitCase{Label: c.Label, Value: c.Value, Unit: caseUnit})
	}
	switch {
	case len(entry.DroppedBy) > 0 && entry.UseInstead != "":
		m.Dropped = "use " + entry.UseInstead
	case len(entry.DroppedBy) > 0:
		m.Dropped = entry.Reason
	}
	for _, label := range entry.Labels {
		m.Labels = append(m.Labels, ir.Label{Name: label.Name, Values: label.Values})
	}
	sortLabels(m.Labels)
	converted.Store(entry.Name, m)
	return m
}

func sortLabels(labels []ir.Label) {
	slices.SortFunc(labels, func(a, b ir.Label) int { return strings.Compare(a.Name, b.Name) })
}

// declared lowers one metric of the spec.
func (l *lowerer) declared(name string, m schema.Metric) *ir.Metric {
	path := at("metrics", name)
	if !metricName.MatchString(name) {
		l.report("names/metric", path, "use letters, digits and underscores, not beginning with a digit",
			"%q is not a name that a metric can have", name)
	}
	metric := &ir.Metric{
		Name: name, Path: path, Type: ir.MetricType(m.Type), Unit: l.unit(path+".unit", m.Unit), Help: m.Help,
		Buckets: m.Buckets, Replicas: m.Replicas, Resets: m.Resets != "",
	}
	metric.Boolean = metric.Type == ir.Gauge && metric.Unit.Noun() == "bool"
	l.onlyFor(path, m)
	if metric.Type == ir.Histogram {
		metric.Native = m.Histogram == "native" || m.Histogram == "both"
		metric.Classic = m.Histogram != "native"
		l.buckets(path, metric)
	}
	for _, label := range sortedKeys(m.Labels) {
		metric.Labels = append(metric.Labels, l.label(path, label, m.Labels[label]))
	}
	metric.Lazy = l.lazy(path, metric, m.Init)
	metric.Exclude = l.excluded(path, metric, m.Exclude)
	if m.Source != nil {
		metric.Exporter = l.exporter(metric, m.Source)
	}
	return metric
}

// onlyFor refuses settings that mean nothing for the metric's type.
func (l *lowerer) onlyFor(path string, m schema.Metric) {
	if m.Type != string(ir.Histogram) {
		if len(m.Buckets) > 0 {
			l.report("metric/setting", path+".buckets", "remove buckets, or make it a histogram", "a %s has no buckets", m.Type)
		}
		if m.Histogram != "" {
			l.report("metric/setting", path+".histogram", "remove histogram, or make it a histogram", "a %s is no histogram", m.Type)
		}
	}
	if m.Type == string(ir.Gauge) {
		if m.Replicas == "" {
			l.report("metric/replicas", path, `add replicas: "add" (each replica has its part), "same" (all export one fact) or "mean"`,
				"a gauge must say how the values of several replicas combine")
		}
		return
	}
	if m.Replicas != "" {
		l.report("metric/setting", path+".replicas", "remove replicas: counters and histograms always add up", "replicas is for gauges")
	}
	if m.Resets != "" {
		l.report("metric/setting", path+".resets", "remove resets: a counter's reset is understood by Prometheus", "resets is for gauges")
	}
}

func (l *lowerer) buckets(path string, m *ir.Metric) {
	if !m.Classic {
		if len(m.Buckets) > 0 {
			l.report("metric/setting", path+".buckets", `remove buckets, or set histogram: "both"`, "a native histogram has no fixed buckets")
		}
		return
	}
	if len(m.Buckets) == 0 {
		l.report("metric/buckets", path, "add buckets: the upper bounds, ascending, such as [0.1, 0.5, 1, 5]",
			"a classic histogram needs its buckets: thresholds and quantiles depend on them")
	}
	for i := 1; i < len(m.Buckets); i++ {
		if m.Buckets[i] <= m.Buckets[i-1] {
			l.report("metric/buckets", indexed(path+".buckets", i), "sort the bounds, each once",
				"bucket %v does not lie above %v", m.Buckets[i], m.Buckets[i-1])
			return
		}
	}
}

func (l *lowerer) label(path, name string, label schema.Label) ir.Label {
	path = at(path+".labels", name)
	switch {
	case !labelName.MatchString(name) || strings.HasPrefix(name, "__"):
		l.report("names/label", path, "use letters, digits and underscores; names that begin with __ are Prometheus' own",
			"%q is not a name that a label can have", name)
	case name == "le" || name == "quantile":
		l.report("names/label", path, "choose another name", "label %q is made by the client library", name)
	case name == "job" || name == "instance":
		l.report("names/label", path, "remove the label: Prometheus adds it to every series", "label %q is Prometheus' own", name)
	}
	if label.Closed() {
		seen := map[string]bool{}
		for i, value := range label.Values {
			if seen[value] {
				l.report("metric/label-values", indexed(path, i), "write it once", "value %q stands twice", value)
			}
			seen[value] = true
		}
		if len(label.Values) == 0 {
			l.report("metric/label-values", path, "list the values, or write {max: 20} where they are not known", "the label has no values")
		}
	}
	if label.Pattern != "" {
		if _, err := regexp.Compile(label.Pattern); err != nil {
			l.report("spec/regexp", path+".pattern", "Prometheus uses RE2 syntax", "%q is not a regular expression", label.Pattern)
		}
	}
	return ir.Label{Name: name, Values: slices.Clone(label.Values), Max: label.Max, Pattern: label.Pattern}
}

// unit reads a unit; an empty one is a plain number.
func (l *lowerer) unit(path, text string) unit.Unit {
	if text == "" {
		return unit.None
	}
	u, err := unit.Parse(text)
	if err != nil {
		l.report("quantity/unit", path, "write a unit such as s, ms, bytes, percent, USD or tickets", "%v", err)
	}
	return u
}

// namesDoNotCollide refuses a signal that has a metric's name: an operand is one or the other.
func (l *lowerer) namesDoNotCollide() {
	for _, name := range sortedKeys(l.spec.Signals) {
		if m, ok := l.metrics[name]; ok {
			l.collides[name] = true
			l.report("names/collision", at("signals", name), "rename the signal", "there is a metric of the same name")
			if m.Path != "" {
				l.note("metric defined at %s", l.locate(m.Path))
			}
		}
	}
}

// markUsedMetrics puts the declared metrics, and those of catalogs that a signal reads, into the Program.
func (l *lowerer) markUsedMetrics() {
	used := map[string]bool{}
	for _, s := range l.program.Signals {
		for _, m := range s.Metrics {
			used[m.Name] = true
		}
	}
	for _, slo := range l.program.SLOs {
		for _, m := range slo.Signal.Metrics {
			used[m.Name] = true
		}
	}
	for _, name := range sortedKeys(l.metrics) {
		if m := l.metrics[name]; m.Own() || used[name] {
			l.program.Metrics = append(l.program.Metrics, m)
		}
	}
}
