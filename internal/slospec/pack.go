package slospec

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/read"
	"github.com/belfry-dev/belfry/internal/unit"
)

// pack is a package of specs in the making.
type pack struct {
	files   []string
	service service
	metrics map[string]*metric
	signals []*signal
	slos    []slo
	lost    []string
}

type signal struct {
	name, title, help string
	form              form
	limit             *limit
	refused           string // why its query cannot stand in a spec
	notes             []string
}

type slo struct {
	objective
	signal  *signal
	grouped []string // labels that stay apart
}

// shortestWindow is the shortest window of an objective.
const shortestWindow = time.Hour

// pack turns the objectives into a package.
func (i *importer) pack(files []read.Untyped) *pack {
	p := &pack{metrics: map[string]*metric{}, lost: i.lost}
	for _, file := range files {
		p.files = append(p.files, file.Path)
	}
	for _, o := range i.objectives {
		o.name = p.freeName(o.name)
		found := i.form(o)
		found = i.declare(p, o, found)
		s := p.signal(o, found)
		i.feasible(o)
		i.order(o)
		p.slos = append(p.slos, slo{*o, s, found.grouped})
	}
	for _, s := range p.slos {
		for _, expr := range s.signal.form.written() {
			p.declareWritten(expr)
		}
	}
	p.nameSignals()
	i.buckets(p)
	i.typeWritten(p)
	i.describe(p)
	return p
}

// freeName is a name that no other objective has.
func (p *pack) freeName(name string) string {
	free := name
	for n := 2; slices.ContainsFunc(p.slos, func(s slo) bool { return s.name == free }); n++ {
		free = fmt.Sprintf("%s_%d", name, n)
	}
	return free
}

// form finds the form of an objective's indicator, and says what it loses.
func (i *importer) form(o *objective) form {
	of := o.indicator
	if of.limit != nil {
		return i.limited(o)
	}
	if !o.slices.IsZero() {
		i.withoutObjective(o, "write an objective for the share of good events", o.slices.At(),
			"budgeting method "+o.slices.Value+" counts slices of time by the ratio in each, and Belfry counts the events")
	}
	if of.whole.expr != nil {
		divided, ok := quotientOf(of)
		if !ok {
			i.noEvents(o, "the query gives a ratio, and no events")
			return written(of)
		}
		of = divided
	}
	made, reason := events(of)
	if reason != "" {
		if counted, ok := writtenEvents(of); ok && o.onlySignal == "" {
			return counted
		}
		i.noEvents(o, reason)
		return written(o.indicator)
	}
	if made.joined {
		i.say(codeChanged, of.part.text.At(), &o.notes, "look whether the total leaves out any of them",
			"of the events that the part counts only those count that the total selects too")
	}
	if n := slices.IndexFunc(made.grouped, isOwned); n >= 0 {
		i.say(codeChanged, of.part.text.At(), &o.notes, "write an objective for each value, with where, if each has its own promise",
			"one objective over all values: the query kept %s apart, and Belfry sets a label of that name", made.grouped[n])
		made.grouped = nil
	}
	return made
}

// noEvents says that an objective becomes a signal alone.
func (i *importer) noEvents(o *objective, reason string) {
	text := o.indicator.part.text
	if o.indicator.whole.expr != nil {
		text = o.indicator.whole.text
	}
	i.withoutObjective(o, "its query stays as a signal; count its events by a share, within or ratio", text.At(), reason)
}

// withoutObjective says why an objective becomes a signal alone.
func (i *importer) withoutObjective(o *objective, help string, at diag.Pos, reason string) {
	if o.onlySignal == "" {
		o.onlySignal = reason
		i.say(codeLeftOut, at, &o.notes, help, "%s becomes no objective: %s", o.name, reason)
	}
}

// limited finds the form of a figure that is compared with a value. That a quantile is below a bound is a share of events.
func (i *importer) limited(o *objective) form {
	of := o.indicator
	s, quantile, ok := quantileOf(of.whole.expr)
	if !ok || !of.limit.below || !o.slices.IsZero() {
		if !o.slices.IsZero() {
			i.say(codeChanged, o.slices.At(), &o.notes, "say nothing, or choose another bound",
				"each evaluation is a slice of its own: timeSliceWindow and timeSliceTarget are left out")
		}
		o.goodBelow = of.limit.below
		return written(of)
	}
	if o.onlySignal == "" {
		i.say(codeChanged, o.targetAt, &o.notes, "write another objective if more is promised",
			"that the %s-quantile is below %v is that %s of the events are within it: this is the objective, and the share of the time, %s, is left out",
			number(quantile), of.limit.value, percent(quantile), percent(o.target))
	}
	o.target = quantile
	return form{within: s.metric, bound: of.limit.value, where: s.matchers, good: true, grouped: s.grouped}
}

