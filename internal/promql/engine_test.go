package promql

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"

	"github.com/belfry-dev/belfry/internal/diag"
)

// TestEngineAgrees evaluates the expressions of all other tests with Prometheus' own engine over series that the table
// describes. Whatever comes out must have the labels, and lie in the range, that inference has promised, and nothing may
// come out of what it calls always empty.
func TestEngineAgrees(t *testing.T) {
	table := shop(t)
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e7, Timeout: time.Minute, LookbackDelta: 5 * time.Minute,
		NoStepSubqueryIntervalFn: func(int64) int64 { return step.Milliseconds() },
		EnableAtModifier:         true, EnableNegativeOffset: true, Parser: parser.NewParser(experimental)})
	var texts []string
	for _, c := range inferences {
		texts = append(texts, c.text)
	}
	for _, c := range findingCases {
		texts = append(append(texts, c.wrong...), c.silent...)
	}
	for seed := range uint64(2000) {
		texts = append(texts, generated(rand.New(rand.NewPCG(seed, 2)), 1+int(seed%4)))
	}
	results, foretold := 0, 0
	for seed := range uint64(3) {
		data := storedSeries(table, rand.New(rand.NewPCG(seed, 1)))
		evaluate := func(text string) parser.Value {
			query, err := engine.NewInstantQuery(t.Context(), data, nil, text, end)
			if err != nil {
				return nil // a range
			}
			result := query.Exec(t.Context())
			return result.Value // nothing where several series match one
		}
		for _, text := range append(texts, typical...) {
			if strings.Contains(text, "$") && !strings.Contains(text, "label_replace") || strings.Contains(text, "[[") {
				continue // variables of dashboards
			}
			analysis := table.Analyze(parseAll(t, text), UseAny)
			results += agree(t, text, analysis.Root, evaluate(text))
			for _, f := range analysis.Findings {
				part := text[f.Range.Start:f.Range.End]
				found, ok := evaluate(part).(promql.Vector)
				found = slices.DeleteFunc(found, func(s promql.Sample) bool { return s.F == 0 && strings.Contains(part, "bool") })
				if !ok || !saysEmpty(f) {
					continue
				}
				foretold++
				if len(found) > 0 {
					t.Errorf("%s: %s, but the result of %s is %v", text, f, part, found)
				}
			}
		}
	}
	t.Logf("%d values agree, %d empty results were foretold", results, foretold)
	if results < 5000 || foretold < 500 {
		t.Errorf("only %d values and %d empty results were compared", results, foretold)
	}
}

// saysEmpty reports whether a finding says that its part of the expression has no result, ever.
func saysEmpty(f Finding) bool {
	switch f.Code {
	case codeNeverMatches, codeUnreachableComp, codeQuantileNoLe, codeAbsentNever:
		return f.Severity == diag.Error
	case codeUnknownLabel, codeLabelValue:
		return strings.Contains(f.Message, "selects nothing") || strings.Contains(f.Message, "matches no value")
	default:
		return false
	}
}

// agree compares a result with what was inferred, and returns how many values it holds.
func agree(t *testing.T, text string, root Type, value parser.Value) int {
	t.Helper()
	switch v := value.(type) {
	case promql.Scalar:
		within(t, text, root, v.V)
		return 1
	case promql.Vector:
		if root.NeverEmpty && len(v) == 0 {
			t.Errorf("%s should never be empty", text)
		}
		for _, sample := range v {
			if sample.H == nil {
				within(t, text, root, sample.F)
			}
			if !slices.ContainsFunc(root.sets(), func(set LabelSet) bool { return hasLabels(set, sample.Metric) }) {
				t.Errorf("%s: a result has labels %s, but inference says %s", text, sample.Metric, describeLabels(root))
			}
		}
		return len(v)
	}
	return 0
}

