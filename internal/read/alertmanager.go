package read

import (
	"regexp"
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
	Source      string    // the configuration's own text, for Alertmanager's loader: it may hold secrets; empty in the chart's values
	Resource    *Resource // the Secret that holds it; nil of a plain file
	Key         Text      // under which the Secret holds it
	IsTemplate  bool      // Helm fills in what stands in {{ }} before Alertmanager reads it
	File        string
	Pos         diag.Pos
	source      *source
	start       int // of Source in source
}

// Line is the place of a line of Source, counted from 1.
func (a *Alertmanager) Line(line int) diag.Pos {
	lines := strings.SplitAfter(a.Source, "\n")
	if line < 1 || line > len(lines) {
		return a.Pos
	}
	text := strings.TrimRight(lines[line-1], "\r\n")
	start := a.start + len(strings.Join(lines[:line-1], "")) + len(text) - len(strings.TrimLeft(text, " -\t"))
	return a.source.pos(start, start+len(strings.TrimLeft(text, " -\t")))
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

// alertmanager reads a document.
func (r *recogniser) alertmanager(n *node) {
	read := r.alertmanagerIn(n)
	read.start, read.Source = n.document()
	r.set.Alertmanagers = append(r.set.Alertmanagers, read)
}

// document is the text of the document whose root this is, and where it starts.
func (n *node) document() (int, string) {
	text, start := n.source.text, 0
	for _, at := range documentMarks.FindAllStringIndex(text, -1) {
		if at[0] >= n.start {
			return start, text[start:at[0]]
		}
		start = at[1]
	}
	return start, text[start:]
}

// documentMarks stand between YAML documents; nothing inside a document may look like one.
var documentMarks = regexp.MustCompile(`(?m)^---(?:[ \t].*)?\r?$`)

// alertmanagerIn reads a configuration that may stand in something else.
func (r *recogniser) alertmanagerIn(n *node) Alertmanager {
	r.kinds[KindAlertmanager] = true
	read := Alertmanager{Route: r.route(n.get("route")), Templates: r.texts(n, "templates"), Global: Value{n.get("global")},
		Resource: r.resource, Key: r.key, File: n.source.file, Pos: n.pos(), source: n.source}
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
	return read
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