// feasible switches off the tiers that could never fire or do not fit into the window, and says so.
func (i *importer) feasible(o *objective) {
	if o.onlySignal != "" {
		return
	}
	window, err := unit.ParseDuration(o.window)
	if err != nil || window < shortestWindow {
		i.withoutObjective(o, `promise it over at least "1h"`, o.targetAt, fmt.Sprintf("the window %s is too short for alerts", o.window))
		return
	}
	for _, t := range ir.WorkbookTiers {
		alert := &o.page
		if t.Alert == "ticket" {
			alert = &o.ticket
		}
		factor, budget := t.Factor(window, t.Long), 1-o.target
		name := t.Alert + "." + t.Tier
		switch {
		case alert.disabled:
		case 2*t.Long > window:
			alert.off = append(alert.off, t.Tier)
			i.say(codeChanged, o.targetAt, &o.notes, "promise it over a longer window, or give the tier a shorter one",
				"%s is switched off: its window of %s does not fit twice into %s", name, unit.FormatDuration(t.Long), o.window)
		case factor*budget >= 1:
			alert.off = append(alert.off, t.Tier)
			i.say(codeChanged, o.targetAt, &o.notes, "choose a higher objective, or give the tier a lower factor",
				"%s is switched off: it could never fire, %v × %s = %s", name, factor, number(budget), number(factor*budget))
		}
	}
}

// signal adds the signal of an objective, or finds the one that is the same.
func (p *pack) signal(o *objective, f form) *signal {
	for _, s := range p.signals {
		if f.total == "" && s.form.key() == f.key() && s.limit == nil && o.indicator.limit == nil {
			return s
		}
	}
	made := &signal{name: o.name, title: o.title, help: o.help, form: f}
	if f.expr != nil {
		made.limit = o.indicator.limit
	}
	if f.total != "" {
		return made // the objective counts its events itself
	}
	p.signals = append(p.signals, made)
	return made
}

// key is equal for equal forms.
func (f form) key() string {
	expr := ""
	if f.expr != nil {
		expr = spelled(f.expr)
	}
	return fmt.Sprint(f.share, "|", f.within, "|", f.ratio, "|", f.bound, "|", f.to, "|", matcherText(f.where), "|",
		matcherText(f.matching), "|", expr, f.good)
}

// nameSignals names signals after their objectives, by names that no metric has.
func (p *pack) nameSignals() {
	taken := map[string]bool{}
	for name := range p.metrics {
		taken[name] = true
	}
	for _, s := range p.signals {
		suffix, title := "_bad", " (bad share)"
		if s.form.good {
			suffix, title = "_good", " (good share)"
		}
		if s.limit != nil {
			suffix, title = "_value", ""
		}
		s.title += title
		name := s.name + suffix
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s%s_%d", s.name, suffix, n)
		}
		s.name = name
		taken[name] = true
	}
}

// withoutWhere drops the matchers that the service itself makes.
func (p *pack) withoutWhere(name, value string) {
	for _, s := range p.signals {
		s.form.where = slices.DeleteFunc(slices.Clone(s.form.where), func(m *labels.Matcher) bool {
			return m.Name == name && m.Type == labels.MatchEqual && m.Value == value
		})
	}
}

// agreed is the value that every signal's metrics are narrowed to by a label; empty where they differ.
func (p *pack) agreed(name string) string {
	value := ""
	for _, s := range p.signals {
		if s.form.expr != nil {
			continue
		}
		n := slices.IndexFunc(s.form.where, func(m *labels.Matcher) bool { return m.Name == name && m.Type == labels.MatchEqual })
		if n < 0 || value != "" && s.form.where[n].Value != value {
			return ""
		}
		value = s.form.where[n].Value
	}
	return value
}

func percent(share float64) string { return number(share*100) + "%" }

// number prints a number without the digits that floating point adds.
func number(value float64) string {
	return strconv.FormatFloat(math.Round(value*1e10)/1e10, 'f', -1, 64)
}
