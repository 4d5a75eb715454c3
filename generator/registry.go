package generator

import (
	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/checklist"
	"github.com/belfry-dev/belfry/generator/exporter"
	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/generator/instrument"
	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/generator/python"
	"github.com/belfry-dev/belfry/generator/ruletest"
	"github.com/belfry-dev/belfry/generator/runbook"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/templates"
)

// generatorEntry is one generator: what it makes, how, and how its consumer reads it.
type generatorEntry struct {
	kinds   []artifact.Kind
	wrapped bool // what it makes is wrapped into Kubernetes resources
	emit    func(p *ir.Program, emitted []artifact.Artifact, set *templates.Set) ([]artifact.Artifact, error)
	verify  func(a artifact.Artifact, emitted []artifact.Artifact) error
}

// registry lists every generator in output order. One that wraps what others emitted stands after them.
var registry = []generatorEntry{
	{[]artifact.Kind{artifact.Rules, artifact.Prometheus}, true, plain(prometheus.Emit), alone(prometheus.Verify)},
	{[]artifact.Kind{artifact.RuleTests}, false, plain(ruletest.Emit), alone(ruletest.Verify)},
	{[]artifact.Kind{artifact.Alertmanager}, true, plain(alertmanager.Emit), alone(alertmanager.Verify)},
	{[]artifact.Kind{artifact.Dashboards, artifact.Provisioning}, true, plain(grafana.Emit), alone(grafana.Verify)},
	{[]artifact.Kind{artifact.Exporter}, true, plain(exporter.Emit), alone(exporter.Verify)},
	{[]artifact.Kind{artifact.Kubernetes}, false, wrapping(kubernetes.Package), kubernetes.Verify},
	{[]artifact.Kind{artifact.Go}, false, prose(instrument.Emit), alone(instrument.Verify)},
	{[]artifact.Kind{artifact.Python}, false, prose(python.Emit), alone(python.Verify)},
	{[]artifact.Kind{artifact.Runbooks}, false, prose(runbook.Emit), alone(runbook.Verify)},
	{[]artifact.Kind{artifact.Checklist}, false, prose(checklist.Emit), alone(runbook.Verify)}, // a page like a runbook
}

type emitter = func(*ir.Program, []artifact.Artifact, *templates.Set) ([]artifact.Artifact, error)

// plain adapts a generator that needs the Program alone.
func plain(emit func(*ir.Program) ([]artifact.Artifact, error)) emitter {
	return func(p *ir.Program, _ []artifact.Artifact, _ *templates.Set) ([]artifact.Artifact, error) {
		return emit(p)
	}
}

// wrapping adapts a generator that wraps what others emitted.
func wrapping(pack func(*ir.Program, []artifact.Artifact) ([]artifact.Artifact, error)) emitter {
	return func(p *ir.Program, emitted []artifact.Artifact, _ *templates.Set) ([]artifact.Artifact, error) {
		return pack(p, emitted)
	}
}

// alone adapts the check of artifacts that hold nothing of others.
func alone(verify func(artifact.Artifact) error) func(artifact.Artifact, []artifact.Artifact) error {
	return func(a artifact.Artifact, _ []artifact.Artifact) error { return verify(a) }
}

// prose adapts a generator that lays out text by templates.
func prose(emit func(*ir.Program, *templates.Set) ([]artifact.Artifact, error)) emitter {
	return func(p *ir.Program, _ []artifact.Artifact, set *templates.Set) ([]artifact.Artifact, error) {
		return emit(p, set)
	}
}
