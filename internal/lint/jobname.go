package lint

import (
	"slices"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
)

var kubernetesJobName = &Check{
	Code: "kubernetes/job-name", Severity: diag.Error, Warns: true,
	Summary: "a query asks for a job, namespace, service or endpoint that the scrape does not give",
	Why: "Without jobLabel a ServiceMonitor's job is the name of the Service, not that of the monitor or the program; in " +
		"prometheus.yaml it is the job_name unless the targets have a label job. A query for another value is always empty.",
	Run: func(p *Pass) {
		if len(p.targets) == 0 || slices.ContainsFunc(p.targets, func(t target) bool { return t.open }) {
			return
		}
		lone, told := p.loneJob(), map[diag.Pos]bool{}
		p.eachSeriesRead(func(s seriesRead) {
			for _, m := range s.LabelMatchers {
				if slices.Contains(scrapedLabels, m.Name) && !m.Matches("") && !notScraped(p, s, m, lone) {
					otherServer(p, s, m, told)
				}
			}
		})
	},
}

// scrapedLabels are the labels that the configuration of a scrape decides.
var scrapedLabels = []string{model.JobLabel, "namespace", "service", "endpoint"}

// notScraped reports a matcher that accepts no value that the targets of the files have; false where some value is accepted.
func notScraped(p *Pass, s seriesRead, m *labels.Matcher, lone string) bool {
	given, known := given(p.targets, m.Name)
	if !known || len(given) == 0 || slices.ContainsFunc(given, m.Matches) {
		return false
	}
	metric := p.Table.Find(s.name())
	place := s.at(s.VectorSelector).Noting("it is scraped by %s, at %s", p.targets[0].name, p.targets[0].at)
	switch {
	case p.Table.IsRecorded(s.name()):
	case metric != nil && metric.Own && hasLabel(metric, m.Name): // the program's own label of that name
	case metric != nil && metric.Own:
		report := p.Report
		if p.severalTargets() {
			report = p.Warn // another one, of another file, may scrape it
		}
		report(place, "write "+m.Name+"=\""+given[0]+"\", or change what the scrape gives", "no series of %s has %s: the scrape gives %s",
			s.name(), m, listed(given))
	case m.Name != model.JobLabel || m.Type != labels.MatchEqual:
	case m.Value == lone && (metric == nil || s.name() == "up"):
		p.Warn(place, "write job=\""+given[0]+"\", or set jobLabel or job_name",
			"all queries of these files ask for job %s, but the scrape gives %s", lone, listed(given))
	default:
		if closest, ok := diag.Closest(m.Value, given); ok && !isSibling(m.Value, closest) && (metric == nil || s.name() == "up") {
			p.Warn(place, "did you mean "+closest+"?", "nothing in these files is scraped as job %s", m.Value)
		}
	}
	return true
}

// otherServer reports the only target of a server that does not give what queries ask for, while another server's does: the files
// are for either.
func otherServer(p *Pass, s seriesRead, m *labels.Matcher, told map[diag.Pos]bool) {
	metric := p.Table.Find(s.name())
	if metric == nil || !metric.Own || hasLabel(metric, m.Name) {
		return
	}
	byServer := map[string][]target{}
	for _, t := range p.targets {
		byServer[t.server] = append(byServer[t.server], t)
	}
	for _, targets := range byServer {
		only := targets[0]
		value, known := only.labels[m.Name]
		if len(targets) > 1 || len(byServer) == 1 || !known || m.Matches(value) || only.name == "prometheus" || told[only.at] {
			continue
		}
		told[only.at] = true
		asking := s.at(s.VectorSelector)
		p.Warn(Place{At: only.at, Owner: only.at, Name: only.name}.Noting("such as %s, at %s", asking.Name, asking.At),
			"let it give what the queries ask for",
			"queries ask for %s, but this gives %s=%q", m, m.Name, value)
	}
}

func hasLabel(metric *promql.Metric, name string) bool {
	return slices.ContainsFunc(metric.Labels, func(l promql.Label) bool { return l.Name == name })
}

// given are the values of a label that the targets have; false where one of them is not known.
func given(targets []target, label string) ([]string, bool) {
	var values []string
	for _, t := range targets {
		value, known := t.labels[label]
		if !known {
			return nil, false
		}
		values = append(values, value)
	}
	return distinct(values), true
}

func (f *Files) severalTargets() bool {
	return slices.ContainsFunc(f.targets, func(t target) bool { return t.labels[model.JobLabel] != f.targets[0].labels[model.JobLabel] })
}

// loneJob is the one job that all queries with a job ask for, where there is one, and where the files scrape one job.
func (f *Files) loneJob() string {
	if f.severalTargets() {
		return ""
	}
	var asked []string
	f.eachSeriesRead(func(s seriesRead) {
		for _, m := range s.LabelMatchers {
			if m.Name == model.JobLabel && m.Type == labels.MatchEqual {
				asked = append(asked, m.Value)
			}
		}
	})
	if asked = distinct(asked); len(asked) == 1 {
		return asked[0]
	}
	return ""
}
