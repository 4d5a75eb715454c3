package mutation

import (
	"strings"
)

// kubernetesOperators are mistakes in the resources around rules and dashboards: one line each, found by its text.
var kubernetesOperators = []operator{
	{"rules' release changed", []string{"kubernetes/rule-selector"}, line("prometheusrule.yaml", "release: prometheus", "release: other")},
	{"rules' release removed", []string{"kubernetes/rule-selector"}, line("prometheusrule.yaml", "release: prometheus", "")},
	{"monitor's release changed", []string{"kubernetes/monitor-selector"}, line("servicemonitor.yaml", "release: prometheus", "release: other")},
	{"monitor's release removed", []string{"kubernetes/monitor-selector"}, line("servicemonitor.yaml", "release: prometheus", "")},
	{"monitor's selector changed", []string{"kubernetes/monitor-service"}, line("servicemonitor.yaml", "component: metrics", "component: other")},
	{"monitor's port misspelt", []string{"kubernetes/monitor-service"}, line("servicemonitor.yaml", "port: metrics", "port: metric")},
	{"monitor's namespace changed", []string{"kubernetes/monitor-service", "kubernetes/job-name"}, line("servicemonitor.yaml", "- ai-support", "- other")},
	{"monitor's job label changed", []string{"kubernetes/job-name"}, line("servicemonitor.yaml", "jobLabel: app", "jobLabel: component")},
	{"monitor's job label removed", []string{"kubernetes/job-name"}, line("servicemonitor.yaml", "jobLabel: app", "")},
	{"monitor's interval lengthened", []string{"promql/range-too-short"}, line("servicemonitor.yaml", "interval: 30s", "interval: 10m")},
	{"monitor's timeout above its interval", []string{"scrape/timeout"}, line("servicemonitor.yaml", "scrapeTimeout: 10s", "scrapeTimeout: 1m")},
	{"Alertmanager Secret's name changed", []string{"kubernetes/alertmanager-secret"}, line("alertmanager-secret.yaml", "name: alertmanager-prometheus-kube-prometheus-alertmanager", "name: alertmanager-config")},
	{"Alertmanager Secret's key changed", []string{"kubernetes/alertmanager-secret"}, line("alertmanager-secret.yaml", "alertmanager.yaml: |", "config.yaml: |")},
	{"sidecar's label removed", []string{"kubernetes/dashboard"}, line("dashboards.yaml", `grafana_dashboard: "1"`, "")},
	{"sidecar's label changed", []string{"kubernetes/dashboard"}, line("dashboards.yaml", `grafana_dashboard: "1"`, `grafana_dashboard: "0"`)},
	{"resource removed from the kustomization", []string{"kubernetes/kustomization"}, line("kustomization.yaml", "  - ", "")},
	{"retention below the ranges", []string{"scrape/retention"}, line("values.yaml", "retention: 30d", "retention: 6h")},
	{"chart's rule selector changed", []string{"kubernetes/rule-selector"}, within("values.yaml", "ruleSelector:", "release: prometheus", "release: other")},
	{"chart's monitor selector changed", []string{"kubernetes/monitor-selector"}, within("values.yaml", "serviceMonitorSelector:", "release: prometheus", "release: other")},
	{"chart's sidecar label changed", []string{"kubernetes/dashboard"}, line("values.yaml", "label: grafana_dashboard", "label: dashboard")},
	{"chart's existing secret removed", []string{"kubernetes/alertmanager-secret"}, line("values.yaml", "useExistingSecret: true", "")},
}

// line changes each line of a file that has the text, or removes it where it is replaced by nothing.
func line(name, text, by string) func(*corpus) []mutant { return within(name, "", text, by) }

// within does so in the lines behind the one that has another text.
func within(name, behind, text, by string) func(*corpus) []mutant {
	return func(c *corpus) []mutant {
		f := c.files[kubernetesFolder+name]
		var all []mutant
		from := strings.Index(f.text, behind)
		for at := strings.Index(f.text[from:], text); at >= 0; at = strings.Index(f.text[from:], text) {
			start := from + at
			from = start + len(text)
			site := text + " -> " + by
			if strings.Contains(f.text[f.lineStart(start):start], "#") {
				continue
			}
			change := edit{region{start, from}, by}
			if by == "" {
				site = strings.TrimSpace(f.text[f.lineStart(start):f.block(f.lineStart(start)).end]) + " removed"
				change = f.remove(f.block(f.lineStart(start)))
			}
			m := f.mutant(change, site)
			m.anywhere = true
			all = append(all, m)
			if behind != "" {
				break
			}
		}
		return all
	}
}
