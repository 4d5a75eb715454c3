// Package catalog knows the metrics of exporters that run in almost every cluster: kube-state-metrics (2.10 or newer),
// cAdvisor as the kubelet runs it, and node_exporter (1.6 or newer), plus what Prometheus itself writes about every
// scrape and alert. Names of catalogs come in; descriptions of metrics go out: type, unit, labels, what must always be
// selected and what a platform drops. The tables were read from the exporters' sources, not from dashboards.
//
// An Entry lists the labels that the exporter itself puts on a series. The labels that Prometheus adds for the target
// are in TargetLabels. kube-prometheus-stack scrapes kube-state-metrics and the kubelet with honorLabels, so where both
// name one label, the exporter's value stays: namespace, pod and container are those of the workload. Where the exporter
// has no such label, the target's shows through, and it names the exporter: on kube_deployment_status_replicas, pod is
// the pod of kube-state-metrics; on cAdvisor's machine_memory_bytes, namespace is kube-system. cAdvisor's series carry
// job "kubelet", metrics_path "/metrics/cadvisor", instance (address of the kubelet), node, service and endpoint; the
// kubelet's other endpoints share the job, so metrics_path tells them apart.
package catalog

import (
	"fmt"
	"slices"
	"sync"
)

// Entry describes one metric of an exporter. Its slices are shared and must not be changed.
type Entry struct {
	Name string // as exposed, such as "container_memory_working_set_bytes"
	// Type is counter, gauge, histogram or info. It says how the metric behaves: kube_pod_info, exposed as a gauge that is
	// always 1, is an info; node_vmstat_pgfault, exposed without a type, is a counter.
	Type string
	// Unit is what unit.Parse reads: a #Unit of the spec, or "cores*s" for CPU seconds, whose rate is cores. Empty for a
	// plain number.
	Unit string
	// UnitWhen gives the unit of a metric that measures several things, told apart by a label. Where no case applies, the
	// unit is unknown.
	UnitWhen []UnitCase
	// Timestamp is set where the value is a time as seconds since 1970: only a difference to another time has a meaning.
	Timestamp bool
	// Boolean is set for a gauge whose every series is 1 where something holds, else 0.
	Boolean bool
	Help    string
	Labels  []Label // that the exporter puts on the series, by name
	// MoreLabels is "label_*", "annotation_*" or another prefix where the exporter makes labels that nobody knows
	// beforehand under it, and "*" where any label may be there.
	MoreLabels string
	// Replicas says how the series of a gauge combine: "add", "same" (each tells the same fact, or the latest counts) or "mean".
	Replicas string
	// Select are PromQL matchers that every use needs: without container!="", cAdvisor's metrics count each pod twice,
	// because the series of the pod's cgroup, with an empty container, is the sum of its containers' series.
	Select string
	// Scope are the labels that name the monitored workload, of the series itself or of the target: the compiler matches
	// namespace, pod and job of the service on them. Empty for what belongs to nodes or to the cluster.
	Scope      []string
	DroppedBy  []string  // platforms that drop the metric before it is stored, such as "kube-prometheus-stack"
	UseInstead string    // metric that replaces a dropped one; it may be of another catalog
	Reason     string    // why a platform drops the metric, where nothing replaces it
	Needs      string    // flag or setting without which the exporter does not expose the metric; empty for defaults
	Buckets    []float64 // upper bounds of a classic histogram's buckets, ascending, without +Inf
	Since      string    // oldest version of the exporter known to have it, "major.minor"; empty for all supported ones
}

// UnitCase is the unit of a metric's series whose Label has the Value.
type UnitCase struct{ Label, Value, Unit string }

// Label is one label of a metric. Values is the closed set of its values, or nil where the set is open.
type Label struct {
	Name   string
	Values []string
}

// exporter is one catalog: its metrics, expanded once and only when somebody asks, and the labels of its target.
type exporter struct {
	name    string
	entries func() []Entry
	target  []string
}

// scrapes is the catalog that is always there, because Prometheus itself writes it.
var scrapes = exporter{
	entries: sync.OnceValue(func() []Entry { return expand(scrapeFamilies) }),
	target:  []string{"container", "endpoint", "instance", "job", "namespace", "pod", "service"},
}

// exporters are the catalogs that a spec may name, in the order of the spec language.
var exporters = []exporter{
	{
		name:    "kube-state-metrics",
		entries: sync.OnceValue(func() []Entry { return expand(kubeStateMetricsFamilies) }),
		target:  []string{"container", "endpoint", "instance", "job", "namespace", "pod", "service"},
	},
	{
		name:    "cadvisor",
		entries: sync.OnceValue(func() []Entry { return expand(cadvisorFamilies) }),
		target:  []string{"endpoint", "instance", "job", "metrics_path", "namespace", "node", "service"},
	},
	{
		name:    "node-exporter",
		entries: sync.OnceValue(func() []Entry { return expand(nodeExporterFamilies) }),
		target:  []string{"container", "endpoint", "instance", "job", "namespace", "pod", "service"},
	},
}

// Names returns the names of the catalogs, as the spec's field catalogs takes them.
func Names() []string {
	names := make([]string, len(exporters))
	for i, e := range exporters {
		names[i] = e.name
	}
	return names
}

// Load returns the metrics of the catalogs by metric name, and always those that Prometheus writes about scrapes and
// alerts. An unknown catalog is an error of the caller: the spec language only lets known ones through.
func Load(names ...string) (map[string]Entry, error) {
	tables := [][]Entry{scrapes.entries()}
	n := len(tables[0])
	for _, name := range names {
		i := slices.IndexFunc(exporters, func(e exporter) bool { return e.name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown catalog %q: want one of %q", name, Names())
		}
		tables = append(tables, exporters[i].entries())
		n += len(exporters[i].entries())
	}
	metrics := make(map[string]Entry, n)
	for _, table := range tables {
		for _, entry := range table {
			metrics[entry.Name] = entry
		}
	}
	return metrics, nil
}

// Owner returns the name of the catalog that has the metric, to say which one a spec lacks. Metrics that every spec has,
// such as up, belong to no catalog.
func Owner(metric string) (catalog string, ok bool) {
	for _, e := range exporters {
		if slices.ContainsFunc(e.entries(), func(entry Entry) bool { return entry.Name == metric }) {
			return e.name, true
		}
	}
	return "", false
}

// TargetLabels returns the labels that Prometheus adds to every series of the catalog's exporter when
// kube-prometheus-stack scrapes it, by name. An empty name stands for any other pod that a ServiceMonitor selects,
// and for metrics such as up. An unknown catalog has none.
func TargetLabels(catalog string) []string {
	if catalog == scrapes.name {
		return slices.Clone(scrapes.target)
	}
	for _, e := range exporters {
		if e.name == catalog {
			return slices.Clone(e.target)
		}
	}
	return nil
}
