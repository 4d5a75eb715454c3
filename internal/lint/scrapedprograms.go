package lint

import (
	"maps"
	"path"
	"slices"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/promql"
)

// program is what exposes metrics of a spec: the service, or an exporter beside it.
type program struct {
	job    string
	metric string              // one that queries read
	labels map[string][]string // of its targets, by name, as the spec says
}

// programs are those whose metrics the queries read, by job.
func (f *Files) programs() []program {
	byJob := map[string]program{}
	f.eachSeriesRead(func(s seriesRead) {
		metric := f.Table.Find(s.name())
		if metric == nil {
			return
		}
		known := map[string][]string{}
		for _, label := range metric.Labels {
			if slices.Contains(scrapedLabels, label.Name) && label.Presence == promql.Must {
				known[label.Name] = label.Values
			}
		}
		if jobs := known[model.JobLabel]; len(jobs) == 1 {
			if _, seen := byJob[jobs[0]]; !seen {
				byJob[jobs[0]] = program{jobs[0], s.name(), known}
			}
		}
	})
	var all []program
	for _, job := range slices.Sorted(maps.Keys(byJob)) {
		all = append(all, byJob[job])
	}
	return all
}

// oddPrograms reports, of servers that scrape several jobs, targets that are certainly those of a program and give other labels than the
// spec says.
func oddPrograms(p *Pass) {
	byServer := map[string][]target{}
	for _, t := range p.targets {
		byServer[t.server] = append(byServer[t.server], t)
	}
	programs := p.programs()
	for _, server := range slices.Sorted(maps.Keys(byServer)) {
		if targets := byServer[server]; severalJobs(targets) {
			for _, one := range programs {
				checkProgram(p, one, targets)
			}
		}
	}
}

// checkProgram finds a program's targets by their job, and where there is none by the name of the monitor or job.
func checkProgram(p *Pass, one program, targets []target) {
	own := slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return t.labels[model.JobLabel] != one.job })
	if len(own) == 0 {
		own = slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return path.Base(t.name) != one.job })
	}
	for _, label := range scrapedLabels {
		values, given := one.labels[label], []string(nil)
		if len(values) == 0 {
			continue
		}
		for _, t := range own {
			value, known := t.labels[label]
			if !known || slices.Contains(values, value) {
				given = nil
				break
			}
			given = append(given, value)
		}
		if len(given) > 0 {
			p.Warn(Place{At: own[0].at, Owner: own[0].at, Name: own[0].name}, "let the two agree",
				"%s has %s=%q by the spec, but this scrape gives %s=%q", one.metric, label, values[0], label, given[0])
		}
	}
}
