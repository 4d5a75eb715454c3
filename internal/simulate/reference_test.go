package simulate_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/prove"
	"github.com/belfry-dev/belfry/internal/witness"
)

// TestReferenceEqualsPrometheus compares the simulation of every rule of the reference spec with Prometheus, while each signal that an
// alert watches goes up and down past its thresholds.
func TestReferenceEqualsPrometheus(t *testing.T) {
	compiled, err := generator.Compile(generator.Options{Dir: "../..", Packages: []string{"./spec"}, Kinds: []artifact.Kind{artifact.Rules}})
	if err != nil || compiled.Diagnostics.HasErrors() {
		t.Fatal(err, compiled.Diagnostics)
	}
	program := compiled.Outputs[0].Program
	groups, err := prove.ReadGroups(compiled.Outputs[0].Artifacts[0].Data, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	const lasts = 80 * time.Minute
	raw := upAndDown(t, program, lasts)
	episodes, samples := compareRuns(t, func() []promql.Series { return raw }, groups, start.Add(20*time.Minute), start.Add(lasts))
	t.Logf("%d groups, %d episodes, %d samples", len(groups), episodes, samples)
	if episodes < 20 {
		t.Errorf("%d episodes of %d alerts: too little happened", episodes, len(program.Alerts))
	}
}

// upAndDown makes series of all metrics that alerts on signals read. Each changes its level every few minutes.
func upAndDown(t *testing.T, p *ir.Program, lasts time.Duration) []promql.Series {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var all []promql.Series
	world, index := witness.NewWorld(p), map[string]int{}
	for _, a := range p.Alerts {
		if a.Query == nil {
			continue
		}
		driver := world.Driver(a.Query.Expr)
		values := map[string]float64{}
		for from := time.Duration(0); from < lasts; {
			state, err := driver.State(a.Threshold.Value * []float64{0.5, 0.99, 1.05, 0.9}[r.IntN(4)])
			if err != nil { // more than all
				state, err = driver.State(1)
			}
			if err != nil {
				t.Fatalf("%s: %v", a.Name, err)
			}
			until := min(lasts, from+time.Duration(5+r.IntN(30))*time.Minute)
			for _, input := range state {
				key := input.Series.String()
				i, known := index[a.Name+key]
				if !known {
					if slices.ContainsFunc(all, func(s promql.Series) bool { return s.Metric.String() == key }) {
						continue // another alert drives it
					}
					i = len(all)
					index[a.Name+key] = i
					all = append(all, promql.Series{Metric: input.Series})
				}
				for at := from; at < until; at += 30 * time.Second {
					if input.Counter {
						values[key] += input.Level * 30
					} else {
						values[key] = input.Level
					}
					if input.Clock {
						values[key] += float64(start.Add(at).Unix())
					}
					all[i].Floats = append(all[i].Floats, promql.FPoint{T: start.Add(at).UnixMilli(), F: values[key]})
				}
			}
			from = until
		}
	}
	return all
}
