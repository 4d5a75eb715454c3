// Package simulate runs rule groups over any source of series, without waiting. In come groups as they are shipped and a source
// that answers range queries; out comes, for each alert, when its instances became pending, fired and resolved, with which labels,
// value and texts. Recording rules are evaluated too, and written to the source for those that read them.
//
// A rule is evaluated over the whole time by one range query wherever that gives what its group would have given step by step;
// order.go says where it does not.
package simulate

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

// Source answers queries about the past, and takes what rules record.
type Source interface {
	// Range evaluates an expression at each of the steps, as a range query of Prometheus does.
	Range(ctx context.Context, expr string, steps Steps) (promql.Matrix, error)
	// Write adds samples that the queries after it see. Those of one series are in the order of time and later than what it has.
	Write(series []promql.Series)
}

// Steps are moments at equal distances: First, First+Every, and so on until Last at most.
type Steps struct {
	First, Last time.Time
	Every       time.Duration
}

// Group is a rule group as Prometheus evaluates it.
type Group struct {
	Name     string
	Interval time.Duration
	// Phase is how long after each multiple of the interval the group is evaluated: Prometheus spreads groups over the interval.
	Phase time.Duration
	// QueryOffset is how far into the past its queries look.
	QueryOffset time.Duration
	Limit       int // of series or alerts that a rule may yield; 0 for none
	Rules       []Rule
}

// Rule is a recording rule (Record) or an alerting rule (Alert), never both.
type Rule struct {
	Record, Alert      string
	Expr               parser.Expr
	For, KeepFiringFor time.Duration
	Labels             labels.Labels
	Annotations        labels.Labels
}

// Options say what is simulated.
type Options struct {
	From, To time.Time
	// History is since when recording rules are evaluated, where a rule from From on looks back to what they recorded. Zero for From.
	History time.Time
	// Wanted chooses the alerting rules; only what they read is recorded. Nil evaluates every rule.
	Wanted func(group *Group, rule *Rule) bool
	// KeepAlerts stores the series ALERTS and ALERTS_FOR_STATE also where no rule reads them.
	KeepAlerts     bool
	ExternalLabels map[string]string
	ExternalURL    string
}

// Result is what became of the alerts.
type Result struct {
	Alerts []Alert // of the alerting rules that were evaluated, in the order of the groups
	// Failures are evaluations that Prometheus would have reported as failed.
	Failures []Failure
}

// Alert is what became of one alerting rule.
type Alert struct {
	Group, Name string
	Episodes    []Episode // by the time they began, then by labels
}

// Episode is one instance of an alert from when its condition became true until it resolved.
type Episode struct {
	Labels   labels.Labels
	ActiveAt time.Time // the condition became true
	FiredAt  time.Time // zero where it never fired
	EndedAt  time.Time // zero where it lasts to the end of the simulation
	// Value and Annotations are those of the evaluation at which it fired; LastValue and LastAnnotations of the last one while it fired
	// whose condition was true.
	Value, LastValue             float64
	Annotations, LastAnnotations labels.Labels
}

// Fired reports whether the alert fired in this episode.
func (e *Episode) Fired() bool { return !e.FiredAt.IsZero() }

// Failure is an evaluation that gave an error.
type Failure struct {
	Group, Rule string
	At          time.Time
	Err         error
}

// Run simulates. The error is one of the source's: a rule that cannot be evaluated is a Failure.
func Run(ctx context.Context, source Source, groups []Group, options Options) (*Result, error) {
	if options.History.IsZero() {
		options.History = options.From
	}
	r := &run{source: source, options: options, result: &Result{}}
	rules := r.prepare(groups)
	for _, component := range order(rules) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if component.together {
			r.stepByStep(ctx, component.rules)
			continue
		}
		r.atOnce(ctx, component.rules[0])
	}
	for _, one := range rules {
		if one.alerts != nil && one.evaluated {
			r.result.Alerts = append(r.result.Alerts, Alert{one.group.Name, one.rule.Alert, one.alerts.finish()})
		}
	}
	return r.result, ctx.Err()
}

// run is one simulation.
type run struct {
	source  Source
	options Options
	result  *Result
	newest  map[string]promql.FPoint // of series that several rules write
}

// evaluation is one rule in a run.
type evaluation struct {
	group     *Group
	rule      *Rule
	position  int // in the order of the file
	expr      string
	from      time.Time // of its first evaluation, at the earliest
	evaluated bool
	dynamic   bool // its templates run queries
	alerts    *instances
	recorded  recorder
	stores    bool // what it yields is written
	contested bool // another rule may write the same series
	reads     []read
}

// steps are the moments at which the rule is evaluated.
func (e *evaluation) steps(to time.Time) Steps {
	interval := e.group.Interval
	first := e.from.Truncate(interval).Add(e.group.Phase % interval)
	for first.Before(e.from) {
		first = first.Add(interval)
	}
	return Steps{First: first, Last: to, Every: interval}
}

