package lint

import (
	"slices"
	"strings"

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
		entries, err := catalog.Load(catalog.Names()...)
		if err != nil {
			return // the catalogs are part of the program, and their tests load them
		}
		stack := p.usesStack()
		p.eachSelection(func(s selection) {
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

// droppedByMonitor reports a metric that the only job of the files drops, or all targets of the job that is asked for.
func droppedByMonitor(p *Pass, s selection, name string) {
	var asked []target
	for _, t := range p.targets {
		job, known := t.labels[model.JobLabel]
		if !known || t.open || acceptsJob(s.LabelMatchers, job) {
			asked = append(asked, t)
		}
	}
	metric := p.Table.Find(name)
	if len(asked) == 0 || (metric == nil || !metric.Own) && !asksForJob(s) {
		return
	}
	for _, t := range asked {
		if !drops(t.drops, name) {
			return
		}
	}
	p.Report(s.at(s.VectorSelector).Noting("it is dropped by %s, at %s", asked[0].name, asked[0].drops.Pos()), "keep it in metricRelabelings, or do not read it",
		"%s drops %s before it is stored", asked[0].name, name)
}

// acceptsJob reports whether the matchers accept a job.
func acceptsJob(matchers []*labels.Matcher, job string) bool {
	return !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return m.Name == model.JobLabel && !m.Matches(job) })
}

func asksForJob(s selection) bool {
	return slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == model.JobLabel && m.Type == labels.MatchEqual })
}

// drops reports whether relabelings certainly drop all series of a name.
func drops(relabelings read.Value, name string) bool {
	for _, step := range relabelings.Items() {
		sources := slices.Concat(step.Field("sourceLabels").Items(), step.Field("source_labels").Items())
		action := strings.ToLower(firstText(step, "action").Value)
		if action != "drop" && action != "keep" {
			if firstText(step, "targetLabel", "target_label").Value == model.MetricNameLabel || strings.HasPrefix(action, "label") {
				return false // names change on the way
			}
			continue
		}
		if len(sources) != 1 || sources[0].Text().Value != model.MetricNameLabel {
			continue
		}
		pattern, err := labels.NewFastRegexMatcher(firstText(step, "regex").Value)
		if err == nil && pattern.MatchString(name) == (action == "drop") {
			return true
		}
	}
	return false
}
