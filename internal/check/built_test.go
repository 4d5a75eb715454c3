package check

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/schema"
)

// TestWhatBelfryBuildsIsTypedAndFree compiles the reference and every golden case, and types every expression that comes out.
// The two know each other's subject from opposite ends: what one builds, the other must understand and have nothing to say of.
func TestWhatBelfryBuildsIsTypedAndFree(t *testing.T) {
	folders, err := filepath.Glob("../../golden/*/spec.cue")
	if err != nil || len(folders) < 15 {
		t.Fatal(err, folders)
	}
	for _, file := range append(folders, "../../spec/service.cue") {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			packages, found, err := schema.Load(schema.LoadOptions{Dir: folder, Patterns: []string{"."}})
			if err != nil || found.HasErrors() {
				t.Fatal(err, found)
			}
			loaded := packages[0]
			p, found := lower.Lower(lower.Input{Spec: loaded.Spec, OwnsPlatform: loaded.OwnsPlatform, Locate: loaded.Locate})
			if found.HasErrors() {
				t.Fatal(found)
			}
			free(t, p)
		})
	}
}

func free(t *testing.T, p *ir.Program) {
	t.Helper()
	table := metricTable(p)
	analyze := func(name, text string, use promql.Use) {
		expr, err := promql.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for _, finding := range table.Analyze(expr, use).Findings {
			t.Errorf("%s: %v\n%s", name, finding, text)
		}
	}
	for _, group := range p.Groups {
		for _, rule := range group.Rules {
			use := promql.UseRecord
			if rule.Alert != "" {
				use = promql.UseAlert
			}
			analyze(group.Name+" "+rule.Record+rule.Alert, rule.Expr, use)
		}
	}
	for _, s := range p.Signals {
		analysis := table.Analyze(s.Default.Expr, promql.UseAny)
		for _, finding := range analysis.Findings {
			t.Errorf("%s: %v", s.Path, finding)
		}
		if s.Form == ir.FormExpr || perPeriod(s) {
			continue
		}
		if analysis.Coverage != promql.CoverageFull {
			t.Errorf("%s is typed only in part: %s", s.Path, s.Default.Text)
		}
		if inferred := analysis.Root.Unit; inferred.Clashes(promql.In(s.Unit)) {
			t.Errorf("%s is built in %s, and typed as %s: %s", s.Path, s.Unit, inferred, s.Default.Text)
		}
	}
}

// perPeriod reports whether a signal holds an amount of a known time, such as an increase over an hour, against one per
// time. Lowering knows the time; PromQL's types do not, and see an hour too many.
func perPeriod(s *ir.Signal) bool {
	return slices.ContainsFunc(s.Metrics, func(m *ir.Metric) bool { return m.Resets || m.Unit.IsPerTime() })
}
