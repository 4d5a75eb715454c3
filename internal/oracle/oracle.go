// Package oracle makes Prometheus' own rule groups of those that internal/simulate runs, over the same memory: tests let both evaluate
// the same and compare.
package oracle

import (
	"context"
	"log/slog"
	"math"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"

	"github.com/belfry-dev/belfry/internal/simulate"
)

// Groups are the groups as Prometheus evaluates them. They read the memory and write what they record into it.
func Groups(ctx context.Context, memory *simulate.Memory, groups []simulate.Group) []*rules.Group {
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: math.MaxInt32, Timeout: time.Hour, LookbackDelta: 5 * time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 { return time.Minute.Milliseconds() }, Parser: parser.NewParser(parser.Options{}),
	})
	logger := slog.New(slog.DiscardHandler)
	var all []*rules.Group
	for _, g := range groups {
		var list []rules.Rule
		for _, r := range g.Rules {
			if r.Record != "" {
				list = append(list, rules.NewRecordingRule(r.Record, r.Expr, r.Labels))
				continue
			}
			list = append(list, rules.NewAlertingRule(r.Alert, r.Expr, r.For, r.KeepFiringFor, r.Labels, r.Annotations, labels.EmptyLabels(), "", true, logger))
		}
		all = append(all, rules.NewGroup(rules.GroupOptions{
			Name: g.Name, File: "rules", Interval: g.Interval, Limit: g.Limit, Rules: list, QueryOffset: &g.QueryOffset,
			Opts: &rules.ManagerOptions{
				QueryFunc: rules.EngineQueryFunc(engine, memory), NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
				Context: ctx, AppendableV2: appendable{memory}, Queryable: memory, Logger: logger, ExternalURL: &url.URL{},
				Metrics: rules.NewGroupMetrics(prometheus.NewRegistry()),
			},
		}))
	}
	return all
}

// appendable takes what Prometheus' rules write, and refuses what its storage refuses.
type appendable struct{ memory *simulate.Memory }

func (a appendable) AppenderV2(context.Context) storage.AppenderV2 { return &appender{a.memory} }

type appender struct{ memory *simulate.Memory }

func (a *appender) Commit() error   { return nil }
func (a *appender) Rollback() error { return nil }

func (a *appender) Append(_ storage.SeriesRef, set labels.Labels, _, t int64, v float64, _ *histogram.Histogram, fh *histogram.FloatHistogram, _ storage.AppendV2Options) (storage.SeriesRef, error) {
	if last, ok := a.memory.Newest(set); ok {
		same := last.T == t && math.Float64bits(last.F) == math.Float64bits(v) && fh == nil
		switch {
		case t < last.T:
			return 0, storage.ErrOutOfOrderSample
		case t == last.T && !same:
			return 0, storage.ErrDuplicateSampleForTimestamp
		}
	}
	one := promql.Series{Metric: set}
	if fh != nil {
		one.Histograms = []promql.HPoint{{T: t, H: fh}}
	} else {
		one.Floats = []promql.FPoint{{T: t, F: v}}
	}
	a.memory.Write([]promql.Series{one})
	return 1, nil
}
