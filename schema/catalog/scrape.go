package catalog

// scrapeFamilies are the metrics that Prometheus writes itself: about each scrape with the labels of the target
// (source: scrape/scrape.go of Prometheus), about each alert with the labels of its rule (rules/alerting.go).
var scrapeFamilies = []family{
	{of: "every scrape", scope: []string{"job", "namespace"}, rows: []row{
		{name: "scrape_duration_seconds", kind: gauge, unit: "s", replicas: mean, help: "How long the scrape took."},
		{name: "scrape_samples_post_metric_relabeling", kind: gauge, unit: "samples", replicas: add, help: "Samples that were left after metric relabelling."},
		{name: "scrape_samples_scraped", kind: gauge, unit: "samples", replicas: add, help: "Samples that the target exposed."},
		{name: "scrape_series_added", kind: gauge, unit: "series", replicas: add, help: "Series that the scrape saw for the first time, roughly."},
		{name: "up", kind: gauge, unit: "targets", replicas: add, help: "1 where the last scrape of the target succeeded, 0 where it failed.", boolean: true},
	}},
	{of: "scrapes with the extra metrics", scope: []string{"job", "namespace"}, needs: "--enable-feature=extra-scrape-metrics", rows: []row{
		{name: "scrape_body_size_bytes", kind: gauge, unit: "B", replicas: add, help: "Size of the target's uncompressed answer."},
		{name: "scrape_sample_limit", kind: gauge, unit: "samples", replicas: add, help: "Samples that the scrape may have; 0 means no limit."},
		{name: "scrape_timeout_seconds", kind: gauge, unit: "s", replicas: same, help: "How long the scrape may take."},
	}},
	{of: "alerts, made by Prometheus itself: beside these labels they carry those of the rule", more: "*", rows: []row{
		{name: "ALERTS", kind: gauge, unit: "alerts", replicas: add, labels: "alertname alertstate=pending|firing", help: "1 for each alert that is pending or firing."},
		{name: "ALERTS_FOR_STATE", kind: gauge, unit: "s", replicas: same, labels: "alertname", help: "When the alert became active.", timestamp: true},
	}},
}
