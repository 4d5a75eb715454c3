// Package ir is the Program: what a spec means, with every reference resolved, every quantity in its signal's unit and
// every query parsed. Lowering makes it from a Spec; checks and generators read nothing else.
package ir

import (
	"slices"
	"time"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/unit"
)

// Program is everything that one package of a spec means. Slices stand in output order.
type Program struct {
	// Service is nil for a package that describes a platform alone.
	Service *Service
	// Platform is never nil: where the spec has none, it holds the defaults.
	Platform *Platform
	// OwnsPlatform says whether this package generates the cluster-wide files.
	OwnsPlatform bool
	// Environment is the name this compilation is for, or empty.
	Environment string

	Metrics    []*Metric // declared metrics, and those of catalogs that a signal uses, by name
	Signals    []*Signal // by name
	Groups     []*Group  // rule groups; a rule stands after the rules it reads
	Alerts     []*Alert  // by severity, then name; threshold alerts and SLO alerts
	SLOs       []*SLO
	Dashboards []*Dashboard
	// SLODashboardName and SLODashboardUID are the file name, without extension, and the address of the generated dashboard of
	// all SLOs; empty where there are no SLOs.
	SLODashboardName, SLODashboardUID string

	// Notifications is the service's part of Alertmanager's configuration; nil where the spec has no routing.
	Notifications *Notifications
	// Fleet holds the notifications of every service whose alerts this platform's Alertmanager routes, by service name.
	// It is set only where OwnsPlatform is.
	Fleet []*Notifications

	Instrument *Instrument

	// Locate finds the user's own position of a path of the spec, such as alerts.HighErrorRate.above.
	Locate func(path string) diag.Pos
}

// Name is the service's name, or the platform's where there is no service.
func (p *Program) Name() string {
	if p.Service != nil {
		return p.Service.Name
	}
	return p.Platform.Name
}

// Service is who is monitored and how it is scraped.
type Service struct {
	Name        string
	Title       string
	Description string
	Namespace   string
	Team        string
	Client      string // python or go
	Replicas    int
	Pods        string // regular expression of pod names, or empty
	Runbooks    string // base address without a trailing slash, or empty
	Scrape      Scrape
}

// Scrape is how Prometheus finds the service.
type Scrape struct {
	KubernetesService string            // name of the Kubernetes Service
	Labels            map[string]string // its labels
	JobLabel          string            // the label whose value becomes job, or empty: then job is the Kubernetes Service's name
	Job               string            // value of the job label
	Port              string
	PortNumber        int
	Targets           []string // host:port of each replica, for a Prometheus without the operator; nil for the Kubernetes Service's name
	Path              string
	Scheme            string
	Interval          time.Duration
	Timeout           time.Duration
}

// Platform is what the cluster has once.
type Platform struct {
	// Declared says that the spec describes the platform; else all of this is defaults.
	Declared         bool
	Name             string
	Namespace        string
	Release          string
	FullnameOverride string
	Prometheus       Prometheus
	Alertmanager     Alertmanager
	Grafana          Grafana
	Versions         Versions
}

// Prometheus are the settings of the cluster's Prometheus.
type Prometheus struct {
	Retention          time.Duration
	RetentionSize      string // Kubernetes quantity, or empty
	Volume             Volume
	Replicas           int
	AntiAffinity       string       // soft or hard
	RemoteWrite        *RemoteWrite // nil where samples have no second store
	Thanos             *ObjectStore // nil where blocks are copied nowhere
	EvaluationInterval time.Duration
	Ruler              Ruler
}

// RulerTarget names what evaluates the rules.
type RulerTarget string

// The targets.
const (
	TargetPrometheus RulerTarget = "prometheus"
	TargetMimir      RulerTarget = "mimir"
	TargetThanos     RulerTarget = "thanos"
	TargetVMAlert    RulerTarget = "vmalert"
)

// Ruler is what evaluates the rules, and within which limits.
type Ruler struct {
	Target          RulerTarget
	RulesPerGroup   int           // 0 for any number
	Groups          int           // of all services of the platform; 0 for any number
	Delay           time.Duration // how old the samples are that rules are evaluated on
	Tenant          string        // of Mimir, or empty
	PartialResponse string        // of Thanos: abort or warn; empty for others
}

// IsPrometheus reports whether Prometheus evaluates the rules itself, as it does where nothing else is said.
func (r Ruler) IsPrometheus() bool { return r.Target == "" || r.Target == TargetPrometheus }

// Alertmanager are the settings of the cluster's Alertmanager.
type Alertmanager struct {
	Replicas       int
	AntiAffinity   string // soft or hard
	Volume         Volume
	ResolveTimeout time.Duration
	Receiver       string // receiver of the root route; empty for the null receiver
	Heartbeat      string // receiver of Watchdog, or empty
	PagerDutyURL   string
	Deliver        string // secret or values
}

