package search_test

import (
	"context"
	"log/slog"
	"math"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"

	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// holdAgainstPrometheus lets Prometheus' own rule groups evaluate a witness moment by moment: the alert has to be silent while all is well,
// to fire in the incident when the witness says, and to be resolved in the end.
func holdAgainstPrometheus(t *testing.T, w *search.Witness) {
	t.Helper()
	memory := simulate.NewMemory(w.Raw)
	groups := realGroups(t, memory, w.Groups)
	var fired time.Time
	firing := false
	for at := w.History; !at.After(w.Ends); at = at.Add(5 * time.Second) {
		for i, g := range w.Groups {
			recordsOnly := at.Before(w.From)
			due := at.Sub(at.Truncate(g.Interval)) == g.Phase%g.Interval
			if !due || recordsOnly && !slices.ContainsFunc(g.Rules, func(r simulate.Rule) bool { return r.Record != "" }) {
				continue
			}
			groups[i].Eval(t.Context(), at)
			for _, rule := range groups[i].Rules() {
				alert, ok := rule.(*rules.AlertingRule)
				if !ok || recordsOnly {
					continue
				}
				firing = false
				for _, active := range alert.ActiveAlerts() {
					if active.State != rules.StateFiring {
						continue
					}
					firing = true
					if fired.IsZero() {
						fired = at
					}
				}
			}
		}
	}
	switch {
	case fired.IsZero():
		t.Error("under Prometheus it never fires")
	case fired.Before(w.Began):
		t.Errorf("under Prometheus it fires at %s, while all is well", fired)
	case !fired.Equal(w.Episode.FiredAt):
		t.Errorf("under Prometheus it fires at %s, and not at %s", fired, w.Episode.FiredAt)
	case firing:
		t.Error("under Prometheus it never resolves")
	}
}

func realGroups(t *testing.T, memory *simulate.Memory, groups []simulate.Group) []*rules.Group {
	t.Helper()
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
				Context: t.Context(), AppendableV2: appendable{memory}, Queryable: memory, Logger: logger, ExternalURL: &url.URL{},
				Metrics: rules.NewGroupMetrics(prometheus.NewRegistry()),
			},
		}))
	}
	return all
}

// appendable takes what Prometheus' rules write.
type appendable struct{ memory *simulate.Memory }

func (a appendable) AppenderV2(context.Context) storage.AppenderV2 { return appender(a) }

type appender struct{ memory *simulate.Memory }

func (a appender) Commit() error   { return nil }
func (a appender) Rollback() error { return nil }

func (a appender) Append(_ storage.SeriesRef, set labels.Labels, _, t int64, v float64, _ *histogram.Histogram, fh *histogram.FloatHistogram, _ storage.AppendV2Options) (storage.SeriesRef, error) {
	one := promql.Series{Metric: set}
	if fh != nil {
		one.Histograms = []promql.HPoint{{T: t, H: fh}}
	} else {
		one.Floats = []promql.FPoint{{T: t, F: v}}
	}
	a.memory.Write([]promql.Series{one})
	return 1, nil
}
