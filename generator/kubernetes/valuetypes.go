package kubernetes

// values is the part of kube-prometheus-stack's values that is generated (the chart's values.yaml).
type values struct {
	FullnameOverride string              `yaml:"fullnameOverride,omitempty"`
	Prometheus       *prometheusValues   `yaml:"prometheus,omitempty"`
	Alertmanager     *alertmanagerValues `yaml:"alertmanager,omitempty"`
	Grafana          *grafanaValues      `yaml:"grafana,omitempty"`
}

type prometheusValues struct {
	PrometheusSpec prometheusSpec `yaml:"prometheusSpec"`
	ThanosService  *enabled       `yaml:"thanosService,omitempty"`
}

type prometheusSpec struct {
	Retention                       string         `yaml:"retention"`
	RetentionSize                   string         `yaml:"retentionSize,omitempty"`
	Replicas                        int            `yaml:"replicas"`
	PodAntiAffinity                 string         `yaml:"podAntiAffinity,omitempty"`
	EvaluationInterval              string         `yaml:"evaluationInterval"`
	StorageSpec                     *storageSpec   `yaml:"storageSpec,omitempty"`
	RemoteWrite                     []remoteWrite  `yaml:"remoteWrite,omitempty"`
	Thanos                          *thanos        `yaml:"thanos,omitempty"`
	RuleSelector                    labelSelector  `yaml:"ruleSelector"`
	RuleNamespaceSelector           map[string]any `yaml:"ruleNamespaceSelector"`
	ServiceMonitorSelector          labelSelector  `yaml:"serviceMonitorSelector"`
	ServiceMonitorNamespaceSelector map[string]any `yaml:"serviceMonitorNamespaceSelector"`
}

type storageSpec struct {
	VolumeClaimTemplate claimTemplate `yaml:"volumeClaimTemplate"`
}

type claimTemplate struct {
	Spec claimSpec `yaml:"spec"`
}

type claimSpec struct {
	StorageClassName string         `yaml:"storageClassName,omitempty"`
	AccessModes      []string       `yaml:"accessModes,flow"`
	Resources        claimResources `yaml:"resources"`
}

type claimResources struct {
	Requests claimRequests `yaml:"requests"`
}

type claimRequests struct {
	Storage string `yaml:"storage"`
}

type alertmanagerValues struct {
	AlertmanagerSpec alertmanagerSpec `yaml:"alertmanagerSpec"`
	// What appendConfig writes stands here so that Verify knows it.
	TplConfig *bool          `yaml:"tplConfig,omitempty"`
	Config    map[string]any `yaml:"config,omitempty"`
}

type alertmanagerSpec struct {
	Replicas          int          `yaml:"replicas"`
	PodAntiAffinity   string       `yaml:"podAntiAffinity,omitempty"`
	Storage           *storageSpec `yaml:"storage,omitempty"`
	Secrets           []string     `yaml:"secrets,omitempty"`
	UseExistingSecret bool         `yaml:"useExistingSecret"`
}

type grafanaValues struct {
	Admin              *grafanaAdmin       `yaml:"admin,omitempty"`
	Ingress            *grafanaIngress     `yaml:"ingress,omitempty"`
	Persistence        *persistence        `yaml:"persistence,omitempty"`
	DeploymentStrategy *deploymentStrategy `yaml:"deploymentStrategy,omitempty"`
	Sidecar            grafanaSidecar      `yaml:"sidecar"`
	INI                *grafanaINI         `yaml:"grafana.ini,omitempty"`
}

type grafanaSidecar struct {
	Dashboards sidecarDashboards `yaml:"dashboards"`
}

type sidecarDashboards struct {
	Enabled          bool            `yaml:"enabled"`
	Label            string          `yaml:"label"`
	LabelValue       string          `yaml:"labelValue"`
	SearchNamespace  string          `yaml:"searchNamespace"`
	FolderAnnotation string          `yaml:"folderAnnotation"`
	Provider         sidecarProvider `yaml:"provider"`
}

type sidecarProvider struct {
	FoldersFromFilesStructure bool `yaml:"foldersFromFilesStructure"`
}

// grafanaINI is Grafana's own configuration, by section.
type grafanaINI struct {
	Server    *grafanaServer   `yaml:"server,omitempty"`
	Security  *grafanaSecurity `yaml:"security,omitempty"`
	Users     *grafanaUsers    `yaml:"users,omitempty"`
	Anonymous *enabled         `yaml:"auth.anonymous,omitempty"`
}

type grafanaSecurity struct {
	CookieSecure bool `yaml:"cookie_secure"`
}

type grafanaUsers struct {
	AllowSignUp       bool   `yaml:"allow_sign_up"`
	AutoAssignOrgRole string `yaml:"auto_assign_org_role"`
}

type grafanaServer struct {
	RootURL string `yaml:"root_url"`
}

type enabled struct {
	Enabled bool `yaml:"enabled"`
}

// remoteWrite is the operator's RemoteWriteSpec.
type remoteWrite struct {
	URL           string               `yaml:"url"`
	Authorization *remoteAuthorization `yaml:"authorization,omitempty"`
	BasicAuth     *remoteBasicAuth     `yaml:"basicAuth,omitempty"`
	Headers       map[string]string    `yaml:"headers,omitempty"`
}

type remoteAuthorization struct {
	Credentials secretKey `yaml:"credentials"` // sent as Bearer
}

type remoteBasicAuth struct {
	Username secretKey `yaml:"username"`
	Password secretKey `yaml:"password"`
}

type secretKey struct {
	Name string `yaml:"name"`
	Key  string `yaml:"key"`
}

// thanos is the chart's form of the operator's ThanosSpec: it makes a Secret of objectStorageConfig.secret.
type thanos struct {
	ObjectStorageConfig objectStorage `yaml:"objectStorageConfig"`
}

type objectStorage struct {
	ExistingSecret *secretKey   `yaml:"existingSecret,omitempty"`
	Secret         *objectStore `yaml:"secret,omitempty"`
}

// objectStore is Thanos' configuration of a store (https://thanos.io/tip/thanos/storage.md/), without keys of access.
type objectStore struct {
	Type   string      `yaml:"type"`
	Config storeConfig `yaml:"config"`
}

type storeConfig struct {
	Bucket   string `yaml:"bucket"`
	Endpoint string `yaml:"endpoint,omitempty"`
	Region   string `yaml:"region,omitempty"`
}

type grafanaAdmin struct {
	ExistingSecret string `yaml:"existingSecret"`
	UserKey        string `yaml:"userKey"`
	PasswordKey    string `yaml:"passwordKey"`
}

type grafanaIngress struct {
	Enabled          bool              `yaml:"enabled"`
	IngressClassName string            `yaml:"ingressClassName,omitempty"`
	Annotations      map[string]string `yaml:"annotations,omitempty"`
	Hosts            []string          `yaml:"hosts,flow"`
	TLS              []ingressTLS      `yaml:"tls"`
}

type ingressTLS struct {
	SecretName string   `yaml:"secretName"`
	Hosts      []string `yaml:"hosts,flow"`
}

type persistence struct {
	Enabled          bool   `yaml:"enabled"`
	StorageClassName string `yaml:"storageClassName,omitempty"`
	Size             string `yaml:"size"`
}

type deploymentStrategy struct {
	Type string `yaml:"type"`
}
