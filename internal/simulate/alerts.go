package simulate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
)

// Names of the series that Prometheus writes about alerts (rules/alerting.go).
const (
	alertsName     = "ALERTS"
	forStateName   = "ALERTS_FOR_STATE"
	alertStateName = "alertstate"
	alertNameLabel = model.AlertNameLabel
)

var errDuplicate = errors.New("vector contains metrics with the same labelset after applying rule labels")

type state uint8

const (
	pending state = iota
	firing
)

func (s state) String() string { return [...]string{"pending", "firing"}[s] }

// instance is an active alert: a row of what Prometheus shows under /alerts.
type instance struct {
	Episode
	state           state
	keepFiringSince time.Time
	found
	before found // the one before the latest
}

// found is the latest evaluation whose condition was true.
type found struct {
	last   sample
	lastAt time.Time
	seen   int // the evaluation, counted from 1
}

// instances are the active alerts of one rule and what became of those before.
type instances struct {
	rule     *Rule
	texts    expander
	active   map[string]*instance
	episodes []Episode
	count    int // evaluations
}

func newInstances(rule *Rule, options Options, query queryFunc) *instances {
	return &instances{rule: rule, texts: expander{alert: rule.Alert, options: options, query: query}, active: map[string]*instance{}}
}

// sample is one result of the condition.
type sample struct {
	metric    labels.Labels
	value     float64
	histogram *histogram.FloatHistogram // the value, where it is one; then value is zero
	key       string                    // of the alert's labels; empty where they depend on the value
	labels    labels.Labels
}

// run evaluates the alert at each frame. It returns the samples that Prometheus would write, where they are asked for.
func (a *instances) run(ctx context.Context, f *frames, matrix promql.Matrix, limit int, write bool) []promql.Series {
	rows := a.rows(ctx, f, matrix)
	var out alertSeries
	at := make([]int, len(matrix)) // the next float of each series
	var results []sample
	for i := range f.count {
		stamp := f.stamp(i)
		results = results[:0]
		for n := range matrix {
			one := &matrix[n]
			result := rows[n]
			if k := at[n]; k < len(one.Floats) && one.Floats[k].T == stamp {
				result.value = one.Floats[k].F
				at[n]++
			} else if result.histogram = histogramAt(one, stamp); result.histogram == nil {
				continue
			}
			if result.key == "" {
				result.labels = a.labelsOf(ctx, result, f.at(i))
				result.key = string(result.labels.Bytes(nil))
			}
			results = append(results, result)
		}
		if err := a.step(ctx, f.at(i), results, limit); err != nil {
			f.fail(i, err)
			continue
		}
		if write {
			out.add(a, stamp)
		}
	}
	return out.series
}

func histogramAt(one *promql.Series, stamp int64) *histogram.FloatHistogram {
	at, found := slices.BinarySearchFunc(one.Histograms, stamp, func(p promql.HPoint, t int64) int { return cmp.Compare(p.T, t) })
	if !found {
		return nil
	}
	return one.Histograms[at].H
}

// rows prepares what is the same at each evaluation.
func (a *instances) rows(ctx context.Context, f *frames, matrix promql.Matrix) []sample {
	rows := make([]sample, len(matrix))
	for n := range matrix {
		rows[n].metric = matrix[n].Metric
		if !a.hasTemplates() {
			rows[n].labels = a.labelsOf(ctx, rows[n], f.at(0))
			rows[n].key = string(rows[n].labels.Bytes(nil))
		}
	}
	return rows
}

func (a *instances) hasTemplates() bool {
	some := false
	a.rule.Labels.Range(func(l labels.Label) { some = some || isTemplate(l.Value) })
	return some
}

// queries reports whether a template of the rule runs queries.
func (a *instances) queries() bool {
	some := false
	look := func(l labels.Label) { some = some || isTemplate(l.Value) && runsQuery(l.Value) }
	a.rule.Labels.Range(look)
	a.rule.Annotations.Range(look)
	return some
}

// labelsOf are the labels of the alert that a result makes.
func (a *instances) labelsOf(ctx context.Context, result sample, at time.Time) labels.Labels {
	b := labels.NewBuilder(result.metric)
	b.Del(model.MetricNameLabel)
	a.rule.Labels.Range(func(l labels.Label) { b.Set(l.Name, a.texts.expand(ctx, l.Value, result, at)) })
	b.Set(alertNameLabel, a.rule.Alert)
	return b.Labels()
}

func (a *instances) annotationsOf(ctx context.Context, result sample, at time.Time) labels.Labels {
	b := labels.NewScratchBuilder(a.rule.Annotations.Len())
	a.rule.Annotations.Range(func(l labels.Label) { b.Add(l.Name, a.texts.expand(ctx, l.Value, result, at)) })
	return b.Labels()
}

