package kubernetes

import (
	"maps"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// appendHead appends a resource's apiVersion, kind and metadata.
func appendHead(b []byte, apiVersion, kind, name, namespace string, labels, annotations map[string]string) []byte {
	b = append(b, "---\napiVersion: "+apiVersion+"\nkind: "+kind+"\nmetadata:\n  name: "...)
	b = yamltext.AppendString(b, name)
	b = append(b, "\n  namespace: "...)
	b = yamltext.AppendString(b, namespace)
	b = append(b, "\n  labels:"...)
	b = yamltext.AppendMap(b, labels, 4)
	if len(annotations) > 0 {
		b = append(b, "\n  annotations:"...)
		b = yamltext.AppendMap(b, annotations, 4)
	}
	return append(b, '\n')
}

// namespace is where what the package owns is put.
func namespace(p *ir.Program) string {
	if p.Service != nil {
		return p.Service.Namespace
	}
	return p.Platform.Namespace
}

// labels are those of every resource (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/),
// and more.
func labels(p *ir.Program, more map[string]string) map[string]string {
	out := map[string]string{"app.kubernetes.io/name": p.Name(), "app.kubernetes.io/managed-by": "belfry"}
	if p.Service != nil {
		out["team"] = p.Service.Team
	}
	maps.Copy(out, more)
	return out
}

// selected are the labels of resources that the chart's Prometheus looks for: it selects by the release.
func selected(p *ir.Program) map[string]string {
	return labels(p, map[string]string{"release": p.Platform.Release})
}
