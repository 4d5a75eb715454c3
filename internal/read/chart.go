package read

import "github.com/belfry-dev/belfry/internal/diag"

// ChartValues are values of the Helm chart kube-prometheus-stack. What is missing has the chart's default.
type ChartValues struct {
	Prometheus *Prometheus         // of prometheus.prometheusSpec; nil where the values do not have it
	Server     *AlertmanagerServer // of alertmanager.alertmanagerSpec; nil where the values do not have it
	// Without a selector the server takes what carries the label of the chart's release, unless
	// *SelectorNilUsesHelmValues is false.
	RulesOfRelease, ServiceMonitorsOfRelease, PodMonitorsOfRelease bool
	UseExistingSecret                                              bool
	FullnameOverride                                               Text
	// Sidecar says how Grafana's sidecar finds dashboards.
	Sidecar Sidecar
	// KeepsCAdvisor says that the values replace what the chart drops of cAdvisor's metrics.
	KeepsCAdvisor bool
	File          string
	Pos           diag.Pos
}

// Sidecar is what loads dashboards from ConfigMaps into Grafana.
type Sidecar struct {
	Disabled          bool
	Label, LabelValue Text
	FolderAnnotation  Text
}

// chartOf finds the chart's values: at the top, or below the chart's name where it is a dependency of another chart. It returns
// nil where they are something else.
func chartOf(n *node) *node {
	for _, values := range []*node{n, n.get("kube-prometheus-stack")} {
		if values.get("prometheus", "prometheusSpec").is(kindMap) || values.get("alertmanager", "alertmanagerSpec").is(kindMap) ||
			values.get("alertmanager", "config").is(kindMap) {
			return values
		}
	}
	return nil
}

func (r *recogniser) chart(n *node) {
	r.kinds[KindValues] = true
	dashboards := n.get("grafana", "sidecar", "dashboards")
	read := ChartValues{
		UseExistingSecret: n.get("alertmanager", "alertmanagerSpec", "useExistingSecret").isTrue(),
		FullnameOverride:  n.get("fullnameOverride").scalar(),
		Sidecar: Sidecar{
			Disabled: isFalse(dashboards.get("enabled")) || isFalse(n.get("grafana", "enabled")), Label: dashboards.get("label").scalar(),
			LabelValue: dashboards.get("labelValue").scalar(), FolderAnnotation: dashboards.get("folderAnnotation").scalar(),
		},
		KeepsCAdvisor: n.get("kubelet", "serviceMonitor", "cAdvisorMetricRelabelings") != nil,
		File:          n.source.file, Pos: n.pos(),
	}
	if spec := n.get("prometheus", "prometheusSpec"); spec.is(kindMap) {
		server := readPrometheus(spec)
		read.Prometheus = &server
		usesRelease := func(selector, switched string) bool {
			return len(spec.get(selector).entries()) == 0 && !isFalse(spec.get(switched))
		}
		read.RulesOfRelease = usesRelease("ruleSelector", "ruleSelectorNilUsesHelmValues")
		read.ServiceMonitorsOfRelease = usesRelease("serviceMonitorSelector", "serviceMonitorSelectorNilUsesHelmValues")
		read.PodMonitorsOfRelease = usesRelease("podMonitorSelector", "podMonitorSelectorNilUsesHelmValues")
	}
	if spec := n.get("alertmanager", "alertmanagerSpec"); spec.is(kindMap) {
		server := readServer(spec)
		read.Server = &server
	}
	if config := n.get("alertmanager", "config"); config.is(kindMap) && isAlertmanager(config) {
		alertmanager := r.alertmanagerIn(config)
		alertmanager.IsTemplate = n.get("alertmanager", "tplConfig").isTrue()
		r.set.Alertmanagers = append(r.set.Alertmanagers, alertmanager)
	}
	r.set.Values = append(r.set.Values, read)
}

// entries are the fields of a mapping; none of anything else.
func (n *node) entries() []field {
	if n == nil {
		return nil
	}
	return n.fields
}

// isFalse reports whether a scalar says false.
func isFalse(n *node) bool {
	switch n.scalar().Value {
	case "false", "False", "FALSE":
		return true
	}
	return false
}

// Kustomization is a kustomization.yaml.
type Kustomization struct {
	Resources []Text // files, folders and addresses
	// Changes says that resources get other labels, names, namespaces or contents than their files have.
	Changes bool
	// Others are the files that it reads for other purposes, such as patches and generators.
	Others []Text
	File   string
	Pos    diag.Pos
}

// changing are the fields by which a kustomization changes resources.
var changing = []string{"commonLabels", "labels", "namespace", "namePrefix", "nameSuffix", "patches", "patchesStrategicMerge",
	"patchesJson6902", "components", "transformers", "replacements", "vars"}

func (r *recogniser) kustomization(n *node) {
	r.kinds[KindKustomized] = true
	read := Kustomization{File: n.source.file, Pos: n.pos()}
	read.Resources = append(r.texts(n, "resources"), r.texts(n, "bases")...)
	for _, name := range changing {
		read.Changes = read.Changes || n.get(name) != nil
	}
	for _, f := range n.fields {
		if f.name.Value != "resources" && f.name.Value != "bases" {
			read.Others = append(read.Others, f.value.scalars()...)
		}
	}
	r.set.Kustomized = append(r.set.Kustomized, read)
}

// scalars are all scalars in a value.
func (n *node) scalars() []Text {
	if n.is(kindScalar) {
		return []Text{n.text}
	}
	var all []Text
	for _, item := range n.list() {
		all = append(all, item.scalars()...)
	}
	for _, f := range n.entries() {
		all = append(all, f.value.scalars()...)
	}
	return all
}
