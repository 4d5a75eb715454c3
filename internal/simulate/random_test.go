package simulate_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/simulate"
)

var cases = flag.Int("cases", 500, "random rule groups to compare with Prometheus")

var start = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// random makes rule groups and series: nothing that a person would write, but everything that rules can do.
type random struct{ *rand.Rand }

func (r random) pick(options ...string) string { return options[r.IntN(len(options))] }
func (r random) chance(percent int) bool       { return r.IntN(100) < percent }

// series are counters that reset, gauges that vanish and come back, and a target that is up or not.
func (r random) series(lasts time.Duration) []promql.Series {
	var all []promql.Series
	for _, name := range []string{"c_total", "g", "up"} {
		for i := range 1 + r.IntN(3) {
			one := promql.Series{Metric: labels.FromStrings(model.MetricNameLabel, name, "job", r.pick("a", "b"), "i", fmt.Sprint(i))}
			every := time.Duration(10+r.IntN(4)*10) * time.Second
			level, gone := float64(r.IntN(10)), false
			for at := time.Duration(r.IntN(30)) * time.Second; at < lasts; at += every {
				switch {
				case gone && r.chance(70):
					continue
				case r.chance(5):
					gone = true
					if r.chance(60) {
						one.Floats = append(one.Floats, promql.FPoint{T: start.Add(at).UnixMilli(), F: math.Float64frombits(value.StaleNaN)})
					}
					continue
				}
				gone = false
				one.Floats = append(one.Floats, promql.FPoint{T: start.Add(at).UnixMilli(), F: r.next(name, &level)})
			}
			all = append(all, one)
		}
	}
	return append(all, r.histogram(lasts))
}

// histogram is a native histogram that now and then starts again.
func (r random) histogram(lasts time.Duration) promql.Series {
	one := promql.Series{Metric: labels.FromStrings(model.MetricNameLabel, "h", "job", "a")}
	count := 0.0
	for at := time.Duration(r.IntN(30)) * time.Second; at < lasts; at += 30 * time.Second {
		if count += float64(r.IntN(4)); r.chance(5) {
			count = 0
		}
		one.Histograms = append(one.Histograms, promql.HPoint{T: start.Add(at).UnixMilli(), H: &histogram.FloatHistogram{
			Schema: 0, Count: 3 * count, Sum: 5 * count, PositiveSpans: []histogram.Span{{Offset: 0, Length: 2}}, PositiveBuckets: []float64{count, 2 * count},
		}})
	}
	return one
}

func (r random) next(name string, level *float64) float64 {
	switch {
	case name == "up":
		return float64(r.IntN(2))
	case name == "c_total" && r.chance(5):
		*level = 0
	case name == "c_total":
		*level += float64(r.IntN(5))
	case r.chance(3):
		return math.NaN()
	case r.chance(20):
		*level = float64(r.IntN(10))
	}
	return *level
}

func (r random) selector() string {
	return r.pick("c_total", "g", "up", "r0", "r1", "r2", `r0{l="x"}`, `r1{l!="x"}`, `g{job="a"}`, `{__name__=~"r.*",l="y"}`, "ALERTS", `ALERTS{alertstate="firing"}`, "ALERTS_FOR_STATE")
}

func (r random) window() string { return r.pick("1m", "2m", "5m") }

func (r random) expr(depth int) string {
	if depth == 0 || r.chance(15) {
		return r.selector() + r.pick("", "", "", "", " offset 1m", " @ end()", " @ 1704067500")
	}
	inner := func() string { return r.expr(depth - 1) }
	switch r.IntN(14) {
	case 0, 1:
		return fmt.Sprintf("%s(%s[%s])", r.pick("rate", "increase", "changes", "max_over_time", "avg_over_time", "count_over_time", "delta", "resets", "last_over_time", "deriv"), r.selector(), r.window())
	case 2, 3:
		// Not stddev: its last digit depends on the order of series, which the engine leaves to a map.
		return fmt.Sprintf("%s by (%s) (%s)", r.pick("sum", "max", "avg", "count", "min", "group"), r.pick("job", "i", "job, i", "alertname", ""), inner())
	case 4, 5:
		return fmt.Sprintf("%s %s %d", inner(), r.pick(">", "<", ">=", "!=", "== bool", "*", "+", "-"), r.IntN(6))
	case 6:
		return fmt.Sprintf("(%s) %s (%s)", inner(), r.pick("or", "and", "unless"), inner())
	case 7:
		return fmt.Sprintf("(%s) %s on (%s) (%s)", inner(), r.pick("and", "unless", "/", ">"), r.pick("job", "i, job"), inner())
	case 8:
		return fmt.Sprintf("absent(%s)", r.selector())
	case 9:
		return fmt.Sprintf("%s((%s)[%s:%s])", r.pick("max_over_time", "avg_over_time", "sum_over_time", "rate"), inner(), r.window(), r.pick("", "30s", "15s"))
	case 10:
		return fmt.Sprintf("quantile(0.%d, %s)", 1+r.IntN(9), inner()) // not topk: which of equal values it takes is arbitrary
	case 11:
		return fmt.Sprintf(`label_replace(%s, "%s", "%s", "", "")`, inner(), r.pick("job", "n"), r.pick("z", "a"))
	case 12:
		return r.pick("h", "rate(h[2m])", "histogram_quantile(0.9, sum(rate(h[2m])))", "histogram_count(increase(h[5m]))", "vector(1)", "time()", "vector(time())", "scalar(g)", "hour()")
	default:
		return fmt.Sprintf("%s(%s)", r.pick("timestamp", "abs", "sgn", "round", "-"), inner())
	}
}

