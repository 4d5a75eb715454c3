//go:build unix

package golden

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

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

// BenchmarkReference compiles spec/ as a process of its own, into an empty folder.
func BenchmarkReference(b *testing.B) {
	binary := build(b)
	measure(b, 1, func(out string) *exec.Cmd { return exec.Command(binary, "generate", "../spec", "--out", out) })
}

// BenchmarkServices compiles fleets of services that each have 20 metrics, 5 SLOs, 10 alerts and 2 dashboards.
func BenchmarkServices(b *testing.B) {
	binary := build(b)
	for _, services := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(services), func(b *testing.B) {
			dir := fleetOf(b, services)
			measure(b, services, func(out string) *exec.Cmd {
				cmd := exec.Command(binary, "generate", "./services/...", "--out", out)
				cmd.Dir = dir
				return cmd
			})
		})
	}
}

// measure runs a process into empty folders and reports wall time, CPU time and the peak of its memory.
func measure(b *testing.B, services int, command func(out string) *exec.Cmd) {
	b.Helper()
	var wall, processor time.Duration
	var peak int64
	runs := 0
	for b.Loop() {
		b.StopTimer()
		out := filepath.Join(b.TempDir(), "out")
		cmd := command(out)
		b.StartTimer()
		began := time.Now()
		if output, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, output)
		}
		wall += time.Since(began)
		processor += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			peak = max(peak, int64(usage.Maxrss))
		}
		runs++
		b.StopTimer()
		if err := os.RemoveAll(out); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / float64(runs) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(wall), "wall-ms")
	b.ReportMetric(milliseconds(processor), "cpu-ms")
	b.ReportMetric(milliseconds(wall)/float64(services), "wall-ms/service")
	b.ReportMetric(float64(peak)/1024, "peak-MB") // kilobytes on Linux
}

func build(b *testing.B) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "belfry")
	if output, err := exec.Command("go", "build", "-o", binary, "../cmd/belfry").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return binary
}

