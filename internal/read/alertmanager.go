package read

import (
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Alertmanager is an Alertmanager configuration: a file, or a value of a Secret.
type Alertmanager struct {
	Route       *Route
	Receivers   []AlertReceiver
	Inhibitions []Inhibition
	Templates   []Text
	Global      Value
	TimeNames   []Text    // of time_intervals and mute_time_intervals
	Source      string    // the configuration's own text, for Alertmanager's loader: it may hold secrets
	Resource    *Resource // the Secret that holds it; nil of a plain file
	Key         Text      // under which the Secret holds it
	File        string
	Pos         diag.Pos
	source      *source
}

// Line is the place of a line of Source, counted from 1.
func (a *Alertmanager) Line(line int) diag.Pos {
	starts := lineStarts(a.source.text)
	if line < 1 || line > len(starts) {
		return a.Pos
	}
	start := starts[line-1]
	end := len(a.source.text)
	if line < len(starts) {
		end = starts[line] - 1
	}
	text := a.source.text[start:end]
	start += len(text) - len(strings.TrimLeft(text, " -\t"))
	return a.source.pos(start, max(end, start))
}

// Route is a node of the routing tree. Durations are as written.
type Route struct {
	Receiver                                 Text
	GroupBy                                  []Text
	GroupWait, GroupInterval, RepeatInterval Text
	Continue                                 bool
	Matchers                                 Matchers
	MuteTimeIntervals, ActiveTimeIntervals   []Text
	Routes                                   []*Route
	Pos                                      diag.Pos
}

// Matchers are the three forms in which labels are matched, all of which must match.
type Matchers struct {
	Matchers []Text // PromQL-like, such as severity="critical"
	Match    []Pair // equality, deprecated
	MatchRE  []Pair // regular expressions, deprecated
}

// IsEmpty reports whether everything matches.
func (m Matchers) IsEmpty() bool { return len(m.Matchers)+len(m.Match)+len(m.MatchRE) == 0 }

// AlertReceiver is one receiver and where it sends.
type AlertReceiver struct {
	Name         Text
	Integrations []Integration
	Pos          diag.Pos
}

// Integration is one way to notify, such as one entry of slack_configs.
type Integration struct {
	Kind     string // without _configs: slack, pagerduty, webhook
	Settings Value
	Pos      diag.Pos
}

// Inhibition is a rule by which firing source alerts mute target alerts.
type Inhibition struct {
	Source, Target Matchers
	Equal          []Text
	Pos            diag.Pos
}

func (r *recogniser) alertmanager(n *node) {
	r.kinds[KindAlertmanager] = true
	read := Alertmanager{Route: r.route(n.get("route")), Templates: r.texts(n, "templates"), Global: Value{n.get("global")},
		Source: n.source.text, Resource: r.resource, Key: r.key, File: n.source.file, Pos: n.pos(), source: n.source}
	for _, receiver := range r.maps(n, "receivers") {
		read.Receivers = append(read.Receivers, r.receiver(receiver))
	}
	for _, rule := range r.maps(n, "inhibit_rules") {
		read.Inhibitions = append(read.Inhibitions, Inhibition{Source: r.matchers(rule, "source_"), Target: r.matchers(rule, "target_"),
			Equal: r.texts(rule, "equal"), Pos: rule.pos()})
	}
	for _, name := range []string{"time_intervals", "mute_time_intervals"} {
		for _, interval := range r.maps(n, name) {
			read.TimeNames = append(read.TimeNames, r.scalar(interval, "name"))
		}
	}
	r.set.Alertmanagers = append(r.set.Alertmanagers, read)
}

func (r *recogniser) receiver(n *node) AlertReceiver {
	read := AlertReceiver{Name: r.scalar(n, "name"), Pos: n.pos()}
	for _, f := range n.fields {
		kind, ok := strings.CutSuffix(f.name.Value, "_configs")
		if !ok {
			continue
		}
		for _, settings := range r.maps(n, f.name.Value) {
			read.Integrations = append(read.Integrations, Integration{Kind: kind, Settings: Value{settings}, Pos: settings.pos()})
		}
	}
	return read
}

// route reads a node and all below it. An alias may stand in several places but never inside itself, so that this ends.
func (r *recogniser) route(n *node) *Route {
	read := &Route{
		Receiver: r.scalar(n, "receiver"), GroupBy: r.texts(n, "group_by"), GroupWait: r.scalar(n, "group_wait"),
		GroupInterval: r.scalar(n, "group_interval"), RepeatInterval: r.scalar(n, "repeat_interval"),
		Continue: n.get("continue").isTrue(), Matchers: r.matchers(n, ""), MuteTimeIntervals: r.texts(n, "mute_time_intervals"),
		ActiveTimeIntervals: r.texts(n, "active_time_intervals"), Pos: n.pos(),
	}
	for _, child := range r.maps(n, "routes") {
		read.Routes = append(read.Routes, r.route(child))
	}
	return read
}

func (r *recogniser) matchers(n *node, prefix string) Matchers {
	return Matchers{Matchers: r.texts(n, prefix+"matchers"), Match: r.pairs(n, prefix+"match"), MatchRE: r.pairs(n, prefix+"match_re")}
}
