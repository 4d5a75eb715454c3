package search_test

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/rules"

	"github.com/belfry-dev/belfry/internal/oracle"
	"github.com/belfry-dev/belfry/internal/search"
	"github.com/belfry-dev/belfry/internal/simulate"
)

// holdAgainstPrometheus lets Prometheus' own rule groups evaluate a witness moment by moment: the alert has to be silent while all is well,
// to fire in the incident when the witness says, and to be resolved in the end.
func holdAgainstPrometheus(t *testing.T, w *search.Witness) {
	t.Helper()
	memory := simulate.NewMemory(w.Raw)
	groups := oracle.Groups(t.Context(), memory, w.Groups)
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