// Grafana is how people reach Grafana, and how Grafana reaches Prometheus.
type Grafana struct {
	URL           string // without a trailing slash
	Folder        string
	PrometheusURL string // or empty: the Service that the chart makes
	Volume        Volume
	Admin         *GrafanaAdmin      // nil where the chart makes one
	Ingress       *Ingress           // nil where nobody outside of the cluster reaches it
	Permissions   *FolderPermissions // nil where they are Grafana's own
}

// Version is a lower bound, major and minor.
type Version struct{ Major, Minor int }

// AtLeast reports whether v is major.minor or newer.
func (v Version) AtLeast(major, minor int) bool {
	return v.Major > major || v.Major == major && v.Minor >= minor
}

// Versions are the oldest versions that the output must load in.
type Versions struct{ Prometheus, Alertmanager, Grafana Version }

// MetricType is the type of a metric.
type MetricType string

// The metric types.
const (
	Counter   MetricType = "counter"
	Gauge     MetricType = "gauge"
	Histogram MetricType = "histogram"
	Info      MetricType = "info"
)

// Metric is one metric, declared by the spec or taken from a catalog.
type Metric struct {
	Name     string
	Path     string // path in the spec, or empty for a catalog's
	Catalog  string // name of the catalog, or empty for the service's own
	Type     MetricType
	Unit     unit.Unit
	Help     string
	Labels   []Label // by name
	Buckets  []float64
	Classic  bool   // a histogram that is exposed with classic buckets
	Native   bool   // a histogram that is exposed as native histogram
	Replicas string // add, same or mean: how a gauge's series combine
	Resets   bool   // a gauge that starts again each month
	// Exporter is what exposes a metric of the spec that the service does not expose itself, or nil.
	Exporter *Exporter
	// Exclude are combinations of label values that the metric never has.
	Exclude []Combination
	// Lazy is set for a counter or histogram whose series are made when they are first used, though they could be before.
	Lazy bool
	// Derived is set for a metric of the service that the instrumentation code adds by itself.
	Derived bool
	// Timestamp is set for a catalog's gauge whose value is a time in seconds since 1970.
	Timestamp bool
	// Boolean says that every series of the gauge is 1 where something holds, else 0: its unit is bool, or its catalog says so.
	Boolean bool

	// What only a catalog's metric has; see catalog.Entry.
	Select     string     // matchers that every use needs
	Scope      []string   // labels that name the monitored workload: job, namespace, pod
	UnitWhen   []UnitCase // the unit depends on a label
	MoreLabels string     // prefix of labels that nobody knows beforehand, or * where any may be there
	Dropped    string     // what to know where kube-prometheus-stack drops it, or empty
}

// UnitCase is the unit of a metric's series whose Label has the Value.
type UnitCase struct {
	Label, Value string
	Unit         unit.Unit
}

// Own reports whether the spec declares the metric: it is the service's own, or about it.
func (m *Metric) Own() bool { return m.Catalog == "" }

// Instrumented reports whether the service's own code exposes the metric.
func (m *Metric) Instrumented() bool { return m.Own() && m.Exporter == nil }

// TargetLabels are the labels that the Prometheus Operator gives every series of a ServiceMonitor's targets. The generated
// prometheus.yaml sets the same ones.
var TargetLabels = []string{"container", "endpoint", "instance", "job", "namespace", "pod", "service"}

// Stored is the name that a label has on the metric's stored series: a label of the application that has the name of a
// target label is stored as exported_… (Prometheus configuration, honor_labels: false).
func (m *Metric) Stored(label string) string {
	if m.Own() && m.Label(label) != nil && slices.Contains(TargetLabels, label) {
		return "exported_" + label
	}
	return label
}

// Label returns the label of that name, or nil.
func (m *Metric) Label(name string) *Label {
	for i := range m.Labels {
		if m.Labels[i].Name == name {
			return &m.Labels[i]
		}
	}
	return nil
}

// Label is one label of a metric: a closed set of values, or at most Max unknown ones.
type Label struct {
	Name    string
	Values  []string // nil where the set is open
	Max     int      // limit of an open set; 0 where the catalog knows none
	Pattern string   // regular expression of an open set's values, or empty
}

// Possible is a regular expression that every stored value of an open set matches, or empty: its own, or Other, under which
// instrumentation counts what the label has no room for.
func (l *Label) Possible() string {
	if l.Pattern == "" {
		return ""
	}
	return l.Pattern + "|" + Other
}

// Instrument is the instrumentation code to generate.
type Instrument struct {
	GoPackage    string // name of the Go package, or empty
	PythonModule string // dotted name of the Python module, or empty
	HTTP         *HTTP  // nil where no middleware is asked for
	// Overflow counts, by metric and label, what was recorded under Other because a label had no room for its value. It is nil
	// where no label has a limit. It is among the Program's metrics too.
	Overflow *Metric
}
