package ruletest

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"

	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/internal/prove"
	"github.com/belfry-dev/belfry/internal/rulefile"
	"github.com/belfry-dev/belfry/internal/simulate"
	"github.com/belfry-dev/belfry/internal/witness"
	"github.com/belfry-dev/belfry/schema"
)

// reference is the Program of the reference spec and its tests.
func reference(t testing.TB) (*ir.Program, testFile) {
	t.Helper()
	return compiled(t, "./spec")
}

// compiled is the Program of a spec and its tests.
func compiled(t testing.TB, spec string, tags ...string) (*ir.Program, testFile) {
	t.Helper()
	packages, found, err := schema.Load(schema.LoadOptions{Dir: "../..", Patterns: []string{spec}, Tags: tags})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	p, found := lower.Lower(lower.Input{Spec: packages[0].Spec, OwnsPlatform: true, Locate: packages[0].Locate})
	if found.HasErrors() {
		t.Fatal(found)
	}
	artifacts, err := Emit(p)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(verifyText(artifacts[0]), Verify(artifacts[0])); err != nil {
		t.Fatal(err)
	}
	var file testFile
	if err := yaml.Unmarshal(artifacts[0].Data, &file); err != nil {
		t.Fatal(err)
	}
	return p, file
}

// groupsOf are the rules as promtool runs them: all groups at every step.
func groupsOf(t *testing.T, p *ir.Program, step time.Duration) []simulate.Group {
	t.Helper()
	text := rulefile.Writer{Prometheus: p.Platform.Versions.Prometheus, Indent: 2}.AppendGroups([]byte("groups:\n"), p.Groups)
	groups, err := prove.ReadGroups(text, step)
	if err != nil {
		t.Fatal(err)
	}
	for i := range groups {
		groups[i].Interval, groups[i].Phase = step, 0
	}
	return groups
}

// failures runs the tests that ask for an alert, or all where it is empty.
func failures(t *testing.T, file testFile, groups []simulate.Group, alert string) []string {
	t.Helper()
	p := parser.NewParser(parser.Options{})
	var failed []string
	for _, test := range file.Tests {
		if !strings.Contains(fmt.Sprint(test.Exprs), `"`+alert) {
			continue
		}
		var series []promql.Series
		for _, one := range test.InputSeries {
			set, values, err := p.ParseSeriesDesc(one.Series + " " + one.Values)
			if err != nil {
				t.Fatal(err)
			}
			s := promql.Series{Metric: set}
			for i, v := range values {
				if !v.Omitted {
					s.Floats = append(s.Floats, promql.FPoint{T: int64(i) * time.Duration(test.Interval).Milliseconds(), F: v.Value})
				}
			}
			series = append(series, s)
		}
		for _, one := range test.Exprs {
			if !strings.Contains(one.Expr, `"`+alert) {
				continue
			}
			name := strings.Split(one.Expr, `"`)[1]
			result, err := simulate.Run(t.Context(), simulate.NewMemory(series), groups, simulate.Options{
				From: time.Unix(0, 0), To: time.Unix(0, 0).Add(time.Duration(one.EvalTime)),
				Wanted: func(_ *simulate.Group, rule *simulate.Rule) bool { return rule.Alert == name },
			})
			if err != nil {
				t.Fatal(err)
			}
			fires := false
			for _, e := range result.Alerts[0].Episodes {
				fires = fires || e.Fired() && e.EndedAt.IsZero()
			}
			if fires != (len(one.Samples) > 0) {
				failed = append(failed, fmt.Sprintf("%s: %s fires: %v", test.Name, name, fires))
			}
		}
	}
	return failed
}

func TestTheRulesPassTheirTests(t *testing.T) {
	p, file := reference(t)
	for _, failed := range failures(t, file, groupsOf(t, p, usualStep), "") {
		t.Error(failed)
	}
	asked := fmt.Sprint(file)
	for _, a := range p.Alerts {
		if missing := a.SLO != nil && len(a.Tier) == 0; !missing && !strings.Contains(asked, `"`+a.Name+`"`) { // what is about missing series has no threshold
			t.Errorf("%s is not tested", a.Name)
		}
	}
}

// TestRangesOfSecondsHoldEnoughSamples: rates over ten seconds need more than a sample every thirty.
func TestRangesOfSecondsHoldEnoughSamples(t *testing.T) {
	p, file := compiled(t, "./e2e/testdata/parcels", "target=localhost:8000", "pagerduty=http://localhost/v2/enqueue")
	if step := time.Duration(file.EvaluationInterval); step != 2*time.Second {
		t.Errorf("the tests sample every %v, want every 2s", step)
	}
	for _, failed := range failures(t, file, groupsOf(t, p, time.Duration(file.EvaluationInterval)), "") {
		t.Error(failed)
	}
}

// TestAThresholdThatIsOffByOnePercentFails changes each number that a condition holds something against, one at a time, up and down.
func TestAThresholdThatIsOffByOnePercentFails(t *testing.T) {
	p, file := reference(t)
	groups := groupsOf(t, p, usualStep)
	changed := 0
	for g := range groups {
		for r := range groups[g].Rules {
			rule := &groups[g].Rules[r]
			if rule.Alert == "" {
				continue
			}
			for _, number := range thresholds(rule.Expr) {
				for _, factor := range []float64{0.99, 1.01} {
					whole := *number
					*number = whole * factor
					if len(failures(t, file, groups, rule.Alert+`"`)) == 0 && !isCount(rule.Alert) {
						t.Errorf("%s: nobody notices that %g is %g", rule.Alert, whole, *number)
					}
					*number = whole
					changed++
				}
			}
		}
	}
	if changed < 60 {
		t.Errorf("only %d changes were tried", changed)
	}
}

// isCount reports whether an alert counts what is whole: 2.02 restarts are more than 2 and fewer than 3, like 2 themselves.
func isCount(alert string) bool {
	return alert == "PodCrashLooping" || alert == "ServiceDown" || strings.HasSuffix(alert, "NoData")
}

// thresholds are the numbers on the right of comparisons; of a product, its first factor.
func thresholds(expr parser.Expr) []*float64 {
	var found []*float64
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		comparison, ok := node.(*parser.BinaryExpr)
		if !ok || !comparison.Op.IsComparisonOperator() {
			return nil
		}
		right := comparison.RHS
		for {
			switch e := right.(type) {
			case *parser.ParenExpr:
				right = e.Expr
				continue
			case *parser.BinaryExpr:
				right = e.LHS
				continue
			case *parser.NumberLiteral:
				found = append(found, &e.Val)
			}
			return nil
		}
	})
	return found
}

func TestWhatPromtoolCannotReadIsRefused(t *testing.T) {
	series := labels.FromStrings(model.MetricNameLabel, "jobs", "l", "v")
	for name, level := range map[string]float64{"no number": math.NaN(), "infinite": math.Inf(1)} {
		tests := []test{{trials: []trial{{alert: &ir.Alert{Name: "A"}, state: witness.State{{Series: series, Level: level}}, texts: []string{seriesText(series)}}}}}
		if err := Verify(artifact.Artifact{Path: Path, Source: tests}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for name, text := range map[string]string{
		"an unknown field": "rules: []\n", "a broken series": "tests: [{input_series: [{series: 'jobs{', values: '1'}]}]\n",
		"a broken expression": "tests: [{promql_expr_test: [{expr: 'sum('}]}]\n", "broken labels": "tests: [{promql_expr_test: [{expr: 'a', exp_samples: [{labels: '{a'}]}]}]\n",
	} {
		if err := Verify(artifact.Artifact{Path: Path, Data: []byte(text)}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
