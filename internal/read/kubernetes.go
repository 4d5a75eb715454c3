package read

import "github.com/belfry-dev/belfry/internal/diag"

// Resource is what all Kubernetes resources have.
type Resource struct {
	APIVersion, Kind, Name, Namespace Text
	Labels, Annotations               []Pair
	Pos                               diag.Pos
}

func readResource(n *node) *Resource {
	metadata := n.get("metadata")
	return &Resource{
		APIVersion: n.get("apiVersion").scalar(), Kind: n.get("kind").scalar(), Name: metadata.get("name").scalar(),
		Namespace: metadata.get("namespace").scalar(), Labels: metadata.get("labels").pairs(),
		Annotations: metadata.get("annotations").pairs(), Pos: n.pos(),
	}
}

// Selector is a Kubernetes label selector. One without any requirement matches everything; where a resource has no selector
// the pointer to it is nil, which means nothing is selected.
type Selector struct {
	MatchLabels      []Pair
	MatchExpressions []Requirement
	Pos              diag.Pos
}

// Requirement is one of a selector's expressions.
type Requirement struct {
	Key, Operator Text // In, NotIn, Exists or DoesNotExist
	Values        []Text
}

func readSelector(n *node) *Selector {
	if !n.is(kindMap) {
		return nil
	}
	s := &Selector{MatchLabels: n.get("matchLabels").pairs(), Pos: n.pos()}
	for _, e := range n.get("matchExpressions").list() {
		s.MatchExpressions = append(s.MatchExpressions,
			Requirement{Key: e.get("key").scalar(), Operator: e.get("operator").scalar(), Values: e.get("values").texts()})
	}
	return s
}

// Monitor is a ServiceMonitor or a PodMonitor.
type Monitor struct {
	Resource
	Selector        *Selector
	AnyNamespace    bool   // the selector counts in all namespaces
	Namespaces      []Text // in these; none means the monitor's own
	JobLabel        Text
	TargetLabels    []Text // of the Service
	PodTargetLabels []Text
	Endpoints       []Endpoint
}

// Endpoint is one address that a monitor scrapes on every target.
type Endpoint struct {
	Port, TargetPort               Text
	Path, Scheme                   Text
	Interval, ScrapeTimeout        Text
	HonorLabels                    bool
	Relabelings, MetricRelabelings Value
	Pos                            diag.Pos
}

func (r *recogniser) monitor(n *node) {
	r.kinds[KindMonitor] = true
	spec := n.get("spec")
	read := Monitor{
		Resource: *r.resource, Selector: readSelector(spec.get("selector")),
		AnyNamespace: spec.get("namespaceSelector", "any").isTrue(), Namespaces: spec.get("namespaceSelector", "matchNames").texts(),
		JobLabel: spec.get("jobLabel").scalar(), TargetLabels: spec.get("targetLabels").texts(),
		PodTargetLabels: spec.get("podTargetLabels").texts(),
	}
	for _, name := range []string{"endpoints", "podMetricsEndpoints"} {
		for _, e := range r.maps(spec, name) {
			read.Endpoints = append(read.Endpoints, Endpoint{
				Port: e.get("port").scalar(), TargetPort: e.get("targetPort").scalar(), Path: e.get("path").scalar(),
				Scheme: e.get("scheme").scalar(), Interval: e.get("interval").scalar(), ScrapeTimeout: e.get("scrapeTimeout").scalar(),
				HonorLabels: e.get("honorLabels").isTrue(), Relabelings: Value{e.get("relabelings")},
				MetricRelabelings: Value{e.get("metricRelabelings")}, Pos: e.pos(),
			})
		}
	}
	r.set.Monitors = append(r.set.Monitors, read)
}

// Service is a Kubernetes Service, as far as monitors select it.
type Service struct {
	Resource
	Selector []Pair // of pods
	Ports    []Port
}

// Port is a port of a Service.
type Port struct {
	Name, Port, TargetPort Text
	Pos                    diag.Pos
}

func (r *recogniser) service(n *node) {
	r.kinds[KindService] = true
	read := Service{Resource: *r.resource, Selector: n.get("spec", "selector").pairs()}
	for _, p := range r.maps(n.get("spec"), "ports") {
		read.Ports = append(read.Ports, Port{p.get("name").scalar(), p.get("port").scalar(), p.get("targetPort").scalar(), p.pos()})
	}
	r.set.Services = append(r.set.Services, read)
}

// Prometheus is the operator's resource for a server: which rules and monitors it loads.
type Prometheus struct {
	Resource
	RuleSelector, RuleNamespaceSelector                     *Selector
	ServiceMonitorSelector, ServiceMonitorNamespaceSelector *Selector
	PodMonitorSelector, PodMonitorNamespaceSelector         *Selector
	ScrapeInterval, EvaluationInterval, Retention, Version  Text
	ExternalLabels                                          []Pair
	// Elsewhere says that samples are also kept elsewhere: Thanos, or a remote storage.
	Elsewhere bool
	// EnforcedNamespaceLabel is a label that every alert gets, with the namespace of its rule.
	EnforcedNamespaceLabel Text
	// ScrapesMore says that it has scrape configurations besides the monitors.
	ScrapesMore bool
	// RelabelsAlerts says that labels of alerts change on their way to Alertmanager.
	RelabelsAlerts bool
}

func (r *recogniser) prometheus(n *node) {
	r.kinds[KindPrometheus] = true
	read := readPrometheus(n.get("spec"))
	read.Resource = *r.resource
	r.set.Prometheuses = append(r.set.Prometheuses, read)
}

// readPrometheus reads the specification of a server, of the resource or of the chart's values, which have the same fields.
func readPrometheus(spec *node) Prometheus {
	return Prometheus{
		RuleSelector:                    readSelector(spec.get("ruleSelector")),
		RuleNamespaceSelector:           readSelector(spec.get("ruleNamespaceSelector")),
		ServiceMonitorSelector:          readSelector(spec.get("serviceMonitorSelector")),
		ServiceMonitorNamespaceSelector: readSelector(spec.get("serviceMonitorNamespaceSelector")),
		PodMonitorSelector:              readSelector(spec.get("podMonitorSelector")),
		PodMonitorNamespaceSelector:     readSelector(spec.get("podMonitorNamespaceSelector")),
		ScrapeInterval:                  spec.get("scrapeInterval").scalar(),
		EvaluationInterval:              spec.get("evaluationInterval").scalar(),
		Retention:                       spec.get("retention").scalar(),
		Version:                         spec.get("version").scalar(),
		ExternalLabels:                  spec.get("externalLabels").pairs(),
		Elsewhere: spec.get("thanos").is(kindMap) || len(spec.get("remoteRead").list()) > 0 ||
			len(spec.get("remoteWrite").list()) > 0,
		EnforcedNamespaceLabel: spec.get("enforcedNamespaceLabel").scalar(),
		ScrapesMore: spec.get("additionalScrapeConfigs").is(kindMap) || len(spec.get("additionalScrapeConfigs").list()) > 0 ||
			spec.get("additionalScrapeConfigsSecret", "enabled").isTrue(),
		RelabelsAlerts: spec.get("additionalAlertRelabelConfigs") != nil,
	}
}