func (r random) groups(t *testing.T) []simulate.Group {
	t.Helper()
	parse := parser.NewParser(parser.Options{})
	groups := make([]simulate.Group, 1+r.IntN(3))
	for g := range groups {
		groups[g] = simulate.Group{
			Name: fmt.Sprintf("g%d.", g), Interval: []time.Duration{15 * time.Second, 30 * time.Second, time.Minute}[r.IntN(3)],
			Phase: time.Duration(r.IntN(3)*5) * time.Second,
		}
		if r.chance(15) {
			groups[g].Limit = 1 + r.IntN(3)
		}
		if r.chance(10) {
			groups[g].QueryOffset = time.Duration(1+r.IntN(2)) * 30 * time.Second
		}
		for n := range 1 + r.IntN(4) {
			text := r.expr(1 + r.IntN(3))
			expr, err := parse.ParseExpr(text)
			if err != nil {
				expr, _ = parse.ParseExpr(r.selector()) // some combinations of types are not PromQL
			}
			groups[g].Rules = append(groups[g].Rules, r.rule(n, expr))
		}
	}
	return groups
}

func (r random) rule(n int, expr parser.Expr) simulate.Rule {
	rule := simulate.Rule{Expr: expr}
	b := labels.NewBuilder(labels.EmptyLabels())
	if r.chance(50) {
		b.Set("l", r.pick("x", "y"))
	}
	if r.chance(50) {
		rule.Record, rule.Labels = fmt.Sprintf("r%d", r.IntN(3)), b.Labels()
		return rule
	}
	rule.Alert = fmt.Sprintf("A%d", n)
	rule.For = time.Duration(r.IntN(4)) * 30 * time.Second
	if r.chance(30) {
		rule.KeepFiringFor = time.Duration(1+r.IntN(3)) * time.Minute
	}
	if r.chance(20) {
		b.Set("v", r.pick("{{ $value }}", "{{ $labels.job }}", `{{ if gt $value 3.0 }}much{{ end }}`, `{{ with query "up" }}{{ . | first | value }}{{ end }}`))
	}
	rule.Labels = b.Labels()
	rule.Annotations = labels.FromStrings("summary", r.pick("plain", "{{ $value | humanize }} of {{ $labels.i }}", "{{ $labels.none }} {{ nonsense }}", `{{ query "g" | len }}`))
	return rule
}

// TestSimulationEqualsPrometheus compares each sample and each change of an alert with rules.Group.Eval of Prometheus.
func TestSimulationEqualsPrometheus(t *testing.T) {
	episodes, samples := 0, 0
	for n := range *cases {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := random{rand.New(rand.NewPCG(7, uint64(n)))}
			lasts := 12 * time.Minute
			raw := r.series(lasts)
			groups := r.groups(t)
			e, s := compareRuns(t, func() []promql.Series { return raw }, groups, start, start.Add(lasts))
			episodes, samples = episodes+e, samples+s
			if t.Failed() {
				t.Log(describe(groups))
			}
		})
	}
	t.Logf("%d groups of rules, %d episodes of alerts, %d samples", *cases, episodes, samples)
	if episodes < *cases || samples < 100**cases {
		t.Error("too little happened in the random groups to prove anything")
	}
}

func describe(groups []simulate.Group) string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "%s every %s at %s offset %s limit %d\n", g.Name, g.Interval, g.Phase, g.QueryOffset, g.Limit)
		for _, r := range g.Rules {
			fmt.Fprintf(&b, "  %s%s %s: %s  for %s keep %s %s\n", r.Record, r.Alert, r.Labels, r.Expr, r.For, r.KeepFiringFor, r.Annotations)
		}
	}
	return b.String()
}
