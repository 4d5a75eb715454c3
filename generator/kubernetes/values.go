package kubernetes

import (
	"bytes"
	"fmt"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// values is the part of kube-prometheus-stack's values that is generated (the chart's values.yaml).
type values struct {
	FullnameOverride string              `yaml:"fullnameOverride,omitempty"`
	Prometheus       *prometheusValues   `yaml:"prometheus,omitempty"`
	Alertmanager     *alertmanagerValues `yaml:"alertmanager,omitempty"`
	Grafana          *grafanaValues      `yaml:"grafana,omitempty"`
}

type prometheusValues struct {
	PrometheusSpec prometheusSpec `yaml:"prometheusSpec"`
}

type prometheusSpec struct {
	Retention                       string         `yaml:"retention"`
	Replicas                        int            `yaml:"replicas"`
	EvaluationInterval              string         `yaml:"evaluationInterval"`
	StorageSpec                     *storageSpec   `yaml:"storageSpec,omitempty"`
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
	AccessModes []string       `yaml:"accessModes,flow"`
	Resources   claimResources `yaml:"resources"`
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
	Replicas          int      `yaml:"replicas"`
	Secrets           []string `yaml:"secrets,omitempty"`
	UseExistingSecret bool     `yaml:"useExistingSecret"`
}

type grafanaValues struct {
	Sidecar grafanaSidecar `yaml:"sidecar"`
	INI     *grafanaINI    `yaml:"grafana.ini,omitempty"`
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

type grafanaINI struct {
	Server grafanaServer `yaml:"server"`
}

type grafanaServer struct {
	RootURL string `yaml:"root_url"`
}

// localGrafana is the address that Grafana takes for its own when nothing is set.
const localGrafana = "http://localhost:3000"

const valuesNote = `# Values of the Helm chart kube-prometheus-stack, for release %s in namespace %s:
#   helm upgrade --install %[1]s kube-prometheus-stack --repo https://prometheus-community.github.io/helm-charts \
#     --namespace %[2]s --create-namespace --values values.yaml
`

// chartValues writes the values in blocks, each with what it is for. It returns nothing for a package without the platform.
func chartValues(p *ir.Program, config []byte) ([]byte, error) {
	if !p.OwnsPlatform {
		return nil, nil
	}
	blocks := []struct {
		comment string
		value   values
	}{
		{"The names of everything that the chart installs begin with this.", values{FullnameOverride: p.Platform.FullnameOverride}},
		{"Prometheus takes rules and monitors that carry the release's label, from every namespace.", values{Prometheus: prometheusBlock(p)}},
		{"Alertmanager mounts the Secrets that its receivers read their keys from.", values{Alertmanager: alertmanagerBlock(p, config)}},
		{"Grafana's sidecar loads the dashboards of every namespace, each into the folder that its ConfigMap names.", values{Grafana: grafanaBlock(p)}},
	}
	b := fmt.Appendf([]byte(header), valuesNote, p.Platform.Release, p.Platform.Namespace)
	for _, block := range blocks {
		text, err := marshal(block.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ValuesPath, err)
		}
		if string(text) == "{}\n" {
			continue
		}
		b = append(b, "\n# "+block.comment+"\n"...)
		b = append(b, text...)
		if block.value.Alertmanager != nil {
			b = appendConfig(b, p, config)
		}
	}
	return b, nil
}

func prometheusBlock(p *ir.Program) *prometheusValues {
	settings := p.Platform.Prometheus
	release := labelSelector{map[string]string{"release": p.Platform.Release}}
	spec := prometheusSpec{
		Retention: model.Duration(settings.Retention).String(), Replicas: settings.Replicas,
		EvaluationInterval: model.Duration(settings.EvaluationInterval).String(),
		RuleSelector:       release, RuleNamespaceSelector: map[string]any{},
		ServiceMonitorSelector: release, ServiceMonitorNamespaceSelector: map[string]any{},
	}
	if settings.Storage != "" {
		spec.StorageSpec = &storageSpec{claimTemplate{claimSpec{[]string{"ReadWriteOnce"}, claimResources{claimRequests{settings.Storage}}}}}
	}
	return &prometheusValues{spec}
}

func alertmanagerBlock(p *ir.Program, config []byte) *alertmanagerValues {
	spec := alertmanagerSpec{Replicas: p.Platform.Alertmanager.Replicas}
	for _, secret := range alertmanager.Secrets(p) {
		spec.Secrets = append(spec.Secrets, secret.Name)
	}
	spec.UseExistingSecret = config != nil && p.Platform.Alertmanager.Deliver == deliverSecret
	return &alertmanagerValues{AlertmanagerSpec: spec}
}

// appendConfig appends Alertmanager's configuration to the alertmanager block, where the platform takes it from the values.
// The text is the emitted one, moved to the right. Its templates need no escapes: the chart runs Helm's over them only
// with tplConfig.
func appendConfig(b []byte, p *ir.Program, config []byte) []byte {
	if config == nil || p.Platform.Alertmanager.Deliver != deliverValues {
		return b
	}
	b = append(b, "  tplConfig: false\n  config:\n"...)
	for line := range bytes.Lines(config) {
		if len(line) > len("\n") {
			b = yamltext.AppendIndent(b, 4)
		}
		b = append(b, line...)
	}
	return b
}

func grafanaBlock(p *ir.Program) *grafanaValues {
	out := &grafanaValues{Sidecar: grafanaSidecar{sidecarDashboards{
		Enabled: true, Label: dashboardLabel, LabelValue: "1", SearchNamespace: "ALL",
		FolderAnnotation: folderAnnotation, Provider: sidecarProvider{FoldersFromFilesStructure: true},
	}}}
	if url := p.Platform.Grafana.URL; url != "" && url != localGrafana {
		out.INI = &grafanaINI{grafanaServer{url}}
	}
	return out
}
