package lint

import (
	"maps"
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
		for _, label := range scrapedLabels {
			own := p.asksOf(label)
			given, known := given(p.targets, label)
			if label == "namespace" {
				own = slices.DeleteFunc(own, func(a ask) bool { return !isNear(a, given) }) // the others may be for other environments
			}
			odd := slices.DeleteFunc(slices.Clone(own), func(a ask) bool { return slices.ContainsFunc(given, a.matcher.Matches) })
			switch {
			case known && len(odd) == len(own) && !severalJobs(p.targets):
				oddScrape(p, p.targets, own)
			case known:
				oddQueries(p, odd, given)
			}
			for _, targets := range p.servers() {
				oddScrape(p, targets, own)
			}
		}
		oddScrape(p, p.targets, p.asksForOneJob())
		oddPrograms(p)
		oddJobs(p)
	},
}

// scrapedLabels are the labels that the configuration of a scrape decides.
var scrapedLabels = []string{model.JobLabel, "namespace", "service", "endpoint"}

// ask is a matcher on a label of the target.
type ask struct {
	seriesRead
	matcher *labels.Matcher
}

// asksOf are the matchers on a label of the targets in selectors of own metrics, and of others that name a job of the files: the rest
// may be scraped by whatever is in no file.
func (f *Files) asksOf(label string) []ask {
	var own []ask
	f.eachSeriesRead(func(s seriesRead) {
		metric := f.Table.Find(s.name())
		isOwn := metric != nil && metric.Own && !hasLabel(metric, label)
		if !isOwn && (label == model.JobLabel || metric != nil && s.name() != "up" || !f.asksForJobOfFiles(s)) {
			return
		}
		for _, m := range s.LabelMatchers {
			if m.Name == label && !m.Matches("") {
				own = append(own, ask{s, m})
			}
		}
	})
	return own
}

// asksForJobOfFiles reports whether a selector names one job, which the files scrape.
func (f *Files) asksForJobOfFiles(s seriesRead) bool {
	return slices.ContainsFunc(s.LabelMatchers, func(m *labels.Matcher) bool {
		return m.Name == model.JobLabel && m.Type == labels.MatchEqual &&
			slices.ContainsFunc(f.targets, func(t target) bool { return t.labels[model.JobLabel] == m.Value })
	})
}

// asksForOneJob are the matchers on a job in selectors of metrics that nobody described, where all ask for the same one.
func (f *Files) asksForOneJob() []ask {
	var asks []ask
	f.eachSeriesRead(func(s seriesRead) {
		for _, m := range s.LabelMatchers {
			if m.Name == model.JobLabel && m.Type == labels.MatchEqual {
				asks = append(asks, ask{s, m})
			}
		}
	})
	if slices.ContainsFunc(asks, func(a ask) bool {
		return a.matcher.Value != asks[0].matcher.Value || f.Table.Find(a.name()) != nil && a.name() != "up"
	}) {
		return nil
	}
	return asks
}

// servers are the targets of each Prometheus, where there are several and one gives a single target: the files are for either.
func (f *Files) servers() [][]target {
	byServer := map[string][]target{}
	for _, t := range f.targets {
		byServer[t.server] = append(byServer[t.server], t)
	}
	var lone [][]target
	for _, name := range slices.Sorted(maps.Keys(byServer)) {
		if targets := byServer[name]; len(byServer) > 1 && len(targets) == 1 && targets[0].name != "prometheus" {
			lone = append(lone, targets)
		}
	}
	return lone
}

// oddScrape reports targets of one job that give a value which no query asks for.
func oddScrape(p *Pass, targets []target, asks []ask) {
	if len(asks) == 0 || severalJobs(targets) {
		return
	}
	label := asks[0].matcher.Name
	value, known := targets[0].labels[label]
	if !known || slices.ContainsFunc(asks, func(a ask) bool { return a.matcher.Matches(value) }) {
		return
	}
	first := asks[0].at(asks[0].VectorSelector)
	p.Warn(Place{At: targets[0].at, Owner: targets[0].at, Name: targets[0].name}.Noting("as at %s", first.At), "let the two agree",
		"queries ask for %s, but this scrape gives %s=%q", asks[0].matcher, label, value)
}

// isNear reports whether a matcher accepts one of some values, or is for one that is almost the same.
func isNear(a ask, given []string) bool {
	if slices.ContainsFunc(given, a.matcher.Matches) {
		return true
	}
	closest, ok := diag.Closest(a.matcher.Value, given)
	return ok && a.matcher.Type == labels.MatchEqual && !isSibling(a.matcher.Value, closest)
}

// oddQueries reports matchers that accept none of the values that the targets give, while others of the files do.
func oddQueries(p *Pass, odd []ask, given []string) {
	several := severalJobs(p.targets)
	for _, a := range odd {
		report := p.Warn // another one, of another file, may scrape it
		if !several && slices.ContainsFunc(given, func(value string) bool { return diag.IsSlip(a.matcher.Value, value) }) {
			report = p.Report
		}
		report(a.at(a.VectorSelector).Noting("as %s does, at %s", p.targets[0].name, p.targets[0].at), "write "+a.matcher.Name+"=\""+given[0]+"\"",
			"no series of %s has %s: the scrape gives %s", a.name(), a.matcher, listed(given))
	}
}

// oddJobs reports jobs that queries of unknown metrics ask for and that are close to a job of the files.
func oddJobs(p *Pass) {
	given, known := given(p.targets, model.JobLabel)
	if !known {
		return
	}
	p.eachSeriesRead(func(s seriesRead) {
		if p.Table.IsRecorded(s.name()) || p.Table.Find(s.name()) != nil && s.name() != "up" {
			return
		}
		for _, m := range s.LabelMatchers {
			if m.Name != model.JobLabel || m.Type != labels.MatchEqual || slices.Contains(given, m.Value) {
				continue
			}
			if closest, ok := diag.Closest(m.Value, given); ok && !isSibling(m.Value, closest) {
				p.Warn(s.at(s.VectorSelector), "did you mean "+closest+"?", "nothing in these files is scraped as job %s", m.Value)
			}
		}
	})
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

// severalJobs reports that targets are of different jobs, or of some that are not known.
func severalJobs(targets []target) bool {
	return slices.ContainsFunc(targets, func(t target) bool { return t.labels[model.JobLabel] != targets[0].labels[model.JobLabel] })
}