func within(t *testing.T, text string, root Type, v float64) {
	t.Helper()
	if math.IsNaN(v) || v >= root.Range.Low-1e-9 && v <= root.Range.High+1e-9 {
		return
	}
	t.Errorf("%s: a result is %v, but inference says %v to %v", text, v, root.Range.Low, root.Range.High)
}

// hasLabels reports whether a series may be one of a label set.
func hasLabels(set LabelSet, series labels.Labels) bool {
	possible := true
	series.Range(func(l labels.Label) {
		known := set.Get(l.Name)
		possible = possible && (l.Name == "__name__" || known.Presence != Never && (known.Values == nil || slices.Contains(known.Values, l.Value)))
	})
	for _, l := range set.All() {
		possible = possible && (l.Presence != Must || series.Get(l.Name) != "")
	}
	return possible
}

// end is when the expressions are evaluated: a Tuesday, some hours after the first sample.
var end = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const samples, step = 400, 30 * time.Second

// storedSeries makes series of every metric of the table but native histograms: two instances with every value of closed labels.
func storedSeries(table *Table, random *rand.Rand) memory {
	var stored memory
	add := func(name string, fixed map[string]string, value func(previous float64) float64) {
		points := make([]chunks.Sample, samples)
		previous := 0.0
		for i := range points {
			previous = value(previous)
			points[i] = point{end.Add(-step * time.Duration(samples-1-i)).UnixMilli(), previous}
		}
		fixed["__name__"] = name
		stored = append(stored, storage.NewListSeries(labels.FromMap(fixed), points))
	}
	grow := func(previous float64) float64 {
		if random.IntN(100) == 0 {
			return 0
		}
		return previous + float64(random.IntN(5))
	}
	for _, name := range table.names() {
		m, p := table.lookup(name)
		if m == nil || m.Native {
			continue
		}
		for _, fixed := range combinations(m) {
			if m.Type == SummaryMetric && p == partWhole {
				fixed["quantile"] = "0.5"
			}
			switch {
			case p == partBucket:
				for i, le := range append(slices.Clone(m.Buckets), math.Inf(1)) {
					slope := float64(i + 1)
					bucket := map[string]string{"le": fmt.Sprintf("%g", le)}
					for k, v := range fixed {
						bucket[k] = v
					}
					add(name, bucket, func(previous float64) float64 { return previous + slope })
				}
			case p == partCount && m.Classic:
				add(name, fixed, func(previous float64) float64 { return previous + float64(len(m.Buckets)+1) })
			case p != partWhole || m.Type == CounterMetric:
				add(name, fixed, grow)
			case m.Type == InfoMetric:
				add(name, fixed, func(float64) float64 { return 1 })
			case m.Name == "up":
				add(name, fixed, func(float64) float64 { return float64(random.IntN(2)) })
			case m.Unit.Known() && m.Unit.Unit.IsRatio():
				add(name, fixed, func(float64) float64 { return random.Float64() })
			case m.Timestamp:
				add(name, fixed, func(float64) float64 { return float64(end.Unix() - 3600) })
			default:
				add(name, fixed, func(float64) float64 { return random.Float64()*400 - 50 })
			}
		}
	}
	return stored
}

// combinations are the label sets of a metric's series.
func combinations(m *Metric) []map[string]string {
	sets := []map[string]string{{"job": "shop", "instance": "a", "pod": "p-a"}, {"job": "shop", "instance": "b", "namespace": "n"}}
	for _, l := range m.Labels {
		values := l.Values
		if values == nil {
			values = []string{"x", "y"}
		}
		var more []map[string]string
		for _, set := range sets {
			for _, v := range values {
				copied := map[string]string{l.Name: v}
				for name, value := range set {
					if name != l.Name {
						copied[name] = value
					}
				}
				more = append(more, copied)
			}
		}
		sets = more
	}
	return sets
}

// memory is a storage of series.
type memory []storage.Series

func (m memory) Querier(_, _ int64) (storage.Querier, error) { return querier{series: m}, nil }

type querier struct {
	storage.LabelQuerier
	series []storage.Series
}

