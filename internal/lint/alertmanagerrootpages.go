package lint

import (
	"slices"

	amlabels "github.com/prometheus/alertmanager/pkg/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/matching"
)

var alertmanagerRootPages = &Check{
	Code: "alertmanager/root-pages", Severity: diag.Warning,
	Summary: "alerts that nobody routed wake people up",
	Why: "Whatever no route takes ends at the root's receiver: alerts of strangers, and kube-prometheus-stack's Watchdog, which " +
		"fires for ever so that its absence can be noticed. A receiver that pages pages for ever then.",
	Run: func(p *Pass) {
		for _, routing := range p.routings {
			for _, node := range routing.root.reached(decideWatchdog) {
				if means := routing.pages(node.receiver); means != "" && node.certain {
					place := node.at()
					if !node.Receiver.IsZero() {
						place.At = node.Receiver.At()
					}
					p.Report(place,
						"give the root a receiver without integrations, or one that nobody is woken by, and route to "+node.receiver+" what must page",
						"alerts that nobody has routed page by %s: those of strangers, and Watchdog, which fires for ever", means)
				}
			}
		}
	},
}

// watchdog is the alert that kube-prometheus-stack always fires, with its labels (kube-prometheus, general.rules).
var watchdog = map[string]string{"alertname": "Watchdog", "severity": "none"}

// clusterLabels are names that external labels usually have: any alert may have them, with any value.
var clusterLabels = []string{"cluster", "prometheus", "prometheus_replica", "replica", "region", "zone", "datacenter", "environment",
	"env", "stage", "tenant", "tenant_id"}

// decideWatchdog matches Watchdog, which has no other labels but those that Prometheus adds.
func decideWatchdog(matchers amlabels.Matchers) certainty {
	result := yes
	for _, m := range matchers {
		if value, known := watchdog[m.Name]; known {
			result = min(result, matching.Accepts(m, []string{value}))
			continue
		}
		if !slices.Contains(clusterLabels, m.Name) {
			result = min(result, matching.Accepts(m, []string{""}))
			continue
		}
		result = min(result, matching.Accepts(m, nil))
	}
	return result
}
