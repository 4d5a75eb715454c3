package notify

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/eventrecorder"
	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/marker"
	"github.com/prometheus/alertmanager/nflog"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/alertmanager/provider/mem"
	"github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/client_golang/prometheus"
)

var runs = flag.Int("runs", 60, "random configurations that are compared with Alertmanager's own pipeline")

// horizon is how long each configuration is watched.
const horizon = 6 * time.Hour

// told is one notification, in a form that can be compared.
type told struct {
	At     time.Time
	To     string
	Why    string
	Alerts string // each with whether it fires, in the order in which it is told
}

// TestPredictionIsWhatAlertmanagerDoes runs the pipeline of Alertmanager itself, in time that only the test moves: its alert
// provider, dispatcher, inhibitor, all stages and the notification log.
func TestPredictionIsWhatAlertmanagerDoes(t *testing.T) {
	notified, muted, repeated := 0, 0, 0
	for seed := range uint64(*runs) {
		random := rand.New(rand.NewPCG(seed, 1))
		configuration := randomConfig(random)
		var began time.Time
		var real []told
		var timeline []Event
		synctest.Test(t, func(t *testing.T) {
			began = time.Now()
			timeline = randomTimeline(random, began)
			real = alertmanager(t, configuration, timeline, began.Add(horizon))
		})
		p, err := New([]byte(configuration), Options{ResendDelay: resend, Until: began.Add(horizon)})
		if err != nil {
			t.Fatal(err)
		}
		replayed := p.run(timeline)
		if diff := cmp.Diff(real, predicted(replayed)); diff != "" {
			t.Fatalf("seed %d: Alertmanager (-) and the prediction (+) differ:\n%s\n%s\n%v", seed, diff, configuration, timeline)
		}
		notified += len(real)
		muted += len(replayed.suppressed)
		for _, one := range real {
			if one.Why == amnotify.ReasonRepeatIntervalElapsed.String() {
				repeated++
			}
		}
	}
	if notified < 10**runs || muted < *runs || repeated < *runs {
		t.Errorf("%d notifications, %d muted, %d repeated: the configurations are not interesting", notified, muted, repeated)
	}
}

func predicted(s *schedule) []told {
	var all []told
	for _, sent := range s.sent {
		all = append(all, newTold(sent.at, sent.channel.receiver, sent.channel.index, sent.reason, sent.alerts))
	}
	return inOrder(all)
}

func newTold(at time.Time, receiver string, index int, reason amnotify.NotifyReason, alerts []*alert.Alert) told {
	var texts []string
	for _, a := range alerts {
		state := "fires"
		if a.ResolvedAt(at) {
			state = "resolved"
		}
		texts = append(texts, fmt.Sprintf("%s %s since %s", a.Labels, state, a.StartsAt.Format(time.TimeOnly)))
	}
	return told{at, fmt.Sprintf("%s/%d", receiver, index), reason.String(), strings.Join(texts, ", ")}
}

func inOrder(all []told) []told {
	slices.SortFunc(all, func(a, b told) int {
		return strings.Compare(fmt.Sprint(a.At.UnixNano(), a.To, a.Alerts, a.Why), fmt.Sprint(b.At.UnixNano(), b.To, b.Alerts, b.Why))
	})
	return all
}

// resend is no multiple of any interval, so that no alert arrives in the instant in which its group is notified: that is a race
// in Alertmanager.
const resend = 61*time.Second + 3_000_017

