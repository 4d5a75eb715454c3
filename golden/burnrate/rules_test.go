// Package burnrate measures the rules that SLOs compile to, with Prometheus' own engine: what they cost, how exact they
// are, and when they fire.
package burnrate

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/generator"
	"github.com/belfry-dev/belfry/internal/artifact"
)

const (
	scrape   = 30 * time.Second
	day      = 24 * time.Hour
	specText = `@experiment(explicitopen)
package monitoring

import "github.com/belfry-dev/belfry/schema"

schema.#Spec

service: {name: "shop", namespace: "web", team: "web", client: "go", runbooks: "https://wiki.example.com", scrape: {service: "shop", labels: app: "shop"}}
metrics: {
	requests_total: {type: "counter", unit: "requests", help: "Requests answered.", labels: {status: {max: 9, pattern: "[1-5].."}}}
	latency_seconds: {type: "histogram", unit: "s", help: "Time to answer.", buckets: [0.1, 0.5, 1, 5]}
}
signals: {
	error_rate: {title: "Error rate", share: "requests_total", matching: "status=~'5..'", over: "5m"}
	fast: {title: "Fast responses", within: "latency_seconds", bound: "500ms", over: "5m"}
}
slos: {
	availability: {title: "Availability", bad: "error_rate", objective: "99.9%"}
	modest: {title: "Availability", bad: "error_rate", objective: "99%", window: "28d"}
	weekly: {title: "Availability", bad: "error_rate", objective: "95%", window: "7d"}
	quarterly: {title: "Availability", bad: "error_rate", objective: "99.99%", window: "90d"}
	latency: {title: "Fast responses", good: "fast", objective: "99.9%"}
}
receivers: pager: pagerduty: routingKey: secret: {name: "pagerduty", key: "web"}
routing: receiver: "pager"
platform: prometheus: retention: "100d"
`
)

// group is a rule group as it is shipped. It is evaluated at its phase past each multiple of the interval: Prometheus
// spreads groups over the interval.
type group struct {
	interval, phase time.Duration
	rules           []rulefmt.Rule
}

// compiled returns the two groups of each SLO of the spec above.
func compiled(tb testing.TB) map[string][2]group { tb.Helper(); return compiledFrom(tb, specText) }

// compiledFrom returns the two groups of each SLO of a spec.
func compiledFrom(tb testing.TB, text string) map[string][2]group {
	tb.Helper()
	return groupsOf(tb, artifacts(tb, text, artifact.Rules))
}

// artifacts compiles a spec.
func artifacts(tb testing.TB, text string, kinds ...artifact.Kind) []artifact.Artifact {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "spec.cue"), []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	result, err := generator.Compile(generator.Options{Dir: dir, Packages: []string{"."}, Kinds: kinds})
	if err != nil || result.Diagnostics.HasErrors() || len(result.Outputs) != 1 {
		tb.Fatal(result.Diagnostics, err)
	}
	return result.Outputs[0].Artifacts
}

// groupsOf finds the two groups of each SLO in the rule file.
func groupsOf(tb testing.TB, all []artifact.Artifact) map[string][2]group {
	tb.Helper()
	found := map[string][2]group{}
	for _, a := range all {
		if a.Path != "prometheus/rules.yaml" {
			continue
		}
		parsed, problems := rulefmt.Parse(a.Data, false, model.UTF8Validation, parser.NewParser(parser.Options{}), nil)
		if problems != nil {
			tb.Fatal(problems)
		}
		for _, g := range parsed.Groups {
			name, ours := strings.CutPrefix(g.Name, "shop-slo-")
			if !ours {
				continue
			}
			name, long := strings.CutSuffix(name, "-long")
			pair := found[name]
			if long {
				pair[1] = group{interval: time.Duration(g.Interval), phase: 77 * time.Second, rules: g.Rules}
			} else {
				pair[0] = group{interval: time.Duration(g.Interval), phase: 5 * time.Second, rules: g.Rules}
			}
			found[name] = pair
		}
	}
	return found
}

