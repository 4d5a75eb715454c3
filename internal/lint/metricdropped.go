package lint

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/schema/catalog"
)

var metricDropped = &Check{
	Code: "metric/dropped", Severity: diag.Warning,
	Summary: "a query reads a metric that is dropped before it is stored",
	Why: "kube-prometheus-stack drops some of cAdvisor's metrics, such as container_spec_*, and a monitor drops what its " +
		"metricRelabelings say. A query for them is always empty.",
	Run: func(p *Pass) {
		stack := p.usesStack()
		if !stack && !slices.ContainsFunc(p.targets, func(t target) bool { return len(t.drops.steps) > 0 }) {
			return
		}
		entries, err := catalog.Load(catalog.Names()...)
		if err != nil {
			return // the catalogs are part of the program, and their tests load them
		}
		p.eachSeriesRead(func(s seriesRead) {
			name := s.name()
			entry, known := entries[name]
			switch {
			case name == "" || p.Table.IsRecorded(name):
			case known && stack && slices.Contains(entry.DroppedBy, chartName):
				help := "enable it in kubelet.serviceMonitor.cAdvisorMetricRelabelings"
				if entry.UseInstead != "" {
					help = "read " + entry.UseInstead
				}
				p.Report(s.at(s.VectorSelector), help, "%s drops %s", chartName, name)
			case !known:
				droppedByMonitor(p, s, name)
			}
		})
	},
}

const chartName = "kube-prometheus-stack"

// usesStack reports whether the files belong to kube-prometheus-stack, with what it drops by default.
func (f *Files) usesStack() bool {
	return len(f.Set.Values) > 0 && !slices.ContainsFunc(f.Set.Values, func(v read.ChartValues) bool { return v.KeepsCAdvisor })
}

// droppedByMonitor reports a metric that a server drops from all its targets that a selector can mean.
func droppedByMonitor(p *Pass, s seriesRead, name string) {
	metric := p.Table.Find(name)
	if (metric == nil || !metric.Own) && !asksForJob(s) {
		return
	}
	kept := map[string]bool{}
	var dropping []target // the first of each server
	for _, t := range p.targets {
		job, known := t.labels[model.JobLabel]
		if known && !t.open && !acceptsJob(s.LabelMatchers, job) {
			continue
		}
		if !t.drops.drop(name) {
			kept[t.server] = true
		} else if !slices.ContainsFunc(dropping, func(d target) bool { return d.server == t.server }) {
			dropping = append(dropping, t)
		}
	}
	for _, t := range dropping {
		if !kept[t.server] {
			p.Report(s.at(s.VectorSelector).Noting("it is dropped at %s", t.drops.at), "keep it in metricRelabelings, or do not read it",
				"%s drops %s before it is stored", t.name, name)
		}
	}
}

// acceptsJob reports whether the matchers accept a job.
func acceptsJob(matchers []*labels.Matcher, job string) bool {
	return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return m.Name == model.JobLabel && !m.Matches(job) })
}

func asksForJob(s seriesRead) bool {
	return slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == model.JobLabel && m.Type == labels.MatchEqual })
}
