package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
)

// Where things are in an exporter's container.
const (
	exporterConfig = "config.json"
	exporterEtc    = "/etc/belfry"
	exporterState  = "/var/lib/belfry"
	// nobody is the user of distroless images: the exporter needs no rights on the machine.
	nobody = 65532
)

// appLabel tells an exporter's pods and Service from everything else. The Service has no label of the service's own, so that
// the service's monitor cannot select it as well.
const appLabel = "app.kubernetes.io/name"

// exporterResources writes, for each metric that an exporter exposes, what runs and scrapes it. One replica runs, and the old
// one ends before the new one starts: two would both ask, and pay.
func exporterResources(p *ir.Program, emitted []artifact.Artifact) ([]byte, error) {
	if p.Service == nil || len(p.Exported()) == 0 {
		return nil, nil
	}
	b := []byte(header)
	for _, m := range p.Exported() {
		e := m.Exporter
		config, err := configOf(e, emitted)
		if err != nil {
			return nil, err
		}
		text, err := exporter(p, e, config)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ExportersPath, err)
		}
		b = append(b, text...)
	}
	return b, nil
}

// resource is one of an exporter's: body is what follows the metadata.
type resource struct {
	apiVersion, kind    string
	labels, annotations map[string]string
	body                any
}

// exporter writes the resources of one exporter.
func exporter(p *ir.Program, e *ir.Exporter, config []byte) ([]byte, error) {
	app := map[string]string{appLabel: e.Resource, "app.kubernetes.io/managed-by": "belfry"}
	own := labels(p, app)
	monitored := labels(p, map[string]string{appLabel: e.Resource, "release": p.Platform.Release})
	resources := []resource{
		{"v1", "ServiceAccount", own, roleAnnotation(e), map[string]bool{"automountServiceAccountToken": false}},
		{"v1", "ConfigMap", own, nil, map[string]map[string]string{"data": {exporterConfig: string(config)}}},
		{"apps/v1", "Deployment", own, nil, map[string]deploymentSpec{"spec": deployment(e, own, config)}},
		{"v1", "Service", app, nil, map[string]serviceSpec{"spec": {
			Selector: map[string]string{appLabel: e.Resource},
			Ports:    []servicePort{{Name: ir.ExporterPortName, Port: ir.ExporterPort, TargetPort: ir.ExporterPortName}},
		}}},
		{"monitoring.coreos.com/v1", "ServiceMonitor", monitored, nil, map[string]monitorSpec{"spec": exporterMonitor(p, e)}},
	}
	if e.Storage != "" {
		resources = append(resources, resource{"v1", "PersistentVolumeClaim", own, nil, map[string]claimSpec{"spec": {
			AccessModes: []string{"ReadWriteOnce"}, Resources: claimResources{claimRequests{e.Storage}},
		}}})
	}
	var b []byte
	for _, r := range resources {
		b = appendHead(b, r.apiVersion, r.kind, e.Resource, p.Service.Namespace, r.labels, r.annotations)
		text, err := marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", r.kind, e.Resource, err)
		}
		b = append(b, text...)
	}
	return b, nil
}

// configOf is the configuration that was emitted for the exporter.
func configOf(e *ir.Exporter, emitted []artifact.Artifact) ([]byte, error) {
	for _, a := range emitted {
		if a.Kind == artifact.Exporter && a.Path == "exporter/"+e.Name+"/"+exporterConfig {
			return a.Data, nil
		}
	}
	return nil, fmt.Errorf("%s: the exporter %s has no configuration", ExportersPath, e.Name)
}

// roleAnnotation binds the service account to an IAM role
// (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html).
func roleAnnotation(e *ir.Exporter) map[string]string {
	if e.Role == "" {
		return nil
	}
	return map[string]string{"eks.amazonaws.com/role-arn": e.Role}
}

func exporterMonitor(p *ir.Program, e *ir.Exporter) monitorSpec {
	scrape := p.Service.Scrape
	return monitorSpec{
		Selector:          labelSelector{map[string]string{appLabel: e.Resource}},
		NamespaceSelector: namespaceSelector{[]string{p.Service.Namespace}},
		Endpoints: []endpoint{{
			Port: ir.ExporterPortName, Path: "/metrics", Scheme: "http",
			Interval: model.Duration(scrape.Interval).String(), ScrapeTimeout: model.Duration(scrape.Timeout).String(),
		}},
	}
}

// deployment runs one pod, under the restricted policy of Pod Security Standards. The hash of the configuration makes a new
// pod where it changes, because the exporter reads it once.
func deployment(e *ir.Exporter, own map[string]string, config []byte) deploymentSpec {
	sum := sha256.Sum256(config)
	health := &probe{HTTPGet: httpGet{Path: "/-/healthy", Port: ir.ExporterPortName}}
	state := volume{Name: "state", EmptyDir: &struct{}{}}
	if e.Storage != "" {
		state = volume{Name: "state", Claim: &claimSource{e.Resource}}
	}
	return deploymentSpec{
		Replicas: 1, Strategy: strategy{"Recreate"}, Selector: labelSelector{map[string]string{appLabel: e.Resource}},
		Template: podTemplate{
			Metadata: podMetadata{Labels: own, Annotations: map[string]string{"belfry.dev/config": hex.EncodeToString(sum[:])}},
			Spec: podSpec{
				ServiceAccountName: e.Resource,
				SecurityContext:    podSecurity{true, nobody, nobody, nobody, seccomp{"RuntimeDefault"}},
				Containers: []container{{
					Name: e.Resource, Image: e.Image,
					Args: []string{"-config=" + exporterEtc + "/" + exporterConfig, "-state=" + exporterState,
						fmt.Sprintf("-listen=:%d", ir.ExporterPort)},
					Ports: []containerPort{{ir.ExporterPortName, ir.ExporterPort}}, LivenessProbe: health, ReadinessProbe: health,
					Resources: containerResources{
						Requests: map[string]string{"cpu": "10m", "memory": "32Mi"}, Limits: map[string]string{"memory": "128Mi"},
					},
					SecurityContext: containerSecurity{ReadOnlyRootFilesystem: true, Capabilities: capabilities{[]string{"ALL"}}},
					VolumeMounts:    []mount{{"config", exporterEtc, true}, {"state", exporterState, false}},
				}},
				Volumes: []volume{{Name: "config", ConfigMap: &configMapSource{e.Resource}}, state},
			},
		},
	}
}