// step is one evaluation: AlertingRule.Eval of Prometheus, whose states it follows. Texts are expanded when somebody will read them: when
// an alert fires, and for the last time before it resolves.
func (a *instances) step(ctx context.Context, at time.Time, results []sample, limit int) error {
	seen := make(map[string]bool, len(results))
	for _, result := range results {
		if seen[result.key] {
			return errDuplicate
		}
		seen[result.key] = true
	}
	a.count++
	for _, result := range results {
		one := a.active[result.key]
		if one == nil {
			one = &instance{Episode: Episode{Labels: result.labels, ActiveAt: at}}
			a.active[result.key] = one
		}
		one.before, one.found = one.found, found{result, at, a.count}
	}
	for key, one := range a.active {
		if one.seen != a.count {
			if a.keepsFiring(one, at) {
				continue
			}
			delete(a.active, key)
			a.end(ctx, one, at)
			continue
		}
		one.keepFiringSince = time.Time{}
		if one.state == pending && at.Sub(one.ActiveAt) >= a.rule.For {
			one.state, one.FiredAt, one.Value = firing, at, one.last.value
			one.Annotations = a.annotationsOf(ctx, one.last, at)
		}
	}
	if limit > 0 && len(a.active) > limit {
		n := len(a.active)
		a.forget(ctx, at)
		return limitError(limit, n, "alerts")
	}
	return nil
}

// forget ends all episodes, as Prometheus does with too many alerts. What the evaluation itself changed never shows.
func (a *instances) forget(ctx context.Context, at time.Time) {
	for _, one := range a.active {
		if one.ActiveAt.Equal(at) {
			continue
		}
		if one.seen == a.count {
			one.found = one.before
		}
		if one.FiredAt.Equal(at) {
			one.state, one.FiredAt, one.Value, one.Annotations = pending, time.Time{}, 0, labels.EmptyLabels()
		}
		a.end(ctx, one, at)
	}
	clear(a.active)
}

// keepsFiring reports whether an alert goes on although its condition is no longer true.
func (a *instances) keepsFiring(one *instance, at time.Time) bool {
	if one.state != firing || a.rule.KeepFiringFor <= 0 {
		return false
	}
	if one.keepFiringSince.IsZero() {
		one.keepFiringSince = at
	}
	return at.Sub(one.keepFiringSince) < a.rule.KeepFiringFor
}

// end closes an episode. The zero time says that the simulation ended before it.
func (a *instances) end(ctx context.Context, one *instance, at time.Time) {
	one.EndedAt = at
	if one.state == firing {
		one.LastValue = one.last.value
		one.LastAnnotations = a.annotationsOf(ctx, one.last, one.lastAt)
	}
	a.episodes = append(a.episodes, one.Episode)
}

// finish returns all episodes.
func (a *instances) finish() []Episode {
	for _, one := range a.active {
		a.end(context.Background(), one, time.Time{})
	}
	a.active = nil
	slices.SortFunc(a.episodes, func(x, y Episode) int {
		return cmp.Or(x.ActiveAt.Compare(y.ActiveAt), labels.Compare(x.Labels, y.Labels))
	})
	return a.episodes
}

// alertSeries collects the samples of ALERTS and ALERTS_FOR_STATE.
type alertSeries struct {
	series []promql.Series
	known  map[string]int
}

func (s *alertSeries) add(a *instances, stamp int64) {
	if s.known == nil {
		s.known = map[string]int{}
	}
	for _, one := range a.active {
		b := labels.NewBuilder(a.rule.Labels) // a label that expands to nothing keeps the template's text here, as in Prometheus
		one.Labels.Range(func(l labels.Label) { b.Set(l.Name, l.Value) })
		b.Set(alertNameLabel, a.rule.Alert)
		b.Set(model.MetricNameLabel, forStateName)
		s.put(b.Labels(), stamp, float64(one.ActiveAt.Unix()))
		b.Set(model.MetricNameLabel, alertsName)
		b.Set(alertStateName, one.state.String())
		s.put(b.Labels(), stamp, 1)
	}
}

func (s *alertSeries) put(set labels.Labels, stamp int64, value float64) {
	key := string(set.Bytes(nil))
	i, known := s.known[key]
	if !known {
		i = len(s.series)
		s.known[key] = i
		s.series = append(s.series, promql.Series{Metric: set})
	}
	s.series[i].Floats = append(s.series[i].Floats, promql.FPoint{T: stamp, F: value})
}