func (q querier) Close() error { return nil }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	var found []storage.Series
	for _, s := range q.series {
		if !slices.ContainsFunc(matchers, func(m *labels.Matcher) bool { return !m.Matches(s.Labels().Get(m.Name)) }) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b storage.Series) int { return labels.Compare(a.Labels(), b.Labels()) })
	return &seriesSet{series: found, at: -1}
}

type seriesSet struct {
	series []storage.Series
	at     int
}

func (s *seriesSet) Next() bool                        { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.at] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

type point struct {
	at    int64
	value float64
}

func (p point) T() int64                      { return p.at }
func (p point) ST() int64                     { return 0 }
func (p point) F() float64                    { return p.value }
func (p point) H() *histogram.Histogram       { return nil }
func (p point) FH() *histogram.FloatHistogram { return nil }
func (p point) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (p point) Copy() chunks.Sample           { return p }

// generated is a random expression, as deep as said.
func generated(random *rand.Rand, depth int) string {
	pick := func(options ...string) string { return options[random.IntN(len(options))] }
	next := func() string { return generated(random, depth-1) }
	names := func() string {
		return strings.Join([]string{pick("job", "instance", "method"), pick("pod", "status", "namespace", "priority")}[:random.IntN(3)], ", ")
	}
	counter := func() string {
		matchers := pick("", "", `{status="500"}`, `{method=~"GET|HEAD"}`, `{pod=""}`, `{status!~"5..", namespace!=""}`, `{instance=~"a.*"}`)
		return pick("shop_requests_total", "shop_errors_total", "shop_latency_seconds_count", "shop_cost_dollars_total") + matchers
	}
	if depth == 0 {
		return pick("vector(0.5)", "vector(2)", "up", "shop_queue_depth", `shop_queue_depth{priority="high"}`, "shop_hit_ratio", "shop_memory_bytes",
			"shop_build_info", "shop_started_seconds", "vector(time())", "rate("+counter()+"[5m])", "increase("+counter()+"[1h])", counter(),
			"sum by (le) (rate(shop_latency_seconds_bucket[5m]))", "absent("+counter()+")")
	}
	vector := next
	if random.IntN(4) == 0 {
		vector = func() string { return "(" + next() + " or vector(1))" }
	}
	switch random.IntN(10) {
	case 0, 1:
		return pick("sum", "avg", "min", "max", "count", "stddev", "group") + " by (" + names() + ") (" + vector() + ")"
	case 2:
		return pick("sum", "max", "count") + " without (" + names() + ") (" + vector() + ")"
	case 3:
		return pick("abs", "ceil", "floor", "round", "sgn", "sqrt", "sort", "timestamp", "hour", "cos", "exp") + "(" + vector() + ")"
	case 4:
		return pick("max_over_time", "sum_over_time", "avg_over_time", "count_over_time", "changes", "stddev_over_time", "last_over_time") + "((" + vector() + ")[5m:1m])"
	case 5:
		return pick("clamp_max", "clamp_min") + "(" + vector() + ", " + pick("0.5", "1", "-1", "100") + ")"
	case 6:
		return "label_replace(" + vector() + `, "method", "` + pick("GET", "$1", "") + `", "` + pick("job", "pod", "") + `", "` + pick("", "(.*)", "a.*") + `")`
	case 7:
		return "(" + vector() + ") " + pick("and", "or", "unless", "and on (job)", "unless ignoring (method)", "or on (instance)") + " (" + vector() + ")"
	case 8:
		return "(" + vector() + ") " + pick(">", "<", "==", ">=", "<=", "!=", "> bool", "== bool") + " " + pick("0", "1", "0.5", "100", "-1")
	default:
		op := pick("+", "-", "*", "/", "%", ">", "== bool") + pick("", "", " on (job)", " on (job, instance)", " ignoring (method, status)",
			" on (job) group_left ()", " on (instance) group_right (pod)", " on ()")
		return "(" + vector() + ") " + op + " (" + vector() + ")"
	}
}
