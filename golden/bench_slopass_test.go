//go:build unix

package golden

import (
	"fmt"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/generator/prometheus"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// BenchmarkSLOProcess measures the whole command that makes a rule file of many SLOs, all of them in one file of CUE or in
// files of a hundred. It reports the least of several runs: what other programs of the machine add is not the command's.
func BenchmarkSLOProcess(b *testing.B) {
	binary := buildBelfry(b)
	for _, n := range []int{1, 1000, 5000} {
		for _, divided := range []bool{false, true} {
			name := fmt.Sprintf("slos-%d/one-file", n)
			if divided {
				name = fmt.Sprintf("slos-%d/many-files", n)
			}
			if divided && n <= slosPerFile {
				continue
			}
			b.Run(name, func(b *testing.B) {
				dir := slosOf(b, n, divided)
				requireNoFindings(b, dir, "./spec")
				var least usage
				for i := range b.N {
					u := measure(b, dir, binary, "generate", "./spec", "--only", "rules", "--out", fmt.Sprintf("out%d", i))
					if i == 0 {
						least = u
					}
					least = usage{min(least.Wall, u.Wall), min(least.CPU, u.CPU), max(least.Peak, u.Peak)}
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(least.Wall.Microseconds())/1000, "least-wall-ms")
				b.ReportMetric(float64(least.CPU.Microseconds())/1000, "least-cpu-ms")
				b.ReportMetric(float64(least.Peak)/(1<<20), "peak-MB")
			})
		}
	}
}

// BenchmarkSLOPass splits the same compilation by pass.
func BenchmarkSLOPass(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(1600)) // as the command does
	for _, n := range []int{1, 1000, 5000} {
		b.Run(fmt.Sprintf("slos-%d", n), func(b *testing.B) { benchmarkSLOPasses(b, slosOf(b, n, false)) })
	}
}

func benchmarkSLOPasses(b *testing.B, dir string) {
	var (
		loaded  *schema.Package
		program *ir.Program
		rules   artifact.Artifact
	)
	eachOf(b, "load", func(b *testing.B) {
		packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"./spec"}})
		if err != nil || found.HasErrors() || len(packages) != 1 {
			b.Fatal(found, err)
		}
		loaded = packages[0]
	})
	eachOf(b, "lower", func(b *testing.B) {
		lowered, found := lower.Lower(lower.Input{Spec: loaded.Spec, OwnsPlatform: loaded.OwnsPlatform, Locate: loaded.Locate})
		if found.HasErrors() {
			b.Fatal(found)
		}
		program = lowered
	})
	eachOf(b, "check", func(b *testing.B) {
		if found := check.Run(program); len(found) > 0 {
			b.Fatal(found)
		}
	})
	eachOf(b, "emit", func(b *testing.B) {
		emitted, err := prometheus.Emit(program)
		if err != nil || len(emitted) == 0 || emitted[0].Kind != artifact.Rules {
			b.Fatal(len(emitted), err)
		}
		rules = emitted[0]
	})
	eachOf(b, "verify", func(b *testing.B) {
		if err := prometheus.Verify(rules); err != nil {
			b.Fatal(err)
		}
	})
	eachOf(b, "write", func(b *testing.B) { write(b, b.TempDir(), []artifact.Artifact{rules}) })
}

// eachOf measures one pass with the processor time that it takes, on all cores.
func eachOf(b *testing.B, name string, pass func(*testing.B)) {
	b.Run(name, func(b *testing.B) {
		before := processorTime(b)
		for b.Loop() {
			pass(b)
		}
		b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	})
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
