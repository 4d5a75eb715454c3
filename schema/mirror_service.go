package schema

// Service mirrors #Service: the service that is monitored.
type Service struct {
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Namespace   string `json:"namespace"`
	Team        string `json:"team"`
	Client      string `json:"client"` // python or go
	Replicas    int    `json:"replicas"`
	Pods        string `json:"pods,omitempty"` // regular expression
	Scrape      Scrape `json:"scrape"`
	Runbooks    string `json:"runbooks,omitempty"` // URL
}

// Scrape mirrors #Scrape: how Prometheus finds and scrapes the service.
type Scrape struct {
	Service    string            `json:"service"`
	Labels     map[string]string `json:"labels"`
	JobLabel   string            `json:"jobLabel,omitempty"`
	Port       string            `json:"port"`
	PortNumber int               `json:"portNumber"`
	Targets    []string          `json:"targets,omitempty"` // host:port
	Path       string            `json:"path"`
	Scheme     string            `json:"scheme"` // http or https
	Interval   string            `json:"interval"`
	Timeout    string            `json:"timeout"`
}

// Platform mirrors #Platform: what a cluster has once.
type Platform struct {
	Name             string       `json:"name"`
	Namespace        string       `json:"namespace"`
	Release          string       `json:"release"`
	FullnameOverride string       `json:"fullnameOverride,omitempty"`
	Environments     []string     `json:"environments,omitempty"`
	Prometheus       Prometheus   `json:"prometheus"`
	Alertmanager     Alertmanager `json:"alertmanager"`
	Grafana          Grafana      `json:"grafana"`
	Versions         Versions     `json:"versions"`
}

// Prometheus mirrors #Prometheus: the settings of the cluster's Prometheus.
type Prometheus struct {
	Retention          string       `json:"retention"`
	RetentionSize      string       `json:"retentionSize,omitempty"` // Kubernetes quantity
	Storage            string       `json:"storage,omitempty"`       // Kubernetes quantity
	StorageClass       string       `json:"storageClass,omitempty"`
	Replicas           int          `json:"replicas"`
	AntiAffinity       string       `json:"antiAffinity"` // soft or hard
	RemoteWrite        *RemoteWrite `json:"remoteWrite,omitempty"`
	Thanos             *Thanos      `json:"thanos,omitempty"`
	EvaluationInterval string       `json:"evaluationInterval"`
	Target             string       `json:"target"`
	Ruler              *Ruler       `json:"ruler,omitempty"`
}

// Ruler mirrors #Ruler: the settings and limits of what evaluates the rules.
type Ruler struct {
	RulesPerGroup   int    `json:"rulesPerGroup,omitempty"`
	Groups          int    `json:"groups,omitempty"`
	EvaluationDelay string `json:"evaluationDelay,omitempty"`
	Tenant          string `json:"tenant,omitempty"`
	PartialResponse string `json:"partialResponse,omitempty"`
}

// Alertmanager mirrors #Alertmanager: the settings of the cluster's Alertmanager.
type Alertmanager struct {
	Replicas       int    `json:"replicas"`
	AntiAffinity   string `json:"antiAffinity"`      // soft or hard
	Storage        string `json:"storage,omitempty"` // Kubernetes quantity
	StorageClass   string `json:"storageClass,omitempty"`
	ResolveTimeout string `json:"resolveTimeout"`
	Receiver       string `json:"receiver,omitempty"`
	Heartbeat      string `json:"heartbeat,omitempty"`
	PagerdutyURL   string `json:"pagerdutyURL"`
	Deliver        string `json:"deliver"` // secret or values
}

// Grafana mirrors #Grafana: how people reach Grafana.
type Grafana struct {
	URL           string             `json:"url"`
	Folder        string             `json:"folder"`
	PrometheusURL string             `json:"prometheusURL,omitempty"`
	Admin         *GrafanaAdmin      `json:"admin,omitempty"`
	Ingress       *Ingress           `json:"ingress,omitempty"`
	Storage       string             `json:"storage,omitempty"` // Kubernetes quantity
	StorageClass  string             `json:"storageClass,omitempty"`
	Permissions   *FolderPermissions `json:"permissions,omitempty"`
}

// Versions mirrors #Versions: lower bounds as "major.minor".
type Versions struct {
	Prometheus   string `json:"prometheus"`
	Alertmanager string `json:"alertmanager"`
	Grafana      string `json:"grafana"`
}
