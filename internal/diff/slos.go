package diff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
)

func sloName(s *ir.SLO) string { return s.Name }

// slos compares the objectives.
func (p *pair) slos() {
	before, after := byName(p.before.SLOs, sloName), byName(p.after.SLOs, sloName)
	for _, name := range joined(before, after) {
		was, is := before[name], after[name]
		switch {
		case is == nil:
			p.add(Change{Mark: Removed, Kind: SLO, Name: name, Danger: true, Text: "removed: " + describeSLO(was) + ", with " + plural(len(was.Alerts), "alert")})
		case was == nil:
			p.addedSLO(is)
		default:
			p.slo(was, is)
		}
	}
}

func (p *pair) addedSLO(is *ir.SLO) {
	c := Change{Mark: Added, Kind: SLO, Name: is.Name, Text: describeSLO(is)}
	var told []string
	for _, a := range is.Alerts {
		text := a.Severity + " " + reaches(a.Receivers)
		proof, ok := p.is[a.Name]
		switch {
		case !ok:
		case proof.Proven:
			text += ", proven"
		default:
			text += ", UNPROVEN: " + proof.Reason
		}
		if !slices.Contains(told, text) {
			told = append(told, text)
			c.Text += "; " + text
		}
		c.Danger = c.Danger || ok && !proof.Proven || len(a.Receivers) == 0
	}
	p.add(c)
}

// describeSLO tells an objective in one line.
func describeSLO(s *ir.SLO) string {
	return fmt.Sprintf("%s %s, budget per %s %s", s.Title, unit.Ratio.Format(s.Objective), duration(s.Window), budget(s))
}

// budget is for how long all may fail in a window: (1-s)·window (SRE workbook, chapter 2).
func budget(s *ir.SLO) string {
	return duration(time.Duration((1 - s.Objective) * float64(s.Window)).Round(time.Second))
}

func (p *pair) slo(was, is *ir.SLO) {
	f := &facts{}
	objective := unit.Ratio.Format(was.Objective) + arrow + unit.Ratio.Format(is.Objective)
	budgets := fmt.Sprintf("budget per %s %s → %s", duration(is.Window), budget(was), budget(is))
	if was.Window != is.Window {
		budgets = fmt.Sprintf("budget %s per %s → %s per %s", budget(was), duration(was.Window), budget(is), duration(is.Window))
	}
	switch {
	case is.Objective < was.Objective:
		f.warn("looser: " + objective + ": " + budgets)
	case is.Objective > was.Objective:
		f.say("stricter: " + objective + ": " + budgets)
	case was.Window != is.Window:
		f.say(budgets)
	}
	if before, now := counted(was), counted(is); before != now {
		f.warn("counts " + before + arrow + now)
	}
	if before, now := list(was.By), list(is.By); before != now {
		f.say("one objective for each " + turned(before, now))
	}
	if was.Calendar != is.Calendar {
		f.say("calendar " + turned(was.Calendar, is.Calendar))
	}
	switch {
	case is.MinEvents > was.MinEvents:
		f.warn(fmt.Sprintf("stays silent below %d → %d events", was.MinEvents, is.MinEvents))
	case is.MinEvents < was.MinEvents:
		f.say(fmt.Sprintf("stays silent below %d → %d events", was.MinEvents, is.MinEvents))
	}
	f.tiers(was, is)
	p.sloTimes(f, was, is)
	if len(f.said) > 0 {
		p.add(f.change(SLO, is.Name))
	}
}

// counted is what an SLO takes for an event.
func counted(s *ir.SLO) string {
	side := "bad"
	if s.Good {
		side = "good"
	}
	switch s.SLI {
	case ir.SLIWritten:
		var queries []string
		for _, w := range s.Written {
			queries = append(queries, w.Text)
		}
		return side + " events of " + strings.Join(queries, " in ")
	case ir.SLISlice:
		return side + " time of " + s.Signal.Name + " " + boundOf(s.Signal.Unit, s.Bound)
	}
	return side + " " + s.Signal.Name
}

// tiers compares the pairs of windows. Other factors follow from another window, and are no change of their own.
func (f *facts) tiers(was, is *ir.SLO) {
	print := func(s *ir.SLO, factors bool) []string {
		var all []string
		for _, t := range s.Tiers {
			text := fmt.Sprintf("%s over %s and %s", t.Severity, duration(t.Long), duration(t.Short))
			if factors {
				text += fmt.Sprintf(" at %g×", t.Factor)
			}
			all = append(all, text)
		}
		return all
	}
	factors := was.Window == is.Window
	gone, come := parts(print(was, factors), print(is, factors))
	switch {
	case len(gone) > 0 && len(come) > 0:
		f.warn("burns are noticed by " + strings.Join(come, ", ") + " (was " + strings.Join(gone, ", ") + ")")
	case len(gone) > 0:
		f.warn("no longer alerts by " + list(gone))
	case len(come) > 0:
		f.say("alerts by " + list(come) + " too")
	}
}

// sloTimes says when the SLO's alerts fire now.
func (p *pair) sloTimes(f *facts, was, is *ir.SLO) {
	for _, a := range is.Alerts {
		if !slices.ContainsFunc(was.Alerts, func(b *ir.Alert) bool { return b.Name == a.Name }) {
			continue
		}
		before, now := p.was[a.Name], p.is[a.Name]
		if before.Proven && now.Proven && a.Kind == ir.AlertBurn {
			f.times(before.FiresAfter, now.FiresAfter, map[bool]string{true: "page", false: "ticket"}[a.Page]+" fires ")
		}
	}
}