// window is a stretch of time.
type window struct{ from, to time.Time }

// simulation evaluates rules over the series that it holds and stores what they record there.
type simulation struct {
	testing.TB
	engine *promql.Engine
	stored memory
}

func newSimulation(tb testing.TB, stored memory) *simulation {
	return &simulation{TB: tb, stored: stored, engine: promql.NewEngine(promql.EngineOpts{
		MaxSamples: math.MaxInt32, Timeout: time.Hour, LookbackDelta: 5 * time.Minute, Parser: parser.NewParser(parser.Options{}),
	})}
}

// first is the first evaluation of a group at or after a time.
func (g group) first(from time.Time) time.Time {
	at := from.Truncate(g.interval).Add(g.phase % g.interval)
	if at.Before(from) {
		at = at.Add(g.interval)
	}
	return at
}

// evaluate evaluates an expression at each evaluation of a group. A range query gives what as many single queries give,
// see TestRangeQueriesEqualEvaluations.
func (s *simulation) evaluate(g group, expr string, w window) promql.Matrix {
	s.Helper()
	query, err := s.engine.NewRangeQuery(s.Context(), s.stored, nil, expr, g.first(w.from), w.to, g.interval)
	if err != nil {
		s.Fatal(err)
	}
	defer query.Close()
	result := query.Exec(s.Context())
	matrix, err := result.Matrix()
	if err != nil {
		s.Fatalf("%s: %v", expr, err)
	}
	copied := make(promql.Matrix, len(matrix)) // closing a query gives its points back
	for i, one := range matrix {
		copied[i] = promql.Series{Metric: one.Metric, Floats: append([]promql.FPoint(nil), one.Floats...)}
	}
	return copied
}

// record evaluates a recording rule and stores the result.
func (s *simulation) record(g group, rule rulefmt.Rule, w window) {
	s.Helper()
	start := g.first(w.from)
	for _, one := range s.evaluate(g, rule.Expr, w) {
		b := labels.NewBuilder(one.Metric)
		b.Set(model.MetricNameLabel, rule.Record)
		for name, text := range rule.Labels {
			b.Set(name, text)
		}
		values := make([]float64, w.to.Sub(start)/g.interval+1)
		for i := range values {
			values[i] = stale
		}
		for _, p := range one.Floats {
			values[time.UnixMilli(p.T).Sub(start)/g.interval] = p.F
		}
		s.stored.add(&series{labels: b.Labels(), start: start, step: g.interval, values: values})
	}
}

// run records what the rules of an SLO need up to an alert: all that they record where none is wanted.
func (s *simulation) run(groups [2]group, w window, wanted func(rulefmt.Rule) bool) {
	s.Helper()
	for _, g := range groups {
		for _, rule := range g.rules {
			if rule.Record != "" && wanted(rule) {
				s.record(g, rule, w)
			}
		}
	}
}

// at is the one value of an expression at a time.
func (s *simulation) at(expr string, t time.Time) float64 {
	s.Helper()
	query, err := s.engine.NewInstantQuery(s.Context(), s.stored, nil, expr, t)
	if err != nil {
		s.Fatal(err)
	}
	defer query.Close()
	vector, err := query.Exec(s.Context()).Vector()
	if err != nil || len(vector) != 1 {
		s.Fatalf("%s at %s: %v %v", expr, t, vector, err)
	}
	return vector[0].F
}

// samples counts what one evaluation touches.
func (s *simulation) samples(expr string, t time.Time) int64 {
	s.Helper()
	query, err := s.engine.NewInstantQuery(s.Context(), s.stored, nil, expr, t)
	if err != nil {
		s.Fatal(err)
	}
	defer query.Close()
	if result := query.Exec(s.Context()); result.Err != nil {
		s.Fatal(result.Err)
	}
	return query.Stats().Samples.TotalSamples
}
