package golden

import (
	"testing"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/generator/alertmanager"
	"github.com/belfry-dev/belfry/generator/grafana"
	"github.com/belfry-dev/belfry/generator/instrument"
	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/generator/runbook"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
	"github.com/belfry-dev/belfry/templates"
)

// BenchmarkPass splits the compilation of one generated service by pass. So that every generator has something to do, the
// service owns its platform and has Go code made. Loading one holds what is done once a run, such as building the language's
// definitions; loading ten, by service, shows what each costs.
func BenchmarkPass(b *testing.B) {
	dir := fleetOf(b, 1)
	writeBenchFile(b, dir, "services/shop-0001/more.cue", "package monitoring\n\nplatform: {}\ninstrument: go: package: \"shop\"\n")
	load := func() *schema.Package {
		packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"./services/shop-0001"}})
		if err != nil || found.HasErrors() || len(packages) != 1 {
			b.Fatal(found, err)
		}
		return packages[0]
	}
	loaded := load()
	lowered := func() *ir.Program {
		program, found := lower.Lower(lower.Input{Spec: loaded.Spec, OwnsPlatform: loaded.OwnsPlatform, Locate: loaded.Locate})
		if found.HasErrors() {
			b.Fatal(found)
		}
		return program
	}
	program := lowered()
	b.Run("load/one", func(b *testing.B) {
		for b.Loop() {
			load()
		}
	})
	b.Run("load/ten", func(b *testing.B) {
		options := schema.LoadOptions{Dir: fleetOf(b, 10), Patterns: []string{"./services/..."}}
		for b.Loop() {
			if packages, found, err := schema.Load(options); err != nil || found.HasErrors() || len(packages) != 11 { // and the platform
				b.Fatal(len(packages), found, err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N)/10, "ms/service")
	})
	b.Run("lower", func(b *testing.B) {
		for b.Loop() {
			lowered()
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			check.Run(program)
		}
	})
	all := benchmarkGenerators(b, program)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			write(b, b.TempDir(), all)
		}
	})
	b.Run("write-unchanged", func(b *testing.B) {
		out := b.TempDir()
		write(b, out, all)
		for b.Loop() {
			write(b, out, all)
		}
	})
}

func write(b *testing.B, out string, artifacts []artifact.Artifact) {
	b.Helper()
	if _, err := generator.Write(out, artifacts, generator.WriteOptions{}); err != nil {
		b.Fatal(err)
	}
}

// benchmarkGenerators measures how each generator emits, and how its artifacts are verified. It returns all artifacts.
func benchmarkGenerators(b *testing.B, program *ir.Program) []artifact.Artifact {
	set, found, err := templates.Load("")
	if err != nil || found != nil {
		b.Fatal(found, err)
	}
	var all []artifact.Artifact
	for _, g := range []struct {
		name   string
		emit   func() ([]artifact.Artifact, error)
		verify func(artifact.Artifact) error
	}{
		{"prometheus", func() ([]artifact.Artifact, error) { return prometheus.Emit(program) }, prometheus.Verify},
		{"alertmanager", func() ([]artifact.Artifact, error) { return alertmanager.Emit(program) }, alertmanager.Verify},
		{"grafana", func() ([]artifact.Artifact, error) { return grafana.Emit(program) }, grafana.Verify},
		{"kubernetes", func() ([]artifact.Artifact, error) { return kubernetes.Package(program, all) },
			func(a artifact.Artifact) error { return kubernetes.Verify(a, all) }},
		{"instrument", func() ([]artifact.Artifact, error) { return instrument.Emit(program, set) }, instrument.Verify},
		{"runbook", func() ([]artifact.Artifact, error) { return runbook.Emit(program, set) }, runbook.Verify},
	} {
		var emitted []artifact.Artifact
		b.Run("emit/"+g.name, func(b *testing.B) {
			for b.Loop() {
				if emitted, err = g.emit(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("verify/"+g.name, func(b *testing.B) {
			for b.Loop() {
				for _, a := range emitted {
					if err := g.verify(a); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		all = append(all, emitted...)
	}
	return all
}
