package read

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Scraping is a configuration of Prometheus itself, such as prometheus.yaml.
type Scraping struct {
	Interval, EvaluationInterval Text // of all jobs and groups that have none of their own
	Retention                    Text
	ExternalLabels               []Pair
	RuleFiles                    []Text
	Jobs                         []ScrapeJob
	ScrapesMore                  bool // jobs stand in other files
	Elsewhere                    bool // samples are also kept in a remote storage
	RelabelsAlerts               bool // labels of alerts change on their way to Alertmanager
	File                         string
	Pos                          diag.Pos
}

// ScrapeJob is an entry of scrape_configs.
type ScrapeJob struct {
	Name, Interval, Timeout        Text
	HonorLabels                    bool
	Static                         [][]Pair // the labels of each group of static targets
	Discovers                      bool     // targets are found by service discovery
	Relabelings, MetricRelabelings Value
	Pos                            diag.Pos
}

// isScraping knows Prometheus' configuration by its scrape_configs, or by rule_files beside global.
func isScraping(n *node) bool {
	return n.get("scrape_configs").is(kindList) || n.get("rule_files").is(kindList) && n.get("global").is(kindMap)
}

func (r *recogniser) scraping(n *node) {
	r.kinds[KindScraping] = true
	global := n.get("global")
	read := Scraping{
		Interval: r.scalar(global, "scrape_interval"), EvaluationInterval: r.scalar(global, "evaluation_interval"),
		Retention: n.get("storage", "tsdb", "retention", "time").scalar(), ExternalLabels: r.pairs(global, "external_labels"),
		RuleFiles: r.texts(n, "rule_files"), Elsewhere: len(n.get("remote_read").list())+len(n.get("remote_write").list()) > 0,
		ScrapesMore:    len(n.get("scrape_config_files").list()) > 0,
		RelabelsAlerts: len(n.get("alerting", "alert_relabel_configs").list()) > 0, File: n.source.file, Pos: n.pos(),
	}
	for _, job := range r.maps(n, "scrape_configs") {
		read.Jobs = append(read.Jobs, r.scrapeJob(job))
	}
	r.set.Scrapings = append(r.set.Scrapings, read)
}

func (r *recogniser) scrapeJob(n *node) ScrapeJob {
	job := ScrapeJob{
		Name: r.scalar(n, "job_name"), Interval: r.scalar(n, "scrape_interval"), Timeout: r.scalar(n, "scrape_timeout"),
		HonorLabels: n.get("honor_labels").isTrue(),
		Relabelings: Value{n.get("relabel_configs")}, MetricRelabelings: Value{n.get("metric_relabel_configs")}, Pos: n.pos(),
	}
	for _, group := range r.maps(n, "static_configs") {
		job.Static = append(job.Static, r.pairs(group, "labels"))
	}
	for _, f := range n.fields {
		if strings.HasSuffix(f.name.Value, "_sd_configs") {
			job.Discovers = true
		}
	}
	return job
}
