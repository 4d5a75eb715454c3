package prove

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/belfry-dev/belfry/internal/simulate"
)

// ReadGroups reads a rule file as Prometheus does. Groups without an interval have the one given.
func ReadGroups(file []byte, interval time.Duration) ([]simulate.Group, error) {
	expressions := parser.NewParser(parser.Options{})
	parsed, problems := rulefmt.Parse(file, false, model.UTF8Validation, expressions, slog.New(slog.DiscardHandler))
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	groups := make([]simulate.Group, len(parsed.Groups))
	for i, g := range parsed.Groups {
		groups[i] = simulate.Group{Name: g.Name, Interval: time.Duration(g.Interval), Limit: g.Limit}
		if groups[i].Interval == 0 {
			groups[i].Interval = interval
		}
		if g.QueryOffset != nil {
			groups[i].QueryOffset = time.Duration(*g.QueryOffset)
		}
		for _, r := range g.Rules {
			expr, err := expressions.ParseExpr(r.Expr)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.Record+r.Alert, err)
			}
			set := labels.FromMap(g.Labels)
			b := labels.NewBuilder(set)
			for name, text := range r.Labels {
				b.Set(name, text)
			}
			groups[i].Rules = append(groups[i].Rules, simulate.Rule{
				Record: r.Record, Alert: r.Alert, Expr: expr, For: time.Duration(r.For), KeepFiringFor: time.Duration(r.KeepFiringFor),
				Labels: b.Labels(), Annotations: labels.FromMap(r.Annotations),
			})
		}
	}
	simulate.Spread(groups)
	return groups, nil
}
