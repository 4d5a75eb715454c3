package read

import (
	"encoding/base64"
	"path"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// parse reads all documents of a text as JSON where it starts like JSON, else as YAML. Curly braces may also start YAML, unless
// the name ends in .json.
func parse(s *source, name string) ([]*node, diag.List) {
	if trimmed := strings.TrimLeft(s.text, " \t\r\n"); !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return parseYAML(s)
	}
	documents, problems := parseJSON(s)
	if !problems.HasErrors() || strings.EqualFold(path.Ext(name), ".json") {
		return documents, problems
	}
	if others, notYAML := parseYAML(s); !notYAML.HasErrors() {
		return others, notYAML
	}
	return documents, problems
}

// familiar are words of the files that are read here: a broken file with one of them is worth a finding.
var familiar = []string{"\ngroups:", "PrometheusRule", "ServiceMonitor", "PodMonitor", `"panels"`, "\nreceivers:", "alertmanager.yaml", "\nroute:"}

func looksFamiliar(text string) bool {
	for _, word := range familiar {
		if strings.Contains(text, word) || strings.HasPrefix(text, strings.TrimPrefix(word, "\n")) {
			return true
		}
	}
	return false
}

// recogniser tells what documents are, by their content.
type recogniser struct {
	set      *Set
	kinds    map[string]bool
	findings diag.List
	resource *Resource // the Kubernetes resource that the document is or stands in
	key      Text      // under which the resource holds the text
	inputs   []Text    // of a dashboard that the resource gives data sources
	embedded int       // how many texts in texts this is
}

// deepestEmbedded is how many texts inside texts are looked into: a dashboard in a ConfigMap in a List is one.
const deepestEmbedded = 3

func (r *recogniser) document(n *node) {
	switch {
	case !n.is(kindMap):
	case n.get("kind").scalar().Value != "" && n.get("apiVersion").scalar().Value != "":
		r.kubernetes(n)
	case isRules(n):
		r.rules(n)
	case isDashboard(n):
		r.dashboard(n)
	case n.get("dashboard").is(kindMap) && isDashboard(n.get("dashboard")): // the API's wrapper
		r.dashboard(n.get("dashboard"))
	case isAlertmanager(n):
		r.set.Settings = append(r.set.Settings, Value{n})
		r.alertmanager(n)
	case isScraping(n):
		r.set.Settings = append(r.set.Settings, Value{n})
		r.scraping(n)
	case chartOf(n) != nil:
		r.set.Settings = append(r.set.Settings, Value{n})
		r.chart(chartOf(n))
	}
}

// isRules knows rule files by their groups, of which each has a name.
func isRules(n *node) bool {
	groups := n.get("groups")
	if !groups.is(kindList) {
		return groups.is(kindNull) && len(n.fields) == 1
	}
	for _, group := range groups.items {
		if !group.is(kindMap) || group.get("name") == nil && group.get("rules") == nil {
			return false
		}
		if group.get("folder") != nil || group.get("orgId") != nil {
			return false // Grafana's own alert rules, as it provisions them
		}
	}
	return true
}

// isDashboard knows dashboards by their panels, or by the rows that held them before Grafana 5.
func isDashboard(n *node) bool {
	if !n.get("panels").is(kindList) && !n.get("rows").is(kindList) {
		return false
	}
	for _, name := range []string{"title", "schemaVersion", "templating", "annotations", "uid"} {
		if n.get(name) != nil {
			return true
		}
	}
	return false
}

// isAlertmanager knows configurations by their route and receivers.
func isAlertmanager(n *node) bool {
	return n.get("route").is(kindMap) && n.get("receivers").is(kindList)
}

// kubernetes reads a resource, or what stands in it.
func (r *recogniser) kubernetes(n *node) {
	if n.get("items").is(kindList) && strings.HasSuffix(n.get("kind").text.Value, "List") {
		for _, item := range n.get("items").items {
			if item.is(kindMap) && r.embedded < deepestEmbedded {
				r.embedded++
				r.document(item)
				r.embedded--
			}
		}
		return
	}
	outer := r.resource
	r.resource = readResource(n)
	r.set.Resources = append(r.set.Resources, *r.resource)
	r.confidential(n)
	defer func() { r.resource = outer }()
	switch spec := n.get("spec"); r.resource.Kind.Value {
	case "PrometheusRule":
		r.rules(spec)
	case "ServiceMonitor", "PodMonitor":
		r.monitor(n)
	case "Service":
		r.service(n)
	case "Prometheus":
		r.prometheus(n)
	case "Alertmanager":
		r.server(n)
	case "AlertmanagerConfig":
		r.kinds[KindRouting] = true
	case "Kustomization":
		r.kustomization(n)
	case "ConfigMap":
		r.values(n.get("data"))
	case "Secret":
		r.values(n.get("stringData"))
		r.encoded(n.get("data"))
	case "Dashboard": // Grafana's own resource, of the classic model
		if spec.is(kindMap) && isDashboard(spec) {
			r.dashboard(spec)
		}
	case "GrafanaDashboard": // of Grafana's operator
		for _, source := range spec.get("datasources").list() {
			r.inputs = append(r.inputs, source.get("inputName").scalar())
		}
		r.text("spec.json", spec.get("json").scalar())
		r.inputs = nil
	}
}

// values looks into the texts of a ConfigMap or Secret.
func (r *recogniser) values(data *node) {
	for _, pair := range data.pairs() {
		r.value(pair.Name, pair.Value)
	}
}

// encoded looks into base64. No place inside it can be told.
func (r *recogniser) encoded(data *node) {
	for _, pair := range data.pairs() {
		plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(pair.Value.Value), ""))
		if err != nil || pair.Value.at == nil {
			continue
		}
		at := &scalar{source: pair.Value.at.source, start: pair.Value.at.start}
		r.value(pair.Name, Text{Value: string(plain), at: at})
	}
}

// value reads a file that a ConfigMap or Secret holds under a key.
func (r *recogniser) value(key, value Text) {
	outer := r.key
	r.key = key
	r.text(key.Value, value)
	r.key = outer
}

// text reads a file that is a value. Values that look like nothing known are left alone, broken or not.
func (r *recogniser) text(name string, value Text) {
	if r.embedded >= deepestEmbedded || !looksFamiliar(value.Value) && !strings.Contains(value.Value, `"rows"`) {
		return
	}
	r.embedded++
	defer func() { r.embedded-- }()
	documents, problems := parse(newEmbedded(value), name)
	for _, document := range documents {
		r.document(document)
	}
	r.findings = append(r.findings, problems...)
}
