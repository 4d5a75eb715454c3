package kubernetes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"go.yaml.in/yaml/v3"
	core "k8s.io/api/core/v1"
	sigs "sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/internal/ir"
)

// passed are the values that the chart's templates copy into the operator's Prometheus and Alertmanager as they are. The chart adds
// an object store, and rewrites selectors and affinity, by itself.
var passed = map[string][]string{
	"prometheus":   {"retention", "retentionSize", "replicas", "evaluationInterval", "storageSpec", "remoteWrite"},
	"alertmanager": {"replicas", "secrets", "storage"},
}

// TestTheOperatorReadsWhatTheChartPassesOn decodes the values into the operator's own types, refusing what those do not know.
func TestTheOperatorReadsWhatTheChartPassesOn(t *testing.T) {
	p := program()
	p.Platform.Prometheus.RetentionSize = "80Gi"
	p.Platform.Prometheus.Volume = ir.Volume{Size: "100Gi", Class: "ssd"}
	key := ir.Secret{Name: "mimir", Key: "token"}
	p.Platform.Prometheus.RemoteWrite = &ir.RemoteWrite{URL: "https://mimir.example.com/push", Token: &key, Tenant: "shops"}
	p.Platform.Alertmanager.Volume = ir.Volume{Size: "1Gi"}
	var values struct {
		Prometheus   map[string]map[string]any `yaml:"prometheus"`
		Alertmanager map[string]map[string]any `yaml:"alertmanager"`
	}
	if err := yaml.Unmarshal([]byte(pack(t, p)[kubernetes.ValuesPath]), &values); err != nil {
		t.Fatal(err)
	}
	var prometheus monitoring.PrometheusSpec
	decodePassed(t, values.Prometheus["prometheusSpec"], passed["prometheus"], map[string]string{"storageSpec": "storage"}, &prometheus)
	if prometheus.Storage.VolumeClaimTemplate.Spec.Resources.Requests.Storage().String() != "100Gi" || *prometheus.Storage.VolumeClaimTemplate.Spec.StorageClassName != "ssd" {
		t.Errorf("volume: %+v", prometheus.Storage)
	}
	want := &monitoring.SafeAuthorization{Credentials: &core.SecretKeySelector{LocalObjectReference: core.LocalObjectReference{Name: "mimir"}, Key: "token"}}
	if diff := cmp.Diff(want, &prometheus.RemoteWrite[0].Authorization.SafeAuthorization); diff != "" {
		t.Errorf("remote write (-want +got):\n%s", diff)
	}
	if tenant := prometheus.RemoteWrite[0].Headers["X-Scope-OrgID"]; tenant != "shops" {
		t.Errorf("the samples are for tenant %q", tenant)
	}
	if prometheus.RetentionSize != "80GiB" || *prometheus.Replicas != 3 {
		t.Errorf("%s %d", prometheus.RetentionSize, *prometheus.Replicas)
	}
	var alertmanager monitoring.AlertmanagerSpec
	decodePassed(t, values.Alertmanager["alertmanagerSpec"], passed["alertmanager"], nil, &alertmanager)
	if alertmanager.Storage.VolumeClaimTemplate.Spec.Resources.Requests.Storage().String() != "1Gi" {
		t.Errorf("volume: %+v", alertmanager.Storage)
	}
}

// decodePassed decodes some values strictly, under the names that the chart gives them.
func decodePassed(t *testing.T, values map[string]any, names []string, renamed map[string]string, into any) {
	t.Helper()
	kept := map[string]any{}
	for _, name := range names {
		if values[name] == nil {
			t.Errorf("there is no %s in %v", name, values)
		}
		as := name
		if renamed[name] != "" {
			as = renamed[name]
		}
		kept[as] = values[name]
	}
	text, err := yaml.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := sigs.UnmarshalStrict(text, into); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}
