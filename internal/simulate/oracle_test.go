package simulate_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/rules"

	"github.com/belfry-dev/belfry/internal/oracle"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// reality evaluates groups with Prometheus' own rules.Group, moment by moment, and notes what becomes of the alerts.
type reality struct {
	memory *simulate.Memory
	groups []simulate.Group
	real   []*rules.Group
	open   map[string]*simulate.Episode // by rule and labels
	ended  map[*rules.AlertingRule][]simulate.Episode
}

func newReality(t testing.TB, raw []promql.Series, groups []simulate.Group) *reality {
	t.Helper()
	memory := simulate.NewMemory(raw)
	return &reality{
		memory: memory, groups: groups, real: oracle.Groups(t.Context(), memory, groups),
		open: map[string]*simulate.Episode{}, ended: map[*rules.AlertingRule][]simulate.Episode{},
	}
}

// run evaluates each group when it is due. Groups that are due at the same moment are evaluated in their order.
func (o *reality) run(ctx context.Context, from, to time.Time) {
	for at := from; !at.After(to); at = at.Add(time.Second) {
		for i, g := range o.groups {
			if at.Sub(at.Truncate(g.Interval)) == g.Phase%g.Interval {
				o.real[i].Eval(ctx, at)
				o.observe(o.real[i], at)
			}
		}
	}
}

func (o *reality) observe(group *rules.Group, at time.Time) {
	for n, rule := range group.Rules() {
		alerting, ok := rule.(*rules.AlertingRule)
		if !ok {
			continue
		}
		prefix := fmt.Sprint(group.Name(), n)
		seen := map[string]bool{}
		for _, a := range alerting.ActiveAlerts() {
			key := prefix + a.Labels.String()
			seen[key] = true
			one := o.open[key]
			if one == nil || !one.ActiveAt.Equal(a.ActiveAt) {
				if one != nil {
					o.end(alerting, one, at)
				}
				one = &simulate.Episode{Labels: a.Labels, ActiveAt: a.ActiveAt}
				o.open[key] = one
			}
			if a.State == rules.StateFiring && a.KeepFiringSince.IsZero() {
				if one.FiredAt.IsZero() {
					one.FiredAt, one.Value, one.Annotations = a.FiredAt, a.Value, a.Annotations
				}
				one.LastValue, one.LastAnnotations = a.Value, a.Annotations
			}
		}
		for key, one := range o.open {
			if len(key) >= len(prefix) && key[:len(prefix)] == prefix && !seen[key] {
				o.end(alerting, one, at)
				delete(o.open, key)
			}
		}
	}
}

func (o *reality) end(rule *rules.AlertingRule, one *simulate.Episode, at time.Time) {
	one.EndedAt = at
	o.ended[rule] = append(o.ended[rule], *one)
}

// alerts are the episodes of every alerting rule, as simulate.Run returns them.
func (o *reality) alerts() []simulate.Alert {
	var all []simulate.Alert
	for _, group := range o.real {
		for n, rule := range group.Rules() {
			alerting, ok := rule.(*rules.AlertingRule)
			if !ok {
				continue
			}
			episodes := o.ended[alerting]
			prefix := fmt.Sprint(group.Name(), n)
			for key, one := range o.open {
				if len(key) >= len(prefix) && key[:len(prefix)] == prefix {
					episodes = append(episodes, *one)
				}
			}
			slices.SortFunc(episodes, func(x, y simulate.Episode) int {
				if c := x.ActiveAt.Compare(y.ActiveAt); c != 0 {
					return c
				}
				return labels.Compare(x.Labels, y.Labels)
			})
			all = append(all, simulate.Alert{Group: group.Name(), Name: alerting.Name(), Episodes: episodes})
		}
	}
	return all
}

// compareRuns holds a simulation against the oracle: each sample that rules wrote, and what became of each alert.
func compareRuns(t *testing.T, raw func() []promql.Series, groups []simulate.Group, from, to time.Time) (episodes, samples int) {
	t.Helper()
	o := newReality(t, raw(), groups)
	o.run(t.Context(), from, to)
	memory := simulate.NewMemory(raw())
	result, err := simulate.Run(t.Context(), memory, groups, simulate.Options{From: from, To: to, KeepAlerts: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(printAlerts(o.alerts()), printAlerts(result.Alerts)); diff != "" {
		t.Errorf("alerts (-Prometheus +simulation):\n%s", diff)
	}
	want, got := printSeries(o.memory), printSeries(memory)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("series (-Prometheus +simulation):\n%s", diff)
	}
	for _, a := range result.Alerts {
		episodes += len(a.Episodes)
	}
	for _, points := range got {
		samples += len(points)
	}
	return episodes, samples
}

func printAlerts(alerts []simulate.Alert) []string {
	var lines []string
	for _, a := range alerts {
		lines = append(lines, a.Group+"/"+a.Name)
		for _, e := range a.Episodes {
			lines = append(lines, fmt.Sprintf("  %s active %s fired %s ended %s value %x last %x texts %s %s", e.Labels, clock(e.ActiveAt), clock(e.FiredAt),
				clock(e.EndedAt), math.Float64bits(e.Value), math.Float64bits(e.LastValue), e.Annotations, e.LastAnnotations))
		}
	}
	return lines
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("15:04:05.000")
}

func printSeries(m *simulate.Memory) map[string][]string {
	all := map[string][]string{}
	for _, one := range m.Series() {
		var points []string
		for _, p := range one.Floats {
			points = append(points, fmt.Sprintf("%s %x", clock(time.UnixMilli(p.T)), math.Float64bits(p.F)))
		}
		for _, p := range one.Histograms {
			points = append(points, fmt.Sprintf("%s %s", clock(time.UnixMilli(p.T)), p.H))
		}
		all[one.Metric.String()] = points
	}
	return all
}
