package kubernetes

import (
	"fmt"

	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/chart"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/yamltext"
)

// alertmanagerConfig is the emitted configuration, or nil where the package does not own the platform.
func alertmanagerConfig(p *ir.Program, emitted []artifact.Artifact) []byte {
	if !p.OwnsPlatform {
		return nil
	}
	for _, a := range emitted {
		if a.Path == alertmanager.ConfigPath {
			return a.Data
		}
	}
	return nil
}

const secretNote = `# The configuration of Alertmanager, under the name and key that the operator reads. The chart's own Secret has the same
# name: install kubernetes/values.yaml first, which tells the chart to leave it to this one (useExistingSecret). It holds
# no secret: keys are read from files, see alertmanager/secrets.md.
`

// alertmanagerSecret delivers the configuration as a Secret, where the platform wants it so.
func alertmanagerSecret(p *ir.Program, config []byte) ([]byte, error) {
	if config == nil || p.Platform.Alertmanager.Deliver != DeliverSecret {
		return nil, nil
	}
	if len(config) > configMapLimit {
		return nil, fmt.Errorf("%s: the configuration has %d bytes, and a Secret takes %d", SecretPath, len(config), configMapLimit)
	}
	name := chart.AlertmanagerSecret(p.Platform.Release, p.Platform.FullnameOverride)
	b := appendHead([]byte(header+secretNote), "v1", "Secret", name, p.Platform.Namespace, platformLabels(p), nil)
	b = append(b, "type: Opaque\nstringData:\n  alertmanager.yaml: "...)
	b = yamltext.AppendText(b, string(config), 2)
	return append(b, '\n'), nil
}

// platformLabels are the labels of what belongs to the platform and to no service.
func platformLabels(p *ir.Program) map[string]string {
	return map[string]string{"app.kubernetes.io/name": p.Platform.Name, "app.kubernetes.io/managed-by": "belfry"}
}
