package golden

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/grafana/regexp"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"

	"github.com/belfry-dev/belfry/generator"
)

// TestAQuietHistogramSpoilsNoWindow evaluates the bad events of an objective over a native histogram while nothing is
// observed: one sample that is not a number would make the sums over all windows so, for thirty days.
func TestAQuietHistogramSpoilsNoWindow(t *testing.T) {
	expr := badEvents(t, "slo-ratio-native", "upload_seconds")
	for _, test := range []struct {
		name       string
		fast, slow float64 // observations of 0.75 s and of 12 s a minute
		want       float64 // bad events per second
	}{
		{"nothing is observed", 0, 0, 0},
		{"all are fast", 3, 0, 0},
		{"one of four a minute is slow", 3, 1, 1.0 / 60},
		{"all are slow", 0, 6, 0.1},
	} {
		t.Run(test.name, func(t *testing.T) {
			engine := promql.NewEngine(promql.EngineOpts{
				MaxSamples: 1e6, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, Parser: parser.NewParser(parser.Options{}),
			})
			query, err := engine.NewInstantQuery(context.Background(), uploads(test.fast, test.slow), nil, expr, time.Unix(0, 0).Add(15*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			vector, err := query.Exec(context.Background()).Vector()
			if err != nil || len(vector) != 1 {
				t.Fatalf("%v, %v from\n%s", vector, err, expr)
			}
			if got := vector[0].F; !(math.Abs(got-test.want) < 1e-9) {
				t.Errorf("%v bad events a second, want %v, from\n%s", got, test.want, expr)
			}
		})
	}
}

// badEvents compiles a case and returns the recording of an objective's bad events that reads the metric.
func badEvents(t *testing.T, folder, metric string) string {
	t.Helper()
	result, err := generator.Compile(generator.Options{Dir: folder, Packages: []string{"."}, CheckOnly: true})
	if err != nil || len(result.Outputs) != 1 {
		t.Fatal(result, err)
	}
	for _, group := range result.Outputs[0].Program.Groups {
		all := "" // the bad events read the recording of all events, which the storage does not hold
		for _, rule := range group.Rules {
			if rule.Record == "slo:total:rate5m" {
				all = rule.Expr
			}
			if rule.Record == "slo:bad:rate5m" && strings.Contains(rule.Expr, metric) {
				return recordedTotal.ReplaceAllLiteralString(rule.Expr, "("+all+")")
			}
		}
	}
	t.Fatalf("%s records no bad events of %s", folder, metric)
	return ""
}

var recordedTotal = regexp.MustCompile(`slo:total:rate5m\{[^}]*\}`)

// uploads is a storage with one native histogram that is scraped each minute and grows by the same each time.
func uploads(fast, slow float64) storage.Queryable {
	var points []chunks.Sample
	for minute := range 20 {
		n := float64(minute + 1)
		points = append(points, sample{int64(minute) * 60000, &histogram.FloatHistogram{
			Count: 10 + n*(fast+slow), Sum: 10 + n*(0.75*fast+12*slow),
			PositiveSpans:   []histogram.Span{{Offset: 0, Length: 1}, {Offset: 3, Length: 1}}, // (0.5, 1] and (8, 16]
			PositiveBuckets: []float64{10 + n*fast, n * slow},
		}})
	}
	series := storage.NewListSeries(labels.FromStrings("__name__", "upload_seconds", "job", "shop", "namespace", "web"), points)
	return storage.QueryableFunc(func(_, _ int64) (storage.Querier, error) { return only{series: series}, nil })
}

type sample struct {
	t int64
	h *histogram.FloatHistogram
}

func (s sample) T() int64                      { return s.t }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return 0 }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return s.h }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloatHistogram }
func (s sample) Copy() chunks.Sample           { return sample{s.t, s.h.Copy()} }

// only finds one series, whatever is looked for.
type only struct {
	storage.LabelQuerier
	series storage.Series
}

func (o only) Close() error { return nil }

func (o only) Select(context.Context, bool, *storage.SelectHints, ...*labels.Matcher) storage.SeriesSet {
	return &once{series: o.series}
}

type once struct {
	series storage.Series
	read   bool
}

func (o *once) Next() bool                        { first := !o.read; o.read = true; return first }
func (o *once) At() storage.Series                { return o.series }
func (o *once) Err() error                        { return nil }
func (o *once) Warnings() annotations.Annotations { return nil }