// BenchmarkPasses splits the compilation of one service of the fleet by pass, within one process.
func BenchmarkPasses(b *testing.B) {
	dir := fleetOf(b, 1)
	load := func() *schema.Package {
		packages, found, err := schema.Load(schema.LoadOptions{Dir: dir, Patterns: []string{"./services/s0000"}})
		if err != nil || found.HasErrors() {
			b.Fatal(err, found)
		}
		return packages[0]
	}
	loaded := load()
	lowered := func() *ir.Program {
		p, found := lower.Lower(lower.Input{Spec: loaded.Spec, Locate: loaded.Locate})
		if found.HasErrors() {
			b.Fatal(found)
		}
		return p
	}
	p := lowered()
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			load()
		}
	})
	b.Run("lower", func(b *testing.B) {
		for b.Loop() {
			lowered()
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			check.Run(p)
		}
	})
	all := emitAndVerify(b, p)
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			if _, err := generator.Write(filepath.Join(b.TempDir(), "out"), all, generator.WriteOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// emitAndVerify measures each generator, and what its consumer's parser takes.
func emitAndVerify(b *testing.B, p *ir.Program) []artifact.Artifact {
	b.Helper()
	set, _, err := templates.Load("")
	if err != nil {
		b.Fatal(err)
	}
	var all []artifact.Artifact
	for _, one := range []struct {
		name   string
		emit   func() ([]artifact.Artifact, error)
		verify func(artifact.Artifact) error
	}{
		{"prometheus", func() ([]artifact.Artifact, error) { return prometheus.Emit(p) }, prometheus.Verify},
		{"alertmanager", func() ([]artifact.Artifact, error) { return alertmanager.Emit(p) }, alertmanager.Verify},
		{"grafana", func() ([]artifact.Artifact, error) { return grafana.Emit(p) }, grafana.Verify},
		{"kubernetes", func() ([]artifact.Artifact, error) { return kubernetes.Package(p, all) },
			func(a artifact.Artifact) error { return kubernetes.Verify(a, all) }},
		{"instrument", func() ([]artifact.Artifact, error) { return instrument.Emit(p, set) }, instrument.Verify},
		{"runbook", func() ([]artifact.Artifact, error) { return runbook.Emit(p, set) }, runbook.Verify},
	} {
		emitted, err := one.emit()
		if err != nil {
			b.Fatal(err)
		}
		b.Run("emit-"+one.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := one.emit(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("verify-"+one.name, func(b *testing.B) {
			for b.Loop() {
				for _, a := range emitted {
					if err := one.verify(a); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		all = append(all, emitted...)
	}
	return all
}

// fleetOf writes services that share a platform: 8 counters, 6 histograms and 6 gauges each, 5 SLOs, 10 alerts, and 2
// dashboards of 8 panels.
func fleetOf(b *testing.B, services int) string {
	b.Helper()
	dir := b.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	write("cue.mod/module.cue", "module: \"example.com/fleet@v0\"\nlanguage: version: \"v0.17.0\"\n")
	write("services/platform.cue", `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

platform: prometheus: retention: "30d"
`)
	for i := range services {
		write(fmt.Sprintf("services/s%04d/s%04d.cue", i, i), serviceSpec(i))
	}
	return dir
}

func serviceSpec(i int) string {
	var s strings.Builder
	name := fmt.Sprintf("s%04d", i)
	fmt.Fprintf(&s, "package monitoring\n\nservice: {name: %q, namespace: \"ns%d\", team: \"team%d\", client: \"go\", runbooks: \"https://wiki.example.com\", "+
		"scrape: {service: \"%s-metrics\", labels: app: %q}}\n", name, i%20, i%7, name, name)
	s.WriteString("receivers: pager: pagerduty: routingKey: secret: {name: \"pagerduty\", key: \"key\"}\nrouting: receiver: \"pager\"\n")
	for n := range 8 {
		fmt.Fprintf(&s, "metrics: app_requests%d_total: {type: \"counter\", unit: \"requests\", help: \"Requests.\", labels: {method: [\"GET\", \"POST\", \"PUT\"], status: {max: 10, pattern: \"[1-5]..\"}}}\n", n)
		fmt.Fprintf(&s, "signals: errors%d: {title: \"Error rate %d\", share: \"app_requests%d_total\", matching: \"status=~'5..'\", over: \"5m\"}\n", n, n, n)
	}
	for n := range 6 {
		fmt.Fprintf(&s, "metrics: app_latency%d_seconds: {type: \"histogram\", unit: \"s\", help: \"Time.\", buckets: [0.01, 0.05, 0.1, 0.5, 1, 5]}\n", n)
		fmt.Fprintf(&s, "metrics: app_queue%d: {type: \"gauge\", unit: \"jobs\", replicas: \"add\", help: \"Jobs.\"}\n", n)
		fmt.Fprintf(&s, "signals: latency%d: {title: \"Latency %d\", quantile: \"app_latency%d_seconds\", q: 0.95, over: \"5m\"}\n", n, n, n)
		fmt.Fprintf(&s, "signals: fast%d: {title: \"Fast %d\", within: \"app_latency%d_seconds\", bound: \"500ms\", over: \"5m\"}\n", n, n, n)
		fmt.Fprintf(&s, "signals: queue%d: {title: \"Queue %d\", value: \"app_queue%d\"}\n", n, n, n)
	}
	for n := range 3 {
		fmt.Fprintf(&s, "slos: available%d: {title: \"Availability %d\", bad: \"errors%d\", objective: \"99.9%%\"}\n", n, n, n)
		fmt.Fprintf(&s, "alerts: Slow%d: {signal: \"latency%d\", above: \"1s\", for: \"5m\", severity: \"warning\"}\n", n, n)
		fmt.Fprintf(&s, "alerts: QueueLong%d: {signal: \"queue%d\", above: \"100 jobs\", for: \"5m\", severity: \"warning\"}\n", n, n)
	}
	for n := range 2 {
		fmt.Fprintf(&s, "slos: fast%d: {title: \"Fast %d\", good: \"fast%d\", objective: \"95%%\"}\n", n, n, n)
	}
	for n := range 4 {
		fmt.Fprintf(&s, "alerts: HighErrors%d: {signal: \"errors%d\", above: \"5%%\", for: \"2m\", severity: \"critical\"}\n", n, n)
	}
	for d := range 2 {
		fmt.Fprintf(&s, "dashboards: d%d: {uid: \"%s-d%d\", title: \"Dashboard %d\", variables: [\"instance\"], rows: [\n", d, name, d, d)
		for r := range 2 {
			n := 2*d + r
			fmt.Fprintf(&s, "\t{panels: [{signal: \"errors%d\"}, {signal: \"latency%d\"}, {kind: \"stat\", signal: \"queue%d\"}, {signal: \"errors%d\", by: [\"method\"]}]},\n", n, n, n, n)
		}
		s.WriteString("]}\n")
	}
	return s.String()
}
