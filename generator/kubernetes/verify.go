package kubernetes

import (
	"bytes"
	"errors"
	"fmt"
	"path"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"go.yaml.in/yaml/v3"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	sigs "sigs.k8s.io/yaml"

	"github.com/belfry-dev/belfry/internal/artifact"
)

// Verify decodes an artifact of this package into the types of whoever reads it, refusing unknown and repeated fields:
// Kubernetes' and the operator's Go types for resources, ours for the chart's values and the kustomization, which have none.
// What is packaged byte for byte as one of the emitted files, which have been verified, is not read again. An error is a
// bug of Belfry.
func Verify(a artifact.Artifact, emitted []artifact.Artifact) error {
	if a.Kind != artifact.Kubernetes {
		return fmt.Errorf("%s: artifacts of kind %s are not Kubernetes'", a.Path, a.Kind)
	}
	var err error
	switch path.Base(a.Path) {
	case path.Base(ValuesPath):
		err = verifyOwn(a.Data, &values{})
	case path.Base(KustomizationPath):
		err = verifyOwn(a.Data, &kustomizationFile{})
	default:
		err = verifyResources(a.Data, emitted)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", a.Path, err)
	}
	return nil
}

func verifyOwn(data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	return decoder.Decode(into)
}

// resourceTypes are the kinds that are generated, by the line that appendHead writes.
var resourceTypes = map[string]func() meta.Object{
	"kind: PrometheusRule": func() meta.Object { return &monitoring.PrometheusRule{} },
	"kind: ServiceMonitor": func() meta.Object { return &monitoring.ServiceMonitor{} },
	"kind: ConfigMap":      func() meta.Object { return &core.ConfigMap{} },
	"kind: Secret":         func() meta.Object { return &core.Secret{} },
	"kind: Deployment":     func() meta.Object { return &apps.Deployment{} },
	"kind: Service":        func() meta.Object { return &core.Service{} },
	"kind: ServiceAccount": func() meta.Object { return &core.ServiceAccount{} },

	"kind: PersistentVolumeClaim": func() meta.Object { return &core.PersistentVolumeClaim{} },
}

// separator stands before each resource, the first of which a comment precedes. Texts in the resources are indented, so
// that it stands nowhere else.
var separator = []byte("---\n")

func verifyResources(data []byte, emitted []artifact.Artifact) error {
	seen := map[string]bool{}
	var problems []error
	resources := documents(data)
	if len(resources) == 0 {
		return errors.New("there is no resource in it")
	}
	for _, document := range resources {
		object, err := decode(withoutVerified(document, emitted))
		if err != nil {
			problems = append(problems, err)
			continue
		}
		name := fmt.Sprintf("%T %s/%s", object, object.GetNamespace(), object.GetName())
		if object.GetName() == "" || object.GetNamespace() == "" || seen[name] {
			problems = append(problems, fmt.Errorf("%s has no name or namespace, or stands there twice", name))
		}
		seen[name] = true
	}
	return errors.Join(problems...)
}

// documents are the resources of a file, each with the end of its last line, so that texts in it are whole.
func documents(data []byte) [][]byte {
	parts := bytes.SplitAfter(data, append([]byte("\n"), separator...))[1:] // the first is the comment
	for i := range parts {
		parts[i] = bytes.TrimSuffix(parts[i], separator)
	}
	return parts
}

func decode(document []byte) (meta.Object, error) {
	lines := bytes.SplitN(document, []byte("\n"), 3)
	if len(lines) < 3 {
		return nil, errors.New("a resource without kind")
	}
	create, known := resourceTypes[string(lines[1])]
	if !known {
		return nil, fmt.Errorf("a resource of unknown %s", lines[1])
	}
	object := create()
	if err := sigs.UnmarshalStrict(document, object); err != nil {
		return nil, err
	}
	return object, nil
}
