package lower

import (
	"strconv"
	"strings"
	"time"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// platform lowers the platform, or its defaults where the spec has none.
func (l *lowerer) platform() {
	p := l.spec.Platform
	if p == nil {
		p = schema.DefaultPlatform()
	}
	l.program.Platform = &ir.Platform{
		Declared: l.spec.Platform != nil,
		Name:     p.Name, Namespace: p.Namespace, Release: p.Release, FullnameOverride: p.FullnameOverride,
		Prometheus: ir.Prometheus{
			Retention:          l.duration("platform.prometheus.retention", p.Prometheus.Retention),
			Replicas:           p.Prometheus.Replicas,
			EvaluationInterval: l.positive("platform.prometheus.evaluationInterval", p.Prometheus.EvaluationInterval),
			Ruler:              l.ruler(&p.Prometheus),
		},
		Alertmanager: ir.Alertmanager{
			Replicas:       p.Alertmanager.Replicas,
			ResolveTimeout: l.duration("platform.alertmanager.resolveTimeout", p.Alertmanager.ResolveTimeout),
			Receiver:       p.Alertmanager.Receiver, Heartbeat: p.Alertmanager.Heartbeat,
			PagerDutyURL: p.Alertmanager.PagerdutyURL, Deliver: p.Alertmanager.Deliver,
		},
		Grafana: ir.Grafana{
			URL: strings.TrimRight(p.Grafana.URL, "/"), Folder: p.Grafana.Folder, PrometheusURL: p.Grafana.PrometheusURL,
		},
		Versions: ir.Versions{
			Prometheus: version(p.Versions.Prometheus), Alertmanager: version(p.Versions.Alertmanager), Grafana: version(p.Versions.Grafana),
		},
	}
	l.production(p, l.program.Platform)
}

// version reads "major.minor", whose form the schema has checked.
func version(text string) ir.Version {
	major, minor, _ := strings.Cut(text, ".")
	m, _ := strconv.Atoi(major)
	n, _ := strconv.Atoi(minor)
	return ir.Version{Major: m, Minor: n}
}

// service lowers the service and how it is scraped.
func (l *lowerer) service() {
	s := l.spec.Service
	if s == nil {
		return
	}
	title := s.Title
	if title == "" {
		title = s.Name
	}
	if s.Pods != "" {
		if _, err := regexp.Compile(s.Pods); err != nil {
			l.report("spec/regexp", "service.pods", "Prometheus uses RE2 syntax", "%q is not a regular expression", s.Pods)
		}
	}
	l.program.Service = &ir.Service{
		Name: s.Name, Title: title, Description: s.Description, Namespace: s.Namespace, Team: s.Team, Client: s.Client,
		Replicas: s.Replicas, Pods: s.Pods, Runbooks: strings.TrimRight(s.Runbooks, "/"),
		Scrape: l.scrape(s),
	}
}

func (l *lowerer) scrape(s *schema.Service) ir.Scrape {
	c := s.Scrape
	scrape := ir.Scrape{
		KubernetesService: c.Service, Labels: c.Labels, JobLabel: c.JobLabel, Job: c.Service,
		Port: c.Port, PortNumber: c.PortNumber, Targets: l.targets(c.Targets), Path: c.Path, Scheme: c.Scheme,
		Interval: l.positive("service.scrape.interval", c.Interval), Timeout: l.positive("service.scrape.timeout", c.Timeout),
	}
	if len(c.Labels) == 0 {
		l.report("spec/selector", "service.scrape.labels", "write the labels of the Kubernetes Service, such as {app: \"shop\"}",
			"without labels the ServiceMonitor would select every Service of the namespace")
	}
	if scrape.Timeout > scrape.Interval {
		l.report("spec/range", "service.scrape.timeout", "make it at most the scrape interval",
			"timeout %s is longer than interval %s: Prometheus refuses that", c.Timeout, c.Interval)
	}
	if scrape.JobLabel == "" {
		for _, name := range sortedKeys(c.Labels) {
			if c.Labels[name] == s.Name {
				scrape.JobLabel = name
				break
			}
		}
	}
	if scrape.JobLabel == "" {
		return scrape
	}
	job, ok := c.Labels[scrape.JobLabel]
	if !ok {
		l.report("reference/label", "service.scrape.jobLabel", didYouMean(c.JobLabel, sortedKeys(c.Labels)),
			"the Kubernetes Service has no label %q", c.JobLabel)
		return scrape
	}
	if job != "" { // the operator's relabelling keeps the Service's name where the label is empty
		scrape.Job = job
	}
	return scrape
}

// duration reads a Prometheus duration; an empty one is zero.
func (l *lowerer) duration(path, text string) time.Duration {
	if text == "" {
		return 0
	}
	d, err := unit.ParseDuration(text)
	if err != nil {
		l.report("schema/format", path, `write a duration such as "5m" or "1h30m"`, "%q is not a duration", text)
	}
	return d
}

// positive reads a duration that must not be zero.
func (l *lowerer) positive(path, text string) time.Duration {
	d := l.duration(path, text)
	if text != "" && d == 0 {
		l.report("spec/range", path, `write a duration such as "30s"`, "%q is no time at all", text)
	}
	return d
}
