package witness

import (
	"errors"
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
)

// reference is the world of the reference spec. That its witnesses give what was wanted is tested where they can be evaluated: internal/prove.
func reference(t *testing.T) (*World, *ir.Program) {
	t.Helper()
	packages, found, err := schema.Load(schema.LoadOptions{Dir: "../..", Patterns: []string{"./spec"}})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	p, found := lower.Lower(lower.Input{Spec: packages[0].Spec, OwnsPlatform: true, Locate: packages[0].Locate})
	if found.HasErrors() {
		t.Fatal(found)
	}
	return NewWorld(p), p
}

func TestWhatCannotBeSaysWhy(t *testing.T) {
	w, _ := reference(t)
	const requests = "ai_agent_http_requests_total"
	for expr, want := range map[string]struct {
		value  float64
		never  bool
		reason string
	}{
		`sum(rate(` + requests + `{status=~"5.."}[5m])) / sum(rate(` + requests + `[5m]))`: {1.5, true, "a part of ai_agent_http_requests_total would have to be more than the whole"},
		`histogram_quantile(0.95, sum by (le) (rate(ai_agent_response_duration_milliseconds_bucket[5m])))`: {60000, true,
			"ai_agent_response_duration_milliseconds has no bucket above 30 s, and its quantiles are never more"},
		`sum(rate(` + requests + `[5m]))`: {-1, true, "ai_agent_http_requests_total would have to be negative"},
		`sum(up)`:                         {7, true, "there are 3 targets"},
		`vector(1)`:                       {2, true, "vector(1) is always 1"},
		`stddev(ai_agent_queue_depth)`:    {2, false, "stddev() cannot be solved"},
		`sum(no_such_metric)`:             {2, false, "no_such_metric is no metric of the spec"},
	} {
		parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Driver(parsed).State(want.value)
		var obstacle *Obstacle
		if !errors.As(err, &obstacle) || obstacle.Reason != want.reason || obstacle.Never != want.never {
			t.Errorf("%s at %g: %v, want %s", expr, want.value, err, want.reason)
		}
	}
}

func TestStatesOfOneDriverHaveTheSameSeries(t *testing.T) {
	w, p := reference(t)
	for _, a := range p.Alerts {
		if a.Query == nil {
			continue
		}
		levels, driver := LevelsOf(p, a), w.Driver(a.Query.Expr)
		first, err := driver.State(levels.Healthy)
		if err != nil {
			t.Fatal(a.Name, err)
		}
		for _, level := range []float64{levels.Silent, levels.Near, levels.Beyond} {
			other, err := driver.State(level)
			if err != nil {
				t.Fatal(a.Name, err)
			}
			if !slices.EqualFunc(first, other, func(x, y Input) bool { return x.Series.String() == y.Series.String() && x.Counter == y.Counter }) {
				t.Errorf("%s at %g has other series: %v and %v", a.Name, level, first, other)
			}
		}
	}
}

func TestLevelsStandOnBothSidesOfTheThreshold(t *testing.T) {
	_, p := reference(t)
	for _, a := range p.Alerts {
		if a.Query == nil {
			continue
		}
		l, side := LevelsOf(p, a), 1.0
		if !a.Threshold.Above {
			side = -1
		}
		past := func(v float64) float64 { return side * (v - a.Threshold.Value) }
		if past(l.Healthy) > 0 || past(l.Silent) > 0 || past(l.Near) <= 0 || past(l.Beyond) < past(l.Near) {
			t.Errorf("%s, threshold %g: %+v", a.Name, a.Threshold.Value, l)
		}
	}
}

func TestSamplesMatchTheirPattern(t *testing.T) {
	for _, pattern := range []string{"[1-5][0-9][0-9]", "5..", "ai-support-agent-.*", "a|b", "(x|y)+z?", "v[0-9]+\\.[0-9]{2}", ""} {
		text := sampleOf(pattern, "")
		if !regexp.MustCompile("^(?:" + pattern + ")$").MatchString(text) {
			t.Errorf("%q does not match %s", text, pattern)
		}
	}
}
