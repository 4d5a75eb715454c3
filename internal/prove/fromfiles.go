package prove

import (
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// GroupsOf makes the groups of what was read, of all files and resources, and says where their rules stand. Groups without an interval
// have the one given. The error names a rule that Prometheus would not load; lint's checks have found these before.
func GroupsOf(set *read.Set, interval time.Duration) ([]simulate.Group, [][]diag.Pos, error) {
	groups := make([]simulate.Group, 0, len(set.Groups))
	places := make([][]diag.Pos, 0, len(set.Groups))
	for i := range set.Groups {
		g := &set.Groups[i]
		group := simulate.Group{Name: g.Name.Value, Interval: interval}
		var err error
		if !g.Limit.IsZero() {
			if group.Limit, err = strconv.Atoi(g.Limit.Value); err != nil {
				return nil, nil, refusedRule(g.Limit.At(), err)
			}
		}
		for _, field := range []struct {
			text read.Text
			to   *time.Duration
		}{{g.Interval, &group.Interval}, {g.QueryOffset, &group.QueryOffset}} {
			if err := duration(field.text, field.to); err != nil {
				return nil, nil, err
			}
		}
		if group.Interval <= 0 {
			group.Interval = interval
		}
		at := make([]diag.Pos, 0, len(g.Rules))
		for r := range g.Rules {
			rule, err := ruleOf(g, &g.Rules[r])
			if err != nil {
				return nil, nil, err
			}
			group.Rules, at = append(group.Rules, rule), append(at, g.Rules[r].Name().At())
		}
		groups, places = append(groups, group), append(places, at)
	}
	simulate.Spread(groups)
	return groups, places, nil
}

func ruleOf(g *read.RuleGroup, r *read.Rule) (simulate.Rule, error) {
	expr, err := promql.ParseAny(r.Expr.Value)
	if err != nil {
		return simulate.Rule{}, refusedRule(r.Expr.At(), err)
	}
	rule := simulate.Rule{Record: r.Record.Value, Alert: r.Alert.Value, Expr: expr, Labels: setOf(g.Labels, r.Labels), Annotations: setOf(r.Annotations)}
	if err := duration(r.For, &rule.For); err != nil {
		return rule, err
	}
	return rule, duration(r.KeepFiringFor, &rule.KeepFiringFor)
}

// duration reads a field that may be missing.
func duration(text read.Text, to *time.Duration) error {
	if text.IsZero() {
		return nil
	}
	parsed, err := model.ParseDuration(text.Value)
	if err != nil {
		return refusedRule(text.At(), err)
	}
	*to = time.Duration(parsed)
	return nil
}

func setOf(all ...[]read.Pair) labels.Labels {
	b := labels.NewBuilder(labels.EmptyLabels())
	for _, pairs := range all {
		for _, pair := range pairs {
			b.Set(pair.Name.Value, pair.Value.Value)
		}
	}
	return b.Labels()
}

func refusedRule(at diag.Pos, err error) error { return fmt.Errorf("%s: %w", at, err) }
