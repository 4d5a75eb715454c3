package notify

import (
	"container/heap"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/inhibit"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/common/model"
)

// schedule replays what Alertmanager does with alerts over time: dispatch.Dispatcher groups them, the stages of notify mute and
// deduplicate, and what is left is sent. It keeps its own clock, so that hours cost nothing. Where an alert arrives in the very
// instant in which its group is notified, Alertmanager may see it or not; here it does. Of two routes with the same matchers and
// receiver that are notified in one instant, Alertmanager may tell both; here the second finds that it is told.
type schedule struct {
	pipeline *Pipeline
	groups   map[groupID]*group
	timers   timers
	seen     map[model.Fingerprint]*alert.Alert // the latest of each alert, for inhibition
	log      map[logID]logEntry                 // what each channel was told last
	created  int

	sent       []sending
	suppressed []suppression
}

type groupID struct {
	route  int
	labels model.Fingerprint
}

// group is what dispatch calls an aggregation group.
type group struct {
	id     groupID
	order  int // of creation, which decides between groups of one instant
	route  *dispatch.Route
	labels model.LabelSet
	key    string
	alerts map[model.Fingerprint]*alert.Alert
	next   time.Time
}

// logID is under what Alertmanager remembers that it has notified.
type logID struct {
	group   string // key, which routes with equal matchers share
	channel string
}

type logEntry struct {
	at, expires      time.Time
	firing, resolved map[model.Fingerprint]bool
}

func newLogID(g *group, c *channel) logID {
	return logID{g.key, fmt.Sprintf("%s/%s/%d", c.receiver, c.kind, c.index)}
}

// logID is the incident, thread or conversation that a notification belongs to.
func (s *sending) logID() logID { return newLogID(s.group, s.channel) }

// sending is one notification before it is rendered.
type sending struct {
	at      time.Time
	group   *group
	channel *channel
	reason  amnotify.NotifyReason
	alerts  []*alert.Alert
}

// suppression is an alert that its group would have notified of.
type suppression struct {
	at     time.Time
	alert  *alert.Alert
	group  *group
	reason string // as in Alertmanager's metric of suppressed notifications
	by     string // name of the alert or of the time interval
}

// logRetention is how long Alertmanager remembers at most (--data.retention).
const logRetention = 120 * time.Hour

// run replays alerts until nothing happens any more, or until the time to stop.
func (p *Pipeline) run(events []Event) *schedule {
	s := &schedule{
		pipeline: p, groups: map[groupID]*group{}, seen: map[model.Fingerprint]*alert.Alert{}, log: map[logID]logEntry{},
	}
	arrivals := p.arrivals(events)
	until := p.until(arrivals)
	for len(arrivals) > 0 || len(s.timers) > 0 {
		if len(arrivals) > 0 && (len(s.timers) == 0 || !arrivals[0].at.After(s.timers[0].next)) {
			if arrivals[0].at.After(until) {
				break
			}
			s.arrive(arrivals[0])
			arrivals = arrivals[1:]
			continue
		}
		if s.timers[0].next.After(until) {
			break
		}
		s.flush(heap.Pop(&s.timers).(*group))
	}
	return s
}

// arrive is dispatch.Dispatcher.groupAlert.
func (s *schedule) arrive(a arrival) {
	print := a.alert.Fingerprint()
	s.seen[print] = a.alert
	for _, route := range s.pipeline.root.Match(a.alert.Labels) {
		labels := groupLabels(a.alert.Labels, route)
		id := groupID{route.Idx, labels.Fingerprint()}
		if existing := s.groups[id]; existing != nil {
			existing.alerts[print] = a.alert
			continue
		}
		s.created++
		created := &group{
			id: id, order: s.created, route: route, labels: labels, key: fmt.Sprintf("%s:%s", route.Key(), labels),
			alerts: map[model.Fingerprint]*alert.Alert{print: a.alert}, next: a.at.Add(route.RouteOpts.GroupWait),
		}
		if a.alert.StartsAt.Add(route.RouteOpts.GroupWait).Before(a.at) {
			created.next = a.at // it has waited long enough elsewhere
		}
		s.groups[id] = created
		heap.Push(&s.timers, created)
	}
}

// flush notifies of a group and forgets its resolved alerts, as the aggregation group does.
func (s *schedule) flush(g *group) {
	now := g.next
	var alerts alert.AlertSlice
	for print, a := range g.alerts {
		copied := *a
		if copied.ResolvedAt(now) {
			delete(g.alerts, print)
		} else {
			copied.EndsAt = time.Time{}
		}
		alerts = append(alerts, &copied)
	}
	sort.Stable(alerts)
	if heard := s.unmuted(g, alerts, now); len(heard) > 0 {
		for _, channel := range s.pipeline.channels[g.route.RouteOpts.Receiver] {
			s.send(g, channel, heard, now)
		}
	}
	if len(g.alerts) == 0 {
		delete(s.groups, g.id)
		return
	}
	g.next = now.Add(g.route.RouteOpts.GroupInterval)
	heap.Push(&s.timers, g)
}