// prepare lists the rules that are evaluated, in the order of the file.
func (r *run) prepare(groups []Group) []*evaluation {
	var all []*evaluation
	for g := range groups {
		for i := range groups[g].Rules {
			group, rule := &groups[g], &groups[g].Rules[i]
			e := &evaluation{group: group, rule: rule, position: len(all), expr: rule.Expr.String(), from: r.options.From}
			e.reads = readsOf(rule.Expr)
			if rule.Alert != "" {
				e.alerts = newInstances(rule, r.options, r.instant)
				e.dynamic = e.alerts.queries()
			}
			all = append(all, e)
		}
	}
	return needed(all, r.options)
}

// instant evaluates an expression at one moment, for templates.
func (r *run) instant(ctx context.Context, expr string, at time.Time) (promql.Vector, error) {
	matrix, err := r.source.Range(ctx, expr, Steps{at, at, time.Second})
	if err != nil {
		return nil, err
	}
	vector := make(promql.Vector, 0, len(matrix))
	for _, one := range matrix {
		for _, p := range one.Floats {
			vector = append(vector, promql.Sample{Metric: one.Metric, T: p.T, F: p.F})
		}
		for _, p := range one.Histograms {
			vector = append(vector, promql.Sample{Metric: one.Metric, T: p.T, H: p.H})
		}
	}
	return vector, nil
}

// atOnce evaluates a rule over the whole time by one query. Where that fails it is asked step by step: a query over a time fails
// where a single step does.
func (r *run) atOnce(ctx context.Context, e *evaluation) {
	steps := e.steps(r.options.To)
	if steps.First.After(steps.Last) {
		return
	}
	asked := Steps{steps.First.Add(-e.group.QueryOffset), steps.Last.Add(-e.group.QueryOffset), steps.Every}
	matrix, err := r.source.Range(ctx, e.expr, asked)
	if err != nil {
		r.stepByStep(ctx, []*evaluation{e})
		return
	}
	r.take(ctx, e, steps, matrix)
}

// stepByStep evaluates rules that depend on each other as Prometheus does: at each moment, the rules that are due, group by group.
func (r *run) stepByStep(ctx context.Context, rules []*evaluation) {
	next := make([]time.Time, len(rules))
	for i, e := range rules {
		next[i] = e.steps(r.options.To).First
	}
	for ctx.Err() == nil {
		due := -1
		for i := range rules {
			if !next[i].After(r.options.To) && (due < 0 || next[i].Before(next[due])) {
				due = i
			}
		}
		if due < 0 {
			return
		}
		e, at := rules[due], next[due]
		next[due] = at.Add(e.group.Interval)
		asked := at.Add(-e.group.QueryOffset)
		matrix, err := r.source.Range(ctx, e.expr, Steps{asked, asked, e.group.Interval})
		if err != nil {
			r.fail(e, at, err)
			continue
		}
		r.take(ctx, e, Steps{at, at, e.group.Interval}, matrix)
	}
}

// take hands the results of a rule's evaluations on.
func (r *run) take(ctx context.Context, e *evaluation, steps Steps, matrix promql.Matrix) {
	e.evaluated = true
	frames := newFrames(steps, e.group.QueryOffset)
	var yielded []promql.Series
	if e.alerts != nil {
		yielded = e.alerts.run(ctx, &frames, matrix, e.group.Limit, e.stores)
	} else {
		yielded = record(e.rule, &frames, matrix, e.group.Limit)
	}
	for _, failure := range frames.failed {
		r.fail(e, failure.at, failure.err)
	}
	if !e.stores {
		return
	}
	stored := e.recorded.series(&frames, yielded)
	if e.contested {
		stored = r.accepted(e, stored)
	}
	r.source.Write(stored)
}

// accepted leaves out what Prometheus' storage refuses because another rule has written the series at that time or later. Prometheus then
// does not count the series as one that the rule has yielded.
func (r *run) accepted(e *evaluation, stored []promql.Series) []promql.Series {
	if r.newest == nil {
		r.newest = map[string]promql.FPoint{}
	}
	var kept []promql.Series
	for _, one := range stored {
		key := string(one.Metric.Bytes(nil))
		var p promql.FPoint // rules with contested series are evaluated step by step: there is one sample
		eachStamp(one, func(stamp int64) { p.T = stamp })
		if len(one.Floats) > 0 {
			p.F = one.Floats[0].F
		}
		last, written := r.newest[key]
		if written && (p.T < last.T || p.T == last.T && math.Float64bits(p.F) != math.Float64bits(last.F)) {
			delete(e.recorded.previous, key)
			continue
		}
		r.newest[key] = p
		kept = append(kept, one)
	}
	return kept
}

func (r *run) fail(e *evaluation, at time.Time, err error) {
	e.evaluated = true
	r.result.Failures = append(r.result.Failures, Failure{e.group.Name, e.rule.Record + e.rule.Alert, at, err})
}

func limitError(limit, got int, what string) error {
	return fmt.Errorf("exceeded limit of %d with %d %s", limit, got, what)
}