// alertmanager is what Alertmanager itself sends.
func alertmanager(t *testing.T, configuration string, timeline []Event, until time.Time) []told {
	t.Helper()
	loaded, err := config.Load(configuration)
	if err != nil {
		t.Fatalf("%v\n%s", err, configuration)
	}
	logger, registry, recorder := slog.New(slog.DiscardHandler), prometheus.NewRegistry(), eventrecorder.NopRecorder()
	alerts, err := mem.NewAlerts(t.Context(), 30*time.Minute, 0, nil, logger, recorder, registry, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer alerts.Close()
	log, err := nflog.New(nflog.Options{Retention: logRetention, Metrics: registry})
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	go log.Maintenance(time.Second, "", stop, nil)
	silences, err := silence.New(silence.Options{Retention: logRetention, Metrics: registry})
	if err != nil {
		t.Fatal(err)
	}

	var ear ear
	integrations := map[string][]amnotify.Integration{}
	for i := range loaded.Receivers {
		name := loaded.Receivers[i].Name
		integrations[name] = nil
		for _, channel := range channelsOf(&loaded.Receivers[i]) {
			heard := listener{&ear, name, channel.index}
			integrations[name] = append(integrations[name], amnotify.NewIntegration(heard, resolves(channel.sendResolved), channel.kind, channel.index, name))
		}
	}
	inhibitor := inhibit.NewInhibitor(alerts, loaded.InhibitRules, logger, recorder)
	groups := marker.NewGroupMarker()
	pipeline := amnotify.NewPipelineBuilder(registry, featurecontrol.NoopFlags{}, recorder).New(integrations, func() time.Duration { return 0 }, inhibitor,
		silence.NewSilencer(silences, logger, recorder), timeIntervals(loaded), groups, log, nil)
	dispatcher := dispatch.NewDispatcher(alerts, dispatch.NewRoute(loaded.Route, nil), pipeline, groups, func(d time.Duration) time.Duration { return d },
		30*time.Second, nil, logger, recorder, nil, nil)
	go inhibitor.Run()
	inhibitor.WaitForLoading()
	defer inhibitor.Stop()
	go dispatcher.Run(time.Now())
	dispatcher.WaitForLoading()
	defer dispatcher.Stop()

	for _, put := range prometheusSends(timeline, until) {
		time.Sleep(time.Until(put.at))
		if err := alerts.Put(t.Context(), put.alert); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Until(until))
	synctest.Wait()
	ear.mutex.Lock()
	defer ear.mutex.Unlock()
	return inOrder(ear.all)
}

// prometheusSends is what a Prometheus sends, as rules.Manager and notifier do: firing alerts again and again, with an end that
// lies four times as far ahead, and resolved ones for another quarter of an hour.
func prometheusSends(timeline []Event, until time.Time) []arrival {
	var all []arrival
	for _, spell := range spells(timeline) {
		for i, event := range spell {
			for at := event.StartsAt; at.Before(event.EndsAt); at = at.Add(resend) {
				all = append(all, arrival{at, event.alert(at.Add(4 * resend))})
			}
			for at := event.EndsAt; at.Sub(event.EndsAt) <= resolvedRetention && (i+1 == len(spell) || at.Before(spell[i+1].StartsAt)); at = at.Add(resend) {
				all = append(all, arrival{at, event.alert(event.EndsAt)})
			}
		}
	}
	slices.SortFunc(all, func(a, b arrival) int { return a.at.Compare(b.at) })
	all = slices.DeleteFunc(all, func(a arrival) bool { return a.at.After(until) })
	for i := range all {
		all[i].alert.UpdatedAt = all[i].at
	}
	return all
}

// ear hears all notifications of one run.
type ear struct {
	mutex sync.Mutex
	all   []told
}

type listener struct {
	*ear
	receiver string
	index    int
}

func (l listener) Notify(ctx context.Context, alerts ...*alert.Alert) (bool, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	reason, _ := amnotify.NotificationReason(ctx)
	l.all = append(l.all, newTold(time.Now(), l.receiver, l.index, reason, alerts))
	return false, nil
}

type resolves bool

func (r resolves) SendResolved() bool { return bool(r) }

var labelsOfTests = []struct {
	name   string
	values []string
}{{"alertname", []string{"A", "B", "C"}}, {"severity", []string{"critical", "warning"}}, {"team", []string{"x", "y", ""}}, {"pod", []string{"", "1", "2"}}}

func randomTimeline(random *rand.Rand, began time.Time) []Event {
	var timeline []Event
	for i := range 4 + random.IntN(8) {
		labels := map[string]string{}
		for _, label := range labelsOfTests {
			labels[label.name] = pick(random, label.values...)
		}
		at := began
		for j := range 1 + random.IntN(3) {
			// Nanoseconds keep any two alerts, and the beginning and the end of each, from one instant.
			at = at.Add(time.Duration(1+random.IntN(5400)) * time.Second)
			e := Event{Labels: labels, Annotations: map[string]string{"summary": "s"}, StartsAt: at.Add(time.Duration(1 + 100*i + 10*j))}
			at = at.Add(time.Duration(1+random.IntN(pick(random, 60, 600, 9000))) * time.Second)
			e.EndsAt = at.Add(time.Duration(6 + 100*i + 10*j))
			timeline = append(timeline, e)
		}
	}
	return timeline
}

// randomConfig is a configuration in which no two routes share what Alertmanager remembers of notifications: two with the same
// matchers, notified in one instant, race for it.
func randomConfig(random *rand.Rand) string {
	for {
		configuration := anyConfig(random)
		loaded, err := config.Load(configuration)
		if err != nil {
			continue
		}
		keys, twice := map[string]bool{}, false
		dispatch.NewRoute(loaded.Route, nil).Walk(func(r *dispatch.Route) {
			twice = twice || keys[r.Key()]
			keys[r.Key()] = true
		})
		if !twice {
			return configuration
		}
	}
}

func anyConfig(random *rand.Rand) string {
	var b strings.Builder
	fmt.Fprintf(&b, "route:\n  receiver: r0\n%s%s", randomTimers(random, "  "), randomRoutes(random, 2, "  "))
	b.WriteString("receivers:\n")
	for i := range 4 {
		fmt.Fprintf(&b, "- name: r%d\n", i)
		if i < 3 {
			fmt.Fprintf(&b, "  webhook_configs:\n  - {url: http://a, send_resolved: %v}\n", random.IntN(2) == 0)
		}
		if i == 1 {
			fmt.Fprintf(&b, "  - {url: http://b, send_resolved: %v}\n", random.IntN(2) == 0)
		}
	}
	b.WriteString("inhibit_rules:\n")
	for range random.IntN(3) {
		fmt.Fprintf(&b, "- {source_matchers: ['%s'], target_matchers: ['%s'], equal: [%s]}\n", randomMatcher(random), randomMatcher(random),
			pick(random, "", "team", "alertname", "team, pod", "other"))
	}
	b.WriteString("time_intervals:\n- name: early\n  time_intervals: [{times: [{start_time: '01:00', end_time: '02:30'}]}]\n" +
		"- name: late\n  time_intervals: [{times: [{start_time: '02:15', end_time: '04:00'}], location: Europe/London}]\n")
	return strings.Replace(b.String(), "inhibit_rules:\ntime_", "time_", 1)
}

func randomRoutes(random *rand.Rand, depth int, indent string) string {
	count := random.IntN(4)
	if depth == 0 || count == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%sroutes:\n", indent)
	for range count {
		fmt.Fprintf(&b, "%s- matchers: ['%s']\n%s  continue: %v\n", indent, randomMatcher(random), indent, random.IntN(3) == 0)
		if random.IntN(4) > 0 {
			fmt.Fprintf(&b, "%s  receiver: r%d\n", indent, random.IntN(4))
		}
		if random.IntN(2) == 0 {
			b.WriteString(randomTimers(random, indent+"  "))
		}
		if random.IntN(4) == 0 {
			fmt.Fprintf(&b, "%s  %s: [%s]\n", indent, pick(random, "mute_time_intervals", "active_time_intervals"), pick(random, "early", "late", "early, late"))
		}
		b.WriteString(randomRoutes(random, depth-1, indent+"  "))
	}
	return b.String()
}

func randomTimers(random *rand.Rand, indent string) string {
	return fmt.Sprintf("%sgroup_by: [%s]\n%sgroup_wait: %s\n%sgroup_interval: %s\n%srepeat_interval: %s\n", indent,
		pick(random, "", "alertname", "alertname, team", "'...'"), indent, pick(random, "0s", "10s", "30s", "20m"), indent, pick(random, "1m", "5m", "7m"),
		indent, pick(random, "3m", "10m", "30m", "2h"))
}

func randomMatcher(random *rand.Rand) string {
	label := labelsOfTests[random.IntN(len(labelsOfTests))]
	return label.name + pick(random, "=", "=", "=", "!=", "=~") + `"` + pick(random, label.values...) + `"`
}

func pick[T any](random *rand.Rand, choices ...T) T { return choices[random.IntN(len(choices))] }