// unmuted leaves out what other alerts inhibit, or everything where the route is silent at this time, in the order of
// Alertmanager's stages.
func (s *schedule) unmuted(g *group, alerts []*alert.Alert, now time.Time) []*alert.Alert {
	var heard []*alert.Alert
	for _, a := range alerts {
		if by := s.inhibitedBy(a.Labels, now); by != nil {
			s.suppressed = append(s.suppressed, suppression{now, a, g, amnotify.SuppressedReasonInhibition, by.Name()})
		} else {
			heard = append(heard, a)
		}
	}
	options := g.route.RouteOpts
	if len(options.ActiveTimeIntervals) > 0 {
		if active, _, _ := s.pipeline.intervals.Mutes(options.ActiveTimeIntervals, now); !active {
			return s.silenced(g, heard, now, amnotify.SuppressedReasonActiveTimeInterval, options.ActiveTimeIntervals[0])
		}
	}
	if muted, by, _ := s.pipeline.intervals.Mutes(options.MuteTimeIntervals, now); muted {
		return s.silenced(g, heard, now, amnotify.SuppressedReasonMuteTimeInterval, by[0])
	}
	return heard
}

func (s *schedule) silenced(g *group, alerts []*alert.Alert, now time.Time, reason, interval string) []*alert.Alert {
	for _, a := range alerts {
		s.suppressed = append(s.suppressed, suppression{now, a, g, reason, interval})
	}
	return nil
}

// inhibitedBy is an alert that mutes others with these labels, the first by its labels; nil where there is none.
func (s *schedule) inhibitedBy(target model.LabelSet, now time.Time) *alert.Alert {
	var by *alert.Alert
	for _, rule := range s.pipeline.inhibitions {
		if !rule.TargetMatchers.Matches(target) {
			continue
		}
		for _, source := range s.seen {
			if !source.ResolvedAt(now) && mutes(rule, source.Labels, target) && (by == nil || source.Labels.Before(by.Labels)) {
				by = source
			}
		}
	}
	return by
}

// mutes is inhibit.Inhibitor's Mutes for one rule and one source. Labels that both lack are equal, and what matches both sides
// is not muted by what does too.
func mutes(rule *inhibit.InhibitRule, source, target model.LabelSet) bool {
	if !rule.SourceMatchers.Matches(source) || !rule.TargetMatchers.Matches(target) ||
		rule.SourceMatchers.Matches(target) && rule.TargetMatchers.Matches(source) {
		return false
	}
	for label := range rule.Equal {
		if source[label] != target[label] {
			return false
		}
	}
	return true
}

// send is notify's DedupStage, RetryStage and SetNotifiesStage.
func (s *schedule) send(g *group, c *channel, alerts []*alert.Alert, now time.Time) {
	firing, resolved := map[model.Fingerprint]bool{}, map[model.Fingerprint]bool{}
	var told []*alert.Alert
	for _, a := range alerts {
		if a.ResolvedAt(now) {
			resolved[a.Fingerprint()] = true
		} else {
			firing[a.Fingerprint()] = true
		}
		if c.sendResolved || !a.ResolvedAt(now) {
			told = append(told, a)
		}
	}
	id := newLogID(g, c)
	entry, known := s.log[id]
	known = known && !now.After(entry.expires)
	repeat := g.route.RouteOpts.RepeatInterval
	reason := whyNotify(entry, known, firing, resolved, c.sendResolved, now.Add(-repeat))
	if reason == amnotify.ReasonDoNotNotify {
		return
	}
	s.log[id] = logEntry{now, now.Add(min(2*repeat, logRetention)), firing, resolved}
	if len(firing) > 0 || c.sendResolved {
		s.sent = append(s.sent, sending{now, g, c, reason, told})
	}
}

// whyNotify is notify.DedupStage's needsUpdate.
func whyNotify(entry logEntry, known bool, firing, resolved map[model.Fingerprint]bool, sendResolved bool, repeatBefore time.Time) amnotify.NotifyReason {
	switch {
	case !known && len(firing) > 0:
		return amnotify.ReasonFirstNotification
	case !known:
		return amnotify.ReasonDoNotNotify
	case !subset(firing, entry.firing) && len(entry.firing) == 0:
		return amnotify.ReasonFirstNotification
	case !subset(firing, entry.firing):
		return amnotify.ReasonNewAlertsInGroup
	case len(firing) == 0 && len(entry.firing) > 0:
		return amnotify.ReasonAllAlertsResolved
	case len(firing) == 0:
		return amnotify.ReasonDoNotNotify
	case sendResolved && !subset(resolved, entry.resolved):
		return amnotify.ReasonNewResolvedAlerts
	case entry.at.Before(repeatBefore):
		return amnotify.ReasonRepeatIntervalElapsed
	}
	return amnotify.ReasonDoNotNotify
}

func subset(part, whole map[model.Fingerprint]bool) bool {
	for print := range part {
		if !whole[print] {
			return false
		}
	}
	return true
}

func groupLabels(labels model.LabelSet, route *dispatch.Route) model.LabelSet {
	shared := model.LabelSet{}
	for name, value := range labels {
		if _, ok := route.RouteOpts.GroupBy[name]; ok || route.RouteOpts.GroupByAll {
			shared[name] = value
		}
	}
	return shared
}

// timers are groups by when they are notified next.
type timers []*group

func (t timers) Len() int { return len(t) }
func (t timers) Less(i, j int) bool {
	if t[i].next.Equal(t[j].next) {
		return t[i].order < t[j].order
	}
	return t[i].next.Before(t[j].next)
}
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(g any)   { *t = append(*t, g.(*group)) }
func (t *timers) Pop() any {
	last := len(*t) - 1
	g := (*t)[last]
	*t = slices.Delete(*t, last, last+1)
	return g
}
