package kubernetes

import (
	"path"
	"slices"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// kustomizationFile is the part of a kustomization that is generated.
type kustomizationFile struct {
	APIVersion string   `yaml:"apiVersion"`
	Kind       string   `yaml:"kind"`
	Resources  []string `yaml:"resources"`
}

// kustomization lists the resources, by name of the file. It is nil where there are none.
func kustomization(resources []artifact.Artifact) []byte {
	if len(resources) == 0 {
		return nil
	}
	var files []string
	for _, a := range resources {
		files = append(files, path.Base(a.Path))
	}
	slices.Sort(files)
	b := []byte(header + "# kubectl apply --server-side -k .\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n")
	for _, file := range files {
		b = append(b, "  - "...)
		b = yamltext.AppendString(b, file)
		b = append(b, '\n')
	}
	return b
}
