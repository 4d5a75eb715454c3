package kubernetes

import (
	"bytes"
	"fmt"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

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
	if settings.RetentionSize != "" {
		spec.RetentionSize = settings.RetentionSize + "B" // the operator's ByteSize
	}
	spec.PodAntiAffinity = antiAffinity(settings.Replicas, settings.AntiAffinity)
	spec.StorageSpec = claimed(settings.Volume)
	spec.RemoteWrite = remoteWrites(settings.RemoteWrite)
	out := &prometheusValues{PrometheusSpec: spec}
	if store := settings.Thanos; store != nil {
		out.PrometheusSpec.Thanos = sidecar(*store)
		out.ThanosService = &enabled{true} // queriers find the sidecars by it
	}
	return out
}

func alertmanagerBlock(p *ir.Program, config []byte) *alertmanagerValues {
	settings := p.Platform.Alertmanager
	spec := alertmanagerSpec{
		Replicas: settings.Replicas, PodAntiAffinity: antiAffinity(settings.Replicas, settings.AntiAffinity), Storage: claimed(settings.Volume),
	}
	for _, secret := range alertmanager.Secrets(p) {
		spec.Secrets = append(spec.Secrets, secret.Name)
	}
	spec.UseExistingSecret = config != nil && settings.Deliver == DeliverSecret
	return &alertmanagerValues{AlertmanagerSpec: spec}
}

// appendConfig appends Alertmanager's configuration to the alertmanager block, where the platform takes it from the values.
// The text is the emitted one, moved to the right. Its templates need no escapes: the chart runs Helm's over them only
// with tplConfig.
func appendConfig(b []byte, p *ir.Program, config []byte) []byte {
	if config == nil || p.Platform.Alertmanager.Deliver != DeliverValues {
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
	secureGrafana(p.Platform.Grafana, out)
	return out
}
