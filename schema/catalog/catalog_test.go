package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/unit"
)

// everyFamily are the tables by the name of their catalog; scrapes have none.
var everyFamily = map[string][]family{
	"":                   scrapeFamilies,
	"kube-state-metrics": kubeStateMetricsFamilies,
	"cadvisor":           cadvisorFamilies,
	"node-exporter":      nodeExporterFamilies,
}

// each calls check with every entry, its catalog and its target labels.
func each(t *testing.T, check func(t *testing.T, catalog string, e Entry)) {
	t.Helper()
	for _, catalog := range slices.Sorted(maps.Keys(everyFamily)) {
		for _, e := range expand(everyFamily[catalog]) {
			check(t, catalog, e)
		}
	}
}

func load(t *testing.T, names ...string) map[string]Entry {
	t.Helper()
	metrics, err := Load(names...)
	if err != nil {
		t.Fatal(err)
	}
	return metrics
}

func labelNames(e Entry) []string {
	var names []string
	for _, l := range e.Labels {
		names = append(names, l.Name)
	}
	return names
}

func TestCatalogsHoldTheMostUsedMetrics(t *testing.T) {
	want := []string{"kube-state-metrics", "cadvisor", "node-exporter"}
	if diff := cmp.Diff(want, Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	scrape := len(load(t))
	for _, name := range Names() {
		if n := len(load(t, name)) - scrape; n < 40 {
			t.Errorf("%s has %d metrics, want at least 40", name, n)
		}
	}
}

func TestScrapeMetricsAreAlwaysKnown(t *testing.T) {
	want := []string{
		"ALERTS", "ALERTS_FOR_STATE", "scrape_body_size_bytes", "scrape_duration_seconds", "scrape_sample_limit",
		"scrape_samples_post_metric_relabeling", "scrape_samples_scraped", "scrape_series_added", "scrape_timeout_seconds", "up",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(load(t)))); diff != "" {
		t.Errorf("metrics without a catalog (-want +got):\n%s", diff)
	}
}

func TestUnknownCatalogIsAnError(t *testing.T) {
	_, err := Load("cadvisor", "cadvizor")
	if err == nil || !strings.Contains(err.Error(), `"cadvizor"`) {
		t.Errorf("got %v, want an error that names the unknown catalog", err)
	}
}

