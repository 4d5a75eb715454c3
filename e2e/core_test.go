package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

// isCore reports whether a resource is of a kind that Kubernetes itself defines.
func isCore(o object) bool { return o["apiVersion"] == "v1" || o["apiVersion"] == "apps/v1" }

// decodeCore reads a resource of Kubernetes' own as the API server does with strict field validation.
func decodeCore(o object) (metav1.Object, error) {
	var into metav1.Object
	switch kindOf(o) {
	case "v1 Secret":
		into = &corev1.Secret{}
	case "v1 ConfigMap":
		into = &corev1.ConfigMap{}
	case "v1 Service":
		into = &corev1.Service{}
	case "v1 ServiceAccount":
		into = &corev1.ServiceAccount{}
	case "v1 PersistentVolumeClaim":
		into = &corev1.PersistentVolumeClaim{}
	case "apps/v1 Deployment":
		into = &appsv1.Deployment{}
	default:
		return nil, fmt.Errorf("%s is no resource that is expected here", kindOf(o))
	}
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return into, yaml.UnmarshalStrict(text, into)
}

// contents are the keys of a Secret or ConfigMap with the sizes of their values, in bytes.
func contents(o metav1.Object) map[string]int {
	out := map[string]int{}
	switch o := o.(type) {
	case *corev1.Secret:
		for key, value := range o.Data {
			out[key] = len(value)
		}
		for key, value := range o.StringData {
			out[key] = len(value)
		}
	case *corev1.ConfigMap:
		for key, value := range o.Data {
			out[key] = len(value)
		}
	}
	return out
}

// TestKubernetesAcceptsSecretsAndConfigMaps holds Kubernetes' own resources against the API server's rules: strict fields, and
// keys and size of those that hold data.
func TestKubernetesAcceptsSecretsAndConfigMaps(t *testing.T) {
	checked := 0
	for _, o := range applied(t) {
		if !isCore(o) {
			continue
		}
		decoded, err := decodeCore(o)
		if err != nil {
			t.Errorf("%s: %v", kindOf(o), err)
			continue
		}
		if kind := kindOf(o); kind != "v1 Secret" && kind != "v1 ConfigMap" {
			continue
		}
		checked++
		size := 0
		for key, bytes := range contents(decoded) {
			size += bytes
			for _, problem := range validation.IsConfigMapKey(key) {
				t.Errorf("%s %s: key %s: %s", kindOf(o), decoded.GetName(), key, problem)
			}
		}
		if size == 0 || size > corev1.MaxSecretSize {
			t.Errorf("%s %s holds %d bytes, want 1 to %d", kindOf(o), decoded.GetName(), size, corev1.MaxSecretSize)
		}
	}
	if checked < 2 {
		t.Errorf("%d resources were checked, want the Secret and at least a ConfigMap", checked)
	}
}

func TestKubernetesRefusesPlantedMistakes(t *testing.T) {
	for _, o := range applied(t) {
		if !isCore(o) {
			continue
		}
		for name, mistake := range map[string]func(object){
			"unknown field": func(o object) { o["dataString"] = map[string]any{} },
			"wrong type":    func(o object) { o["data"] = map[string]any{"a": []any{"b"}} },
		} {
			mistaken := runtime.DeepCopyJSON(o)
			mistake(mistaken)
			if _, err := decodeCore(mistaken); err == nil {
				t.Errorf("%s: %s is not refused", kindOf(o), name)
			}
		}
	}
}

// TestMetadataIsValid holds every resource's name, namespace, labels and annotations against the API server's rules.
func TestMetadataIsValid(t *testing.T) {
	for _, o := range applied(t) {
		var meta struct {
			Metadata metav1.ObjectMeta `json:"metadata"`
		}
		decode(t, o, &meta)
		problems := apivalidation.ValidateObjectMeta(&meta.Metadata, true, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
		for _, problem := range problems {
			t.Errorf("%s: %v", kindOf(o), problem)
		}
	}
}

// TestTheChartSelectsEveryResource: rules and monitors without the release's label are never loaded.
func TestTheChartSelectsEveryResource(t *testing.T) {
	_, resources := custom(t)
	for _, o := range resources {
		var meta struct {
			Metadata metav1.ObjectMeta `json:"metadata"`
		}
		decode(t, o, &meta)
		if got := meta.Metadata.Labels["release"]; got != "prometheus" {
			t.Errorf("%s %s has the label release=%q, want prometheus", kindOf(o), meta.Metadata.Name, got)
		}
	}
}
