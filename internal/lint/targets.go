package lint

import (
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

// target is what the files scrape in one way: an endpoint of a monitor on one Service, or a group of targets of a scrape_config.
type target struct {
	name   string // of the monitor or job
	server string // the file of the prometheus.yaml that has the job; empty of what the operator's servers scrape
	at     diag.Pos
	labels map[string]string // that its series certainly have
	// open says that more labels of the target may be there, or other values.
	open     bool
	interval time.Duration // 0 where the files do not tell
	drops    dropRules
}

// newTargets are all targets of the files.
func newTargets(set *read.Set) []target {
	var all []target
	for i := range set.Monitors {
		all = append(all, monitorTargets(set, &set.Monitors[i])...)
	}
	if scrapesMore(set) {
		all = append(all, target{name: "another scrape configuration", open: true})
	}
	for i := range set.Scrapings {
		if set.Scrapings[i].ScrapesMore {
			all = append(all, target{name: "another file", server: set.Scrapings[i].File, open: true})
		}
		for j := range set.Scrapings[i].Jobs {
			all = append(all, jobTargets(&set.Scrapings[i], &set.Scrapings[i].Jobs[j])...)
		}
	}
	return all
}

// scrapesMore reports whether the operator's servers scrape more than the monitors say.
func scrapesMore(set *read.Set) bool {
	return slices.ContainsFunc(servers(set), func(p read.Prometheus) bool { return p.ScrapesMore }) ||
		slices.ContainsFunc(set.Resources, func(r read.Resource) bool { return r.Kind.Value == "ScrapeConfig" || r.Kind.Value == "Probe" })
}

// monitorTargets are the targets that a monitor finds, as the operator labels them (prometheus-operator, pkg/prometheus/promcfg.go).
func monitorTargets(set *read.Set, monitor *read.Monitor) []target {
	var all []target
	services, _ := selectedServices(set, monitor)
	for _, endpoint := range monitor.Endpoints {
		base := target{name: monitor.Name.Value, at: firstPlace(monitor.Name.At(), monitor.Kind.At()), labels: map[string]string{},
			drops:    newDropRules(endpoint.MetricRelabelings),
			interval: intervalOf(endpoint.Interval), open: endpoint.HonorLabels}
		if base.interval == 0 {
			base.interval = defaultInterval(set)
		}
		if monitor.Kind.Value == "PodMonitor" || len(services) == 0 {
			base.labels = unknownService(monitor, endpoint)
			base.relabel(endpoint.Relabelings)
			all = append(all, base)
			continue
		}
		for _, service := range services {
			one := base
			one.labels = serviceLabels(monitor, service, endpoint)
			one.relabel(endpoint.Relabelings)
			all = append(all, one)
		}
	}
	return all
}

// unknownService are the labels of targets of which the Service is in no file.
func unknownService(monitor *read.Monitor, endpoint read.Endpoint) map[string]string {
	known := map[string]string{}
	if namespace := onlyNamespace(monitor); namespace != "" {
		known["namespace"] = namespace
	}
	if endpoint.Port.Value != "" {
		known["endpoint"] = endpoint.Port.Value
	}
	switch {
	case monitor.JobLabel.Value != "":
		if monitor.Selector != nil {
			if label := read.Find(monitor.Selector.MatchLabels, monitor.JobLabel.Value); label.Value != "" {
				known[model.JobLabel] = label.Value
			}
		}
	case monitor.Kind.Value == "PodMonitor" && monitor.Namespace.Value != "":
		known[model.JobLabel] = monitor.Namespace.Value + "/" + monitor.Name.Value
	}
	return known
}

// serviceLabels are the labels of targets behind a Service.
func serviceLabels(monitor *read.Monitor, service *read.Service, endpoint read.Endpoint) map[string]string {
	known := map[string]string{"service": service.Name.Value, model.JobLabel: service.Name.Value}
	if label := read.Find(service.Labels, monitor.JobLabel.Value); monitor.JobLabel.Value != "" && label.Value != "" {
		known[model.JobLabel] = label.Value
	}
	if service.Namespace.Value != "" {
		known["namespace"] = service.Namespace.Value
	} else if namespace := onlyNamespace(monitor); namespace != "" {
		known["namespace"] = namespace
	}
	if endpoint.Port.Value != "" {
		known["endpoint"] = endpoint.Port.Value
	}
	for _, name := range monitor.TargetLabels {
		if value := read.Find(service.Labels, name.Value); value.Value != "" {
			known[name.Value] = value.Value
		}
	}
	return known
}

// onlyNamespace is the namespace that a monitor looks at; empty where there are several, or nobody knows.
func onlyNamespace(monitor *read.Monitor) string {
	switch {
	case monitor.AnyNamespace || len(monitor.Namespaces) > 1:
		return ""
	case len(monitor.Namespaces) == 1:
		return monitor.Namespaces[0].Value
	default:
		return monitor.Namespace.Value
	}
}

// selectedServices are the Services of the files that a monitor takes, and those that it would take in another namespace.
func selectedServices(set *read.Set, monitor *read.Monitor) (taken, elsewhere []*read.Service) {
	for i := range set.Services {
		service := &set.Services[i]
		if monitor.Kind.Value == "PodMonitor" || picks(monitor.Selector, service.Labels) != yes {
			continue
		}
		if looksAt(monitor, service.Namespace.Value) {
			taken = append(taken, service)
		} else {
			elsewhere = append(elsewhere, service)
		}
	}
	return taken, elsewhere
}

// looksAt reports whether a monitor looks at a namespace, or may do so.
func looksAt(monitor *read.Monitor, namespace string) bool {
	if monitor.AnyNamespace || namespace == "" {
		return true
	}
	if len(monitor.Namespaces) == 0 {
		return monitor.Namespace.Value == "" || monitor.Namespace.Value == namespace
	}
	return slices.ContainsFunc(monitor.Namespaces, func(n read.Text) bool { return n.Value == namespace })
}

// jobTargets are the targets of an entry of scrape_configs.
func jobTargets(scraping *read.Scraping, job *read.ScrapeJob) []target {
	base := target{name: job.Name.Value, server: scraping.File, at: firstPlace(job.Name.At(), job.Pos), drops: newDropRules(job.MetricRelabelings),
		open: job.HonorLabels, interval: intervalOf(job.Interval)}
	if base.interval == 0 {
		base.interval = intervalOf(scraping.Interval)
	}
	groups := job.Static
	if job.Discovers || len(groups) == 0 {
		groups = append(groups[:len(groups):len(groups)], nil)
	}
	var all []target
	for _, group := range groups {
		one := base
		one.labels = map[string]string{model.JobLabel: job.Name.Value}
		for _, pair := range group {
			one.labels[pair.Name.Value] = pair.Value.Value
		}
		one.relabel(job.Relabelings)
		all = append(all, one)
	}
	return all
}

// relabel applies what relabelings certainly do, and forgets what they may change.
func (t *target) relabel(relabelings read.Value) {
	for _, step := range relabelings.Items() {
		action := firstText(step, "action").Value
		switch action {
		case "keep", "drop", "keepequal", "dropequal", "Keep", "Drop", "KeepEqual", "DropEqual":
			continue
		case "labelmap", "labeldrop", "labelkeep", "LabelMap", "LabelDrop", "LabelKeep":
			t.open, t.labels = true, map[string]string{}
			continue
		}
		name := firstText(step, "targetLabel", "target_label").Value
		replacement := firstText(step, "replacement")
		sources := len(step.Field("sourceLabels").Items()) + len(step.Field("source_labels").Items())
		if sources == 0 && firstText(step, "regex").IsZero() && replacement.Value != "" && (action == "" || action == "replace") {
			t.labels[name] = replacement.Value
			continue
		}
		delete(t.labels, name)
	}
}

// defaultInterval is how often servers of the operator scrape where a monitor does not say; 0 where the files do not tell, or tell
// several.
func defaultInterval(set *read.Set) time.Duration {
	var found time.Duration
	for _, server := range servers(set) {
		one := intervalOf(server.ScrapeInterval)
		if one == 0 || found != 0 && found != one {
			return 0
		}
		found = one
	}
	return found
}

func intervalOf(text read.Text) time.Duration {
	d, err := model.ParseDuration(text.Value)
	if err != nil {
		return 0
	}
	return time.Duration(d)
}

// intervals are how often jobs are scraped, the least often where they are scraped in several ways, and how often everything is, where
// all targets are alike.
func intervals(targets []target) (jobs map[string]time.Duration, everything time.Duration) {
	jobs = map[string]time.Duration{}
	for i, t := range targets {
		if i == 0 {
			everything = t.interval
		} else if t.interval != everything {
			everything = 0
		}
		if job := t.labels[model.JobLabel]; job != "" {
			jobs[job] = max(jobs[job], t.interval)
		}
	}
	return jobs, everything
}
