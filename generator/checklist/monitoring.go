package checklist

import (
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/internal/ir"
)

// dashboards and those below are the items about what watches the service.
func dashboards(p *ir.Program, i *Item) {
	if len(p.Dashboards) > 0 {
		i.generated(kubernetes.DashboardsPath, "", "%s as ConfigMaps", plural(len(p.Dashboards), "dashboard", "dashboards"))
	}
	i.value("grafana.sidecar.dashboards", "Grafana's sidecar loads the dashboards of every namespace")
	i.toDo("open %s and see the dashboards in the folder %s", p.Platform.Grafana.URL, p.Platform.Grafana.Folder)
}

func targets(p *ir.Program, i *Item) {
	i.value("prometheus.prometheusSpec.serviceMonitorSelector", "Prometheus takes monitors with the label release=%s", p.Platform.Release)
	if p.Service == nil {
		i.toDo("each service has a ServiceMonitor of its own: open `/targets` of Prometheus and see all of them up")
		return
	}
	i.generated(kubernetes.MonitorPath, "", "%s is scraped every %s", p.Service.Name, model.Duration(p.Service.Scrape.Interval))
	i.toDo("open `/targets` of Prometheus, or ask it for `count(up{job=%q,namespace=%q} == 1)`: the answer is to be %d",
		p.Service.Scrape.Job, p.Service.Namespace, p.Service.Replicas)
}

func rules(p *ir.Program, i *Item) {
	count := 0
	for _, group := range p.Groups {
		count += len(group.Rules)
	}
	if count > 0 {
		i.generated(kubernetes.RulesPath, "", "%s in %s, each read by Prometheus' own parser", plural(count, "rule", "rules"),
			plural(len(p.Groups), "group", "groups"))
	}
	i.value("prometheus.prometheusSpec.ruleSelector", "Prometheus takes rules with the label release=%s", p.Platform.Release)
	i.toDo("compare what Prometheus has loaded with the spec; no finding is right")
	i.Commands = append(i.Commands, "belfry drift --prometheus http://localhost:9090 # after: kubectl port-forward --namespace "+p.Platform.Namespace+" service/prometheus-operated 9090")
}

func routing(p *ir.Program, i *Item) {
	routes, services := 0, 0
	for _, service := range p.Fleet {
		if service.Route != nil {
			services++
			routes += routesIn(service.Route)
		}
	}
	about := fmt.Sprintf("%s of %s", plural(routes, "route", "routes"), plural(services, "service", "services"))
	if p.Platform.Alertmanager.Deliver == kubernetes.DeliverValues {
		i.value("alertmanager.config", "%s", about)
	} else {
		i.generated(kubernetes.SecretPath, "alertmanager.yaml", "%s", about)
		i.value("alertmanager.alertmanagerSpec.useExistingSecret", "the chart leaves the configuration alone")
	}
	var secrets []string
	for _, secret := range alertmanager.Secrets(p) {
		secrets = append(secrets, secret.Name)
	}
	if len(secrets) > 0 {
		i.value("alertmanager.alertmanagerSpec.secrets", "Alertmanager mounts the Secrets of its receivers")
		i.toDo("create %s in namespace %s: `%s` lists the keys", strings.Join(secrets, ", "), p.Platform.Namespace, alertmanager.SecretsPath)
	}
	i.toDo("compare what Alertmanager has loaded with the spec; no finding is right")
	i.Commands = append(i.Commands, "belfry drift --alertmanager http://localhost:9093 # after: kubectl port-forward --namespace "+p.Platform.Namespace+" service/alertmanager-operated 9093")
}

func routesIn(r *ir.Route) int {
	n := 1
	for _, child := range r.Routes {
		n += routesIn(child)
	}
	return n
}

// notifications asks to send an alert of the spec's own labels to each receiver that one of its alerts reaches.
func notifications(p *ir.Program, i *Item) {
	channels := 0
	for _, service := range p.Fleet {
		for _, r := range service.Receivers {
			channels++
			i.generated(alertmanager.ConfigPath, "receivers", "%s notifies by %s", code(r.Name), strings.Join(channelsOf(r), ", "))
			for _, a := range p.Alerts {
				if p.Service != nil && service.Service == p.Service.Name && slices.Contains(a.Receivers, r.Name) {
					i.toDo("send a test of %s and see that %s has it, and then that it is resolved", a.Name, code(r.Name))
					i.Commands = append(i.Commands, "belfry fire "+a.Name+" --alertmanager http://localhost:9093")
					break
				}
			}
		}
	}
	if channels == 0 {
		i.toDo("nobody is notified: add receivers and routing to the services")
	}
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// channelsOf names a receiver's integrations as people do.
func channelsOf(r *ir.Receiver) []string {
	var out []string
	for _, channel := range []struct {
		set  bool
		name string
	}{
		{r.PagerDuty != nil, "PagerDuty"}, {r.Slack != nil, "Slack"}, {r.Webhook != nil, "webhook"}, {r.Email != nil, "mail"},
		{r.Opsgenie != nil, "Opsgenie"}, {r.MSTeams != nil, "Microsoft Teams"}, {r.Discord != nil, "Discord"}, {r.Telegram != nil, "Telegram"},
	} {
		if channel.set {
			out = append(out, channel.name)
		}
	}
	return out
}

func runbooks(p *ir.Program, i *Item) {
	if p.Service == nil {
		i.toDo("each service has its own runbooks")
		return
	}
	if len(p.Alerts) > 0 {
		i.generated("runbooks/README.md", "", "%s, one for each alert", plural(len(p.Alerts), "page", "pages"))
	}
	var unwritten []string
	addresses := map[string]bool{}
	for _, a := range p.Alerts {
		if a.Note == "" {
			unwritten = append(unwritten, a.Name)
		}
		addresses[a.RunbookURL] = true
	}
	switch {
	case addresses[""]:
		i.toDo("set `service.runbooks` to where the pages are published: some alerts link to none")
	case p.Service.Runbooks != "":
		i.toDo("publish the pages at %s: the alerts link to them there", p.Service.Runbooks)
	}
	if len(unwritten) > 0 {
		i.toDo("write down what usually causes it, as `note` of the alert: %s", strings.Join(unwritten, ", "))
	}
}

func training(p *ir.Program, i *Item) {
	who := "the teams of the services"
	if p.Service != nil {
		who = p.Service.Team
	}
	i.toDo("walk through the dashboards and one runbook with %s, and note the date", who)
}

func code(text string) string { return "`" + text + "`" }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
