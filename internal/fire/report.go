package fire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/notify"
	"github.com/belfry-dev/belfry/internal/remote"
)

// Report is what becomes of a test at an Alertmanager.
type Report struct {
	Test      Alert
	Version   string        // of the Alertmanager
	Receivers []string      // whom it notifies
	GroupWait time.Duration // before the first notification of its group; negative where it is not known
	Title     string        // what people read first; empty where it is not known
	Mutes     []string      // alerts of the service that are not told while the test fires
	Findings  []string      // what is not as it should be
}

// Send sends a test and reads back what the Alertmanager makes of it. The alert is the one of the program that is tested.
func Send(ctx context.Context, client *remote.Client, test Alert, alert *ir.Alert, program *ir.Program) (*Report, error) {
	status, err := statusOf(ctx, client)
	if err != nil {
		return nil, err
	}
	report := &Report{Test: test, Version: status.version, GroupWait: -1}
	if err := client.Post(ctx, alertsPath, []Alert{test}); err != nil {
		return nil, err
	}
	held, all, err := await(ctx, client, test)
	if err != nil {
		return nil, err
	}
	if held == nil {
		report.find("the Alertmanager took it and does not have it: it may be one of several behind the address")
		return report, nil
	}
	report.Receivers = held.ReceiverNames()
	if !held.EndsAt.IsZero() {
		report.Test.EndsAt = held.EndsAt.UTC() // later, where a test that fires already lasts longer
	}
	if !sameReceivers(alert, test.Labels["service"], report.Receivers) {
		report.find("the spec says that it reaches %s: this Alertmanager does not run with what the spec compiles to", listed(alert.Receivers))
	}
	if why := held.Suppressed(all); why != "" {
		report.find("nobody is notified: %s", why)
	}
	report.preview(ctx, status.config, client.Address(), program)
	return report, nil
}

// Resolve ends a test. It reports false where the Alertmanager has none.
func Resolve(ctx context.Context, client *remote.Client, test Alert, now time.Time) (bool, error) {
	held, _, err := find(ctx, client, test.Labels)
	if err != nil || held == nil {
		return false, err
	}
	test.StartsAt, test.EndsAt = held.StartsAt, now
	return true, client.Post(ctx, alertsPath, []Alert{test})
}

// await asks until the Alertmanager has the alert, which takes it milliseconds.
func await(ctx context.Context, client *remote.Client, test Alert) (*Held, []Held, error) {
	const tries = 10
	for range tries {
		held, all, err := find(ctx, client, test.Labels)
		if err != nil || held != nil {
			return held, all, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	return nil, nil, nil
}

// sameReceivers compares with the spec. In the configuration of a fleet, a receiver may be named after its service too.
func sameReceivers(alert *ir.Alert, service string, live []string) bool {
	for _, name := range alert.Receivers {
		if !slices.Contains(live, name) && !slices.Contains(live, service+"/"+name) {
			return false
		}
	}
	return len(alert.Receivers) == 0 || len(live) == len(alert.Receivers)
}

// preview replays the test with the configuration that the Alertmanager runs with. Its templates are not at hand: what they
// print is left out.
func (r *Report) preview(ctx context.Context, configuration, externalURL string, program *ir.Program) {
	pipeline, err := notify.New([]byte(configuration), notify.Options{ExternalURL: externalURL})
	if err != nil {
		return // the Alertmanager is of another time, and its configuration is not this one's
	}
	defer pipeline.Close()
	for _, route := range pipeline.Routes(r.Test.Labels) {
		if r.GroupWait < 0 || route.GroupWait < r.GroupWait {
			r.GroupWait = route.GroupWait
		}
	}
	if lasts := r.Test.EndsAt.Sub(r.Test.StartsAt); lasts <= r.GroupWait {
		r.find("nobody is notified: the route waits %s (group_wait), and the test ends after %s", r.GroupWait, lasts)
		return
	}
	for _, other := range program.Alerts {
		labels := map[string]string{"alertname": other.Name}
		for _, label := range other.By {
			labels[label] = r.Test.Labels[label]
		}
		for name, value := range other.Labels {
			labels[name] = value
		}
		if other.Name != r.Test.Labels["alertname"] && pipeline.Inhibits(r.Test.Labels, labels) && !slices.Contains(r.Mutes, other.Name) {
			r.Mutes = append(r.Mutes, other.Name)
		}
	}
	notifications, err := pipeline.Render(ctx, []notify.Event{{
		Labels: r.Test.Labels, Annotations: r.Test.Annotations, StartsAt: r.Test.StartsAt, EndsAt: r.Test.EndsAt,
	}})
	if err == nil && len(notifications) > 0 && len(notifications[0].Findings) == 0 {
		r.Title = notifications[0].Title
	}
}

func (r *Report) find(format string, arguments ...any) {
	r.Findings = append(r.Findings, fmt.Sprintf(format, arguments...))
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}