func TestOwnerNamesTheCatalogToAdd(t *testing.T) {
	got := map[string]string{}
	for _, metric := range []string{"container_memory_working_set_bytes", "kube_pod_info", "node_load1", "up", "ai_agent_queue_depth"} {
		if catalog, ok := Owner(metric); ok {
			got[metric] = catalog
		}
	}
	want := map[string]string{
		"container_memory_working_set_bytes": "cadvisor", "kube_pod_info": "kube-state-metrics", "node_load1": "node-exporter",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func TestTablesAreSortedAndSayNothingTwice(t *testing.T) {
	owner := map[string]string{}
	for catalog, families := range everyFamily {
		for _, f := range families {
			var names []string
			for _, r := range f.rows {
				names = append(names, r.name)
				if before, twice := owner[r.name]; twice {
					t.Errorf("%s stands in %q and in %q", r.name, before, catalog)
				}
				owner[r.name] = catalog
			}
			if diff := cmp.Diff(slices.Sorted(slices.Values(names)), names); diff != "" {
				t.Errorf("%s, %s is not sorted (-want +got):\n%s", catalog, f.of, diff)
			}
		}
	}
}

func TestNamesAndTypesAreValid(t *testing.T) {
	prefix := map[string]*regexp.Regexp{
		"": regexp.MustCompile(`^(up|scrape_\w+|ALERTS|ALERTS_FOR_STATE)$`), "kube-state-metrics": regexp.MustCompile(`^kube_\w+$`),
		"cadvisor": regexp.MustCompile(`^(container|machine|cadvisor)_\w+$`), "node-exporter": regexp.MustCompile(`^node_\w+$`),
	}
	each(t, func(t *testing.T, catalog string, e Entry) {
		if !prefix[catalog].MatchString(e.Name) {
			t.Errorf("%s does not look like a metric of %q", e.Name, catalog)
		}
		if !slices.Contains([]string{"counter", "gauge", "info"}, e.Type) {
			t.Errorf("%s: type %q", e.Name, e.Type)
		}
		if (e.Type == "gauge") != slices.Contains([]string{"add", "same", "mean"}, e.Replicas) {
			t.Errorf("%s: a %s with replicas %q", e.Name, e.Type, e.Replicas)
		}
		if !strings.HasSuffix(e.Help, ".") || strings.Contains(e.Help, "\n") {
			t.Errorf("%s: help %q is no sentence", e.Name, e.Help)
		}
		if e.Since != "" && !regexp.MustCompile(`^\d+\.\d+$`).MatchString(e.Since) {
			t.Errorf("%s: since %q is no version", e.Name, e.Since)
		}
	})
}

// Counters of exporters end in _total, except the two families that carry the kernel's own names and cAdvisor's oldest
// counters. Gauges that end in _total are the exporters' misnomers.
func TestOnlyCountersAreNamedTotal(t *testing.T) {
	kernel := regexp.MustCompile(`^node_(netstat|vmstat|nf_conntrack_stat)_`)
	misnomers := []string{"container_fs_inodes_total", "container_memory_failcnt"}
	each(t, func(t *testing.T, _ string, e Entry) {
		if kernel.MatchString(e.Name) || slices.Contains(misnomers, e.Name) {
			return
		}
		if (e.Type == "counter") != strings.HasSuffix(e.Name, "_total") {
			t.Errorf("%s is a %s", e.Name, e.Type)
		}
	})
}

func TestUnitsAgreeWithNames(t *testing.T) {
	suffixes := []struct{ suffix, unit string }{
		{"_bytes", "B"}, {"_bytes_total", "B"}, {"_seconds", "s"}, {"_seconds_total", "s"}, {"_ratio", "ratio"}, {"_cores", "cores"},
	}
	each(t, func(t *testing.T, _ string, e Entry) {
		if _, err := unit.Parse(e.Unit); err != nil {
			t.Errorf("%s: unit: %v", e.Name, err)
		}
		for _, c := range e.UnitWhen {
			if _, err := unit.Parse(c.Unit); err != nil || !slices.Contains(labelNames(e), c.Label) {
				t.Errorf("%s: unit %q where %s=%q: %v", e.Name, c.Unit, c.Label, c.Value, err)
			}
		}
		if e.Timestamp && (e.Unit != "s" || e.Type != "gauge") {
			t.Errorf("%s is a time, but a %s in %q", e.Name, e.Type, e.Unit)
		}
		for _, s := range suffixes {
			if strings.HasSuffix(e.Name, s.suffix) && !slices.Contains([]string{s.unit, "cores*s", "B/s"}, e.Unit) {
				t.Errorf("%s has unit %q", e.Name, e.Unit)
			}
		}
	})
}

func TestLabelsAreValid(t *testing.T) {
	each(t, func(t *testing.T, _ string, e Entry) {
		names := labelNames(e)
		if diff := cmp.Diff(slices.Compact(slices.Sorted(slices.Values(names))), names); diff != "" {
			t.Errorf("%s: labels are not sorted or stand twice (-want +got):\n%s", e.Name, diff)
		}
		for _, l := range e.Labels {
			if !model.UTF8Validation.IsValidLabelName(l.Name) || !regexp.MustCompile(`^[a-zA-Z]\w*$`).MatchString(l.Name) {
				t.Errorf("%s: label %q", e.Name, l.Name)
			}
			if slices.Contains(l.Values, "") || len(slices.Compact(slices.Sorted(slices.Values(l.Values)))) != len(l.Values) {
				t.Errorf("%s: values of %s are empty or stand twice: %q", e.Name, l.Name, l.Values)
			}
		}
		if !slices.Contains([]string{"", "*", "label_*", "annotation_*", "nodeselector_*", "metadata_*"}, e.MoreLabels) {
			t.Errorf("%s: more labels %q", e.Name, e.MoreLabels)
		}
	})
}

func TestScopeAndSelectUseLabelsThatAreThere(t *testing.T) {
	p := parser.NewParser(parser.Options{})
	each(t, func(t *testing.T, catalog string, e Entry) {
		there := slices.Concat(labelNames(e), TargetLabels(catalog))
		if catalog != "" {
			there = labelNames(e) // the target's labels name the exporter, not the workload
		}
		for _, name := range e.Scope {
			if !slices.Contains(there, name) {
				t.Errorf("%s: scope label %s is not on the series", e.Name, name)
			}
		}
		if e.Select == "" {
			return
		}
		matchers, err := p.ParseMetricSelector(e.Name + "{" + e.Select + "}")
		if err != nil {
			t.Fatalf("%s: select %q: %v", e.Name, e.Select, err)
		}
		for _, m := range matchers {
			if m.Name != model.MetricNameLabel && !slices.Contains(labelNames(e), m.Name) {
				t.Errorf("%s: select label %s is not on the series", e.Name, m.Name)
			}
		}
	})
}

// The chart's own expressions, from kubelet.serviceMonitor.cAdvisorMetricRelabelings of its values.yaml.
func TestChartDropsAreMarkedAndExplained(t *testing.T) {
	drops := regexp.MustCompile(`^(` + strings.Join([]string{
		`container_cpu_(cfs_throttled_seconds_total|load_average_10s|system_seconds_total|user_seconds_total)`,
		`container_fs_(io_current|io_time_seconds_total|io_time_weighted_seconds_total|reads_merged_total|sector_reads_total|sector_writes_total|writes_merged_total)`,
		`container_memory_(mapped_file|swap)`, `container_(file_descriptors|tasks_state|threads_max)`, `container_spec.*`,
	}, "|") + `)$`)
	all := load(t, Names()...)
	each(t, func(t *testing.T, catalog string, e Entry) {
		if dropped := catalog == "cadvisor" && drops.MatchString(e.Name); dropped != slices.Contains(e.DroppedBy, "kube-prometheus-stack") {
			t.Errorf("%s: the chart drops it: %v, the catalog says %q", e.Name, dropped, e.DroppedBy)
		}
		if explained := e.UseInstead != "" || e.Reason != ""; explained != (len(e.DroppedBy) > 0) {
			t.Errorf("%s: dropped by %q, use instead %q, reason %q", e.Name, e.DroppedBy, e.UseInstead, e.Reason)
		}
		if e.UseInstead == "" {
			return
		}
		if instead, ok := all[e.UseInstead]; !ok || len(instead.DroppedBy) > 0 {
			t.Errorf("%s: %s is no replacement", e.Name, e.UseInstead)
		}
	})
}

func TestMetricsOfTheReferenceServiceAreThere(t *testing.T) {
	all := load(t, Names()...)
	for _, name := range []string{"kube_pod_container_status_restarts_total", "node_filesystem_avail_bytes", "node_filesystem_size_bytes", "up"} {
		if _, ok := all[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	pod := []string{"namespace", "pod"}
	open := func(names ...string) (list []Label) {
		for _, name := range names {
			list = append(list, Label{Name: name})
		}
		return list
	}
	want := []Entry{
		{
			Name: "kube_pod_container_resource_limits", Type: "gauge", UnitWhen: resources, Replicas: "add", Scope: pod,
			Labels: append(open("container", "namespace", "node", "pod", "resource", "uid"), Label{"unit", []string{"core", "byte", "integer"}}),
		},
		{
			Name: "container_memory_working_set_bytes", Type: "gauge", Unit: "B", Replicas: "add", Select: `container!=""`, Scope: pod,
			Labels: open("container", "id", "image", "name", "namespace", "pod"),
		},
		{
			Name: "container_cpu_usage_seconds_total", Type: "counter", Unit: "cores*s", Select: `container!=""`, Scope: pod,
			Labels: slices.Concat(open("container"), []Label{{"cpu", []string{"total"}}}, open("id", "image", "name", "namespace", "pod")),
		},
	}
	for _, w := range want {
		got := all[w.Name]
		got.Help = ""
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.Name, diff)
		}
	}
}

func BenchmarkLoadFirstTime(b *testing.B) {
	for b.Loop() {
		for _, families := range everyFamily {
			expand(families)
		}
	}
}

func BenchmarkLoadAgain(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Names()...); err != nil {
			b.Fatal(err)
		}
	}
}
