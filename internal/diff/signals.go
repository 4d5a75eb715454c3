package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/promql"
)

func signalName(s *ir.Signal) string { return s.Name }

// signals tells what the queries that have names mean now, and how much follows from it. Those that nothing uses have no effect.
func (p *pair) signals() {
	before, after := byName(p.before.Signals, signalName), byName(p.after.Signals, signalName)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		if was == nil || is == nil || was.Default == nil || is.Default == nil {
			continue // who uses it, tells
		}
		if p.renamedOnly(was.Default.Text, is.Default.Text) {
			p.told[name] = true // by the metric
			continue
		}
		f := &facts{}
		p.query(f, was.Default, is.Default)
		if was.Unit != is.Unit {
			f.say("unit " + turned(was.Unit.String(), is.Unit.String()))
		}
		if was.SLI != is.SLI {
			f.say("belongs to the indicator " + is.SLI + " (was " + was.SLI + "), whose alerts mute each other")
		}
		if len(f.said) > 0 {
			p.told[name] = true
			if was.Default.Text != is.Default.Text {
				f.details = beforeAfter(promql.Print(was.Default.Expr), promql.Print(is.Default.Expr))
			}
			if users := p.users(is); users != "" {
				f.say("read by " + users)
			}
			p.add(f.change(Signal, name))
			continue
		}
		if was.Title != is.Title {
			f.say("is called " + is.Title + " (was " + was.Title + ")")
		}
		if was.Help != is.Help {
			f.say("new wording: help")
			f.details = beforeAfter(was.Help, is.Help)
		}
		if len(f.said) > 0 {
			p.told[name] = true // texts of alerts and panels follow
			p.add(f.change(Text, name))
		}
	}
}

// renamedOnly reports whether two queries are one but for the names of metrics that were renamed.
func (p *pair) renamedOnly(was, is string) bool {
	if was == is {
		return false
	}
	before := ownMetrics(p.before)
	for old, now := range renamedMetrics(before, ownMetrics(p.after)) {
		if before[old] != nil && strings.Contains(was, old) {
			was = regexp.MustCompile(`\b`+regexp.QuoteMeta(old)+`(_bucket|_count|_sum)?\b`).ReplaceAllString(was, now+"${1}")
		}
	}
	return was == is
}

// users counts what reads a signal.
func (p *pair) users(s *ir.Signal) string {
	alerts, slos, panels := 0, 0, 0
	for _, a := range p.after.Alerts {
		if a.Query != nil && a.Signal.Name == s.Name {
			alerts++
		}
	}
	for _, o := range p.after.SLOs {
		if o.Signal.Name == s.Name {
			slos++
		}
	}
	for _, d := range p.after.Dashboards {
		for _, row := range d.Rows {
			for _, panel := range row.Panels {
				if slices.ContainsFunc(panel.Series, func(one ir.Series) bool { return one.Query.Signal.Name == s.Name }) {
					panels++
				}
			}
		}
	}
	return list(counts([]count{{alerts, "alert"}, {slos, "SLO"}, {panels, "panel"}}))
}

// recordings tells which series with a name of their own are gone: others may read them. Those of SLOs go with the SLO.
func (p *pair) recordings() {
	before, after := recorded(p.before), recorded(p.after)
	for _, name := range joined(before, after) {
		switch {
		case after[name] == "":
			p.add(Change{Mark: Removed, Kind: Recording, Name: name, Text: "recording rule removed; something outside may read it", Details: lines("- ", before[name])})
		case before[name] == "":
			p.add(Change{Mark: Added, Kind: Recording, Name: name, Text: "new recording rule", Details: lines("+ ", after[name])})
		}
	}
	p.groups()
}

// recorded are the recordings that the queries of signals made, and their expressions.
func recorded(p *ir.Program) map[string]string {
	expressions := map[string]string{}
	for _, g := range p.Groups {
		for _, rule := range g.Rules {
			if rule.Record != "" && rule.Labels["slo"] == "" {
				expressions[rule.Record] = rule.Expr
			}
		}
	}
	return expressions
}

// groups compares how often the groups on both sides are evaluated.
func (p *pair) groups() {
	name := func(g *ir.Group) string { return g.Name }
	before, after := byName(p.before.Groups, name), byName(p.after.Groups, name)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		if was == nil || is == nil {
			continue
		}
		f := &facts{}
		if was.Interval != is.Interval {
			f.say("rules are evaluated every " + duration(was.Interval) + arrow + duration(is.Interval))
		}
		if was.Limit != is.Limit {
			f.say(fmt.Sprintf("a rule may make %d → %d series before it fails (0 is any number)", was.Limit, is.Limit))
		}
		if gone, come := parts(rulesOf(was), rulesOf(is)); len(p.changes) == 0 && len(gone)+len(come) > 0 {
			f.say("rules compute in another way") // whatever nothing else has told
			for _, rule := range gone {
				f.details = append(f.details, lines("- ", rule)...)
			}
			for _, rule := range come {
				f.details = append(f.details, lines("+ ", rule)...)
			}
		}
		if len(f.said) > 0 {
			p.add(f.change(Group, name))
		}
	}
}

// rulesOf are the rules of a group without what only people read.
func rulesOf(g *ir.Group) []string {
	var rules []string
	for _, r := range g.Rules {
		rules = append(rules, fmt.Sprintf("%s%s = %s, for %s, then %s, labels %v", r.Record, r.Alert, r.Expr, duration(r.For), duration(r.KeepFiringFor), r.Labels))
	}
	return rules
}
