package kubernetes

// The parts of Kubernetes' resources that run an exporter, as far as they are generated
// (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/).

type deploymentSpec struct {
	Replicas int           `yaml:"replicas"`
	Strategy strategy      `yaml:"strategy"`
	Selector labelSelector `yaml:"selector"`
	Template podTemplate   `yaml:"template"`
}

type strategy struct {
	Type string `yaml:"type"`
}

type podTemplate struct {
	Metadata podMetadata `yaml:"metadata"`
	Spec     podSpec     `yaml:"spec"`
}

type podMetadata struct {
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

type podSpec struct {
	ServiceAccountName string      `yaml:"serviceAccountName"`
	SecurityContext    podSecurity `yaml:"securityContext"`
	Containers         []container `yaml:"containers"`
	Volumes            []volume    `yaml:"volumes"`
}

type podSecurity struct {
	RunAsNonRoot   bool    `yaml:"runAsNonRoot"`
	RunAsUser      int     `yaml:"runAsUser"`
	RunAsGroup     int     `yaml:"runAsGroup"`
	FSGroup        int     `yaml:"fsGroup"`
	SeccompProfile seccomp `yaml:"seccompProfile"`
}

type seccomp struct {
	Type string `yaml:"type"`
}

type container struct {
	Name            string             `yaml:"name"`
	Image           string             `yaml:"image"`
	Args            []string           `yaml:"args"`
	Ports           []containerPort    `yaml:"ports"`
	LivenessProbe   *probe             `yaml:"livenessProbe"`
	ReadinessProbe  *probe             `yaml:"readinessProbe"`
	Resources       containerResources `yaml:"resources"`
	SecurityContext containerSecurity  `yaml:"securityContext"`
	VolumeMounts    []mount            `yaml:"volumeMounts"`
}

type containerPort struct {
	Name          string `yaml:"name"`
	ContainerPort int    `yaml:"containerPort"`
}

type probe struct {
	HTTPGet httpGet `yaml:"httpGet"`
}

type httpGet struct {
	Path string `yaml:"path"`
	Port string `yaml:"port"`
}

type containerResources struct {
	Requests map[string]string `yaml:"requests"`
	Limits   map[string]string `yaml:"limits"`
}

type containerSecurity struct {
	AllowPrivilegeEscalation bool         `yaml:"allowPrivilegeEscalation"`
	ReadOnlyRootFilesystem   bool         `yaml:"readOnlyRootFilesystem"`
	Capabilities             capabilities `yaml:"capabilities"`
}

type capabilities struct {
	Drop []string `yaml:"drop"`
}

type mount struct {
	Name      string `yaml:"name"`
	MountPath string `yaml:"mountPath"`
	ReadOnly  bool   `yaml:"readOnly,omitempty"`
}

// volume has one source.
type volume struct {
	Name      string           `yaml:"name"`
	ConfigMap *configMapSource `yaml:"configMap,omitempty"`
	EmptyDir  *struct{}        `yaml:"emptyDir,omitempty"`
	Claim     *claimSource     `yaml:"persistentVolumeClaim,omitempty"`
}

type configMapSource struct {
	Name string `yaml:"name"`
}

type claimSource struct {
	ClaimName string `yaml:"claimName"`
}

type serviceSpec struct {
	Selector map[string]string `yaml:"selector"`
	Ports    []servicePort     `yaml:"ports"`
}

type servicePort struct {
	Name       string `yaml:"name"`
	Port       int    `yaml:"port"`
	TargetPort string `yaml:"targetPort"`
}
