package lint

import (
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

var alertmanagerGrouping = &Check{
	Code: "alertmanager/grouping", Severity: diag.Warning,
	Summary: "alerts are grouped or repeated in another way than it is written",
	Why: "Alertmanager looks whether to repeat only every group_interval, and forgets what it sent after its retention, 5 days " +
		"unless told otherwise: a shorter repeat_interval waits for the next group_interval, a longer one repeats at the end of the " +
		"retention (Alertmanager, docs/configuration.md). A label that no alert has groups nothing.",
	Run: func(p *Pass) {
		for _, routing := range p.routings {
			routing.root.each(func(r *route) {
				repeats(p, routing, r)
				for _, label := range r.GroupBy {
					groupedByNothing(p, r, label)
				}
			})
		}
	},
}

// The defaults of Alertmanager (dispatch.DefaultRouteOpts, and --data.retention in app/).
const (
	defaultGroupInterval  = 5 * time.Minute
	defaultRepeatInterval = 4 * time.Hour
	defaultRetention      = 120 * time.Hour
)

// repeats looks at intervals where one of them is written.
func repeats(p *Pass, routing *routing, r *route) {
	if r.RepeatInterval.IsZero() && r.GroupInterval.IsZero() {
		return
	}
	repeat, group := r.interval(repeatInterval, defaultRepeatInterval), r.interval(groupInterval, defaultGroupInterval)
	at := r.at()
	at.At = r.RepeatInterval.At()
	if r.RepeatInterval.IsZero() {
		at.At = r.GroupInterval.At()
	}
	if repeat < group {
		p.Report(at, "write a repeat_interval that is a multiple of group_interval",
			"repeat_interval is %s, shorter than the %s of group_interval: notifications repeat only every %s",
			unit.FormatDuration(repeat), unit.FormatDuration(group), unit.FormatDuration(group))
	}
	if kept := p.retention(); !r.RepeatInterval.IsZero() && repeat > kept {
		p.Report(at, "write at most "+unit.FormatDuration(kept)+", or raise Alertmanager's retention",
			"repeat_interval is %s, longer than the %s that Alertmanager remembers what it sent", unit.FormatDuration(repeat), unit.FormatDuration(kept))
	}
}

func repeatInterval(r *read.Route) read.Text { return r.RepeatInterval }
func groupInterval(r *read.Route) read.Text  { return r.GroupInterval }

// interval is a duration of a node, or of the next one above that has it.
func (r *route) interval(of func(*read.Route) read.Text, otherwise time.Duration) time.Duration {
	for ; r != nil; r = r.parent {
		if text := of(r.Route); !text.IsZero() {
			if d, err := model.ParseDuration(text.Value); err == nil {
				return time.Duration(d)
			}
			return otherwise
		}
	}
	return otherwise
}

// retention is how long Alertmanager remembers notifications, the longest that the files say.
func (f *Files) retention() time.Duration {
	kept := time.Duration(0)
	for _, server := range f.alertmanagerServers() {
		if d, err := model.ParseDuration(server.Retention.Value); err == nil {
			kept = max(kept, time.Duration(d))
		}
	}
	if kept == 0 {
		return defaultRetention
	}
	return kept
}

// alertmanagerServers are the Alertmanagers of the operator, as resources and as the chart's values.
func (f *Files) alertmanagerServers() []read.AlertmanagerServer {
	all := f.Set.Servers[:len(f.Set.Servers):len(f.Set.Servers)]
	for _, values := range f.Set.Values {
		if values.Server != nil {
			all = append(all, *values.Server)
		}
	}
	return all
}

// groupedByNothing reports a label that is written wrongly.
func groupedByNothing(p *Pass, r *route, label read.Text) {
	if closest, wrong := p.misspelt(label.Value); wrong {
		at := r.at()
		at.At = label.At()
		p.Report(at, "did you mean "+closest+"?", "no alert of these files has a label %s to group by", label.Value)
	}
}
