package e2e

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// exporterObjects are the resources of the reference's exporter, by kind.
func exporterObjects(t *testing.T) map[string]object {
	t.Helper()
	byKind := map[string]object{}
	for _, o := range objects(t, "kubernetes/exporters.yaml") {
		if _, twice := byKind[kindOf(o)]; twice {
			t.Fatalf("%s stands there twice", kindOf(o))
		}
		byKind[kindOf(o)] = o
	}
	return byKind
}

// TestTheExporterIsRunAndScraped follows the names from one resource to the next, as the cluster does: a name that leads
// nowhere is accepted by the API server, and the pod never starts or is never scraped.
func TestTheExporterIsRunAndScraped(t *testing.T) {
	found := exporterObjects(t)
	var deployment appsv1.Deployment
	var service corev1.Service
	decode(t, found["apps/v1 Deployment"], &deployment)
	decode(t, found["v1 Service"], &service)
	pod := deployment.Spec.Template
	if !labels.SelectorFromSet(deployment.Spec.Selector.MatchLabels).Matches(labels.Set(pod.Labels)) {
		t.Error("the Deployment does not select its own pods")
	}
	if !labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pod.Labels)) {
		t.Error("the Service does not select the pods")
	}
	port := service.Spec.Ports[0]
	if !slices.ContainsFunc(pod.Spec.Containers[0].Ports, func(p corev1.ContainerPort) bool { return p.Name == port.TargetPort.StrVal }) {
		t.Errorf("the container has no port %s", port.TargetPort.StrVal)
	}
	var monitor struct {
		Spec struct {
			Selector  struct{ MatchLabels map[string]string }
			Endpoints []struct{ Port string }
		}
	}
	decode(t, found["monitoring.coreos.com/v1 ServiceMonitor"], &monitor)
	if !labels.SelectorFromSet(monitor.Spec.Selector.MatchLabels).Matches(labels.Set(service.Labels)) || monitor.Spec.Endpoints[0].Port != port.Name {
		t.Error("the ServiceMonitor does not select the Service and its port")
	}
	decode(t, objects(t, "kubernetes/servicemonitor.yaml")[0], &monitor)
	if labels.SelectorFromSet(monitor.Spec.Selector.MatchLabels).Matches(labels.Set(service.Labels)) {
		t.Error("the service's own ServiceMonitor selects the exporter too: its metrics would be stored twice")
	}
	for _, volume := range pod.Spec.Volumes {
		if c := volume.ConfigMap; c != nil && c.Name != nameOf(t, found["v1 ConfigMap"]) {
			t.Errorf("there is no ConfigMap %s", c.Name)
		}
		if c := volume.PersistentVolumeClaim; c != nil && c.ClaimName != nameOf(t, found["v1 PersistentVolumeClaim"]) {
			t.Errorf("there is no claim %s", c.ClaimName)
		}
	}
	if pod.Spec.ServiceAccountName != nameOf(t, found["v1 ServiceAccount"]) {
		t.Errorf("there is no service account %s", pod.Spec.ServiceAccountName)
	}
	if *deployment.Spec.Replicas != 1 || deployment.Spec.Strategy.Type != appsv1.RecreateDeploymentStrategyType {
		t.Error("two pods could run at once, and both would pay for what they ask")
	}
}

func nameOf(t *testing.T, o object) string {
	t.Helper()
	var named struct{ Metadata struct{ Name string } }
	decode(t, o, &named)
	return named.Metadata.Name
}
