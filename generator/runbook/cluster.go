package runbook

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

// podMetrics are the catalogs whose figures are about pods, with the metric up, which is about scrapes of them.
var podMetrics = []string{"kube-state-metrics", "cadvisor"}

// cluster looks at the pods, where the figure is about them.
func cluster(p *ir.Program, alert *ir.Alert) []look {
	if p.Service == nil {
		return nil
	}
	var aboutPods, restarts, scrape, nodes bool
	for _, metric := range alert.Signal.Metrics {
		aboutPods = aboutPods || slices.Contains(podMetrics, metric.Catalog)
		restarts = restarts || strings.Contains(metric.Name, "restarts")
		scrape = scrape || metric.Name == "up" && !metric.Own()
		nodes = nodes || metric.Catalog == "node-exporter"
	}
	kubectl := "kubectl --namespace " + quoteArgument(p.Service.Namespace)
	// Where what is counted stops altogether, the pods are the first suspects.
	scrape = scrape || alert.Kind == ir.AlertNoData || alert.Kind == ir.AlertTraffic
	var looks []look
	if scrape {
		looks = append(looks, unscraped(alert)...)
	}
	if aboutPods || scrape {
		command := kubectl + " get pods --output wide"
		if p.Service.Pods != "" {
			command += " | grep -E " + quoteShell("^NAME|^("+p.Service.Pods+") ")
		}
		looks = append(looks, lookAt("The pods:", "sh", command))
	}
	if restarts {
		looks = append(looks, lookAt(
			"Why a pod restarted: the last state of its containers, and what it wrote before (the alert names the pod):",
			"sh", "pod='name of the pod'\n"+kubectl+" describe pod \"$pod\"\n"+kubectl+" logs \"$pod\" --all-containers --previous --tail 200",
		))
	}
	if aboutPods && !restarts {
		looks = append(looks, lookAt("What each container uses now:", "sh", kubectl+" top pods --containers"))
	}
	if scrape && p.Service.Scrape.KubernetesService != "" {
		looks = append(looks, lookAt(
			"What Prometheus is given to scrape; no addresses means no ready pods:",
			"sh", kubectl+" get endpointslices --selector "+quoteArgument("kubernetes.io/service-name="+p.Service.Scrape.KubernetesService),
		))
	}
	if nodes {
		looks = append(looks, lookAt("The nodes:", "sh", "kubectl get nodes --output wide"))
	}
	return looks
}

// unscraped lists the targets that do not answer, by the alert's own selectors.
func unscraped(alert *ir.Alert) []look {
	if alert.Query == nil {
		return nil
	}
	for _, selector := range selectors(alert.Query.Expr) {
		if selector.Name == "up" {
			return []look{query("Targets that Prometheus knows but cannot scrape:", promql.Binary(parser.EQLC, selector, promql.Number(0)))}
		}
	}
	return nil
}

// quoteArgument quotes a text for a shell where it needs it.
func quoteArgument(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=", r)
	}
	if text != "" && strings.TrimFunc(text, plain) == "" {
		return text
	}
	return quoteShell(text)
}
