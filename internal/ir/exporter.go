package ir

import "time"

// Exporter is a program that runs beside the service and exposes one metric of the spec, because the service cannot.
type Exporter struct {
	Name     string // in the spec, such as aws-cost: the folder of its configuration
	Resource string // <service>-<name>: its Kubernetes resources and the value of its job label
	Image    string
	Role     string // ARN of the IAM role that its service account assumes, or empty
	Storage  string // Kubernetes quantity of the volume that keeps its state, or empty for one that lives as long as the pod
	Target   string // host:port where there is no operator, or empty for its Kubernetes Service

	// CostExplorer is what it reads. There is no other kind yet.
	CostExplorer CostExplorer
}

// CostExplorer is a question to AWS Cost Explorer.
type CostExplorer struct {
	Metric     string // of Cost Explorer, such as UnblendedCost
	Currency   string // code that the answer must be in, such as USD
	GroupBy    string // dimension, or empty
	Label      string // the metric's label that holds the group; empty where GroupBy is
	MaxGroups  int    // how many values the label may have
	Tags       map[string][]string
	Refresh    time.Duration
	StaleAfter time.Duration // age of the last answer from which on the alert fires
}

// ExporterCatalog is the Metric.Catalog of what exporters expose about themselves: no catalog describes it, the spec's sources bring it.
const ExporterCatalog = "belfry-cost-exporter"

// ExporterPort is the port that exporters serve on, and ExporterPortName its name.
const (
	ExporterPort     = 9090
	ExporterPortName = "metrics"
)

// Exported lists the metrics that an exporter exposes, by name.
func (p *Program) Exported() []*Metric {
	var exported []*Metric
	for _, m := range p.Metrics {
		if m.Exporter != nil {
			exported = append(exported, m)
		}
	}
	return exported
}
